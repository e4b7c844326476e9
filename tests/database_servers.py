"""Fixtures of real database servers, one of each kind a test process (`tests.conftest`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
