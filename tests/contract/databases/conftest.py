"""An empty database on a real MariaDB and a real PostgreSQL, and sources that read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from doisoat.config import SqlSource
from doisoat.land.connect import open_look_up, open_source
from doisoat.land.source import LookUp, Source
from doisoat.model import VIETNAM
from tests.mariadb import MariaDb
from tests.unit.warehouse.postgres import Server

DAYS = {"scope_from": date(2025, 1, 1), "business_date": date(2026, 9, 3)}
NIGHT = datetime(2026, 9, 4, 1, tzinfo=VIETNAM)


@dataclass
class Database:
    """An empty database; `execute` runs statements as its owner, `source` reads it as a province would."""

    kind: str
    url: str
    execute: Callable[..., None]
    terminate: Callable[[], None]  # ends every connection of readers, as a restart of the server does
    folder: Path
    environment: pytest.MonkeyPatch
    opened: list[Any] = field(default_factory=list)

    def section(self, query: str | None = None, **more: Any) -> SqlSource:
        """A section whose query is the given text, or OpenCPS' tables."""
        self.environment.setenv("CSDL_THU", more.pop("url", self.url))
        if query is None:
            return SqlSource(kind="sql", url_env="CSDL_THU", schema="opencps", **more)
        file = self.folder / "ho_so.sql"
        file.write_text(query, encoding="utf-8")
        return SqlSource(kind="sql", url_env="CSDL_THU", query=file, **more)

    def source(self, query: str | None = None, **more: Any) -> Source:
        return open_source(self.section(query, **more), clock=lambda: NIGHT, days=DAYS)

    def look_up(self, query: str | None = None, **more: Any) -> LookUp:
        found = open_look_up(self.section(query, **more), days=DAYS)
        self.opened.append(found)
        return found

    def records(self, query: str, **more: Any) -> list[Any]:
        return [record for page in self.source(query, **more).pages(frozenset()) for record in page.records]


@pytest.fixture(params=["mariadb", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = _mariadb if request.param == "mariadb" else _postgresql
    found: Database = made(request, tmp_path, monkeypatch)
    yield found
    for one in found.opened:
        one.close()


@pytest.fixture
def on_mariadb(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    return _mariadb(request, tmp_path, monkeypatch)


@pytest.fixture
def on_postgresql(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    return _postgresql(request, tmp_path, monkeypatch)


def _mariadb(request: pytest.FixtureRequest, folder: Path, environment: pytest.MonkeyPatch) -> Database:
    server: MariaDb = request.getfixturevalue("mariadb")
    name = server.new_database()

    def terminate() -> None:
        for (number,) in server.query(f"SELECT id FROM information_schema.processlist WHERE db = '{name}'"):
            server.execute(f"KILL {number}")

    def execute(*statements: str) -> None:
        server.execute(*statements, database=name)

    return Database("mariadb", server.url(name), execute, terminate, folder, environment)


def _postgresql(request: pytest.FixtureRequest, folder: Path, environment: pytest.MonkeyPatch) -> Database:
    server: Server = request.getfixturevalue("postgres")
    url = server.new_database()
    name = url.rsplit("/", 1)[1]

    def terminate() -> None:
        server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def execute(*statements: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    return Database("postgresql", url, execute, terminate, folder, environment)
