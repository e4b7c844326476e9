"""What differs from one database to the next: driver, time limits, how a read-only snapshot is opened, whose clock.

PostgreSQL and MariaDB (MySQL) are proved against real servers, Oracle and SQL Server by the SQL they are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from doisoat.config import SqlSource

Statement = tuple[str, Mapping[str, Any]]
_WRITE_TIMEOUT_S = 600  # MariaDB gives up on a client that takes no row for so long; a page is written in less


@dataclass(frozen=True)
class Dialect:
    """One kind of database."""

    driver: str
    clock: str  # its own clock: an instant, or a time in UTC
    options: Mapping[str, Any]  # of the connection: isolation, read-only
    connect_args: Callable[[SqlSource], dict[str, Any]]
    opening: Callable[[SqlSource, bool], list[Statement]]  # (section, is MariaDB) -> statements before the first read
    prepare: Callable[[Engine, SqlSource], None] = lambda engine, section: None


def _postgresql_opening(section: SqlSource, is_mariadb: bool) -> list[Statement]:
    limit = {"limit": f"{section.statement_timeout_s}s"}
    return [("SELECT set_config('statement_timeout', :limit, TRUE)", limit)]


def _mysql_opening(section: SqlSource, is_mariadb: bool) -> list[Statement]:
    """A TIMESTAMP is told in the session's zone, so that becomes ours; the snapshot begins here, not at a first row."""
    seconds = section.statement_timeout_s
    limit: Statement = (
        ("SET SESSION max_statement_time = :limit", {"limit": seconds})
        if is_mariadb
        else ("SET SESSION max_execution_time = :limit", {"limit": seconds * 1_000})
    )
    return [
        ("SET SESSION time_zone = '+07:00'", {}),
        ("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ALLOW_INVALID_DATES')", {}),  # told as they stand, judged later
        ("SET SESSION net_write_timeout = :seconds", {"seconds": _WRITE_TIMEOUT_S}),
        limit,
        ("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", {}),
    ]


def _postgresql_prepare(engine: Engine, section: SqlSource) -> None:
    from doisoat.land.databases.postgresql_values import accept_any_value

    @event.listens_for(engine, "connect", insert=True)  # before SQLAlchemy asks for the version
    def _on_connect(connection: Any, _record: Any) -> None:
        accept_any_value(connection)


def _oracle_prepare(engine: Engine, section: SqlSource) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.call_timeout = section.statement_timeout_s * 1_000


def _mysql_prepare(engine: Engine, section: SqlSource) -> None:
    """Nobody reads the rest of a connection that is thrown away; PyMySQL tries to, and complains of the lost socket."""

    @event.listens_for(engine, "invalidate")
    def _on_invalidate(connection: Any, _record: Any, _error: Any) -> None:
        result = getattr(connection, "_result", None)
        if result is not None:
            result.unbuffered_active = False


def _postgresql_args(section: SqlSource) -> dict[str, Any]:
    alive = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    named = {"application_name": "doisoat", "client_encoding": "utf8"}
    return {"connect_timeout": section.connect_timeout_s, **named, **alive}


def _mysql_args(section: SqlSource) -> dict[str, Any]:
    return {
        "connect_timeout": section.connect_timeout_s,
        "read_timeout": section.statement_timeout_s + 30,  # a server that is gone without a word
        "charset": "utf8mb4",
    }


_MYSQL = Dialect(
    "pymysql",
    "SELECT UTC_TIMESTAMP(6)",
    {"isolation_level": "REPEATABLE READ"},
    _mysql_args,
    _mysql_opening,
    prepare=_mysql_prepare,
)

DIALECTS: Mapping[str, Dialect] = {
    "postgresql": Dialect(
        "psycopg",
        "SELECT CURRENT_TIMESTAMP",
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        _postgresql_args,
        _postgresql_opening,
        _postgresql_prepare,
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "oracle": Dialect(
        "oracledb",
        "SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) FROM DUAL",
        {},
        lambda section: {"tcp_connect_timeout": section.connect_timeout_s},
        lambda section, is_mariadb: [("SET TRANSACTION READ ONLY", {})],
        _oracle_prepare,
    ),
    "mssql": Dialect(
        "pymssql",
        "SELECT SYSUTCDATETIME()",
        {"isolation_level": "SNAPSHOT"},
        lambda section: {"login_timeout": section.connect_timeout_s, "timeout": section.statement_timeout_s},
        lambda section, is_mariadb: [],
    ),
}
