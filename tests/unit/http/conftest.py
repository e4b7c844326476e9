"""A real HTTP server on 127.0.0.1 for every test, and call rules that never make a test wait for long."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer

from doisoat.land.calls.client import CallRules, HttpClient

QUICK = CallRules(
    concurrency=4, calls_per_second=2_000, connect_timeout_s=2, read_timeout_s=5, attempts=3, max_wait_s=0.01
)


@pytest.fixture(scope="session")
def running_server() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", threaded=True) as running:
        yield running


@pytest.fixture
def server(running_server: HTTPServer) -> Iterator[HTTPServer]:
    yield running_server
    running_server.clear()


@pytest.fixture
def connect(server: HTTPServer) -> Iterator[Callable[..., HttpClient]]:
    """Opens clients of the server and closes them afterwards."""
    opened: list[HttpClient] = []

    def open_client(path: str = "", rules: CallRules = QUICK) -> HttpClient:
        opened.append(HttpClient(server.url_for(path), rules))
        return opened[-1]

    yield open_client
    for client in opened:
        client.close()


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_USER", "can-bo")
    monkeypatch.setenv("TEST_PASSWORD", "mật-khẩu-bí-mật")


def replaced(rules: CallRules, **changes: float) -> CallRules:
    """The rules with some of them changed."""
    return dataclasses.replace(rules, **changes)  # type: ignore[arg-type]
