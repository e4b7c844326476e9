"""One database: connected, a read-only snapshot opened, every error of its driver turned into one of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from doisoat.config import SqlSource
from doisoat.errors import ConfigError
from doisoat.land.databases.dialects import DIALECTS, Dialect
from doisoat.land.databases.troubles import translated


class Database:
    """A pool of connections; safe for several threads. ConfigError for a URL or a driver that is none."""

    def __init__(self, section: SqlSource):
        url = _url(section)
        self._section = section
        self._dialect: Dialect = DIALECTS[url.get_backend_name()]
        self.address = _shown(url)
        self._engine = _engine(url, self._dialect, section)
        self.observed_at: datetime | None = None  # its own clock when the first snapshot began

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection in a read-only transaction that sees one moment; it is thrown away if the block fails.

        SourceRefused, SourceContractBroken, SourceUnavailable for what the database or its driver reports.
        """
        try:
            with self._engine.connect().execution_options(**self._dialect.options) as connection:
                try:
                    self._begin(connection)
                    yield connection
                except BaseException:
                    connection.invalidate()  # unread rows are not waited for
                    raise
                connection.rollback()
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error, UnicodeDecodeError) as error:
            raise translated(error, self.address) from None

    def close(self) -> None:
        self._engine.dispose()

    def _begin(self, connection: Connection) -> None:
        is_mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
        for statement, values in self._dialect.opening(self._section, is_mariadb):
            connection.execute(text(statement), values)
        if self.observed_at is None:
            now: datetime = connection.execute(text(self._dialect.clock)).scalar_one()
            self.observed_at = now if now.tzinfo else now.replace(tzinfo=UTC)


def _url(section: SqlSource) -> URL:
    """The URL with the driver we bring; ConfigError without repeating it, since it holds the account."""
    key = "url_env" if section.url_env else "url"
    try:
        url = make_url(section.address)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise ConfigError("no database URL like postgresql://user:password@host:5432/database", key=key) from None
    if backend not in DIALECTS:
        raise ConfigError(f"a database of kind {backend!r} is not known (known: {', '.join(DIALECTS)})", key=key)
    return url if "+" in url.drivername else url.set(drivername=f"{backend}+{DIALECTS[backend].driver}")


def _engine(url: URL, dialect: Dialect, section: SqlSource) -> Engine:
    pool: dict[str, Any] = {"pool_size": section.concurrency, "max_overflow": 0, "pool_pre_ping": True}
    try:
        engine = create_engine(url, connect_args=dialect.connect_args(section), hide_parameters=True, **pool)
    except (ImportError, NoSuchModuleError):
        extra = {"oracle": "oracle", "mssql": "sqlserver"}.get(url.get_backend_name())
        hint = f"install doisoat[{extra}]" if extra else f"leave the driver out of the URL: {url.get_backend_name()}://"
        raise ConfigError(f"no driver for {url.drivername}; {hint}", key="url_env") from None
    dialect.prepare(engine, section)
    return engine


def _shown(url: URL) -> str:
    """Kind, host and database of a URL; nothing that identifies an account."""
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"
