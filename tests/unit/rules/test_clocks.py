"""Three clocks: the published status cases, every step of each, and what holds for any row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import VIETNAM, Lateness
from doisoat.rules.clocks import ClockRow, law, portal, province
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
    one: ClockRow, as_of: str = "03/09 23:59:59", limit: Limit | None = FIVE_DAYS, **parameters: Any
) -> tuple[Lateness, Lateness, Lateness]:
    """What law, portal and province say, of a procedure with nothing but a limit."""
    judged = (Term(limit), at(as_of), CALENDAR, RuleParameters(**parameters))
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
