"""The night for programs: the whole report as JSON; its discrepancies as CSV (UTF-8 with BOM, RFC 4180) and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.model import local_iso
from doisoat.store.engine import read_query, run_query

if TYPE_CHECKING:
    import duckdb

    from doisoat.publish.report import ReportData


def write_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Every discrepancy, by dossier code; null is an empty cell, lines end in CR LF."""
    cursor = run_query(connection, "reports/export")
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(column[0] for column in cursor.description or ())
        while rows := cursor.fetchmany(10_000):
            writer.writerows(rows)


def write_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The same rows and columns with types (dates as DATE), zstd."""
    connection.sql(read_query("reports/export")).write_parquet(str(path), compression="zstd")


def as_json(report: ReportData) -> dict[str, Any]:
    """The whole tree as JSON values, with `schema` naming this shape; keys are the names above.

    `aggregates` is there only where published figures are configured, `indicators` and `deadlines` where they were
    computed.
    """
    tree: dict[str, Any] = _plain(asdict(report))
    for optional in ("aggregates", "indicators", "deadlines"):
        if tree[optional] is None:
            del tree[optional]
    for place, period in enumerate(tree.get("indicators", {}).get("periods", ())):
        period["figures"] = list(_figures(period, of_all=place == 0))
    return {"schema": "doisoat-report/1", **tree}


def _figures(period: dict[str, Any], *, of_all: bool) -> Iterator[dict[str, Any]]:
    """The province's figures whole; of the units those of the first period, without their causes (workbook)."""
    for figure in period["figures"]:
        if figure["agency_code"] == period["province"]["agency_code"]:
            yield figure
        elif of_all:
            yield {name: value for name, value in figure.items() if name not in ("parts", "caveat", "label")}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return local_iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
