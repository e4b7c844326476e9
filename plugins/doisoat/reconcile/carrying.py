"""What a night takes over from an earlier one, and keeps for later ones: months whose rows nobody has touched.

A month that both sides still tell with the rows of then (`store.partitions`), under the same rules, is not looked at
again. Of its pairs some can never be judged otherwise (*settled*): their results and counts are carried over. Others
may be, by the time alone or by a row elsewhere: these are carried over as rows, and judged again every night. So a
night says the same whether it carries over or looks at everything.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import duckdb

from doisoat.model import Side
from doisoat.reconcile.case import Case
from doisoat.rules.kinds import KIND_INFO
from doisoat.store.connection import Connection
from doisoat.store.engine import run_query
from doisoat.store.layout import RunFiles, link_file, read_json, write_json

FOLDER = "kept"  # of a night's folder `reconcile`
_TOLD = "kept.json"
_FOLDER = "reconciliation/carrying"
_ROWS = ("left_rows", "dossiers", "counts")  # judged or counted again
_RESULTS = ("discrepancies", "pairs")
_ROWS_AHEAD = 10_240  # of a month that are kept in memory while they are written; bounds the memory
_WORTH_KEEPING = 0.2  # of all rows: dossiers that needed a closer look
_BY_TIME = ("as_of", "scope_edge")  # bindings that differ every night

Fingerprints = Mapping[str, Mapping[str, str | None]]  # month -> side -> fingerprint of its partition


@dataclass(frozen=True)
class Kept:
    """What one night has kept."""

    folder: Path
    rules: str
    as_of: datetime
    months: Fingerprints

    def files(self, relation: str, months: Collection[str]) -> list[str]:
        """The files of some months; those without a row have none."""
        found = self.folder.glob(f"{relation}/month=*/*.parquet")
        return sorted(str(path) for path in found if path.parent.name.removeprefix("month=") in months)


def read_kept(folder: Path) -> Kept | None:
    """What the night of this folder `reconcile` has kept; None if it has not, or it cannot be read."""
    try:
        told = read_json(folder / FOLDER / _TOLD)
        kept = Kept(folder / FOLDER, told["rules"], datetime.fromisoformat(told["as_of"]), told["months"])
        return kept if _are_whole(kept) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _are_whole(kept: Kept) -> bool:
    """Whether every file it has can be opened."""
    files = [path for relation in (*_ROWS, *_RESULTS) for path in kept.files(relation, kept.months)]
    if not files:
        return True
    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute("SELECT COUNT(*) FROM parquet_file_metadata($paths)", {"paths": files})
        except duckdb.Error:
            return False
    return True


def newest_kept(files: RunFiles) -> Kept | None:
    """What the newest earlier night of this province has kept."""
    root, today = files.work("reconcile").parents[1], files.key.business_date.isoformat()
    for path in sorted(root.glob(f"*/reconcile/{FOLDER}/{_TOLD}"), reverse=True):
        if path.parents[2].name < today and (kept := read_kept(path.parents[1])):
            return kept
    return None


def rules_digest(case: Case, versions: Mapping[str, str]) -> str:
    """By what a pair is judged, the time apart: rules, reference tables, what the sides can tell; as one digest."""
    told = {
        "versions": dict(versions),
        "bindings": {name: value for name, value in case.bindings().items() if name not in _BY_TIME},
        "sides": [asdict(case.coverage(side)) for side in Side],
        "kinds": {kind.value: repr(info) for kind, info in KIND_INFO.items()},
        "engine": duckdb.__version__,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: object) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)


@dataclass(frozen=True)
class Carry:
    """How one comparison carries over."""

    rules: str
    as_of: datetime
    earlier: Kept | None  # what it may take over
    folder: Path | None  # where it keeps; None: nothing

    def standing(self, months: Fingerprints) -> frozenset[str]:
        """The months that say what they said when they were kept; none if other rules hold or time ran back."""
        if self.earlier is None or self.earlier.rules != self.rules or self.earlier.as_of > self.as_of:
            return frozenset()
        before = self.earlier.months
        return frozenset(month for month, told in months.items() if _is_same(told, before.get(month)))

    def show(self, connection: Connection, relation: str, standing: Collection[str], like: str) -> None:
        """Leaves `carried_<relation>`: what was kept of these months, with the columns of the relation `like`."""
        name, files = f"carried_{relation}", self.earlier.files(relation, standing) if self.earlier else []
        if files:
            engine = cast("duckdb.DuckDBPyConnection", connection)  # the only one that carries over
            rows = engine.read_parquet(files, hive_partitioning=False)
            rows.select(*engine.table(like).columns).create_view(name)
        else:
            connection.sql(f"SELECT * FROM {like} WHERE FALSE").create_view(name)

    def keep_left_rows(self, connection: duckdb.DuckDBPyConnection, fresh: Collection[str]) -> None:
        """Keep what is left over of the months that were looked at, before it is matched."""
        if self.folder is not None:
            run_query(connection, f"{_FOLDER}/fresh_months", {"months": sorted(fresh)})
            run_query(connection, f"{_FOLDER}/kept_left_rows")
            _write(connection, self.folder, "left_rows")

    def keep(
        self,
        connection: duckdb.DuckDBPyConnection,
        months: Fingerprints,
        rows: int,
        standing: Collection[str],
        bindings: Mapping[str, Any],
    ) -> None:
        """Keep all else once everything is judged; of the months that stand what was kept of them before.

        Nothing where so much differs that looking at everything is no dearer.
        """
        if self.folder is None:
            return
        if connection.table("dossiers").shape[0] > _WORTH_KEEPING * rows:
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        run_query(connection, f"{_FOLDER}/settled", bindings)
        run_query(connection, f"{_FOLDER}/kept")
        for relation in ("dossiers", "counts", *_RESULTS):
            _write(connection, self.folder, relation)
        if self.earlier is not None:
            _link_months(self.earlier, standing, self.folder)
        write_json(self.folder / _TOLD, {"rules": self.rules, "as_of": self.as_of.isoformat(), "months": months})


NOTHING_CARRIED = Carry("", datetime.min.replace(tzinfo=UTC), None, None)


def _is_same(told: Mapping[str, str | None], before: Mapping[str, str | None] | None) -> bool:
    return told == before and not any(fingerprint == "" for fingerprint in told.values())


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, relation: str) -> None:
    (folder / relation).mkdir(parents=True, exist_ok=True)
    connection.execute(f"SET partitioned_write_flush_threshold = {_ROWS_AHEAD}")
    connection.table(f"kept_{relation}").write_parquet(
        str(folder / relation),
        compression="snappy",
        partition_by=["month"],
        write_partition_columns=True,
        row_group_size=_ROWS_AHEAD,
        overwrite=True,
    )


def _link_months(earlier: Kept, months: Collection[str], folder: Path) -> None:
    for relation in (*_ROWS, *_RESULTS):
        for name in earlier.files(relation, months):
            target = folder / relation / Path(name).parent.name / Path(name).name
            target.parent.mkdir(parents=True, exist_ok=True)
            link_file(Path(name), target)
