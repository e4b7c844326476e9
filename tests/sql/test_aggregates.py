"""Counts of a period on both sides: golden cases in `tests/sql/aggregates`, and a plain-Python count of drawn nights.

A case names the rows of both sides and, per unit, the counts `[shop, portal]` of every measure that is not zero;
`whole` = the province's own where it is not the sum of the units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.model import VIETNAM
from doisoat.reconcile.period_counts import PeriodCounter
from doisoat.reconcile.published_night import SIDE_ROWS, keep_side_rows
from doisoat.rules import clocks
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.periods import Period, PeriodDefinition
from doisoat.rules.published_figures import Counted, Measure
from doisoat.store.engine import engine
from doisoat.store.tables import register_reference
from tests.sql.reconciliation.nights import PROVINCE
from tests.sql.reconciliation.snapshots import DEFAULTS, REFERENCE, judged, local, night

CASES = sorted(Path(__file__).with_name("aggregates").glob("*.yaml"))
UNITS = ("H21", "H21.05", "H21.06")
Rows = list[dict[str, Any]]
Found = dict[tuple[str, Measure], Counted]


def count(folder: Path, shop: Rows, portal: Rows, period: Period, units: tuple[str, ...] = UNITS, **more: Any) -> Found:
    """The counts of one period, as the night makes them."""
    with judged(shop, portal, **more) as connection:
        keep_side_rows(connection, folder)
    with engine(threads=1) as connection:
        register_reference(connection, REFERENCE)
        connection.read_parquet(str(folder / SIDE_ROWS)).create_view("side_rows")
        counter = PeriodCounter(connection, night(), PROVINCE)
        counter.count(period.by(period.definition.other), {})  # a period before it leaves nothing behind
        return counter.count(period, {unit: {} for unit in units})


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_golden(file: Path, tmp_path: Path) -> None:
    case = yaml.safe_load(file.read_text(encoding="utf-8"))
    period = Period(2026, 8, PeriodDefinition(case.get("definition", "calendar")))
    found = count(
        tmp_path,
        case["shop"],
        case["portal"],
        period,
        tuple(case.get("units", UNITS)),
        rejected_portal=case.get("rejected_portal", []),
    )
    expected = {unit: {name: tuple(pair) for name, pair in counts.items()} for unit, counts in case["expect"].items()}
    expected["H21"] = {
        name: tuple(pair) for name, pair in case.get("whole", next(iter(case["expect"].values()))).items()
    }
    assert by_unit(found) == expected


def by_unit(found: Found) -> dict[str, dict[str, tuple[int, int]]]:
    units: dict[str, dict[str, tuple[int, int]]] = {}
    for (unit, measure), counted in found.items():
        units.setdefault(unit, {})[measure.value] = (counted.shop, counted.portal)
    return units


def test_what_makes_the_difference(tmp_path: Path) -> None:
    shop = [{"code": "A1"}, {"code": "A2"}, {"code": "A3", "due_at": "2026-08-28 17:00"}]
    portal = [{"code": "A1"}, {"code": "A3"}, {"code": "P1"}]
    found = count(tmp_path, shop, portal, Period(2026, 8))
    assert found["H21.05", Measure.RECEIVED] == Counted(shop=3, portal=3, not_synced=1, differing=0, portal_only=1)
    assert found["H21.05", Measure.OVERDUE] == Counted(shop=1, portal=0, not_synced=0, differing=1, portal_only=0)


# --- against a count in plain Python ------------------------------------------------------------

DAYS = st.integers(-40, 40).map(lambda days: datetime(2026, 8, 3, 9, 30) + timedelta(days=days))
ROW = st.fixed_dictionaries(
    {
        "status": st.integers(1, 10),
        "agency": st.sampled_from(["H21.05", "H21.06", "H08.05"]),
        "received_at": st.one_of(st.none(), DAYS),
        "due_at": st.one_of(st.none(), DAYS),
        "finished_at": st.one_of(st.none(), DAYS),
        "supplement_count": st.integers(0, 2),
        "supplement_requested_at": st.one_of(st.none(), DAYS),
        "supplement_completed_at": st.one_of(st.none(), DAYS),
        "channel": st.sampled_from([1, 2, 3, None]),
        "online_payment": st.sampled_from([0, 1, 2, 3, None]),
        "fee_total": st.sampled_from([0, 5, None]),
    }
)
SIDES = st.lists(st.tuples(st.one_of(st.none(), ROW), st.one_of(st.none(), ROW)), min_size=1, max_size=12)
PERIODS = st.builds(Period, st.just(2026), st.sampled_from([7, 8]), st.sampled_from(PeriodDefinition))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIDES, PERIODS)
def test_as_a_plain_count_does(tmp_path: Path, drawn: list[tuple[Any, Any]], period: Period) -> None:
    sides: dict[str, Rows] = {"shop": [], "portal": []}
    for number, rows in enumerate(drawn):
        for side, row in zip(sides, rows, strict=True):
            if row is not None:
                sides[side].append({"code": f"A{number}", **row})
    found = count(tmp_path, sides["shop"], sides["portal"], period)
    expected = {side: plain_count(rows, period, sides["portal"]) for side, rows in sides.items()}
    expected["portal"] = plain_count(sides["portal"], period, None)
    for key in found.keys() | expected["shop"].keys() | expected["portal"].keys():
        counted = found.get(key, Counted())
        assert (counted.shop, counted.portal) == (expected["shop"][key], expected["portal"][key])
        assert counted.shop - counted.portal == counted.not_synced + counted.differing - counted.portal_only


def plain_count(rows: Rows, period: Period, other: Rows | None) -> Counter[tuple[str, Measure]]:
    """The same counts, row by row; `other` = the portal's rows where the shop's are counted."""
    known = None if other is None else {row["code"] for row in other}
    counts: Counter[tuple[str, Measure]] = Counter()
    for row in rows:
        unit = REFERENCE.agencies.final(row["agency"])
        for measure in plain_measures({**DEFAULTS, **row}, period, known is None or row["code"] in known):
            counts.update([(unit, measure), ("H21", measure)])
    return counts


def plain_measures(row: Mapping[str, Any], period: Period, is_known: bool) -> Iterator[Measure]:
    received, ended, status = row["received_at"], row["finished_at"], row["status"]
    if received is None or status in (1, 3) or received.date() > period.last_day:
        return
    is_new = received.date() >= period.first_day
    if not is_new and status >= 7 and (ended is None or ended.date() < period.first_day):
        return
    yield Measure.RECEIVED
    yield Measure.ON_TIME if is_on_time(row, period) else Measure.OVERDUE
    if is_new and is_known:
        yield Measure.SYNCED
    if is_new and row["channel"] == 2:
        yield Measure.ONLINE
    if is_new and row["online_payment"] in (1, 2) and row["fee_total"] != 0:
        yield Measure.PAID_ONLINE


def is_on_time(row: Mapping[str, Any], period: Period) -> bool:
    """The portal's clock, fed with the row as it stood when the period ended."""
    asked, answered = row["supplement_requested_at"], row["supplement_completed_at"]
    if (asked and asked < row["received_at"]) or (asked and answered and answered < asked):
        asked = answered = None
    later = {name: value is not None and value.date() > period.last_day for name, value in vars_of(row).items()}
    asked_later = asked is not None and later["asked"]
    answered_later = answered is not None and later["answered"]
    status, ended = row["status"], row["finished_at"]
    if not (status >= 7 and not later["ended"]):
        if answered_later and not asked_later:
            status = 5
        elif (status == 5 and asked_later) or status >= 7:
            status = 4
    clock_row = clocks.ClockRow(
        status=status,
        received_at=local(row["received_at"]),
        due_at=local(row["due_at"]),
        finished_at=None if later["ended"] else local(ended),
        supplement_count=max(row["supplement_count"] - 1, 0) if asked_later else row["supplement_count"],
        supplement_requested_at=None if asked_later else local(asked),
        supplement_completed_at=None if answered_later else local(answered),
    )
    term = REFERENCE.procedures.term(row["procedure"])
    as_of = datetime.combine(period.last_day, datetime.max.time(), VIETNAM).replace(microsecond=0)
    return clocks.portal(clock_row, term, as_of, REFERENCE.calendar, RuleParameters()) == "on_time"


def vars_of(row: Mapping[str, Any]) -> dict[str, datetime | None]:
    return {
        "asked": row["supplement_requested_at"],
        "answered": row["supplement_completed_at"],
        "ended": row["finished_at"],
    }
