"""The staged look-ups of one side, and the night's snapshot with their rows in it. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from doisoat.store.engine import engine, run_query
from doisoat.store.layout import read_json

_FRESH = "looked-up.parquet"  # beside the months: where a row lies does not matter


def read_answers(folder: Path) -> dict[str, str]:
    """Code asked -> found, absent, failed, or unusable: found, but no row could be staged under that code."""
    states: dict[str, str] = read_json(folder / "answers.json")
    with engine() as connection:
        connection.read_parquet(str(folder / "dossiers.parquet")).create_view("fresh_rows")
        staged = {code for (code,) in run_query(connection, "reconciliation/recheck/staged_codes").fetchall()}
    return {
        code: "unusable" if state == "found" and code not in staged else state for code, state in sorted(states.items())
    }


def read_absent_columns(folder: Path) -> frozenset[str]:
    """Wire names no answer carried; empty where nothing was said about columns."""
    stored = folder / "columns.json"
    return frozenset(read_json(stored)["absent_columns"]) if stored.is_file() else frozenset()


def write_replaced(
    snapshot: Path, staged: Path, answered: Sequence[str], folder: Path, *, spill: Path, memory_limit: str
) -> Path:
    """The partitions of `snapshot` (a pattern) in the new `folder`, but the rows of the answered codes from `staged`.

    The pattern of the result. Partitions that no answer concerns are links to what they were.
    """
    folder.mkdir()
    with engine(spill, memory_limit=memory_limit) as connection:
        run_query(connection, "reconciliation/recheck/answered_codes", {"codes": list(answered)})
        connection.read_parquet(str(snapshot), filename=True).create_view("night_rows")
        concerned = {name for (name,) in run_query(connection, "reconciliation/recheck/concerned_files").fetchall()}
        for path in sorted(snapshot.parent.glob(snapshot.name)):
            if str(path) in concerned:
                connection.read_parquet(str(path)).create_view("file_rows", replace=True)
                run_query(connection, "reconciliation/recheck/kept_rows")
                connection.table("kept_rows").write_parquet(str(folder / path.name), compression="zstd")
            else:
                (folder / path.name).symlink_to(path.resolve())
        columns = connection.table("night_rows").columns[:-1]  # all but the file's name
        connection.read_parquet(str(staged / "dossiers.parquet")).select(*columns).create_view("fresh_rows")
        run_query(connection, "reconciliation/recheck/replacing_rows")
        connection.table("replacing_rows").write_parquet(str(folder / _FRESH), compression="zstd")
    return folder / "*.parquet"
