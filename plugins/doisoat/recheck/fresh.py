"""The staged look-ups of one side, and the night's snapshot with their rows in it. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from doisoat.store.engine import engine, run_query
from doisoat.store.layout import read_json


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
    snapshot: Path, staged: Path, answered: Sequence[str], target: Path, *, spill: Path, memory_limit: str
) -> None:
    """`snapshot` (a dossiers.parquet) as `target`, the rows of the answered codes replaced by those of `staged`."""
    with engine(spill, memory_limit=memory_limit) as connection:
        night = connection.read_parquet(str(snapshot))
        night.create_view("night_rows")
        fresh = connection.read_parquet(str(staged / "dossiers.parquet"))
        fresh.select(*night.columns).create_view("fresh_rows")
        run_query(connection, "reconciliation/recheck/answered_codes", {"codes": list(answered)})
        run_query(connection, "reconciliation/recheck/replaced_rows")
        connection.table("replaced_rows").write_parquet(str(target), compression="zstd")
