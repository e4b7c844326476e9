"""How the warehouse is reached: engines for SQLite and PostgreSQL, transactions, and what their errors mean.

No table and no question about discrepancies here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from doisoat.errors import ConfigError, DoisoatError, TerminalError, WarehouseBusy

_PRAGMAS = (
    *("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"),
    *("temp_store = MEMORY", "cache_size = -65536"),  # a night's scratch tables, and 64 MiB to join them in
)
WAIT_MS = 20_000  # how long a writer waits for another one
_KEY = "DOISOAT_WAREHOUSE_URL"
_BUSY_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"})
_REFUSED = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied")


def read_url(url: str) -> URL:
    """SQLite or PostgreSQL (always by psycopg 3); ConfigError for anything else, without its password."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError("no database URL; expected postgresql://… or sqlite:///…", key=_KEY) from None
    backend = parsed.drivername.split("+")[0]
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ConfigError(f"{backend!r} is no known warehouse; use postgresql:// or sqlite:///", key=_KEY)
    return parsed


def open_engine(url: URL) -> Engine:
    """An engine that waits for other writers a bounded time and keeps at most one idle connection."""
    try:
        if url.get_backend_name() == "sqlite":
            return _open_sqlite(url)
        options = f"-c lock_timeout={WAIT_MS} -c timezone=Asia/Ho_Chi_Minh"
        arguments = {"connect_timeout": 10, "options": options, "application_name": "doisoat"}
        return create_engine(url, pool_size=1, pool_pre_ping=True, connect_args=arguments)
    except NoSuchModuleError:
        raise ConfigError(f"no driver for {url.drivername!r}", key=_KEY) from None


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigError("an embedded warehouse needs a file: sqlite:////path/to/warehouse.sqlite", key=_KEY)
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=1, connect_args={"timeout": WAIT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """The driver must not begin transactions by itself: schema changes belong inside ours."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads; database errors come out as ours."""
    with _translated(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine, lock: str) -> Iterator[Connection]:
    """One transaction, alone: in SQLite by its write lock, in PostgreSQL by an advisory lock named `lock`."""
    ours = engine.execution_options(writes=True)
    with _translated(engine), ours.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"doisoat {lock}"}
            )
        yield connection


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _meaning(error, engine) from None


def _meaning(error: DBAPIError, engine: Engine) -> DoisoatError:
    """Busy and unreachable pass by waiting; a wrong address or password and a broken file do not."""
    where = engine.url.render_as_string(hide_password=True)
    said = " ".join(str(error.orig).split())[:300]
    if engine.dialect.name == "sqlite":
        if "locked" in said or "busy" in said:
            return WarehouseBusy(f"the warehouse {where} is locked by another run: try again")
        return TerminalError(f"the warehouse {where} cannot be used ({said}): look at this file, or at {_KEY}")
    state = getattr(error.orig, "sqlstate", None)
    if state in _BUSY_STATES:
        return WarehouseBusy(f"the warehouse {where} is busy ({state}): try again")
    if any(phrase in said for phrase in _REFUSED):
        return ConfigError(f"the warehouse {where} refuses us ({said})", key=_KEY)
    if error.connection_invalidated or (isinstance(error, OperationalError) and state is None):
        return WarehouseBusy(f"the warehouse {where} cannot be reached: is the server running?")
    return TerminalError(f"the warehouse {where} cannot be used ({state}: {said.split(' DETAIL')[0]})")
