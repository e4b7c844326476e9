from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from doisoat.store.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path, migrated: Path) -> Iterator[Warehouse]:
    """The embedded warehouse; PostgreSQL has the same tests of its own in tests/unit/warehouse."""
    file = shutil.copy(migrated, tmp_path / "warehouse.sqlite")
    with Warehouse(f"sqlite:///{file}") as opened:
        yield opened
