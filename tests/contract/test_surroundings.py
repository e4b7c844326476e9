"""What all servers share: the frozen clock, the request log, the state page, and what a wrong address answers."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat_simulator.misbehaviour import Misbehaviour
from tests.contract.clients import PASSWORD, igate_session
from tests.contract.tiny_world import TinyWorld, ten_dossiers

Serve = Callable[..., str]
SEARCH = "/igate/pa/dossier/search"
CALL = "/adapter/XrdAdapter/RestService/forward/mapi"
PATHS = ["/healthz", SEARCH, "/opencps/o/rest/v2/dossiers", "/portal-export/manifest.json", "/nothing/here"]


def log_of(address: str) -> list[dict[str, Any]]:
    lines = requests.get(f"{address}/__requests", timeout=10).text.splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_dated_by_the_frozen_clock_and_by_nothing_else(ten: str, path: str) -> None:
    answer = requests.get(ten + path, timeout=10)
    assert answer.headers["Date"] == "Thu, 03 Sep 2026 17:30:00 GMT"
    assert "Server" not in answer.headers


@pytest.mark.parametrize(
    ("day", "header"),
    [
        (date(2026, 12, 31), "Thu, 31 Dec 2026 17:30:00 GMT"),
        (date(2028, 2, 28), "Mon, 28 Feb 2028 17:30:00 GMT"),
    ],
)
def test_the_clock_stands_half_an_hour_into_the_next_day(serve: Serve, day: date, header: str) -> None:
    address = serve(TinyWorld([], [], business_date=day))
    assert requests.get(f"{address}/healthz", timeout=10).headers["Date"] == header


def test_spoilt_answers_are_dated_too(serve: Serve) -> None:
    address = serve(ten_dossiers(), misbehaviour=Misbehaviour.from_json([{"path": ".", "kind": "html"}]))
    assert requests.get(address + SEARCH, timeout=10).headers["Date"] == "Thu, 03 Sep 2026 17:30:00 GMT"


def test_the_state_page(ten: str) -> None:
    assert requests.get(f"{ten}/healthz", timeout=10).json() == {
        "status": "ok",
        "variant": "both",
        "pure_wire": False,
        "business_date": "2026-09-03",
        "frozen_at": "2026-09-04T00:30:00+07:00",
        "shop_rows": 10,
        "portal_rows": 10,
    }


@pytest.mark.parametrize(
    ("variant", "served"),
    [
        ("igate", {"igate"}),
        ("opencps", {"opencps"}),
        ("tandan", {"tandan"}),
        ("both", {"igate", "opencps"}),
        ("all", {"igate", "opencps", "tandan"}),
    ],
)
def test_a_variant_serves_its_kinds_of_shop(serve: Serve, variant: str, served: set[str]) -> None:
    address = serve(ten_dossiers(), variant=variant)
    lists = {"igate": SEARCH, "opencps": "/opencps/o/rest/v2/dossiers", "tandan": "/tandan/api/v1/HoSos"}
    answers = {shop: requests.get(address + path, timeout=10).status_code for shop, path in lists.items()}
    assert answers == {shop: 401 if shop in served else 404 for shop in lists}


def test_the_log_tells_what_was_asked_in_order_and_never_a_body(serve: Serve) -> None:
    rules = [{"path": "page=1", "kind": "server_error", "times": 1}, {"path": "page=2", "kind": "reset", "times": 1}]
    address = serve(ten_dossiers(), misbehaviour=Misbehaviour.from_json(rules))
    session = igate_session(address)
    for number in (0, 1, 2):
        try:
            session.get(address + SEARCH, params={"page": number, "size": 3}, timeout=10)
        except requests.RequestException:
            assert number == 2
    entries = log_of(address)
    assert [(e["order"], e["method"], e["status"], e["completed"], e["misbehaviour"]) for e in entries] == [
        (1, "POST", 200, True, None),
        (2, "GET", 200, True, None),
        (3, "GET", 503, True, "server_error"),
        (4, "GET", 200, False, "reset"),
    ]
    assert entries[1]["path"] == SEARCH + "?page=0&size=3"
    assert PASSWORD not in str(entries)


def test_the_log_of_adapter_calls_names_the_service_and_tells_repetitions_without_a_code(serve: Serve) -> None:
    address = serve(ten_dossiers())
    body = {"username": "doisoat", "password": PASSWORD}
    session = requests.post(address + CALL + "/login", json=body, timeout=10).json()["session"]
    for service, code in [("TraCuuHoSo", "A-1"), ("TraCuuHoSo", "A-2"), ("TraCuuHoSo", "A-1"), ("Khác", "A-1")]:
        call = {"session": session, "madonvi": "H44", "service": service, "mahoso": code}
        requests.post(address + CALL + "/g", json=call, timeout=10)
    entries = log_of(address)[1:]
    assert [entry["service"] for entry in entries] == ["TraCuuHoSo"] * 3 + [None]
    first, second, again, _ = (entry["subject"] for entry in entries)
    assert (first == again, first == second) == (True, False)
    assert "A-1" not in str(entries)


def test_the_log_can_be_emptied_and_counts_on(serve: Serve) -> None:
    address = serve(ten_dossiers())
    requests.get(address + "/x", timeout=10)
    requests.delete(f"{address}/__requests", timeout=10)
    requests.get(address + "/y", timeout=10)
    assert [(entry["order"], entry["path"]) for entry in log_of(address)] == [(2, "/y")]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", CALL + "/g", 405),
        ("POST", SEARCH, 405),
        ("GET", "/api/v1/reporting/formalities", 405),
        ("POST", "/api/v1/reporting/evaluation/nothing", 400),
        ("GET", "/portal-export/files/..%2F..%2Fetc%2Fpasswd", 404),
    ],
)
def test_wrong_addresses_and_methods_are_refused(ten: str, method: str, path: str, status: int) -> None:
    assert requests.request(method, ten + path, timeout=10).status_code == status


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=20), method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]))
def test_no_path_makes_the_servers_fail(ten: str, path: str, method: str) -> None:
    answer = requests.request(method, f"{ten}/{path}", timeout=10)
    assert answer.status_code < 500


def test_a_client_that_goes_away_does_not_disturb_the_next(ten: str) -> None:
    port = urlsplit(ten).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST /api/v1/reporting/formalities HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    assert requests.get(f"{ten}/healthz", timeout=10).status_code == 200
