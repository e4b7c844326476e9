"""What PostgreSQL can hold and Python cannot, so that one such row does not end the reading of all others.

Dates beyond Python's calendar ('infinity', years before 1 and after 9999) come as their text: a rejection with a
reason. Text of a database without an encoding (SQL_ASCII) that is no UTF-8 comes as its bytes: unreadable.
"""

from __future__ import annotations

from typing import Any

from psycopg import DataError
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader

_DATES = (("date", DateLoader), ("timestamp", TimestampLoader), ("timestamptz", TimestamptzLoader))


def accept_any_value(connection: Any) -> None:
    """Make a psycopg connection hand over what is no Python value as its text or bytes."""
    for name, base in _DATES:
        connection.adapters.register_loader(name, _tolerant(base))
    if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
        connection.execute("SET client_encoding TO 'SQL_ASCII'")  # else the server refuses rows that are no UTF-8
        connection.commit()
        for name in ("text", "varchar", "bpchar"):
            connection.adapters.register_loader(name, _TextOrBytes)


def _tolerant(base: type[Loader]) -> type[Loader]:
    class Tolerant(base):  # type: ignore[misc, valid-type]
        def load(self, data: Buffer) -> Any:
            try:
                return super().load(data)
            except DataError:
                return bytes(data).decode("ascii", errors="replace")

    return Tolerant


class _TextOrBytes(Loader):
    def load(self, data: Buffer) -> str | bytes:
        raw = bytes(data)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw
