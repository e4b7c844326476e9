"""The SQL readings of single values, loaded into a connection. `rules.values` decides what they mean."""

from __future__ import annotations

import re

import duckdb

from doisoat.rules.values import INSTANT_SHAPE
from doisoat.store.engine import read_query, run_query

_END = re.compile(r";\s*$", re.MULTILINE)


def load_macros(connection: duckdb.DuckDBPyConnection, *, dashes_as_hyphen: bool = True) -> None:
    """Define the macros of `sql/staging/macros.sql`, statement by statement, and how codes are read."""
    connection.execute("SET VARIABLE instant_shape = $shape", {"shape": INSTANT_SHAPE.pattern})
    connection.execute("SET VARIABLE hyphens = $hyphens", {"hyphens": dashes_as_hyphen})
    for statement in _END.split(read_query("staging/macros")):
        if statement.strip():
            connection.execute(statement)
    run_query(connection, "staging/partition_macro")
