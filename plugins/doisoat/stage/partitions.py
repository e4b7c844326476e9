"""The rows of a side's snapshot, one file per month of reception; what did not change is the base's file itself.

A month in which nothing changed is linked from the snapshot below (copied where the disk has no links); every other is
written anew, in the order and with the bytes it would have if the whole side had been staged at once.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from doisoat.stage.records import Records
from doisoat.store.engine import run_query
from doisoat.store.layout import UNDATED, link_file
from doisoat.store.partitions import describe_partitions


def write_partitions(records: Records, folder: Path, base: Path | None = None) -> None:
    """Write the judged records that are staged, and the rows of the snapshot in `base` that stand, into a new `folder`.

    Months without a row get no file; that of undated rows is always there, so that there is something to read. Beside
    the folder stands what is told of its partitions (`store.partitions`).
    """
    folder.mkdir()
    below = {path.stem: path for path in sorted(base.glob("*.parquet"))} if base else {}
    changed = {UNDATED, *records.months()} | (_dropped_months(records.connection) if base else set())
    for month in sorted(changed):
        _write(records, month, below.get(month), folder / f"{month}.parquet")
    for month in sorted(below.keys() - changed):
        link_file(below[month], folder / f"{month}.parquet")
    describe_partitions(folder, below.keys() - changed, base)


def _dropped_months(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {month for (month,) in run_query(connection, "staging/dropped_months").fetchall()}


def _write(records: Records, month: str, base: Path | None, target: Path) -> None:
    connection, query = records.connection, "month_merged" if base else "month_rows"
    parameters = {"month": month, "tonight": str(records.judged_of(month)), "base": str(base)}
    run_query(connection, f"staging/{query}", parameters)
    if connection.table("month_rows").shape[0] or month == UNDATED:
        run_query(connection, "staging/write_month", {"path": str(target)})
