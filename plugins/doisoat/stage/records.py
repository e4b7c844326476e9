"""The records of one side while they are staged: Parquet files below a scratch folder, and relations that read them.

A side may have more records than memory holds. So they lie on disk between the two passes over them, by columns; what
is asked of them in between reads the few columns it names.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from doisoat.store.engine import run_query
from doisoat.store.landing import check_parts

_REJECTED = "rejected"  # partition of the rows that are not staged
_ROWS_AHEAD = 10_000  # that a thread keeps before it hands them to their partitions; the engine: 524,288
_TONIGHT, _OLDER, _FILLED = "tonight.parquet", "older.parquet", "filled.parquet"


@dataclass(frozen=True)
class Records:
    """Of one side, below `scratch`; the connection's search path names the side's schema."""

    connection: duckdb.DuckDBPyConnection
    scratch: Path

    @property
    def _landed(self) -> Path:
        return self.scratch / "landed"

    @property
    def _judged(self) -> Path:
        return self.scratch / "judged"

    @property
    def _all_judged(self) -> Path:
        return self._judged / "**" / "*.parquet"

    def load(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        """`landed` from the parts the manifest names; IncompleteLanding if one of them is damaged."""
        parts = [str(path) for path in check_parts(folder, manifest)]
        _empty(self._landed)
        run_query(self.connection, "staging/write_landed", {"parts": parts, "path": str(self._landed / _TONIGHT)})
        self._open("landed_rows", self._landed / "*.parquet")
        run_query(self.connection, "staging/forgotten")
        run_query(self.connection, "staging/landed")

    def add_older(self) -> None:
        """Put the records of `older` to those of `landed`."""
        run_query(self.connection, "staging/write_older", {"path": str(self._landed / _OLDER)})

    def fill_from_histories(self) -> None:
        """`landed` with what `histories` adds to it."""
        filled = self.scratch / _FILLED
        run_query(self.connection, "staging/fill_from_histories", {"path": str(filled)})
        _empty(self._landed)
        filled.rename(self._landed / _FILLED)

    def judge(self) -> None:
        """`judged`: what `judging` says about each record, said once."""
        _empty(self._judged)
        self.connection.execute(f"SET partitioned_write_flush_threshold = {_ROWS_AHEAD}")
        run_query(self.connection, "staging/write_judged", {"folder": str(self._judged)})
        if not any(self._judged.iterdir()):
            run_query(self.connection, "staging/write_none_judged", {"path": str(self._judged / "none.parquet")})
        self._open("judged", self._all_judged)

    def months(self) -> list[str]:
        """The partitions that have rows to be staged."""
        found = {path.name.removeprefix("month=") for path in self._judged.glob("month=*")}
        return sorted(found - {_REJECTED})

    def judged_of(self, month: str) -> Path:
        """Where the judged rows of one partition are, if it has some; as a glob."""
        folder = self._judged / f"month={month}"
        return folder / "*.parquet" if folder.is_dir() else self._all_judged

    def _open(self, name: str, files: Path) -> None:
        self.connection.read_parquet(str(files), hive_partitioning=False).create_view(name, replace=True)


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """`folder`, empty whatever a killed run left in it; gone when the block ends."""
    _empty(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
