"""One comparison on either engine, written as `reconcile` writes it, and read again with schema and order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from doisoat.model import Side
from doisoat.reconcile import Case, SideCoverage, judge, write_results
from doisoat.reconcile.published_night import SIDE_ROWS, keep_side_rows
from doisoat.store.connection import Connection
from doisoat.store.engine import engine
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference
from tests.oracle import Discrepancy, Night
from tests.sql.reconciliation.snapshots import BUSINESS_DATE, rejection_table
from tests.sql.test_against_oracle import table

Opener = Callable[[], AbstractContextManager[Connection]]
Results = dict[str, Any]  # file name -> table, and the summary


@dataclass(frozen=True)
class Told:
    """What both sides say, as the snapshots and the case of a night."""

    dossiers: Mapping[Side, pa.Table]
    rejections: Mapping[Side, pa.Table]
    case: Case
    reference: Reference
    unanswered: Mapping[str, str] | None = None

    @classmethod
    def of(cls, night: Night, unanswered: Mapping[str, str] | None = None) -> Told:
        coverage = (
            SideCoverage(is_complete=side not in night.partial, absent_columns=night.absent.get(side, frozenset()))
            for side in Side
        )
        day, roots = night.business_date or BUSINESS_DATE, tuple(sorted(night.province_roots))
        rejected = {Side.SHOP: night.rejected_shop, Side.PORTAL: night.rejected_portal}
        return cls(
            {Side.SHOP: table(night.shop), Side.PORTAL: table(night.portal)},
            {side: rejection_table(sorted(codes), side) for side, codes in rejected.items()},
            Case(day, night.as_of, roots, night.parameters, *coverage),
            night.reference,
            unanswered,
        )


def here() -> AbstractContextManager[Connection]:
    """DuckDB."""
    return engine(threads=1)


def results(opener: Opener, told: Told) -> Results:
    """Every file of the comparison, its summary, and what the counts of published figures need."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with opener() as connection:
            register_reference(connection, told.reference)
            _register(connection, told, folder)
            judge(connection, told.case)
            (folder / "written").mkdir()
            summary = write_results(connection, told.case, folder / "written")
            keep_side_rows(connection, folder)
        files = {file.name: pq.read_table(file) for file in sorted((folder / "written").glob("*.parquet"))}
        side_rows = pq.read_table(folder / SIDE_ROWS).to_pylist()  # in no order: they are only counted
        return files | {"summary": summary, "side_rows": Counter(tuple(row.values()) for row in side_rows)}


def _register(connection: Connection, told: Told, folder: Path) -> None:
    if told.unanswered is not None:
        columns = {"dossier_code": list(told.unanswered), "reason": list(told.unanswered.values())}
        silent = pa.table(columns, schema=pa.schema(dict.fromkeys(columns, pa.string())))
        pq.write_table(silent, folder / "unanswered.parquet")
        connection.read_parquet(str(folder / "unanswered.parquet")).create("unanswered")
    for what, tables in (("dossiers", told.dossiers), ("rejections", told.rejections)):
        for side, rows in tables.items():
            file = folder / f"{side.value}_{what}.parquet"
            pq.write_table(rows, file)
            connection.read_parquet(str(file)).create_view(file.stem)


def assert_same(spark: Results, duckdb: Results) -> None:
    """The same files with the same columns, types, rows and order.

    Whether a column is marked as never null, DuckDB decides by the rows at hand: no part of the schema.
    """
    assert spark.keys() == duckdb.keys()
    for name in sorted(spark.keys() - {"summary", "side_rows"}):
        columns = [[(one.name, one.type) for one in told[name].schema] for told in (spark, duckdb)]
        assert columns[0] == columns[1], name
        assert spark[name].to_pylist() == duckdb[name].to_pylist(), name
    assert spark["summary"] == duckdb["summary"]
    assert spark["side_rows"] == duckdb["side_rows"]


def found(written: Results) -> list[Discrepancy]:
    """What was found, in the oracle's words and order."""
    rows = written["discrepancies.parquet"].select(list(Discrepancy._fields)).to_pylist()
    return sorted((Discrepancy(**row) for row in rows), key=lambda one: tuple(value or "" for value in one))
