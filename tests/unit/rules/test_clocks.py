"""Three clocks: the published status cases, every step of each, and what holds for any row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import VIETNAM, Lateness
from doisoat.rules.clocks import ClockRow, law, law_judgement, portal, province
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Limit, Term
from doisoat.rules.working_calendar import WorkingCalendar
from tests.worked_examples import REFERENCE

CALENDAR: WorkingCalendar = REFERENCE.calendar
DEFAULTS = RuleParameters()
FIVE_DAYS: Limit = (5.0, "Ngày làm việc")
ON_TIME, LATE, NOT_COUNTED, UNKNOWN = Lateness.ON_TIME, Lateness.LATE, Lateness.NOT_COUNTED, Lateness.UNKNOWN


def at(text: str) -> datetime:
    """`dd/mm` of 2026, optionally a time; 09:00 if none."""
    day, _, clock = text.partition(" ")
    return datetime.strptime(f"{day}/2026 {clock or '09:00:00'}", "%d/%m/%Y %H:%M:%S").replace(tzinfo=VIETNAM)


def row(status: int, received: str | None = "03/08", due: str | None = "10/08 17:00:00", **changes: Any) -> ClockRow:
    times = {name: at(value) if isinstance(value, str) else value for name, value in changes.items()}
    return ClockRow(status, received_at=at(received) if received else None, due_at=at(due) if due else None, **times)


def verdicts(
    one: ClockRow, as_of: str = "03/09 23:59:59", limit: Limit | Term | None = FIVE_DAYS, **parameters: Any
) -> tuple[Lateness, Lateness, Lateness]:
    """What law, portal and province say, of a procedure with that limit, or rules of its own beside it."""
    term = limit if isinstance(limit, Term) else Term(limit)
    judged = (term, at(as_of), CALENDAR, RuleParameters(**parameters))
    return law(one, *judged), portal(one, *judged), province(one, *judged)


@pytest.mark.parametrize(
    ("case", "one", "as_of", "said"),
    [
        (
            "a: one supplement, completed",
            row(
                9,
                "01/09",
                "10/09 17:00:00",
                supplement_count=1,
                supplement_requested_at="01/09",
                supplement_completed_at="20/09",
                finished_at="25/09",
            ),
            "30/09",
            (ON_TIME, ON_TIME, LATE),
        ),
        (
            "b: one request before due",
            row(5, "01/09", "10/09 17:00:00", supplement_count=1, supplement_requested_at="05/09"),
            "30/09",
            (ON_TIME,) * 3,
        ),
        (
            "c: two requests, open",
            row(5, "01/09", "10/09 17:00:00", supplement_count=2, supplement_requested_at="05/09"),
            "07/09",
            (ON_TIME, LATE, ON_TIME),
        ),
        ("d: open at the period's end", row(4, "01/09", "10/09 17:00:00"), "14/09 23:59:59", (LATE,) * 3),
        (
            "e: done in time, returned later",
            row(10, "01/09", "10/09 17:00:00", finished_at="09/09", returned_at="12/09"),
            "14/09",
            (ON_TIME,) * 3,
        ),
        (
            "f: withdrawn before reception",
            row(7, None, "10/09 17:00:00", finished_at="12/09"),
            "14/09",
            (NOT_COUNTED,) * 3,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and ":" in value else "",
)
def test_status_cases(case: str, one: ClockRow, as_of: str, said: tuple[Lateness, ...]) -> None:
    assert verdicts(one, as_of) == said


@pytest.mark.parametrize("status", [1, 3])
def test_not_received_is_never_counted(status: int) -> None:
    assert verdicts(row(status, finished_at="30/08")) == (NOT_COUNTED,) * 3


@pytest.mark.parametrize("status", [2, 4, 5, 6, 8, 9, 10])
def test_without_reception_nothing_is_known(status: int) -> None:
    assert verdicts(row(status, None, finished_at="30/08", extension_count=2, supplement_count=2)) == (UNKNOWN,) * 3


@pytest.mark.parametrize("status", [7, 8, 9, 10])
def test_an_end_without_a_date_is_unknown(status: int) -> None:
    assert verdicts(row(status)) == (UNKNOWN,) * 3


def test_waiting_without_a_request_date_is_unknown_but_to_the_province() -> None:
    assert verdicts(row(5)) == (UNKNOWN, UNKNOWN, ON_TIME)


@pytest.mark.parametrize(
    ("due", "finished", "said"),
    [
        ("10/08 17:00:00", "10/08 17:00:00", (ON_TIME, ON_TIME, ON_TIME)),
        ("10/08 17:00:00", "10/08 17:00:01", (ON_TIME, LATE, ON_TIME)),
        ("10/08 00:00:00", "10/08 23:59:59", (ON_TIME, ON_TIME, ON_TIME)),
        ("10/08 00:00:00", "11/08 00:00:00", (LATE, LATE, LATE)),
        ("08/08 17:00:00", "10/08 09:00:00", (ON_TIME, LATE, LATE)),  # due on a Saturday off
        (None, "10/08 23:00:00", (ON_TIME, ON_TIME, ON_TIME)),  # computed: 5 working days from 3/8
        (None, "11/08 00:00:00", (LATE, LATE, ON_TIME)),
    ],
)
def test_ends_against_due_dates(due: str | None, finished: str, said: tuple[Lateness, ...]) -> None:
    assert verdicts(row(9, due=due, finished_at=finished)) == said


def test_no_due_date_and_no_limit() -> None:
    assert verdicts(row(9, due=None, finished_at="10/08"), limit=None) == (UNKNOWN, UNKNOWN, ON_TIME)


def test_open_dossiers_are_judged_by_date() -> None:
    assert verdicts(row(4, due="03/09 10:00:00")) == (ON_TIME,) * 3
    assert verdicts(row(4, due="02/09 10:00:00")) == (ON_TIME, LATE, LATE)  # 2/9 is off: the law moves it to 3/9


SUPPLEMENTED = row(
    9,
    finished_at="18/08 10:00:00",
    supplement_count=1,
    supplement_requested_at="05/08",
    supplement_completed_at="12/08",
)


def test_a_supplement_resets_the_law_and_pauses_the_portal() -> None:
    assert verdicts(SUPPLEMENTED) == (ON_TIME, LATE, LATE)  # 12/8 + 5 days = 19/8; 18/8 - 7 days = 11/8
    assert verdicts(replace(SUPPLEMENTED, finished_at=at("17/08 17:00:00"))) == (ON_TIME, ON_TIME, LATE)
    assert verdicts(SUPPLEMENTED, limit=None) == (LATE, LATE, LATE)  # no limit: the appointment stays


def test_where_sector_law_pauses_the_term_is_not_started_anew() -> None:
    """18/8 - 7 days = 11/8, a day late; 17/8 - 7 days is the day it was due."""
    assert verdicts(SUPPLEMENTED, law_supplement="pause")[0] == LATE
    assert verdicts(replace(SUPPLEMENTED, finished_at=at("17/08 23:00:00")), law_supplement="pause")[0] == ON_TIME
    waiting = replace(SUPPLEMENTED, status=5)
    assert verdicts(waiting, law_supplement="pause")[0] == ON_TIME  # asked before it was due


@pytest.mark.parametrize(
    "ignored",
    [
        {"received_at": at("05/08 09:00:01")},  # asked at intake: no clock ran yet
        {"supplement_completed_at": at("05/08 08:59:59")},  # completed before it was asked
    ],
)
def test_a_supplement_that_is_ignored_changes_nothing(ignored: dict[str, Any]) -> None:
    given_up = replace(SUPPLEMENTED, **ignored)
    bare = replace(given_up, supplement_requested_at=None, supplement_completed_at=None)
    assert verdicts(given_up) == verdicts(bare) == (LATE, LATE, LATE)


def test_several_supplements_reset_from_the_first_if_it_is_known() -> None:
    twice = replace(SUPPLEMENTED, supplement_count=2, finished_at=at("18/08"))
    assert verdicts(twice) == (LATE, LATE, LATE)
    assert verdicts(replace(twice, first_supplement_completed_at=at("11/08"))) == (ON_TIME, LATE, LATE)
    assert verdicts(replace(twice, first_supplement_completed_at=at("10/08"))) == (LATE, LATE, LATE)


def test_a_second_supplement_is_late_on_the_portal_always_or_only_while_open() -> None:
    twice = row(4, due="10/09 17:00:00", supplement_count=2)
    assert verdicts(twice)[1] == LATE
    assert verdicts(twice, portal_second_supplement="open")[1] == ON_TIME
    open_twice = replace(twice, status=5, supplement_requested_at=at("05/08"))
    assert verdicts(open_twice, portal_second_supplement="open")[1] == LATE


def test_a_second_extension_has_no_effect_in_law() -> None:
    assert verdicts(row(9, finished_at="04/08", extension_count=2)) == (LATE, ON_TIME, ON_TIME)
    assert verdicts(row(9, finished_at="04/08", extension_count=1)) == (ON_TIME, ON_TIME, ON_TIME)


@pytest.mark.parametrize(
    ("due", "finished", "law_says"),
    [
        (None, "05/08 09:00:00", ON_TIME),  # 16 hours from Mon 3/8 09:00
        (None, "05/08 09:00:01", LATE),
        ("05/08 10:00:00", "05/08 10:00:00", ON_TIME),
        ("05/08 10:00:00", "05/08 10:00:01", LATE),
        ("05/08 00:00:00", "05/08 17:00:00", ON_TIME),  # an appointment for the day
        ("08/08 10:00:00", "10/08 17:00:00", ON_TIME),  # a Saturday off: Monday, 24:00
        ("08/08 10:00:00", "11/08 07:30:00", LATE),
    ],
)
def test_limits_in_hours_are_compared_to_the_instant_by_law(due: str | None, finished: str, law_says: Lateness) -> None:
    assert verdicts(row(9, due=due, finished_at=finished), limit=(16.0, "Giờ"))[0] == law_says


def test_granularity_of_the_portal() -> None:
    late_by_hours = row(9, finished_at="10/08 18:00:00")
    assert verdicts(late_by_hours)[1] == LATE
    assert verdicts(late_by_hours, portal_granularity="day")[1] == ON_TIME
    whole_day = row(9, due="10/08 00:00:00", finished_at="10/08 18:00:00")
    assert verdicts(whole_day)[1] == ON_TIME
    assert verdicts(whole_day, midnight_is_day=False)[1] == LATE


def test_waiting_for_payment_stops_a_clock_only_where_the_province_says_so() -> None:
    waiting = row(6)
    assert verdicts(waiting) == (LATE, LATE, LATE)
    assert verdicts(waiting, province_pauses_payment=True) == (LATE, LATE, ON_TIME)


# --- what a procedure rules for itself -------------------------------------------------------------------------------

SECTOR_LAW = Term(FIVE_DAYS, excludes_payment_wait=True)
PAYING = row(6, step_at="07/08")  # due 10/8


@pytest.mark.parametrize(
    ("step", "law_says"),
    [("07/08", ON_TIME), ("10/08 23:59:59", ON_TIME), ("11/08 00:00:00", LATE), (None, UNKNOWN)],
)
def test_sector_law_ends_the_law_clock_where_the_wait_for_payment_begins(step: str | None, law_says: Lateness) -> None:
    """NĐ 118/2025 writes no pause; land law does not count the time for tax. The other clocks run on."""
    waiting = replace(PAYING, step_at=at(step) if step else None)
    assert verdicts(waiting, limit=SECTOR_LAW) == (law_says, LATE, LATE)
    assert verdicts(waiting) == (LATE, LATE, LATE)


def test_sector_law_and_the_province_stop_a_clock_each() -> None:
    assert verdicts(PAYING, limit=SECTOR_LAW, province_pauses_payment=True) == (ON_TIME, LATE, ON_TIME)
    assert verdicts(PAYING, limit=Term(None, excludes_payment_wait=True))[0] == ON_TIME  # an appointment needs no limit


@pytest.mark.parametrize("status", [2, 4, 5, 7, 8, 9, 10])
def test_a_wait_for_payment_that_is_over_is_not_subtracted(status: int) -> None:
    """The row does not tell of it."""
    one = row(status, step_at="07/08", finished_at="11/08", supplement_count=1, supplement_requested_at="11/08")
    assert verdicts(one, limit=SECTOR_LAW) == verdicts(one)
    assert verdicts(one, limit=SECTOR_LAW)[0] == LATE


def test_payment_is_awaited_within_the_new_term_after_a_supplement() -> None:
    """12/8 + 5 days = 19/8; with a pause 18/8 - 7 days = 11/8, a day late."""
    paying = replace(SUPPLEMENTED, status=6, finished_at=None, step_at=at("18/08"))
    assert [verdicts(paying, limit=term)[0] for term in (SECTOR_LAW, Term(FIVE_DAYS))] == [ON_TIME, LATE]
    assert verdicts(paying, limit=SECTOR_LAW, law_supplement="pause")[0] == LATE
    earlier = replace(paying, step_at=at("17/08"))
    assert verdicts(earlier, limit=SECTOR_LAW, law_supplement="pause")[0] == ON_TIME


def test_a_second_extension_is_late_by_law_whoever_has_to_pay() -> None:
    assert verdicts(replace(PAYING, extension_count=2), limit=SECTOR_LAW)[0] == LATE


def due(received: str, limit: Limit, **parameters: Any) -> str:
    """By law, of a procedure that starts late terms next day, without an appointment."""
    term = Term(limit, late_starts_next_day=True)
    said = law_judgement(row(4, received, None), term, at("03/09"), CALENDAR, RuleParameters(**parameters))
    assert said.due_at is not None
    return said.due_at.strftime("%d/%m %H:%M:%S")


@pytest.mark.parametrize(
    ("received", "limit", "due_at"),
    [
        ("03/08 15:00:00", FIVE_DAYS, "10/08 23:59:59"),  # not later than 15:00
        ("03/08 15:00:01", FIVE_DAYS, "11/08 23:59:59"),  # as if received on Tuesday
        ("03/08 23:59:59", FIVE_DAYS, "11/08 23:59:59"),
        ("04/08 00:00:00", FIVE_DAYS, "11/08 23:59:59"),  # a day without a time is not late in it
        ("07/08 15:30:00", (1.0, "Ngày làm việc"), "11/08 23:59:59"),  # Friday: as if on Monday
        ("08/08 15:30:00", (1.0, "Ngày làm việc"), "11/08 23:59:59"),  # Saturday, sent in online
        ("08/08 09:00:00", (1.0, "Ngày làm việc"), "10/08 23:59:59"),
        ("21/08 15:30:00", (1.0, "Ngày làm việc"), "24/08 23:59:59"),  # as if on Saturday 22/8, which is worked
        ("28/08 15:30:00", FIVE_DAYS, "10/09 23:59:59"),  # 31/8-2/9 off: as if on 3/9
        ("28/08 15:30:00", (1.0, "Ngày"), "04/09 23:59:59"),
        ("30/07 15:30:00", (1.0, "Tháng"), "03/09 23:59:59"),  # as if on 31/7: 31/8 is off
        ("03/08 15:30:00", (8.0, "Giờ"), "04/08 17:00:00"),  # from 07:30
        ("03/08 15:00:00", (8.0, "Giờ"), "04/08 15:00:00"),
        ("03/08 15:30:00", (0.0, "Giờ"), "04/08 07:30:00"),
    ],
)
def test_a_term_that_starts_after_15_00_counts_from_the_next_working_day(
    received: str, limit: Limit, due_at: str
) -> None:
    """NĐ 118/2025 Điều 18.2, where the procedure's own text says so."""
    assert due(received, limit) == due_at


def test_from_when_a_start_is_late_is_a_parameter() -> None:
    assert due("03/08 15:30:00", FIVE_DAYS, late_reception_from=time(15, 30)) == "10/08 23:59:59"
    assert due("03/08 15:30:00", FIVE_DAYS, late_reception_from=time(11)) == "11/08 23:59:59"


LATE_STARTS = Term(FIVE_DAYS, late_starts_next_day=True)


def test_a_new_term_after_a_supplement_is_moved_as_well() -> None:
    late = replace(SUPPLEMENTED, supplement_completed_at=at("12/08 15:30:00"), finished_at=at("20/08"))
    assert [verdicts(late, limit=term)[0] for term in (LATE_STARTS, Term(FIVE_DAYS))] == [ON_TIME, LATE]
    assert verdicts(late, limit=LATE_STARTS, law_supplement="pause") == verdicts(late, law_supplement="pause")


def test_an_appointment_stands_however_late_the_day() -> None:
    one = row(9, "03/08 16:30:00", "10/08 17:00:00", finished_at="11/08")
    assert verdicts(one, limit=LATE_STARTS) == verdicts(one) == (LATE, LATE, LATE)


def test_the_portal_counts_from_reception_however_late_the_day() -> None:
    one = row(9, "03/08 16:30:00", None, finished_at="11/08")
    assert verdicts(one, limit=LATE_STARTS) == (ON_TIME, LATE, ON_TIME)
    assert verdicts(one) == (LATE, LATE, ON_TIME)


_SECONDS = st.integers(0, 86_399) | st.sampled_from([0, 27_000, 53_999, 54_000, 54_001, 55_800, 55_801, 61_200, 86_399])
INSTANTS = st.none() | st.builds(
    lambda day, second: datetime.combine(day, time(), VIETNAM) + timedelta(seconds=second),
    st.dates(date(2026, 7, 1), date(2026, 9, 29)),  # weekends, days off and a worked Saturday among them
    _SECONDS,
)
ROWS = st.builds(
    ClockRow,
    status=st.integers(1, 10),
    received_at=INSTANTS,
    due_at=INSTANTS,
    finished_at=INSTANTS,
    returned_at=INSTANTS,
    step_at=INSTANTS,
    supplement_count=st.integers(0, 3),
    supplement_requested_at=INSTANTS,
    supplement_completed_at=INSTANTS,
    first_supplement_completed_at=INSTANTS,
    extension_count=st.integers(0, 2),
)
LIMITS = st.none() | st.tuples(st.floats(0, 30), st.sampled_from(["Giờ", "Ngày", "Ngày làm việc", "Tháng"]))
TERMS = st.builds(Term, LIMITS, st.booleans(), st.booleans())


@given(ROWS, TERMS, st.integers(0, 10**7))
def test_once_late_always_late_and_ended_dossiers_do_not_change(one: ClockRow, term: Term, later: int) -> None:
    now = at("20/08 12:00:00")
    for clock in (law, portal, province):
        first = clock(one, term, now, CALENDAR, DEFAULTS)
        then = clock(one, term, now + timedelta(seconds=later), CALENDAR, DEFAULTS)
        assert then == first or (first, then) == (ON_TIME, LATE)
        if one.has_ended or one.is_waiting:
            assert then == first


@given(ROWS, TERMS)
def test_the_clocks_agree_on_what_is_not_counted(one: ClockRow, term: Term) -> None:
    said = {clock(one, term, at("20/08"), CALENDAR, DEFAULTS) for clock in (law, portal, province)}
    assert NOT_COUNTED not in said or said == {NOT_COUNTED}
