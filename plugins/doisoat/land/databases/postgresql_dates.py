"""Dates PostgreSQL can hold and Python cannot ('infinity', years before 1 and after 9999) come as their text.

One such row must not end the reading of all others: as a text it becomes a rejection with a reason.
"""

from __future__ import annotations

from typing import Any

from psycopg import DataError
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader


def accept_any_date(connection: Any) -> None:
    """Make a psycopg connection give the text of what is no Python date."""
    for name, base in (("date", DateLoader), ("timestamp", TimestampLoader), ("timestamptz", TimestamptzLoader)):
        connection.adapters.register_loader(name, _tolerant(base))


def _tolerant(base: type[Loader]) -> type[Loader]:
    class Tolerant(base):  # type: ignore[misc, valid-type]
        def load(self, data: Buffer) -> Any:
            try:
                return super().load(data)
            except DataError:
                return bytes(data).decode("ascii", errors="replace")

    return Tolerant
