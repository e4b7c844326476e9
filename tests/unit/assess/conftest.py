from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from doisoat.store.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """The embedded warehouse; PostgreSQL has the same tests of its own in tests/unit/warehouse."""
    with Warehouse(f"sqlite:///{tmp_path / 'warehouse.sqlite'}") as opened:
        opened.migrate()
        yield opened
