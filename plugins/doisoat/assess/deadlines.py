"""Around the deadlines of a night: why the three clocks disagree, and which duties beside the term were not kept.

Reads the assessed discrepancies and the snapshots; writes `runs/<p>/<d>/deadlines/` (docs/data-contracts.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import Province
from doisoat.errors import TerminalError
from doisoat.model import DiscrepancyKind, Side
from doisoat.rules.duties import DUTIES, DutyInfo
from doisoat.rules.legal_periods import LEGAL_PERIODS
from doisoat.store.counted_night import clock_bindings
from doisoat.store.engine import engine, read_query, run_query
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json

if TYPE_CHECKING:
    import duckdb

    from doisoat.store.reference import Reference

_CLOCKS = (
    "deadlines/chosen",
    "deadlines/clock_rows",
    "lateness/clock_rules",
    "lateness/term_ends",
    "lateness/clock_dues",
    "lateness/row_clocks",
    "lateness/clock_reasons",
)
_COUNTED_KINDS = [DiscrepancyKind.SECOND_SUPPLEMENT.value, DiscrepancyKind.SECOND_EXTENSION.value]


def assess_deadlines(
    files: RunFiles, province: Province, reference: Reference, *, spill: Path, memory_limit: str
) -> dict[str, Any]:
    """Judge the duties and tell the clocks' reasons; the content of summary.json.

    TerminalError names the stage whose file is missing.
    """
    staged = read_json(files.staged)
    bindings = clock_bindings(province.rules, staged)
    with _open(files, reference, spill, memory_limit) as connection, replaced_folder(files.work("deadlines")) as folder:
        run_query(connection, "lateness/day_clock", bindings)
        for step in _CLOCKS:
            run_query(connection, step, bindings)
        _find_breaches(connection, bindings)
        connection.execute("SET threads = 1")  # so that written bytes do not depend on the machine
        clocks, breaches = (connection.sql(read_query(f"deadlines/{name}")) for name in ("clocks", "duties"))
        clocks.write_parquet(str(folder / "clocks.parquet"), compression="zstd")
        breaches.write_parquet(str(folder / "duties.parquet"), compression="zstd")
        absent, counts = staged["sides"]["shop"]["absent_columns"], _counts(connection, breaches)
        summary = {"duties": [_judged(info, absent, counts) for info in DUTIES]}
        write_json(folder / "summary.json", summary)
    return summary


def _find_breaches(connection: duckdb.DuckDBPyConnection, bindings: Mapping[str, Any]) -> None:
    """Tables `found_breaches`, `late_intakes`, `late_notices`: every breach of every duty, once."""
    ends = [later.begins_on - timedelta(days=1) for later in LEGAL_PERIODS[1:]] + [date.max]
    periods = {
        "begins": [one.begins_on for one in LEGAL_PERIODS],
        "ends": ends,
        "intake_hours": [one.intake_hours for one in LEGAL_PERIODS],
        "notice_days": [one.supplement_notice_days for one in LEGAL_PERIODS],
    }
    run_query(connection, "deadlines/legal_periods", periods)
    run_query(connection, "deadlines/dutiful_rows")
    of_kinds = [info for info in DUTIES if info.kind is not None]
    kinds = {
        "duties": [info.duty.value for info in of_kinds],
        "kinds": [str(info.kind) for info in of_kinds],
        "subtypes": [info.subtype for info in of_kinds],
        "counted_kinds": _COUNTED_KINDS,
    }
    for name in ("found_duties", "late_intake", "supplement_notice"):
        run_query(connection, f"deadlines/{name}", {**bindings, **kinds})


def _counts(connection: duckdb.DuckDBPyConnection, breaches: duckdb.DuckDBPyRelation) -> dict[str, dict[str, int]]:
    """Duty -> judged, without_data, earlier (where it is judged here), broken."""
    cursor = run_query(connection, "deadlines/judged_duties")
    names = [column[0] for column in cursor.description or ()][1:]
    counts = {duty: dict(zip(names, numbers, strict=True)) for duty, *numbers in cursor.fetchall()}
    for duty, dossiers in breaches.aggregate("duty, COUNT(DISTINCT dossier_code)").fetchall():
        counts.setdefault(duty, {})["broken"] = dossiers
    return counts


def _judged(info: DutyInfo, absent: list[str], counts: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """What can be said about one duty; a reason where nothing can."""
    reason = info.why_not_judged(absent)
    if reason:
        return {"duty": info.duty.value, "state": "not_compared", "reason": reason}
    return {"duty": info.duty.value, "state": "judged", "broken": 0, **counts.get(info.duty.value, {})}


@contextmanager
def _open(files: RunFiles, reference: Reference, spill: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The relations found, pairs, unknown, shop_rows, portal_rows and the reference tables."""
    from doisoat.store.tables import register_reference

    pairs = files.work("recheck") / "pairs.parquet"
    if not pairs.is_file():
        pairs = files.work("reconcile") / "pairs.parquet"
    relations = {
        "found": (files.work("assess") / "discrepancies.parquet", "assess"),
        "pairs": (pairs, "reconcile"),
        "unknown": (files.work("reconcile") / "unknown.parquet", "reconcile"),
        **{f"{side.value}_rows": (files.dossiers(side), "stage") for side in Side},
    }
    with engine(spill, memory_limit=memory_limit) as connection:
        register_reference(connection, reference)
        for name, (path, stage) in relations.items():
            if not any(path.parent.glob(path.name)):
                raise TerminalError(f"{path} is missing: run 'doisoat {stage}' for this date first")
            connection.read_parquet(str(path)).create_view(name)
        yield connection
