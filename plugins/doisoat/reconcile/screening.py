"""A large comparison month by month: pairs that agree in everything are only counted, the others are kept.

Both sides keep a dossier under the month of its reception, so nearly all pairs are found within one month, in memory of
one month's size. What a month leaves over (a dossier on one side only, moved to another month, repeated, set aside) is
matched afterwards, over all months together, by the same queries that match a small night in one go; the result is the
same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from doisoat.errors import DamagedSnapshot
from doisoat.model import Side
from doisoat.store.engine import run_query

_LOG = logging.getLogger(__name__)
_FOLDER = "reconciliation/screening"
_SHOP_CLOCKS = (f"{_FOLDER}/shop_clock_rows", "lateness/row_clocks")
_BEGIN = tuple(f"{_FOLDER}/{step}" for step in ("known_keys", "left_rows", "pair_rows"))
_COUNT = tuple(f"{_FOLDER}/{step}" for step in ("repeated_keys", "screened", "add_quiet"))
_KEEP = tuple(f"{_FOLDER}/{step}" for step in ("month_rows", "add_left_rows", "add_pair_rows"))
_JOIN_PAIRS = tuple(f"{_FOLDER}/{step}" for step in ("take_pair_rows", "add_dossiers", "forget_pair_rows"))
_JOINED_AT_ONCE = 250_000  # rows of pairs; bounds the memory of the join
_RECALL = tuple(f"{_FOLDER}/{step}" for step in ("month_recalled", "recall_quiet", "recall_rows"))

Files = Mapping[Side, Path]  # a file, or a pattern like `…/dossiers/*.parquet`
Step = Callable[[duckdb.DuckDBPyConnection], None]
Progress = Callable[[int, int], None]  # months done, of how many


@dataclass(frozen=True)
class Month:
    """The partition of one month on either side; None where a side has none."""

    name: str
    files: Mapping[Side, Path | None]


@dataclass(frozen=True)
class Snapshots:
    """Two snapshots, and the months they consist of."""

    dossiers: Files
    months: tuple[Month, ...]

    @classmethod
    def of(cls, dossiers: Files) -> Snapshots | None:
        """None where a side is not partitioned by month, or has no partition."""
        if any("*" not in path.name for path in dossiers.values()):
            return None
        found = {side: {one.stem: one for one in path.parent.glob(path.name)} for side, path in dossiers.items()}
        if not all(found.values()):
            return None
        names = sorted(set[str]().union(*found.values()))
        return cls(dossiers, tuple(Month(name, {side: found[side].get(name) for side in Side}) for name in names))

    def any_file(self, side: Side) -> Path:
        """Some file of a side."""
        return next(path for month in self.months if (path := month.files[side]) is not None)

    @property
    def rows(self) -> int:
        """How many rows both sides have together, by what the files say of themselves."""
        named = [str(path) for path in self.dossiers.values()]
        with duckdb.connect(":memory:") as connection:
            found = connection.execute("SELECT SUM(num_rows) FROM parquet_file_metadata($files)", {"files": named})
            return int((found.fetchone() or (0,))[0] or 0)


def show_nothing(connection: duckdb.DuckDBPyConnection, snapshots: Snapshots) -> None:
    """Point the relations of both sides at no row at all."""
    _show_month(connection, Month("", dict.fromkeys(Side)), snapshots)


def _show_all(connection: duckdb.DuckDBPyConnection, snapshots: Snapshots) -> None:
    _show_month(connection, Month("", snapshots.dossiers), snapshots)


def _show_month(
    connection: duckdb.DuckDBPyConnection,
    month: Month,
    snapshots: Snapshots,
    *,
    of: duckdb.DuckDBPyRelation | None = None,
) -> None:
    """Point the relations of both sides at the month's rows; of a side without the month at none.

    `of`: only at those of these dossiers, so that nothing is derived from the others.
    """
    for side, path in month.files.items():
        rows = connection.read_parquet(str(path or snapshots.any_file(side)))
        rows = rows if path else rows.filter("FALSE")
        shown = rows if of is None else rows.join(of, "dossier_code", how="semi")
        shown.create_view(f"{side.value}_dossiers", replace=True)


@contextmanager
def _blaming(month: Month, snapshots: Snapshots) -> Iterator[None]:
    """DamagedSnapshot, which names the month's file that is to blame, instead of the engine's own error."""
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException) as error:
        for path in filter(None, month.files.values()):
            if fault := _fault(path, snapshots):
                raise DamagedSnapshot(f"{path}: {fault}; run the stage `stage` of this night again") from error
        raise


def _fault(path: Path, snapshots: Snapshots) -> str:
    """What is wrong with one file; empty where it can be read and has the columns all others have."""
    with duckdb.connect(":memory:") as connection:
        try:
            rows = connection.read_parquet(str(path))
            rows.project("COLUMNS(*)").fetchall()
            whole = connection.read_parquet([str(one) for one in snapshots.dossiers.values()], union_by_name=True)
            absent = sorted({*whole.columns} - {*rows.columns})
        except duckdb.Error as error:
            return f"cannot be read ({str(error).splitlines()[0]})"
    return f"has no column {', '.join(absent)}, it was written by another version" if absent else ""


def screen(
    connection: duckdb.DuckDBPyConnection,
    snapshots: Snapshots,
    bindings: Mapping[str, Any],
    *,
    match: Step,
    check: Step,
    progress: Progress,
) -> None:
    """Leaves `dossiers` (what needs a closer look) and `quiet_counts` (all others), as matching everything would.

    `bindings`: those of the clocks. `match` runs the queries that match whatever `staged_rows` shows, `check` looks at
    the rows of each month first. `progress` hears how many months of how many are done.
    """
    match(connection)  # over nothing: of all keys only those are known that have been rejected or not answered
    _run(connection, {}, "reconciliation/matching/dossiers", *_BEGIN)
    _show_all(connection, snapshots)
    with _blaming(Month("", snapshots.dossiers), snapshots):
        _run(connection, bindings, f"{_FOLDER}/scattered_keys", _SHOP_CLOCKS[0], "lateness/term_ends")
    for done, month in enumerate(snapshots.months):
        progress(done, len(snapshots.months))
        with _blaming(month, snapshots):
            _show_month(connection, month, snapshots)
            check(connection)
            _run(connection, {}, *_SHOP_CLOCKS, *_COUNT)
            suspects = connection.table("screened").filter("dossier_code IS NOT NULL")
            _show_month(connection, month, snapshots, of=suspects)
            _run(connection, {"month": month.name}, *_KEEP)
            _join_pairs(connection, above=_JOINED_AT_ONCE)
        _require_order(connection, month)
    progress(len(snapshots.months), len(snapshots.months))
    _join_pairs(connection)
    _recall(connection, snapshots)
    _run(connection, {}, f"{_FOLDER}/take_left_rows")
    match(connection)
    _run(connection, {}, f"{_FOLDER}/add_dossiers", f"{_FOLDER}/forget_rows")


def _join_pairs(connection: duckdb.DuckDBPyConnection, *, above: int = 0) -> None:
    """Make dossiers of the rows of pairs that have gathered, if they are more than `above`."""
    if connection.table("pair_rows").shape[0] > above:
        _run(connection, {}, *_JOIN_PAIRS)


def _require_order(connection: duckdb.DuckDBPyConnection, month: Month) -> None:
    """DamagedSnapshot where the portal's file is not in the order of its keys: repeated ones would not be noticed."""
    if connection.table("repeated_keys").filter("is_disordered").limit(1).fetchall():
        path = month.files[Side.PORTAL]
        raise DamagedSnapshot(f"{path}: its rows are not in the order of their keys; run the stage `stage` again")


def _recall(connection: duckdb.DuckDBPyConnection, snapshots: Snapshots) -> None:
    """Take back pairs whose key stands in another month as well; they are matched with what is left over."""
    _show_all(connection, snapshots)
    run_query(connection, f"{_FOLDER}/recalled_keys")
    if not connection.table("recalled_keys").limit(1).fetchall():
        return
    for month in snapshots.months:
        _show_month(connection, month, snapshots)
        _run(connection, {"month": month.name}, *_SHOP_CLOCKS, *_RECALL)
    run_query(connection, f"{_FOLDER}/recall_dossiers")


def _run(connection: duckdb.DuckDBPyConnection, bindings: Mapping[str, Any], *steps: str) -> None:
    for step in steps:
        run_query(connection, step, bindings)
