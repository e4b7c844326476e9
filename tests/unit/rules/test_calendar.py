"""Working days, working time and terms; the golden cases; the shipped table of days off."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import VIETNAM
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.working_calendar import UNITS, CalendarDay, WorkingCalendar
from doisoat.store.reference import SHIPPED, load_calendar

CALENDAR = load_calendar(SHIPPED / "holidays.csv", RuleParameters())
WITHOUT_24_11 = load_calendar(SHIPPED / "holidays.csv", RuleParameters(holiday_24_11=False))
OVERRIDES = {date(2026, 1, 2): "nghi", date(2026, 1, 10): "lam_bu"}  # the swap the library does not know

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(VIETNAM)).map(
    lambda instant: instant.replace(microsecond=0)
)
DATES = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def local(day: int, month: int, year: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("received", "amount", "unit", "due"),
    [
        (local(28, 8, 2026), 5, "Ngày làm việc", date(2026, 9, 9)),
        (local(21, 8, 2026), 1, "Ngày làm việc", date(2026, 8, 22)),
        (local(13, 2, 2026), 3, "Ngày làm việc", date(2026, 2, 25)),
        (local(29, 4, 2025), 2, "Ngày làm việc", date(2025, 5, 6)),
        (local(26, 4, 2024), 2, "Ngày làm việc", date(2024, 5, 3)),
        (local(3, 5, 2024), 1, "Ngày làm việc", date(2024, 5, 4)),
        (local(24, 4, 2026), 1, "Ngày làm việc", date(2026, 4, 28)),
        (local(23, 11, 2026), 1, "Ngày làm việc", date(2026, 11, 25)),
        (local(31, 12, 2025), 1, "Ngày làm việc", date(2026, 1, 5)),
        (local(9, 1, 2026), 1, "Ngày làm việc", date(2026, 1, 10)),
        (local(18, 8, 2026), 15, "Ngày", date(2026, 9, 3)),
    ],
    ids=range(1, 12),
)
def test_golden_cases(received: datetime, amount: float, unit: str, due: date) -> None:
    end = CALENDAR.term_end(received, amount, unit)
    assert end == datetime.combine(due, time(23, 59, 59), VIETNAM)


def test_the_new_holiday_can_be_switched_off() -> None:
    assert WITHOUT_24_11.term_end(local(23, 11, 2026), 1, "Ngày làm việc").date() == date(2026, 11, 24)
    lieu = date(2030, 11, 25)  # 24/11/2030 is a Sunday
    assert (CALENDAR.is_working(lieu), WITHOUT_24_11.is_working(lieu)) == (False, True)
    assert CALENDAR.off - WITHOUT_24_11.off == {day for day in CALENDAR.off if day.month == 11 and 24 <= day.day <= 26}


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        (local(31, 1, 2025), 1, "Tháng", local(28, 2, 2025, 23, 59, 59)),
        (local(30, 11, 2023), 3, "Tháng", local(29, 2, 2024, 23, 59, 59)),
        (local(2, 7, 2026), 2, "Tháng", local(3, 9, 2026, 23, 59, 59)),  # 2/9 is off
        (local(28, 8, 2026, 16), 8, "Giờ", local(3, 9, 2026, 16)),
        (local(7, 8, 2026, 11), 1, "Giờ", local(7, 8, 2026, 13, 30)),
        (local(7, 8, 2026, 10, 30), 1, "Giờ", local(7, 8, 2026, 11, 30)),
        (local(8, 8, 2026, 10), 1.5, "Giờ", local(10, 8, 2026, 9)),
        (local(8, 8, 2026, 10), 0, "Giờ", local(8, 8, 2026, 10)),
        (local(7, 8, 2026), 0.5, "Ngày làm việc", local(10, 8, 2026, 23, 59, 59)),
        (local(8, 8, 2026), 0, "Ngày làm việc", local(10, 8, 2026, 23, 59, 59)),
        (local(7, 8, 2026), 1, "Ngày", local(10, 8, 2026, 23, 59, 59)),
    ],
)
def test_terms(start: datetime, amount: float, unit: str, end: datetime) -> None:
    assert CALENDAR.term_end(start, amount, unit) == end


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown unit"):
        CALENDAR.term_end(local(7, 8, 2026), 1, "Tuần")


@pytest.mark.parametrize(
    ("a", "b", "seconds"),
    [
        (local(28, 8, 2026, 17), local(3, 9, 2026, 23, 59, 59), 8 * 3600),
        (local(28, 8, 2026, 16, 59, 59), local(3, 9, 2026, 23, 59, 59), 8 * 3600 + 1),
        (local(3, 9, 2026, 11, 30), local(3, 9, 2026, 13), 0),
        (local(3, 9, 2026, 7), local(3, 9, 2026, 7, 30, 1), 1),
        (local(3, 9, 2026, 9), local(3, 9, 2026, 9), 0),
        (local(3, 9, 2026, 10), local(3, 9, 2026, 9), 0),
        (local(29, 8, 2026), local(2, 9, 2026), 0),
        (local(22, 8, 2026, 0), local(23, 8, 2026, 0), 8 * 3600),
    ],
)
def test_working_time(a: datetime, b: datetime, seconds: int) -> None:
    assert CALENDAR.working_seconds(a, b) == seconds


@given(INSTANTS, INSTANTS, INSTANTS)
def test_working_time_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert CALENDAR.working_seconds(a, b) + CALENDAR.working_seconds(b, c) == CALENDAR.working_seconds(a, c)


@given(INSTANTS, INSTANTS, st.integers(0, 10**6))
def test_working_time_never_shrinks_and_never_outruns_the_clock(a: datetime, b: datetime, later: int) -> None:
    worked = CALENDAR.working_seconds(a, b)
    assert worked <= CALENDAR.working_seconds(a, b + timedelta(seconds=later)) <= worked + later
    assert 0 <= worked <= max(0, (b - a).total_seconds())


@given(INSTANTS, st.integers(1, 10**6))
def test_adding_working_time_is_the_inverse_of_measuring_it(start: datetime, seconds: int) -> None:
    end = CALENDAR.add_working_seconds(start, seconds)
    assert CALENDAR.working_seconds(start, end) == seconds
    assert CALENDAR.working_seconds(start, end - timedelta(seconds=1)) == seconds - 1


@given(DATES, st.integers(0, 60))
def test_adding_working_days_is_the_inverse_of_counting_them(day: date, number: int) -> None:
    end = CALENDAR.add_working_days(day, number)
    assert CALENDAR.working_days_between(day, end) == number
    assert number == 0 or CALENDAR.is_working(end)
    assert CALENDAR.add_working_days(end, 3) == CALENDAR.add_working_days(day, number + 3)


@given(DATES)
def test_rolling_finds_the_next_working_day(day: date) -> None:
    rolled = CALENDAR.roll(day)
    assert CALENDAR.is_working(rolled)
    assert CALENDAR.working_days_between(day - timedelta(days=1), rolled) == 1


@given(INSTANTS, st.integers(0, 10**6), st.integers(0, 40), st.sampled_from(UNITS))
def test_a_later_start_never_ends_a_term_earlier(start: datetime, later: int, amount: int, unit: str) -> None:
    end = CALENDAR.term_end(start, amount, unit)
    assert start <= end <= CALENDAR.term_end(start + timedelta(seconds=later), amount, unit)
    assert end <= CALENDAR.term_end(start, amount + 1, unit)


def test_the_table_is_the_calendar() -> None:
    rows = list(CALENDAR.rows(date(2026, 8, 28), date(2026, 9, 4)))
    assert rows == [
        CalendarDay(date(2026, 8, 28), True, date(2026, 8, 28), 1, 0),
        CalendarDay(date(2026, 8, 29), False, date(2026, 9, 3), 1, 28_800),
        CalendarDay(date(2026, 8, 30), False, date(2026, 9, 3), 1, 28_800),
        CalendarDay(date(2026, 8, 31), False, date(2026, 9, 3), 1, 28_800),
        CalendarDay(date(2026, 9, 1), False, date(2026, 9, 3), 1, 28_800),
        CalendarDay(date(2026, 9, 2), False, date(2026, 9, 3), 1, 28_800),
        CalendarDay(date(2026, 9, 3), True, date(2026, 9, 3), 2, 28_800),
        CalendarDay(date(2026, 9, 4), True, date(2026, 9, 4), 3, 57_600),
    ]


@given(DATES, st.integers(0, 400))
def test_the_table_counts_what_the_calendar_measures(first: date, length: int) -> None:
    midnight = datetime.combine(first, time(0), VIETNAM)
    *_, last = CALENDAR.rows(first, first + timedelta(days=length))
    assert last.seconds_before == CALENDAR.working_seconds(midnight, midnight + timedelta(days=length))
    assert last.working_index == CALENDAR.working_days_between(first - timedelta(days=1), last.day)


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((time(8), time(8)),),
        ((time(8), time(7)),),
        ((time(13), time(17)), (time(8), time(12))),
        ((time(8), time(12)), (time(11), time(17))),
    ],
)
def test_working_hours_must_be_intervals_in_order(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="intervals in order"):
        WorkingCalendar(hours=hours)


def test_other_working_hours() -> None:
    summer = WorkingCalendar(hours=((time(7), time(11)), (time(13, 30), time(17))))
    assert summer.day_seconds == 27_000
    assert summer.add_working_seconds(local(7, 8, 2026, 16), 3601) == local(10, 8, 2026, 7, 0, 1)


def test_the_shipped_table_is_the_library_and_the_overrides() -> None:
    """Generated from `holidays` (its days, its worked Saturdays); a newer library that differs shows up here."""
    with (SHIPPED / "holidays.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    years = range(2015, 2031)
    library = holidays.country_holidays("VN", years=years)
    expected = {day: "nghi" for day in library if day.year in years}
    expected |= {day: "lam_bu" for day in library.weekend_workdays if day.year in years}
    shipped = {date.fromisoformat(row["ngay"]): row["loai"] for row in table}
    assert list(shipped) == sorted(shipped)
    assert len(shipped) == len(table)
    assert shipped == expected | OVERRIDES
    assert not OVERRIDES.items() & expected.items()
    assert all(row["can_cu"] for row in table)


@pytest.mark.parametrize(("year", "working_days"), [(2024, 251), (2025, 250), (2026, 249)])
def test_working_days_of_a_year(year: int, working_days: int) -> None:
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days
