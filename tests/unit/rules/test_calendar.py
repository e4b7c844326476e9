"""Working days, working time and terms; the golden cases; the shipped table of days off."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import VIETNAM
from doisoat.rules.parameters import CALENDAR_PARAMETERS, RuleParameters
from doisoat.rules.working_calendar import UNITS, CalendarDay, WorkingCalendar
from doisoat.store.calendar_tables import CalendarFiles, load_days, working_calendar
from doisoat.store.library_days import library_table
from doisoat.store.reference import SHIPPED

FILES = CalendarFiles(SHIPPED / "holidays.csv", SHIPPED / "holiday_overrides.csv")


def calendar(**parameters: object) -> WorkingCalendar:
    """The shipped tables under these parameters."""
    rules = RuleParameters.model_validate(parameters)
    return working_calendar(load_days(FILES, rules), rules)


CALENDAR = calendar()
WITHOUT_24_11 = calendar(holiday_24_11=False)

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(VIETNAM)).map(
    lambda instant: instant.replace(microsecond=0)
)
DATES = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def local(day: int, month: int, year: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


# --- the golden cases, each with the article it rests on -----------------------------------------------------------


def due(received: datetime, amount: float, unit: str = "Ngày làm việc", **parameters: object) -> date:
    """The last day of the term, by the shipped tables."""
    end = calendar(**parameters).term_end(received, amount, unit)
    assert end.time() == time(23, 59, 59)  # BLDS Đ148: it ends at 24:00
    return end.date()


def test_golden_1_swap_and_national_day_labour_code_112() -> None:
    """31/8/2026 is swapped for 22/8, 1-2/9 are the holiday (BLLĐ Đ112); the first day does not count (BLDS Đ147)."""
    assert due(local(28, 8, 2026), 5) == date(2026, 9, 9)


def test_golden_2_a_worked_saturday_counts_labour_code_111() -> None:
    """Saturday 22/8/2026 is worked for 31/8 (BLLĐ Đ111, Đ112)."""
    assert due(local(21, 8, 2026), 1) == date(2026, 8, 22)


def test_golden_3_tet_2026_labour_code_112_1b() -> None:
    assert due(local(13, 2, 2026), 3) == date(2026, 2, 25)


def test_golden_4_victory_day_and_swap_2025_labour_code_112() -> None:
    assert due(local(29, 4, 2025), 2) == date(2025, 5, 6)


def test_golden_5_swap_of_29_4_2024_labour_code_112() -> None:
    assert due(local(26, 4, 2024), 2) == date(2024, 5, 3)


def test_golden_6_a_worked_saturday_in_2024_labour_code_111() -> None:
    assert due(local(3, 5, 2024), 1) == date(2024, 5, 4)


def test_golden_7_day_in_lieu_of_hung_kings_day_labour_code_111_3() -> None:
    """26/4/2026 is a Sunday: Monday 27/4 is off instead (BLLĐ Đ111.3)."""
    assert due(local(24, 4, 2026), 1) == date(2026, 4, 28)


@pytest.mark.parametrize(("is_off", "day"), [(True, date(2026, 11, 25)), (False, date(2026, 11, 24))])
def test_golden_8_culture_day_labour_code_112_does_not_list_it(is_off: bool, day: date) -> None:
    assert due(local(23, 11, 2026), 1, holiday_24_11=is_off) == day


@pytest.mark.parametrize(("with_override", "day"), [(True, date(2026, 1, 5)), (False, date(2026, 1, 2))])
def test_golden_9_swap_missing_in_the_library_day_off_labour_code_112(with_override: bool, day: date) -> None:
    assert due(local(31, 12, 2025), 1, swap_2026_01=with_override) == day


@pytest.mark.parametrize(("with_override", "day"), [(True, date(2026, 1, 10)), (False, date(2026, 1, 12))])
def test_golden_10_swap_missing_in_the_library_worked_saturday_labour_code_111(with_override: bool, day: date) -> None:
    assert due(local(9, 1, 2026), 1, swap_2026_01=with_override) == day


def test_golden_11_calendar_days_end_on_a_working_day_civil_code_148_5() -> None:
    """18/8 + 15 days = 2/9, a holiday: the end of the next working day (BLDS Đ148.5)."""
    assert due(local(18, 8, 2026), 15, "Ngày") == date(2026, 9, 3)


# --- days that are not decided -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "off_in_february"),
    [
        ({}, [4, 5, 8, 9, 10]),
        ({"tet_2027": "option_1"}, [4, 5, 8, 9, 10]),
        ({"tet_2027": "option_2"}, [5, 8, 9, 10, 11, 12]),
    ],
)
def test_tet_2027_by_option(parameters: dict[str, object], off_in_february: list[int]) -> None:
    assert days_off(calendar(**parameters), 2027, 2) == off_in_february


@pytest.mark.parametrize(
    ("choice", "off_in_september"), [("library", [2, 3]), ("day_before", [1, 2]), ("day_after", [2, 3])]
)
def test_national_day_2027_by_choice(choice: str, off_in_september: list[int]) -> None:
    assert days_off(calendar(national_day_2027=choice), 2027, 9) == off_in_september


def days_off(of: WorkingCalendar, year: int, month: int) -> list[int]:
    """Days of a month that are off although Monday to Friday."""
    days = (date(year, month, number) for number in range(1, 29))
    return [day.day for day in days if day.weekday() < 5 and not of.is_working(day)]


def test_the_new_holiday_can_be_switched_off() -> None:
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


def test_the_shipped_base_is_what_the_library_says() -> None:
    shipped = FILES.base.read_text(encoding="utf-8")
    assert shipped == library_table(), "regenerate it: .venv/bin/python -m doisoat.store.library_days"


def test_overrides_name_their_document_and_what_is_not_verified_has_a_switch() -> None:
    with FILES.overrides.open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    assert [row["ngay"] for row in table] == sorted(row["ngay"] for row in table)
    assert all(row["can_cu"] for row in table)
    assert all(row["dieu_kien"] for row in table if row["da_kiem_chung"] == "khong")
    named = {row["dieu_kien"].partition("=")[0] for row in table if row["dieu_kien"]}
    assert named == set(CALENDAR_PARAMETERS)


@pytest.mark.parametrize(("year", "working_days"), [(2024, 251), (2025, 250), (2026, 249)])
def test_working_days_of_a_year(year: int, working_days: int) -> None:
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


@given(INSTANTS, INSTANTS, INSTANTS)
def test_working_days_are_monotone_and_add_up(a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a.date(), b.date(), c.date()))
    part, rest = CALENDAR.working_days_between(first, middle), CALENDAR.working_days_between(middle, last)
    assert part + rest == CALENDAR.working_days_between(first, last)
    assert 0 <= part <= (middle - first).days


@given(DATES, st.integers(1, 40))
def test_a_term_in_working_days_is_the_inverse_of_counting_them(day: date, number: int) -> None:
    received = datetime.combine(day, time(9), VIETNAM)
    end = CALENDAR.term_end(received, number, "Ngày làm việc").date()
    assert CALENDAR.working_days_between(day, end) == number


@given(INSTANTS, st.integers(1, 200))
def test_a_term_in_hours_is_the_inverse_of_measuring_them(start: datetime, hours: int) -> None:
    assert CALENDAR.working_seconds(start, CALENDAR.term_end(start, hours, "Giờ")) == hours * 3600
