"""The queries of `sql/lateness` against Python: ends of terms, the borders of a night, and what the three clocks say of any
history, why, and by what they held against what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from doisoat.model import VIETNAM
from doisoat.rules.clocks import CLOCKS, ClockRow
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Term
from doisoat.rules.working_calendar import UNITS, WorkingCalendar
from doisoat.store.engine import engine, run_query
from doisoat.store.tables import register_reference
from tests.sql.reconciliation.snapshots import AS_OF, BUSINESS_DATE, REFERENCE, night
from tests.sql.reconciliation.worlds import PARAMETERS
from tests.unit.rules.test_clocks import ROWS, TERMS

CALENDAR: WorkingCalendar = REFERENCE.calendar


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with engine(threads=1) as opened:
        register_reference(opened, REFERENCE)
        run_query(opened, "lateness/day_clock", night().bindings())
        run_query(opened, "lateness/clock_rules", night().bindings())
        yield opened


def naive(instant: datetime) -> datetime:
    return instant.astimezone(VIETNAM).replace(tzinfo=None)


def test_ends_of_terms_are_those_of_the_calendar(connection: duckdb.DuckDBPyConnection) -> None:
    random = Random(1)
    begin = datetime(2026, 7, 1, tzinfo=VIETNAM)
    starts = [begin + timedelta(days=random.randint(0, 90), seconds=random.choice(SECONDS)) for _ in range(1_500)]
    amounts = [random.choice((0.0, 0.5, 1.0, 2.5, 4.0, 5.0, 8.0, 8.25, 16.0, 30.0, 45.0)) for _ in starts]
    units = [random.choice(UNITS) for _ in starts]
    _feed(connection, starts, amounts, units)
    run_query(connection, "lateness/term_ends")
    ends = {row[:3]: row[3:] for row in connection.table("term_ends").fetchall()}
    for start, amount, unit in zip(starts, amounts, units, strict=True):
        moved = CALENDAR.opening(CALENDAR.roll(start.date() + timedelta(days=1))) if start.time() > time(15) else None
        expected = [CALENDAR.term_end(start, amount, unit), moved, moved and CALENDAR.term_end(moved, amount, unit)]
        assert ends[naive(start), amount, unit] == tuple(at and naive(at) for at in expected), (start, amount, unit)


SECONDS = (
    *(0, 1, 27_000, 27_001, 41_399, 41_400, 43_200, 46_800, 46_801, 53_999, 54_000, 54_001, 61_199, 61_200, 61_201),
    86_399,
)


def test_terms_outside_the_calendar_have_no_end(connection: duckdb.DuckDBPyConnection) -> None:
    early = datetime(1999, 1, 4, 9, tzinfo=VIETNAM)
    _feed(connection, [early, early, AS_OF], [1.0, 1.0, 9_999.0], ["Ngày làm việc", "Giờ", "Tháng"])
    run_query(connection, "lateness/term_ends")
    assert {row[3] for row in connection.table("term_ends").fetchall()} == {None}


def _feed(
    connection: duckdb.DuckDBPyConnection, starts: list[datetime], amounts: list[float], units: list[str]
) -> None:
    local = pa.array([naive(start) for start in starts], pa.timestamp("us"))
    nothing = pa.nulls(len(starts), pa.timestamp("us"))
    columns = {
        "reset_at": local,
        "received_at": local,
        "due_at": nothing,
        "limit_amount": amounts,
        "limit_unit": units,
        "late_starts_next_day": [True] * len(starts),
    }
    connection.register("clock_rows", pa.table(columns))


@pytest.mark.parametrize("hours", [0, 0.5, 1.5, 3, 8, 20])
@pytest.mark.parametrize("as_of", [AS_OF, AS_OF - timedelta(days=2), AS_OF.replace(hour=13, minute=0, second=1)])
def test_borders_separate_older_from_younger(
    connection: duckdb.DuckDBPyConnection, as_of: datetime, hours: float
) -> None:
    rules = RuleParameters(sync_allowance_hours=hours, late_intake_hours=hours)
    sync, intake, last_day = run_query(
        connection, "lateness/thresholds", night(as_of=as_of, rules=rules).bindings()
    ).fetchall()[0]
    assert intake == sync
    border = sync.replace(tzinfo=VIETNAM)
    assert CALENDAR.working_seconds(border, as_of) <= hours * 3600
    assert CALENDAR.working_seconds(border - timedelta(seconds=1), as_of) > hours * 3600
    assert CALENDAR.is_working(last_day)
    assert CALENDAR.roll(last_day) < as_of.date() <= CALENDAR.roll(last_day + timedelta(days=1))


def test_border_of_the_worked_example(connection: duckdb.DuckDBPyConnection) -> None:
    """Friday 28/8 16:59:59 is 8 h and 1 s before the end of Thursday 3/9, 17:00:00 is 8 h."""
    sync, _, last_day = run_query(connection, "lateness/thresholds", night().bindings()).fetchall()[0]
    assert sync == datetime(2026, 8, 28, 17, 0)
    assert last_day == BUSINESS_DATE - timedelta(days=6)


def test_day_clock_follows_the_working_hours() -> None:
    rules = RuleParameters(working_hours=((time(8), time(12)), (time(13, 30), time(17))))
    with engine(threads=1) as opened:
        run_query(opened, "lateness/day_clock", night(rules=rules).bindings())
        worked = dict(opened.table("day_clock").fetchall())
    assert [worked[hour * 3600] for hour in (0, 8, 12, 13, 14, 17, 24)] == [
        *(0, 0, 14_400, 14_400, 16_200, 27_000, 27_000)
    ]


# --- the clocks ---------------------------------------------------------------------------------------------------

STEPS = ("clock_rules", "term_ends", "clock_dues", "row_clocks", "clock_reasons")
COLUMN = {"luat": "law", "dvcqg": "portal", "mot_cua": "province"}
TOLD = ("", "_reason", "_due", "_end")
Said = tuple[str, str, *tuple[datetime | None, ...]]  # verdict, reason, due, end; of the law also begin and pause


def by_sql(
    connection: duckdb.DuckDBPyConnection, histories: list[tuple[ClockRow, Term]], rules: RuleParameters
) -> list[dict[str, Said]]:
    """What the queries say of each history, clock by clock."""
    rows = [_fed(place, *history) for place, history in enumerate(histories)]
    table = pa.Table.from_pylist(rows, schema=FED)
    connection.register("clock_rows", table)
    bindings = night(rules=rules).bindings()
    for step in STEPS:
        run_query(connection, f"lateness/{step}", bindings)
    parts = {"law": (*TOLD, "_begins", "_paused"), "portal": TOLD, "province": TOLD}
    tuples = [f"ROW({', '.join(clock + part for part in parts[clock])})" for clock in COLUMN.values()]
    found = connection.execute(f"SELECT {', '.join(tuples)} FROM clock_reasons ORDER BY dossier_code").fetchall()
    return [dict(zip(COLUMN, row, strict=True)) for row in found]


MOMENT = pa.timestamp("us")
FED = pa.schema(
    [
        ("dossier_code", pa.string()),
        ("fed_by", pa.string()),
        ("status", pa.int32()),
        *((name, MOMENT) for name in ("received_at", "due_at", "end_at", "requested_at", "completed_at", "reset_at")),
        ("step_at", MOMENT),
        ("excludes_payment_wait", pa.bool_()),
        ("late_starts_next_day", pa.bool_()),
        ("extension_count", pa.int32()),
        ("supplement_count", pa.int32()),
        ("limit_amount", pa.float64()),
        ("limit_unit", pa.string()),
    ]
)


def _fed(place: int, row: ClockRow, term: Term) -> dict[str, object]:
    """A history as `lateness/clock_rows` shows it: the supplement ignored where the rules ignore it."""
    asked, completed = row.supplement
    instants = {
        "received_at": row.received_at,
        "due_at": row.due_at,
        "end_at": row.end_at,
        "requested_at": asked,
        "completed_at": completed,
        "reset_at": row.restarts_at,
        "step_at": row.step_at,
    }
    amount, unit = term.limit or (None, None)
    return {
        "dossier_code": f"{place:06}",
        "fed_by": "shop",
        "status": row.status,
        "extension_count": row.extension_count,
        "supplement_count": row.supplement_count,
        "limit_amount": amount,
        "limit_unit": unit,
        "excludes_payment_wait": term.excludes_payment_wait,
        "late_starts_next_day": term.late_starts_next_day,
        **{name: None if at is None else naive(at) for name, at in instants.items()},
    }


def by_python(row: ClockRow, term: Term, rules: RuleParameters) -> dict[str, Said]:
    """What `rules.clocks` says."""
    said = {}
    for clock, judge in CLOCKS.items():
        one = judge(row, term, AS_OF, CALENDAR, rules)
        of_law = (one.begins_at, one.paused_at) if clock == "luat" else ()
        instants = (None if at is None else naive(at) for at in (one.due_at, one.end_at, *of_law))
        said[clock] = (one.verdict.value, one.reason.value, *instants)
    return said


PAYING = ClockRow(
    6,
    received_at=AS_OF - timedelta(days=30),
    due_at=AS_OF - timedelta(days=15),
    step_at=AS_OF - timedelta(days=12),
    supplement_count=1,
    supplement_requested_at=AS_OF - timedelta(days=20),
    supplement_completed_at=AS_OF - timedelta(days=16),
)
SECTOR_LAW = Term((5.0, "Ngày làm việc"), excludes_payment_wait=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ROWS, TERMS), min_size=1, max_size=40), st.sampled_from(PARAMETERS))
@example([(replace(PAYING, status=status), SECTOR_LAW) for status in (5, 6, 9)], PARAMETERS[2])
def test_queries_and_python_agree_on_any_history(
    connection: duckdb.DuckDBPyConnection, histories: list[tuple[ClockRow, Term]], rules: RuleParameters
) -> None:
    """Verdict, reason, due instant and end, of each clock; of the law's from when a moved term counts, and the pause."""
    found = by_sql(connection, histories, rules)
    assert found == [by_python(row, term, rules) for row, term in histories]


def test_one_start_and_limit_of_procedures_with_and_without_the_rule(connection: duckdb.DuckDBPyConnection) -> None:
    received = datetime(2026, 8, 3, 15, 42, tzinfo=VIETNAM)
    limit = (5.0, "Ngày làm việc")
    histories = [(ClockRow(4, received_at=received), Term(limit, False, late)) for late in (True, False)]
    said = by_sql(connection, histories, RuleParameters())
    assert [one["luat"][2] for one in said] == [datetime(2026, 8, day, 23, 59, 59) for day in (11, 10)]
    assert [one["dvcqg"][2] for one in said] == [datetime(2026, 8, 10, 23, 59, 59)] * 2
