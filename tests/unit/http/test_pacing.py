"""The rate holds for all threads together; a common pause holds everybody. No stopwatch: arrivals are counted."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.land.calls.client import HttpClient
from doisoat.land.calls.pacing import Pace

from .conftest import QUICK, replaced


def test_the_server_never_sees_more_than_the_rate(server: HTTPServer) -> None:
    arrivals: list[float] = []

    def handle(request: Request) -> Response:
        arrivals.append(time.monotonic())
        return Response("{}")

    server.expect_request("/x").respond_with_handler(handle)
    client = HttpClient(server.url_for(""), replaced(QUICK, calls_per_second=100))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: client.get_json("x"), range(120)))
    client.close()
    arrivals.sort()
    assert len(arrivals) == 120
    # 120 calls at 100 a second take 1.1 s at least; a call may be late, never early: allow a third for lateness.
    assert arrivals[-1] - arrivals[0] > 0.7
    widest = max(sum(start <= one < start + 0.5 for one in arrivals) for start in arrivals)
    assert widest <= 80


@given(st.floats(0.05, 5_000))
@settings(max_examples=50, deadline=None)
def test_any_rate_can_be_configured(rate: float) -> None:
    pace = Pace(rate)
    assert pace.wait()  # the first call never waits
    pace.stop()


def test_stop_turns_away_those_who_wait() -> None:
    pace = Pace(1_000)
    pace.hold(3_600)
    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(pace.wait) for _ in range(3)]
        pace.stop()
        assert [one.result(timeout=10) for one in waiting] == [False] * 3
    assert pace.stopped
    assert not pace.wait()


@pytest.mark.parametrize("seconds", [0, 1])
def test_retry_after_holds_every_thread(server: HTTPServer, seconds: int) -> None:
    lock, asked, early = threading.Lock(), [0], [0]
    free_at: list[float] = []

    def handle(request: Request) -> Response:
        with lock:
            asked[0] += 1
            if asked[0] == 1:
                free_at.append(time.monotonic() + seconds)
                return Response("x", 429, headers={"Retry-After": str(seconds)})
            early[0] += time.monotonic() < free_at[0]
            return Response("{}")

    server.expect_request("/x").respond_with_handler(handle)
    client = HttpClient(server.url_for(""), replaced(QUICK, max_wait_s=5))
    with ThreadPoolExecutor(4) as threads:
        client.get_json("x")
        list(threads.map(lambda _: client.get_json("x"), range(8)))
    client.close()
    assert (asked[0], early[0]) == (10, 0)
