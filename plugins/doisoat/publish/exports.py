"""The list of discrepancies for programs: CSV (UTF-8 with BOM, RFC 4180) and Parquet, the same columns."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.store.engine import read_query, run_query

if TYPE_CHECKING:
    import duckdb


def write_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Every discrepancy, by dossier code; null is an empty cell, lines end in CR LF."""
    cursor = run_query(connection, "reports/export")
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(column[0] for column in cursor.description or ())
        while rows := cursor.fetchmany(10_000):
            writer.writerows(rows)


def write_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The same rows with types (dates as DATE), zstd."""
    connection.sql(read_query("reports/export")).write_parquet(str(path), compression="zstd")
