"""Fixtures of real databases, one of each kind a test process (`tests.conftest`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from doisoat.store.warehouse import Warehouse
from tests.mariadb import MariaDb, running_mariadb
from tests.unit.warehouse.postgres import Server, running_server

# A test whose warehouse lies in `warehouse_url` runs on either kind, on the server only with the slow ones.
anywhere = pytest.mark.parametrize(
    "warehouse_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    with running_mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, embedded but for tests that are to run `anywhere`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path / 'warehouse.sqlite'}"
    server: Server = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded warehouse with all tables and no rows, to be copied: migrating takes a tenth of a second."""
    file = tmp_path_factory.mktemp("migrated") / "warehouse.sqlite"
    with Warehouse(f"sqlite:///{file}") as opened:
        opened.migrate()
    return file
