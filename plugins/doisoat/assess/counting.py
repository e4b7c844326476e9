"""Counts the dossiers of a night for the indicators of QĐ 766: runs `sql/indicators` period after period.

Reads the snapshots and what `reconcile` found; what the counts mean is `rules.attribution` and `rules.indicators`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import Province
from doisoat.model import Side
from doisoat.rules.attribution import Aspect, Counts, fitting_kinds
from doisoat.rules.indicators import INDICATORS
from doisoat.rules.reporting_periods import ReportingPeriod
from doisoat.store.counted_night import counted_night, view_of_reconcile
from doisoat.store.engine import run_query
from doisoat.store.layout import RunFiles

if TYPE_CHECKING:
    import duckdb

    from doisoat.store.reference import Reference

# Indicator -> what is counted in its numerator (a column of `indicators/totals`).
NUMERATORS = {
    "DOSSIER_SYNC": "received",
    "PROGRESS_ON_TIME": "on_time",
    "AVERAGE_DAYS": "days",
    "ONLINE_DOSSIERS": "online",
    "FULL_PROCESS_DOSSIERS": "full_online",
    "DOSSIERS_PAID_ONLINE": "paid",
    "ORIGINAL_RESULT_AVAILABLE": "result",
    "REUSED_DIGITIZED_DATA": "reused",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": "stored",
    "CITIZEN_DATA_CONNECTED_DOSSIER": "vneid",
    "DOSSIER_RECEIVING_SATISFACTION": "on_time",
}
_STEPS = (
    "aggregates/period",
    "aggregates/period_rows",
    "indicators/clock_rows",
    "lateness/clock_rules",
    "lateness/term_ends",
    "lateness/clock_dues",
    "lateness/row_clocks",
    "indicators/contributions",
    "indicators/changes",
)


@dataclass(frozen=True)
class Caused:
    """Dossiers of one pair of agencies that make one indicator differ for one cause; counts are sums."""

    indicator: str
    agency_shop: str | None
    agency_portal: str | None
    is_apart: bool
    cause_apart: str | None
    cause_together: str | None
    technical_apart: bool  # the kind that is the cause is a technical one there
    technical_together: bool
    dossiers: int
    part_shop: int
    whole_shop: int
    part_portal: int
    whole_portal: int


@dataclass(frozen=True)
class PeriodCounts:
    """What both sides count in one period."""

    totals: dict[tuple[Side, str | None], dict[str, Counts]]  # (side, agency) -> indicator -> counts
    caused: tuple[Caused, ...]


class Counter:
    """Counts period after period on one connection that has side_rows, found, unknown and the reference tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, bindings: dict[str, Any]):
        self._connection = connection
        self._bindings = bindings
        run_query(connection, "indicators/fits", _fits())

    def count(self, period: ReportingPeriod) -> PeriodCounts:
        """Of a period that is running: up to the night's reference time."""
        run_query(self._connection, "aggregates/forget_period")
        as_of = min(self._bindings["as_of"], datetime.combine(period.last_day, time(23, 59, 59)))
        bindings = self._bindings | {"starts_on": period.first_day, "ends_on": as_of.date(), "as_of": as_of}
        for step in _STEPS:
            run_query(self._connection, step, bindings)
        caused = run_query(self._connection, "indicators/causes", bindings).fetchall()
        return PeriodCounts(self._totals(), tuple(Caused(*row) for row in caused))

    def _totals(self) -> dict[tuple[Side, str | None], dict[str, Counts]]:
        cursor = run_query(self._connection, "indicators/totals")
        names = [column[0] for column in cursor.description or ()]
        rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
        return {(Side(row["side"]), row["agency_code"]): _counts(row) for row in rows}


def _counts(row: dict[str, Any]) -> dict[str, Counts]:
    wholes = {one.code: one.counting for one in INDICATORS if one.counting is not None}
    return {code: Counts(row[NUMERATORS[code]], row[counting.value]) for code, counting in wholes.items()}


@contextmanager
def open_counter(
    files: RunFiles, province: Province, reference: Reference, *, spill: Path, memory_limit: str
) -> Iterator[Counter]:
    """A counter over the night's snapshots; TerminalError names the stage whose file is missing."""
    night = counted_night(files, province, reference, spill=spill, memory_limit=memory_limit)
    with night as (connection, bindings):
        for name, file in (("found", "discrepancies"), ("unknown", "unknown")):
            view_of_reconcile(connection, files, name, file)
        run_query(connection, "indicators/side_rows", bindings)
        yield Counter(connection, bindings)


def _fits() -> dict[str, list[Any]]:
    """`rules.attribution.fitting_kinds` as columns."""
    columns: dict[str, list[Any]] = {"indicator": [], "aspect": [], "kind": [], "place": []}
    for code in NUMERATORS:
        for aspect in Aspect:
            for place, kind in enumerate(fitting_kinds(code, aspect)):
                for name, value in zip(columns, (code, aspect.value, kind.value, place), strict=True):
                    columns[name].append(value)
    return columns
