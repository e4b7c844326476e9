"""Fixtures of real databases, one of each kind a test process (`tests.conftest`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from doisoat.store.warehouse import Warehouse
from tests.mariadb import MariaDb, running_mariadb
from tests.unit.warehouse.postgres import Server, running_server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    with running_mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded warehouse with all tables and no rows, to be copied: migrating takes a tenth of a second."""
    file = tmp_path_factory.mktemp("migrated") / "warehouse.sqlite"
    with Warehouse(f"sqlite:///{file}") as opened:
        opened.migrate()
    return file
