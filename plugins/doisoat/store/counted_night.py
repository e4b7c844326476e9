"""The dossiers of a reconciled night as they are counted over a period: one row per side, on one connection.

Shared by what counts a night's snapshots by a period's end: the indicators (`assess`), the statutory forms (`forms`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import Province
from doisoat.errors import TerminalError
from doisoat.model import VIETNAM, Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.tables import register_reference

if TYPE_CHECKING:
    import duckdb

    from doisoat.store.reference import Reference

_STEPS = ("both_sides", "repeated_keys", "single_rows", "counted_rows")
_SCOPE_MARGIN = timedelta(days=2)  # a lone dossier this close to the begin of the scope proves nothing (rules §5.4)


@contextmanager
def counted_night(
    files: RunFiles, province: Province, reference: Reference, *, spill: Path, memory_limit: str
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """A connection with counted_rows, the reference tables and day_clock, and the bind parameters of the night.

    TerminalError names the stage whose file is missing.
    """
    staged = read_json(files.staged)
    with engine(spill, memory_limit=memory_limit) as connection:
        register_reference(connection, reference)
        for side in Side:
            connection.read_parquet(str(files.dossiers(side))).create_view(f"{side.value}_dossiers")
        view_of_reconcile(connection, files, "pairs", "pairs")
        bindings = _bindings(files, province, staged)
        run_query(connection, "lateness/day_clock", bindings)
        for step in _STEPS:
            run_query(connection, f"indicators/{step}", bindings)
        yield connection, bindings


def view_of_reconcile(connection: duckdb.DuckDBPyConnection, files: RunFiles, name: str, file: str) -> None:
    """A file `reconcile` left, as a view; TerminalError where it is missing."""
    path = files.work("reconcile") / f"{file}.parquet"
    if not path.is_file():
        raise TerminalError(f"{path} is missing: run 'doisoat reconcile' for this date first")
    connection.read_parquet(str(path)).create_view(name)


def partial_reasons(staged: Mapping[str, Any]) -> list[str]:
    """Why a night's snapshots do not hold all dossiers, Vietnamese; empty for two whole sides."""
    reasons: list[str] = []
    for side in Side:
        read = staged["sides"][side.value]
        if read["partial"] or not read.get("complete", True):
            told = read["partial_reasons"] or ["chỉ đọc được một phần"]
            reasons += [f"{side.label}: {reason}" for reason in told]
    return reasons


def _bindings(files: RunFiles, province: Province, staged: dict[str, Any]) -> dict[str, Any]:
    """Bind parameters of `sql/indicators`, `sql/aggregates` and `sql/lateness`."""
    sides = staged["sides"]
    return {
        **clock_bindings(province.rules, staged),
        "province_roots": list(province.province_roots),
        "scope_edge": province.rules.scope_start(files.key.business_date) + _SCOPE_MARGIN,
        "shop_complete": sides["shop"].get("complete", True) and not sides["shop"]["partial"],
        "portal_complete": sides["portal"].get("complete", True) and not sides["portal"]["partial"],
    }


def clock_bindings(parameters: RuleParameters, staged: Mapping[str, Any]) -> dict[str, Any]:
    """Bind parameters of `sql/lateness`: the rules, and the night's reference time, naive in local time."""
    rules = parameters.model_dump()
    starts, ends = zip(*rules.pop("working_hours"), strict=True)
    late_from = rules.pop("late_reception_from")
    return {
        **rules,
        "as_of": datetime.fromisoformat(staged["as_of"]).astimezone(VIETNAM).replace(tzinfo=None, microsecond=0),
        "late_reception_second": _second_of_day(late_from),
        "span_starts": [_second_of_day(one) for one in starts],
        "span_ends": [_second_of_day(one) for one in ends],
    }


def _second_of_day(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
