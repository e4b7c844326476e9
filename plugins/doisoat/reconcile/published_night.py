"""Adds the published figures to the files of a reconciled night: its own engine, its own clocks, one more kind.

`judge` has left the matched dossiers (`SIDE_ROWS`); the result joins discrepancies.parquet and summary.json.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.model import DiscrepancyKind
from doisoat.reconcile.case import Case
from doisoat.reconcile.published import PublishedNight, compare_published, write_comparison
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.published_figures import FigureState
from doisoat.store.connection import Connection
from doisoat.store.engine import engine, read_query, run_query
from doisoat.store.figures import read_figures
from doisoat.store.layout import RunFiles, write_json
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference

SIDE_ROWS = ".side_rows.parquet"  # between the two engines; gone when the stage ends
_KIND = DiscrepancyKind.AGGREGATE_MISMATCH


def keep_side_rows(connection: Connection, folder: Path) -> None:
    """Hand over what the counts need of the matched dossiers; after `judge`."""
    connection.sql(read_query("aggregates/side_rows")).write_parquet(str(folder / SIDE_ROWS), compression="zstd")


def add_published(
    folder: Path,
    files: RunFiles,
    province: Province,
    reference: Reference,
    case: Case,
    *,
    spill: Path,
    memory_limit: str,
) -> tuple[int, list[dict[str, Any]]]:
    """Compare the landed figures, add what differs to discrepancies.parquet; how many, and what was not compared.

    Writes aggregates.parquet (every figure) and aggregates.json (months, contradictions) beside it.
    """
    manifest, figures = read_figures(files.landing_aggregates)
    rows = folder / SIDE_ROWS
    with engine(spill, memory_limit=memory_limit) as connection:
        register_reference(connection, reference)
        connection.read_parquet(str(rows)).create_view("side_rows")
        comparison = compare_published(connection, PublishedNight(province, reference, case, manifest, figures))
        write_comparison(comparison, connection, folder / "aggregates.parquet")
        _add_discrepancies(connection, folder / "discrepancies.parquet")
    rows.unlink()
    write_json(folder / "aggregates.json", comparison.facts)
    found = sum(line.state == FigureState.MISMATCH for line in comparison.lines)
    return found, [asdict(one) for one in comparison.not_compared]


def _add_discrepancies(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Replace the file by itself and the figures that differ; without a dossier they come first."""
    info = KIND_INFO[_KIND]
    facts = {"side": info.side.value, "severity": info.severity().value}
    connection.execute("CREATE TEMP TABLE night AS SELECT * FROM read_parquet($path)", {"path": str(path)})
    run_query(connection, "aggregates/discrepancies", facts)
    both = connection.table("aggregate_discrepancies").union(connection.table("night"))
    both.order("dossier_code, kind, subtype, field, agency_code, period").write_parquet(str(path), compression="zstd")
