"""datacompy over both snapshots, with Polars or pandas; a script for the peers' environment.

Arguments: polars|pandas, the folders of the shop's and the portal's partitions, the source file of repeated rows, a
folder to write into, the columns. Prints its counts; leaves the rows of one side only and every row that differs as
Parquet. Instants lose their zone (all are UTC), since datacompy compares zoned ones as texts, ten times slower.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

KEY, FILE = "dossier_code", "source_file"


def main(backend: str, folders: list[str], repeated: str, out: Path, columns: list[str]) -> None:
    """Read, compare, write everything that differs."""
    compare, read, differing, write = (_polars if backend == "polars" else _pandas)()
    started = time.perf_counter()
    shop, portal = (read(Path(folder), repeated, [KEY, *columns]) for folder in folders)
    done = time.perf_counter()
    comparison = compare(shop, portal, join_columns=KEY, df1_name="shop", df2_name="portal")
    rows = comparison.intersect_rows.shape[0] - comparison.count_matching_rows()
    counts = {
        "only_left": comparison.df1_unq_rows.shape[0],
        "only_right": comparison.df2_unq_rows.shape[0],
        "differing_rows": int(rows),
        "differing_cells": int(sum(column["unequal_cnt"] for column in comparison.column_stats)),
    }
    write(comparison.df1_unq_rows, out / "only_shop.parquet")
    write(comparison.df2_unq_rows, out / "only_portal.parquet")
    write(differing(comparison.intersect_rows, columns), out / "differs.parquet")
    parts = {"đọc": done - started, "so sánh và ghi": time.perf_counter() - done}
    sys.stdout.write(json.dumps({"counts": counts, "parts": parts}) + "\n")


def _polars() -> tuple[Any, Any, Any, Any]:
    import polars as pl
    import polars.selectors as cs
    from datacompy import PolarsCompare

    def read(folder: Path, repeated: str, columns: list[str]) -> Any:
        rows = pl.scan_parquet(folder / "*.parquet").filter(pl.col(FILE) != repeated).select(columns)
        return rows.with_columns(cs.datetime().dt.replace_time_zone(None)).collect()

    def differing(pairs: Any, columns: list[str]) -> Any:
        return pairs.filter(~pl.all_horizontal(f"{name}_match" for name in columns))

    return PolarsCompare, read, differing, lambda frame, path: frame.write_parquet(path)


def _pandas() -> tuple[Any, Any, Any, Any]:
    import pandas as pd
    from datacompy import PandasCompare

    def read(folder: Path, repeated: str, columns: list[str]) -> Any:
        rows = pd.read_parquet(folder, columns=columns, filters=[(FILE, "!=", repeated)])
        for name in rows.select_dtypes("datetimetz"):
            rows[name] = rows[name].dt.tz_localize(None)
        return rows

    def differing(pairs: Any, columns: list[str]) -> Any:
        return pairs[~pairs[[f"{name}_match" for name in columns]].all(axis=1)]

    return PandasCompare, read, differing, lambda frame, path: frame.to_parquet(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:4], sys.argv[4], Path(sys.argv[5]), sys.argv[6:])
