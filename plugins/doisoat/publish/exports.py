"""The night for programs: the whole report as JSON; its discrepancies as CSV (UTF-8 with BOM, RFC 4180) and Parquet."""

from __future__ import annotations

import csv
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.model import local_iso
from doisoat.store.engine import read_query, run_query

if TYPE_CHECKING:
    import duckdb

    from doisoat.publish.indicators import IndicatorReport
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

    `aggregates` is there only where published figures are configured, `indicators`, `ranking` and `deadlines` where
    they were computed.
    """
    if report.indicators is not None:
        report = replace(report, indicators=_without_earlier_units(report.indicators))
    tree: dict[str, Any] = _plain(report)
    for optional in ("aggregates", "indicators", "ranking", "deadlines"):
        if tree[optional] is None:
            del tree[optional]
    for period in tree.get("indicators", {}).get("periods", ())[:1]:
        period["figures"] = [_figure(one, period["province"]["agency_code"]) for one in period["figures"]]
    return {"schema": "doisoat-report/1", **tree}


def _without_earlier_units(indicators: IndicatorReport) -> IndicatorReport:
    """The figures of units stand there of the first period only: the workbook has all."""
    periods = indicators.periods
    rest = (replace(one, figures=one.whole) for one in periods[1:])
    return replace(indicators, periods=(*periods[:1], *rest))


def _figure(figure: dict[str, Any], province: str) -> dict[str, Any]:
    """The province's whole; a unit's without its causes."""
    left_out = () if figure["agency_code"] == province else ("parts", "caveat", "label")
    return {name: value for name, value in figure.items() if name not in left_out}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return local_iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
