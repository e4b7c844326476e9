"""The rows of a side's snapshot, one file per month of reception; what did not change is the base's file itself.

A month in which nothing changed is linked from the snapshot below (copied where the disk has no links); every other is
written anew, in the order and with the bytes it would have if the whole side had been staged at once.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from doisoat.store.engine import run_query
from doisoat.store.layout import UNDATED


def write_partitions(connection: duckdb.DuckDBPyConnection, folder: Path, base: Path | None = None) -> None:
    """Write `dossiers`, and the rows of the snapshot in `base` that stand, into a new `folder`.

    Months without a row get no file; that of undated rows is always there, so that there is something to read.
    """
    folder.mkdir()
    below = {path.stem: path for path in sorted(base.glob("*.parquet"))} if base else {}
    changed = {UNDATED, *_months(connection, "months")} | (
        set(_months(connection, "dropped_months")) if base else set()
    )
    for month in sorted(changed):
        _write(connection, month, below.get(month), folder / f"{month}.parquet")
    for month in sorted(below.keys() - changed):
        _link(below[month], folder / f"{month}.parquet")


def _months(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [month for (month,) in run_query(connection, f"staging/{query}").fetchall()]


def _write(connection: duckdb.DuckDBPyConnection, month: str, base: Path | None, target: Path) -> None:
    query = "month_merged" if base else "month_rows"
    run_query(connection, f"staging/{query}", {"month": month, "base": str(base)})
    if connection.table("month_rows").shape[0] or month == UNDATED:
        run_query(connection, "staging/write_month", {"path": str(target)})


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another device, or a file system without links
        shutil.copyfile(source, target)
