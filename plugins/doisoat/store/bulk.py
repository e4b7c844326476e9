"""Many rows into one table of the warehouse at once: COPY on PostgreSQL, one prepared statement elsewhere.

Scratch tables live as long as the transaction that makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Date, Table, text

_BATCH = 10_000


def fill(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of the table's columns; dates as `date`, no column of ours else."""
    names = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        refresh_statistics(connection, table)
        return
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
    dates = [at for at, column in enumerate(table.columns) if isinstance(column.type, Date)]
    left = (_plain(row, dates) for row in rows)
    while batch := list(islice(left, _BATCH)):
        connection.exec_driver_sql(statement, batch)


def refresh_statistics(connection: Connection, table: Table) -> None:
    """Tell PostgreSQL how large a table has become; by itself it looks a minute later, and plans badly until then."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {table.name}"))


def _plain(row: Sequence[Any], dates: list[int]) -> tuple[Any, ...]:
    """Dates as SQLAlchemy writes them into SQLite, whose driver knows none."""
    values = list(row)
    for at in dates:
        if values[at] is not None:
            values[at] = values[at].isoformat()
    return tuple(values)


@contextmanager
def scratch(connection: Connection, *tables: Table) -> Iterator[None]:
    """Temporary tables, empty at the beginning and gone at the end; room in memory to join them."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL work_mem = '96MB'"))
    for table in tables:
        table.create(connection)
    yield
    for table in tables:
        table.drop(connection)
