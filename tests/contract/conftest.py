"""Served applications for the contract tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from doisoat_simulator.run import background_server
from doisoat_simulator.servers import create_app
from tests.contract.tiny_world import TinyWorld, ten_dossiers

Serve = Callable[..., str]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """`serve(world, **options of create_app)` → address; everything ends with the test."""
    monkeypatch.delenv("DOISOAT_SIMULATOR_PASSWORD", raising=False)
    with ExitStack() as stack:
        yield lambda world, **options: stack.enter_context(background_server(create_app(world, **options)))


@pytest.fixture(scope="module")
def ten() -> Iterator[str]:
    """Ten dossiers, all servers, well-behaved; only for tests that change nothing."""
    with background_server(create_app(ten_dossiers())) as address:
        yield address


@pytest.fixture(scope="module")
def tandan_ten() -> Iterator[str]:
    """The same with the shop as Tân Dân."""
    with background_server(create_app(ten_dossiers(), variant="tandan")) as address:
        yield address


@pytest.fixture
def one(serve: Serve) -> Callable[..., str]:
    """`one(row, **options)` serves a world of this single dossier on both sides."""
    return lambda row, **options: serve(TinyWorld([row], [dict(row)]), **options)
