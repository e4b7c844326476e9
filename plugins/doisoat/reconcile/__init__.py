"""The stage `reconcile`: both snapshots of a night against each other, dossier by dossier.

Reads snapshots and staged.json, replaces `runs/<p>/<d>/reconcile/` (docs/data-contracts.md). The tests themselves are
the files in `sql/reconciliation` and `sql/lateness`; `judge` runs them, `coverage` says what stayed open. Nothing here
knows about first seen, causes or people.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.model import ROW_KINDS, DiscrepancyKind, Side
from doisoat.reconcile.carrying import FOLDER, Carry, Kept, newest_kept, read_kept, rules_digest
from doisoat.reconcile.case import Case, SideCoverage, night_case
from doisoat.reconcile.comparison import SCREENED_FROM, judge
from doisoat.reconcile.coverage import catalogue_reason, not_compared, standings
from doisoat.reconcile.published_night import add_published, keep_side_rows
from doisoat.reconcile.screening import Progress, Snapshots
from doisoat.store.connection import Connection, Relation
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json
from doisoat.store.reference import Reference
from doisoat.store.rule_versions import rule_versions
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
    full: bool = False,
    spread: Spread | None = None,
    progress: Progress = lambda done, total: None,
) -> Summary:
    """Compare the two snapshots of a night; the content of summary.json. NullKey stops it.

    `full`: look at every month, also at those whose results could be carried over; the same comes out.
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
        earlier=None if full else newest_kept(files),
        keeps=True,
        spread=spread,
        progress=progress,
    )
    with replaced_folder(files.work("reconcile")) as folder:
        summary = judged(_of_sides(files.dossiers), _of_sides(files.rejections), folder)
        if with_figures:
            case = _case(files, province)
            found, not_compared = add_published(
                folder, files, province, reference, case, spill=spill, memory_limit=memory_limit
            )
            summary = _with_published(summary, found, not_compared)
            write_json(folder / "summary.json", summary)
        return summary


def _of_sides(path_of: Callable[[Side], Path]) -> Files:
    return {side: path_of(side) for side in Side}


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
    earlier: Kept | None = None,
    keeps: bool = False,
    spread: Spread | None = None,
    progress: Progress = lambda done, total: None,
) -> Judge:
    """Judges any two snapshots as this night does: same reference time, rules, coverage; writes into a folder.

    For `recheck`, which judges the fresh rows by it and gets it as an argument. `keeps_side_rows`: also what the
    counts of published figures need. `earlier`: what results may be carried over from; `keeps`: leave them to others.
    """
    case = _case(files, province)
    rules = rules_digest(case, rule_versions(province, reference, files.key.business_date))

    def judged(dossiers: Files, rejections: Files, folder: Path) -> Summary:
        def look(earlier: Kept | None) -> Summary:
            kept, in_one_go = folder / FOLDER if keeps else None, keeps_side_rows or spread is not None
            with spread() if spread else engine(spill, memory_limit=memory_limit) as connection:
                register_reference(connection, reference)
                _register(connection, dossiers, rejections, files.unanswered)
                snapshots = None if in_one_go else _screened(dossiers)
                judge(connection, case, snapshots, progress, Carry(rules, case.as_of, earlier, kept))
                if keeps_side_rows:
                    keep_side_rows(connection, folder)
                return write_results(connection, case, folder)

        return _looked_at(look, earlier, folder)

    return judged


def _looked_at(look: Callable[[Kept | None], Summary], earlier: Kept | None, folder: Path) -> Summary:
    """What `look` says, with what an earlier night has kept; without it where that cannot be read."""
    try:
        return look(earlier)
    except duckdb.Error:
        if earlier is None:
            raise
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        return look(None)


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
        _any_null(connection, relation).write_parquet(str(folder / name), compression="zstd")
    summary = summarise(connection, case)
    write_json(folder / "summary.json", summary)
    return summary


def _any_null(connection: Connection, relation: str) -> Relation:
    """Its rows, but no column is known to be never NULL: the file would say so, and not on every way to these rows."""
    columns = ", ".join(f"TRY({name}) AS {name}" for name in connection.table(relation).columns)
    return connection.sql(f"SELECT {columns} FROM {relation}")


def summarise(connection: Connection, case: Case) -> Summary:
    """Counts per kind, what stayed open, and how many dossiers there were; after `judge`."""
    found = run_query(connection, "reconciliation/results/counts").fetchall()
    places: dict[str, int] = {}
    for (standing, _), number in standings(connection).items():
        places[standing] = places.get(standing, 0) + number
    return {
        "counts": {kind.value: 0 for kind in ROW_KINDS} | dict(found),
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
    "read_kept",
    "reconcile_night",
    "summarise",
    "write_results",
]
