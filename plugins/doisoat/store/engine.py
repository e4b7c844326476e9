"""DuckDB: one in-memory connection per stage, local time zone fixed, spilling below the run's home.

Queries live in `sql/`, take bind parameters as `:name`, and are found relative to the package (beside
`plugins/` in a checkout and in the container, inside the package in a wheel).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, overload

import duckdb

from doisoat.errors import OutOfSpace
from doisoat.store.connection import Answer, Connection

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_COMMENT = re.compile(r"--[^\n]*")


def sql_folder() -> Path:
    """The folder `sql/` that belongs to this package."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parents[1] / "sql"
    return beside if beside.is_dir() else package / "sql"


@cache
def read_query(name: str) -> str:
    """Text of `sql/<name>.sql`, as it stands there."""
    return (sql_folder() / f"{name}.sql").read_text(encoding="utf-8")


@overload
def run_query(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> duckdb.DuckDBPyConnection: ...
@overload
def run_query(connection: Connection, name: str, parameters: Mapping[str, Any] | None = None) -> Answer: ...
def run_query(connection: Connection, name: str, parameters: Mapping[str, Any] | None = None) -> Answer:
    """Execute `sql/<name>.sql`; of `parameters` it gets the ones it names."""
    text, named = _statement(name)
    return connection.execute(text, {key: value for key, value in (parameters or {}).items() if key in named})


@cache
def _statement(name: str) -> tuple[str, frozenset[str]]:
    """The text as the engine takes it, and the parameters it names."""
    text = _PARAMETER.sub(r"$\1", _COMMENT.sub("", read_query(name)))
    return text, frozenset(re.findall(r"\$([a-z_][a-z0-9_]*)", text))


def query_rows(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of `sql/<name>.sql` by column; for results that are few."""
    cursor = run_query(connection, name, parameters)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def engine(
    spill: Path | None = None, *, memory_limit: str = "2GB", threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private in-memory DuckDB whose session lives in +07:00, at every date (Vietnam's zone only since 1975)."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET TimeZone = 'Etc/GMT-7'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET memory_limit = '{memory_limit}'")
        if spill is not None:
            spill.parent.mkdir(parents=True, exist_ok=True)  # the engine itself makes the last folder only
            connection.execute("SET temp_directory = ?", [str(spill)])
        if threads is not None:
            connection.execute(f"SET threads = {int(threads)}")
        for macro in ("local_time", "instant"):
            run_query(connection, f"engine/{macro}")
        yield connection
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        if sentence := _shortage(str(error), spill, memory_limit):
            raise OutOfSpace(sentence) from error
        raise
    finally:
        connection.close()


def _shortage(told: str, spill: Path | None, memory_limit: str) -> str:
    """What is short and what helps; empty where it is something else."""
    if "failed to offload" in told:
        return f"{spill}: no space left to spill to; free some, or set DOISOAT_MEMORY_LIMIT (now {memory_limit}) higher"
    if "No space left" in told:
        written = re.search(r'file \\?"([^"\\]+)', told)
        return f"{written[1] if written else 'disk'}: no space left on this disk; free some and run this stage again"
    if "Out of Memory" in told:
        return f"DOISOAT_MEMORY_LIMIT={memory_limit} is too little here; set it higher and run this stage again"
    return ""
