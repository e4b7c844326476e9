"""The stage `reconcile`: both snapshots of a night against each other, dossier by dossier.

Reads snapshots and staged.json, replaces `runs/<p>/<d>/reconcile/` (docs/data-contracts.md). The tests themselves are
the files in `sql/reconciliation` and `sql/lateness`; `judge` runs them, `coverage` says what stayed open. Nothing here
knows about first seen, causes or people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from doisoat.config import Province
from doisoat.model import ROW_KINDS, DiscrepancyKind, Side
from doisoat.reconcile.case import Case, SideCoverage, night_case
from doisoat.reconcile.comparison import SCREENED_FROM, judge
from doisoat.reconcile.coverage import catalogue_reason, not_compared, standings
from doisoat.reconcile.published_night import add_published, keep_side_rows
from doisoat.reconcile.screening import Progress, Snapshots
from doisoat.store.connection import Connection
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference

Summary = dict[str, Any]
Files = Mapping[Side, Path]
Judge = Callable[[Files, Files, Path], Summary]  # (dossiers, rejections, folder to write into)
Spread = Callable[[], AbstractContextManager[Connection]]  # opens an engine that spreads one comparison by itself

# File name -> relation of `judge`.
_FILES = {
    "pairs.parquet": "written_pairs",
    "discrepancies.parquet": "discrepancies",
    "agency_counts.parquet": "agency_counts",
    "lateness.parquet": "lateness",
    "unknown.parquet": "unknown",
}


def reconcile_night(
    files: RunFiles,
    province: Province,
    reference: Reference,
    *,
    spill: Path,
    memory_limit: str,
    spread: Spread | None = None,
    progress: Progress = lambda done, total: None,
) -> Summary:
    """Compare the two snapshots of a night; the content of summary.json. NullKey stops it.

    On DuckDB here, a large night month by month; or on the engine that `spread` opens, which gives the same rows.
    """
    with_figures = province.aggregates is not None
    judged = night_judge(
        files,
        province,
        reference,
        spill=spill,
        memory_limit=memory_limit,
        keeps_side_rows=with_figures,
        spread=spread,
        progress=progress,
    )
    dossiers = {side: files.dossiers(side) for side in Side}
    rejections = {side: files.rejections(side) for side in Side}
    with replaced_folder(files.work("reconcile")) as folder:
        summary = judged(dossiers, rejections, folder)
        if with_figures:
            case = _case(files, province)
            found, not_compared = add_published(
                folder, files, province, reference, case, spill=spill, memory_limit=memory_limit
            )
            summary = _with_published(summary, found, not_compared)
            write_json(folder / "summary.json", summary)
        return summary


def _with_published(summary: Summary, found: int, not_compared: list[dict[str, Any]]) -> Summary:
    """The summary with the published figures in it: counted, and no longer "not configured"."""
    kind = DiscrepancyKind.AGGREGATE_MISMATCH.value
    others = [one for one in summary["not_compared"] if one["kind"] != kind]
    listed = sorted([*others, *not_compared], key=lambda one: (one["kind"] or "", one["side"] or "", one["reason"]))
    return {**summary, "counts": {**summary["counts"], kind: found}, "not_compared": listed}


def night_judge(
    files: RunFiles,
    province: Province,
    reference: Reference,
    *,
    spill: Path,
    memory_limit: str,
    keeps_side_rows: bool = False,
    spread: Spread | None = None,
    progress: Progress = lambda done, total: None,
) -> Judge:
    """Judges any two snapshots as this night does: same reference time, rules, coverage; writes into a folder.

    For `recheck`, which judges the fresh rows by it and gets it as an argument. `keeps_side_rows`: also what the
    counts of published figures need.
    """
    case = _case(files, province)

    def judged(dossiers: Files, rejections: Files, folder: Path) -> Summary:
        in_one_go = keeps_side_rows or spread is not None
        with spread() if spread else engine(spill, memory_limit=memory_limit) as connection:
            register_reference(connection, reference)
            _register(connection, dossiers, rejections, files.unanswered)
            judge(connection, case, None if in_one_go else _screened(dossiers), progress)
            if keeps_side_rows:
                keep_side_rows(connection, folder)
            return write_results(connection, case, folder)

    return judged


def _case(files: RunFiles, province: Province) -> Case:
    return night_case(
        files.key.business_date,
        read_json(files.staged),
        province.province_roots,
        province.rules,
        portal_lists_dossiers=province.portal.kind != "adapter",
        catalogue_reason=catalogue_reason(files, province),
    )


def _register(connection: Connection, dossiers: Files, rejections: Files, unanswered: Path) -> None:
    if unanswered.is_file():
        connection.read_parquet(str(unanswered)).create("unanswered")
    for side in Side:
        connection.read_parquet(str(dossiers[side])).create_view(f"{side.value}_dossiers")
        connection.read_parquet(str(rejections[side])).create_view(f"{side.value}_rejections")


def _screened(dossiers: Files) -> Snapshots | None:
    """What is compared month by month; None where both sides together are matched in one go."""
    snapshots = Snapshots.of(dossiers)
    return snapshots if snapshots and snapshots.whole.rows >= SCREENED_FROM else None


def write_results(connection: Connection, case: Case, folder: Path) -> Summary:
    """What `judge` has left, as the files of `runs/<p>/<d>/reconcile`; the content of summary.json."""
    for name, relation in _FILES.items():
        connection.table(relation).write_parquet(str(folder / name), compression="zstd")
    summary = summarise(connection, case)
    write_json(folder / "summary.json", summary)
    return summary


def summarise(connection: Connection, case: Case) -> Summary:
    """Counts per kind, what stayed open, and how many dossiers there were; after `judge`."""
    counts = {kind.value: 0 for kind in ROW_KINDS}
    for kind, _, number in run_query(connection, "reconciliation/results/found_subtypes").fetchall():
        counts[kind] += number
    places: dict[str, int] = {}
    for (standing, _), number in standings(connection).items():
        places[standing] = places.get(standing, 0) + number
    return {
        "counts": counts,
        "not_compared": [asdict(one) for one in not_compared(connection, case)],
        "matched": places.get("matched", 0),
        "shop_only": places.get("shop_only", 0),
        "portal_only": places.get("portal_only", 0),
        "dossiers": sum(places.values()),
    }


__all__ = [
    "Case",
    "Judge",
    "SideCoverage",
    "judge",
    "night_case",
    "night_judge",
    "reconcile_night",
    "summarise",
    "write_results",
]
