"""A large comparison some months at a time: pairs that agree in everything are only counted, the others are kept.

Both sides keep a dossier under the month of its reception, so nearly all pairs are found within a few months, in memory
of their size. What is left over (a dossier on one side only, moved to another month, repeated, set aside) is matched
afterwards, over all months together, by the same queries that match a small night in one go; the result is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import chain
from operator import add
from pathlib import Path

import duckdb

from doisoat.errors import DamagedSnapshot
from doisoat.model import Side
from doisoat.reconcile.carrying import Carry, Fingerprints
from doisoat.reconcile.gathering import Gathered
from doisoat.store.engine import run_query
from doisoat.store.partitions import told_fingerprints

_FOLDER, _CARRYING = "reconciliation/screening", "reconciliation/carrying"
_SHOP_CLOCKS = (f"{_FOLDER}/shop_clock_rows", "lateness/clock_dues", "lateness/row_clocks")
_BEGIN = tuple(f"{_FOLDER}/{step}" for step in ("known_keys", "left_rows"))
_COUNT = tuple(f"{_FOLDER}/{step}" for step in ("screened", "add_quiet"))
_KEEP = tuple(f"{_FOLDER}/{step}" for step in ("month_rows", "add_left_rows", "take_pair_rows"))
_SCREENED_AT_ONCE = 2_000_000  # rows of both sides; bounds the memory of a step

Files = Mapping[Side, Path]  # a file, or a pattern like `…/dossiers/*.parquet`
Step = Callable[[duckdb.DuckDBPyConnection], None]
Progress = Callable[[int, int], None]  # rows screened, of how many


@dataclass(frozen=True)
class Months:
    """The partitions of some months on either side, and how many rows they have together."""

    names: tuple[str, ...] = ()
    files: Mapping[Side, tuple[Path, ...]] = field(default_factory=lambda: dict.fromkeys(Side, ()))
    rows: int = 0

    def __add__(self, other: Months) -> Months:
        files = {side: self.files[side] + other.files[side] for side in Side}
        return Months(self.names + other.names, files, self.rows + other.rows)


@dataclass(frozen=True)
class Snapshots:
    """Two snapshots as their months, the earliest first."""

    months: tuple[Months, ...]

    @classmethod
    def of(cls, dossiers: Files) -> Snapshots | None:
        """None where a side is not partitioned by month, or has no partition; DamagedSnapshot names a broken one."""
        if any("*" not in path.name for path in dossiers.values()):
            return None
        found = {side: {one.stem: one for one in path.parent.glob(path.name)} for side, path in dossiers.items()}
        if not all(found.values()):
            return None
        rows = _rows_of([path for paths in found.values() for path in paths.values()])
        names = sorted(set[str]().union(*found.values()))
        return cls(tuple(_month(found, name, rows) for name in names))

    @cached_property
    def whole(self) -> Months:
        """All months."""
        return reduce(add, self.months, Months())

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """What is told of each month's partitions: None of a side without one, empty where nothing is told."""
        told = told_fingerprints(path for month in self.months for path in chain(*month.files.values()))
        return {
            name: {side.value: told[paths[0]] if paths else None for side, paths in month.files.items()}
            for month in self.months
            for name in month.names
        }

    def only(self, names: frozenset[str]) -> Snapshots:
        """These months."""
        return Snapshots(tuple(month for month in self.months if names.issuperset(month.names)))

    def without(self, names: frozenset[str]) -> Snapshots:
        """All months but these."""
        return Snapshots(tuple(month for month in self.months if names.isdisjoint(month.names)))

    def steps(self) -> Iterator[Months]:
        """Months that follow each other, as many as are screened at once."""
        step = Months()
        for month in self.months:
            if step.rows and step.rows + month.rows > _SCREENED_AT_ONCE:
                yield step
                step = Months()
            step += month
        if step.names:
            yield step


def _month(found: Mapping[Side, Mapping[str, Path]], name: str, rows: Mapping[Path, int]) -> Months:
    files = {side: (found[side][name],) if name in found[side] else () for side in Side}
    return Months((name,), files, sum(rows[path] for path in chain(*files.values())))


def _rows_of(paths: Sequence[Path]) -> dict[Path, int]:
    """How many rows each file has, by what it says of itself."""
    query = "SELECT file_name, num_rows FROM parquet_file_metadata($paths)"
    with duckdb.connect(":memory:") as connection:
        try:
            told = connection.execute(query, {"paths": [str(path) for path in paths]}).fetchall()
        except duckdb.Error as error:
            if len(paths) > 1:
                return {path: rows for one in paths for path, rows in _rows_of([one]).items()}
            raise _damaged(paths[0], _unreadable(error)) from error
    return {Path(name): rows for name, rows in told}


def show_nothing(connection: duckdb.DuckDBPyConnection, snapshots: Snapshots) -> None:
    """Point the relations of both sides at no row at all."""
    for side, paths in snapshots.whole.files.items():
        _by_month(connection, paths[:1]).filter("FALSE").create_view(f"{side.value}_by_month", replace=True)


def _by_month(connection: duckdb.DuckDBPyConnection, paths: Iterable[Path]) -> duckdb.DuckDBPyRelation:
    """The rows of some partitions, and of which: column `month`."""
    rows = connection.read_parquet([str(path) for path in paths], filename=True)
    return rows.project("* EXCLUDE (filename), PARSE_FILENAME(filename, TRUE) AS month")


def _show(
    connection: duckdb.DuckDBPyConnection,
    months: Months,
    snapshots: Snapshots,
    *,
    of: duckdb.DuckDBPyRelation | None = None,
) -> None:
    """Point the relations of both sides at the rows of these months; of a side without them at none.

    `of`: only at those of these dossiers, so that nothing is derived from the others.
    """
    show_nothing(connection, snapshots)
    for side, paths in months.files.items():
        if paths:
            rows = _by_month(connection, paths)
            shown = rows if of is None else rows.join(of, "dossier_code", how="semi")
            shown.create_view(f"{side.value}_by_month", replace=True)


@contextmanager
def _blaming(months: Months, snapshots: Snapshots) -> Iterator[None]:
    """DamagedSnapshot, which names the file that is to blame, instead of the engine's own error."""
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException) as error:
        for path in chain(*months.files.values()):
            if fault := _fault(path, snapshots):
                raise _damaged(path, fault) from error
        raise


def _damaged(path: Path, fault: str) -> DamagedSnapshot:
    return DamagedSnapshot(f"{path}: {fault}; run the stage `stage` of this night again")


def _unreadable(error: duckdb.Error) -> str:
    return f"cannot be read ({str(error).splitlines()[0]})"


def _fault(path: Path, snapshots: Snapshots) -> str:
    """What is wrong with one file; empty where it can be read and has the columns all others have."""
    others = [str(one) for one in chain(*snapshots.whole.files.values())]
    with duckdb.connect(":memory:") as connection:
        try:
            rows = connection.read_parquet(str(path))
            rows.project("COLUMNS(*)").fetchall()
            absent = sorted({*connection.read_parquet(others, union_by_name=True).columns} - {*rows.columns})
        except duckdb.Error as error:
            return _unreadable(error)
    return f"has no column {', '.join(absent)}, it was written by another version" if absent else ""


def screen(
    connection: duckdb.DuckDBPyConnection,
    snapshots: Snapshots,
    carry: Carry,
    *,
    match: Step,
    check: Step,
    progress: Progress,
) -> frozenset[str]:
    """Leaves `dossiers` (what needs a closer look) and `counted_pairs` (all others), as matching everything would.

    `match` runs the queries that match whatever `staged_rows` shows, `check` looks at the rows of each
    step first. `progress` hears how many rows of how many are done. Returns the months that stand: what was kept of
    their results is not among them yet.
    """
    match(connection)  # over nothing: of all keys only those are known that have been rejected or not answered
    _run(connection, *_BEGIN)
    dossiers = Gathered(connection, "dossiers", like="joined_dossiers")
    standing = _take_over(connection, snapshots, carry, dossiers)
    fresh, rows = snapshots.without(standing), snapshots.whole.rows
    done = rows - fresh.whole.rows
    with _blaming(fresh.whole, snapshots):
        _show(connection, fresh.whole, snapshots)
        _run(connection, f"{_FOLDER}/repeated_keys", _SHOP_CLOCKS[0], "lateness/term_ends")
    for months in fresh.steps():
        progress(done, rows)
        with _blaming(months, snapshots):
            _screen(connection, months, snapshots, check)
            dossiers.add(connection.table("joined_dossiers"))
        done += months.rows
    progress(done, rows)
    carry.keep_left_rows(connection, fresh.whole.names)
    _run(connection, f"{_FOLDER}/take_left_rows")
    match(connection)
    dossiers.add(connection.table("joined_dossiers"))
    _run(connection, f"{_FOLDER}/forget_rows")
    return standing


def _take_over(
    connection: duckdb.DuckDBPyConnection, snapshots: Snapshots, carry: Carry, dossiers: Gathered
) -> frozenset[str]:
    """The months that stand, after what was kept of their rows and counts has been put in."""
    standing = carry.standing(snapshots.fingerprints)
    if not standing:
        return standing
    standing -= _concerned(connection, snapshots, carry, standing)
    connection.table("joined_rows").filter("FALSE").create("no_joined_rows")
    for relation, like in (("left_rows", "left_rows"), ("counts", "counted_pairs"), ("dossiers", "no_joined_rows")):
        carry.show(connection, relation, standing, like)
    _run(connection, f"{_CARRYING}/add_left_rows", f"{_CARRYING}/add_counts", f"{_CARRYING}/take_dossiers")
    dossiers.add(connection.table("joined_dossiers"))
    _run(connection, "reconciliation/matching/joined_rows")
    return standing


def _concerned(
    connection: duckdb.DuckDBPyConnection, snapshots: Snapshots, carry: Carry, standing: frozenset[str]
) -> frozenset[str]:
    """Those of the months that stand which have to be looked at again, because a key of theirs is told of elsewhere."""
    fresh, files = snapshots.without(standing).whole, snapshots.only(standing).whole.files[Side.SHOP]
    if not files:
        return frozenset()
    carry.show(connection, "left_rows", standing, "left_rows")
    with _blaming(fresh, snapshots):
        _show(connection, fresh, snapshots)
        _by_month(connection, files).create_view("standing_keys", replace=True)
        months = run_query(connection, f"{_CARRYING}/concerned_months").fetchall()
    return frozenset(month for (month,) in months)


def _screen(connection: duckdb.DuckDBPyConnection, months: Months, snapshots: Snapshots, check: Step) -> None:
    """Count what is quiet in these months, keep the rows of all others; joined_dossiers shows the pairs among them."""
    _show(connection, months, snapshots)
    check(connection)
    _run(connection, *_SHOP_CLOCKS, *_COUNT)
    suspects = connection.table("screened").filter("dossier_code IS NOT NULL")
    _show(connection, months, snapshots, of=suspects)
    _run(connection, *_KEEP)


def _run(connection: duckdb.DuckDBPyConnection, *steps: str) -> None:
    for step in steps:
        run_query(connection, step)
