"""Which records of a listing are known, by short keyed digests, and in which month each was received.

One Parquet file a landing: what that reading saw, and what it found to be gone. The newest file of a chain decides
about a record. Also secret and rejected records are known here, since the source's totals count them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from doisoat.store.engine import engine, run_query

NO_MONTH = 0  # of a record without a readable date of reception; others are numbers like 202608


@dataclass(frozen=True)
class KnownRecords:
    """What a chain of landings knows."""

    connection: duckdb.DuckDBPyConnection

    def months(self, read: Mapping[int, int], gone: Collection[int] = ()) -> dict[int, int]:
        """Month -> records known, if `read` (record -> month) is what is seen now and `gone` are no more."""
        parameters = {"records": list(read), "months": list(read.values()), "gone": list(gone)}
        return dict(run_query(self.connection, "landing/known_months", parameters).fetchall())

    def among(self, records: Collection[int]) -> frozenset[int]:
        """Those of `records` that are known."""
        found = run_query(self.connection, "landing/known_among", {"records": list(records)}).fetchall()
        return frozenset(record for (record,) in found)

    def unseen(self, read: Mapping[int, int], months: Collection[int]) -> frozenset[int]:
        """Records known to be of these months that are not among `read`."""
        parameters = {"records": list(read), "months": list(months)}
        found = run_query(self.connection, "landing/unseen_records", parameters).fetchall()
        return frozenset(record for (record,) in found)


@contextmanager
def known_records(files: Sequence[Path]) -> Iterator[KnownRecords]:
    """What the files of a chain (oldest first) know together."""
    with engine() as connection:
        run_query(connection, "landing/known_records", {"paths": [str(path) for path in files]})
        yield KnownRecords(connection)


def write_records(path: Path, read: Mapping[int, int], gone: Collection[int]) -> None:
    """Write one file: what was read (record -> month), and what was found to be gone."""
    with engine(threads=1) as connection:
        parameters = {"records": list(read), "months": list(read.values()), "gone": list(gone), "path": str(path)}
        run_query(connection, "landing/write_records", parameters)
