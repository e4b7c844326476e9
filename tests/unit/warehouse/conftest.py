"""Every test of the warehouse runs twice: embedded, and on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from doisoat.model import VIETNAM
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.postgres import Server

NOW = datetime(2026, 9, 4, 1, 30, 15, tzinfo=VIETNAM)


@pytest.fixture(params=["sqlite", "postgresql"])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'warehouse.sqlite'}"
    server: Server = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    """A migrated warehouse whose clock stands at 4 September 2026, 01:30:15."""
    with Warehouse(warehouse_url, clock=lambda: NOW) as opened:
        opened.migrate()
        yield opened
