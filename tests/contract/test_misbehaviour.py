"""Outside systems going wrong on demand (wire-contract §13.2, §16), each kind as a client meets it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from doisoat_simulator.misbehaviour import KINDS, BadRule, Misbehaviour
from tests.contract.adapter_client import call, login
from tests.contract.clients import igate_session, opencps_session
from tests.contract.tiny_world import ten_dossiers

SEARCH = "/igate/pa/dossier/search"
Serve = Callable[..., str]


@pytest.fixture
def spoil(serve: Serve) -> Callable[..., str]:
    """`spoil(rule, …)` serves ten dossiers under these rules."""
    return lambda *rules: serve(ten_dossiers(), misbehaviour=Misbehaviour.from_json(list(rules)))


def page(address: str, session: requests.Session, **query: Any) -> requests.Response:
    return session.get(address + SEARCH, params={"size": 3, **query}, timeout=10)


def codes(answer: requests.Response) -> list[str]:
    return [item["code"][-2:] for item in answer.json()["content"]]


# --- transport ---------------------------------------------------------------------------------------------------


def test_latency_delays_one_answer(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "search", "kind": "latency", "seconds": 0.3, "times": 1})
    session = igate_session(address)
    begun = time.monotonic()
    assert page(address, session).status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_429_says_when_to_come_back(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "search", "kind": "too_many_requests", "retry_after": "7", "times": 1})
    session = igate_session(address)
    first, second = page(address, session), page(address, session)
    assert (first.status_code, first.headers["Retry-After"], second.status_code) == (429, "7", 200)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_5xx(spoil: Callable[..., str], status: int) -> None:
    address = spoil({"path": "search", "kind": "server_error", "status": status})
    assert page(address, igate_session(address)).status_code == status


def test_the_connection_breaks_in_the_middle_of_the_body(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "search", "kind": "reset", "times": 1})
    session = igate_session(address)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        page(address, session)
    assert page(address, session).status_code == 200


def test_truncated_json_comes_as_a_whole_answer(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "search", "kind": "truncated", "times": 1})
    answer = page(address, igate_session(address))
    assert answer.status_code == 200
    assert answer.content.startswith(b'{"content":[{')
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(("kind", "status"), [("html", 200), ("request_rejected", 403)])
def test_section_16_html_instead_of_json(spoil: Callable[..., str], kind: str, status: int) -> None:
    address = spoil({"path": "search", "kind": kind})
    answer = page(address, igate_session(address))
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert ("Request Rejected" in answer.text) == (kind == "request_rejected")


def test_an_empty_200(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "search", "kind": "empty"})
    answer = page(address, igate_session(address))
    assert (answer.status_code, answer.content) == (200, b"")


# --- application -------------------------------------------------------------------------------------------------


def test_section_13_2_error_code_in_a_200_for_one_dossier_only(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "mapi/g", "kind": "error_code", "body": "824-0003", "code": "99", "message": "Bận"})
    session = login(address)
    assert call(address, "TraCuuHoSo", session, mahoso="H44.100-260824-0003") == {
        "error_code": "99",
        "message": "Bận",
        "result": [],
    }
    assert len(call(address, "TraCuuHoSo", session, mahoso="H44.100-260824-0004")["result"]) == 1


def test_section_16_a_session_expires_and_a_new_login_heals_it(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "mapi/g", "kind": "expired_session", "after": 1, "times": 1})
    session = login(address)
    assert len(call(address, "TraCuuHoSo", session, mahoso="H44.100-260824-0003")["result"]) == 1
    for _ in range(2):
        assert "session" in call(address, "TraCuuHoSo", session, mahoso="H44.100-260824-0003")["message"]
    assert len(call(address, "TraCuuHoSo", login(address), mahoso="H44.100-260824-0003")["result"]) == 1


def test_an_igate_token_expires_and_a_new_one_heals_it(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "search", "kind": "expired_session", "times": 1})
    session = igate_session(address)
    assert [page(address, session).status_code for _ in range(2)] == [401, 401]
    assert page(address, igate_session(address)).status_code == 200


# --- pages -------------------------------------------------------------------------------------------------------


def test_a_duplicated_page_repeats_the_one_before(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "page=1", "kind": "duplicated_page", "times": 1})
    session = igate_session(address)
    pages = [codes(page(address, session, page=number)) for number in range(3)]
    assert pages == [["10", "09", "08"], ["10", "09", "08"], ["04", "03", "02"]]
    assert codes(page(address, session, page=1)) == ["07", "06", "05"]


def test_a_shifted_page_shows_one_dossier_twice_and_hides_another(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "page=1", "kind": "shifted_page", "times": 1})
    session = igate_session(address)
    pages = [codes(page(address, session, page=number)) for number in range(3)]
    assert pages == [["10", "09", "08"], ["08", "07", "06"], ["04", "03", "02"]]


def test_totals_may_be_wrong_either_way(spoil: Callable[..., str]) -> None:
    address = spoil(
        {"path": "search.*spec=page", "kind": "wrong_total", "by": 5},
        {"path": "/o/rest/v2/dossiers", "kind": "wrong_total", "by": -3},
        {"path": "manifest", "kind": "wrong_total"},
    )
    assert page(address, igate_session(address), spec="page").json()["totalElements"] == 15
    assert opencps_session().get(address + "/opencps/o/rest/v2/dossiers", timeout=10).json()["total"] == 7
    assert requests.get(address + "/portal-export/manifest.json", timeout=10).json()["expected_rows"] == 17


def test_a_well_formed_page_without_dossiers(spoil: Callable[..., str]) -> None:
    address = spoil({"path": ".", "kind": "empty_page"})
    found = page(address, igate_session(address), spec="page").json()
    assert (found["content"], found["totalElements"]) == ([], 10)
    assert opencps_session().get(address + "/opencps/o/rest/v2/dossiers", timeout=10).json() == {
        "total": 10,
        "data": [],
    }
    assert call(address, "TraCuuHoSo", login(address), mahoso="H44.100-260824-0003")["result"] == []
    assert requests.get(address + "/portal-export/manifest.json", timeout=10).json()["files"] == []


def test_an_export_may_say_that_it_is_incomplete(spoil: Callable[..., str]) -> None:
    address = spoil({"path": "manifest", "kind": "incomplete", "times": 1})
    told = [requests.get(address + "/portal-export/manifest.json", timeout=10).json()["complete"] for _ in range(2)]
    assert told == [False, True]


# --- rules -------------------------------------------------------------------------------------------------------


def fired(rule: dict[str, Any], matches: int) -> list[int]:
    """Which of so many matches the rule fires on, from 1."""
    (ready,) = Misbehaviour.from_json([{"path": ".", "kind": "html", **rule}]).concerning("GET", "/x")
    return [number for number in range(1, matches + 1) if ready.due(b"")]


def test_counting() -> None:
    assert fired({}, 3) == [1, 2, 3]
    assert fired({"times": 2}, 5) == [1, 2]
    assert fired({"after": 2, "times": 1}, 5) == [3]
    assert fired({"share": 0.25}, 9) == [4, 8]
    assert fired({"share": 0.5, "after": 1, "times": 2}, 9) == [3, 5]
    assert fired({"share": 0}, 9) == []


@given(share=st.floats(0, 1), matches=st.integers(0, 300))
def test_a_share_is_spread_evenly(share: float, matches: int) -> None:
    hits = fired({"share": share}, matches)
    for upto in range(matches + 1):
        assert abs(sum(hit <= upto for hit in hits) - share * upto) <= 1


def test_method_and_path_with_query_must_fit() -> None:
    rules = Misbehaviour.from_json([{"path": r"^/a\?x=1$", "kind": "html", "method": "POST"}])
    assert len(rules.concerning("POST", "/a?x=1")) == 1
    assert rules.concerning("GET", "/a?x=1") == rules.concerning("POST", "/a?x=12") == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ([], "rule 1: expected an object with path and kind"),
        ({"path": "."}, "rule 1: kind must be one of"),
        ({"kind": "html"}, "rule 1: path is missing"),
        ({"path": "(", "kind": "html"}, "rule 1: path is no regular expression"),
        ({"path": ".", "kind": "html", "tiems": 1}, "rule 1: unknown key 'tiems'"),
        ({"path": ".", "kind": "html", "times": "1"}, "rule 1: times has the wrong type"),
        ({"path": ".", "kind": "html", "times": True}, "rule 1: times has the wrong type"),
        ({"path": ".", "kind": "html", "share": 2}, "rule 1: share is 0..1"),
        ({"path": ".", "kind": "server_error", "status": 7}, "rule 1: share is 0..1 and status 200..599"),
        ({"path": 7, "kind": "html"}, "rule 1: path has the wrong type"),
        ({"path": ".", "kind": ["html"]}, "rule 1: kind"),
    ],
)
def test_a_wrong_rule_is_named(rule: Any, message: str) -> None:
    with pytest.raises(BadRule, match="^" + message.replace("(", r"\(")):
        Misbehaviour.from_json([rule])


def test_a_rule_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    for text in ("{", "7", '[{"path": "."}]'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadRule, match=r"rules\.json: "):
            Misbehaviour.from_file(file)
    with pytest.raises(BadRule, match="none"):
        Misbehaviour.from_file(tmp_path / "none")
    file.write_text('{"rules": [{"path": ".", "kind": "html"}]}', encoding="utf-8")
    assert [rule.kind for rule in Misbehaviour.from_file(file).rules] == ["html"]


def test_every_kind_is_documented() -> None:
    import doisoat_simulator.misbehaviour as module

    described = {line.split("`")[1] for line in (module.__doc__ or "").splitlines() if line.startswith("| `")}
    assert described == KINDS


def test_rules_are_exchanged_while_the_servers_run(serve: Serve) -> None:
    address = serve(ten_dossiers())
    session = igate_session(address)
    rule = {"path": "search", "kind": "server_error"}
    assert page(address, session).status_code == 200
    shown = requests.post(f"{address}/__misbehave", json=[rule], timeout=10)
    assert (shown.status_code, shown.json()[0]["kind"], shown.json()[0]["fired"]) == (200, "server_error", 0)
    assert page(address, session).status_code == 503
    assert requests.get(f"{address}/__misbehave", timeout=10).json()[0]["fired"] == 1
    for wrong in (b"{", b'[{"path": "."}]', b"\xff"):
        assert requests.post(f"{address}/__misbehave", data=wrong, timeout=10).status_code == 400
    assert page(address, session).status_code == 503
    requests.post(f"{address}/__misbehave", json=[], timeout=10)
    assert page(address, session).status_code == 200
