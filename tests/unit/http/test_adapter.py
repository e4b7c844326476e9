"""The portal's adapter over real HTTP: only an empty list with success means that the portal has no such dossier."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import AdapterSource
from doisoat.errors import ConfigError, SourceRefused
from doisoat.land.portal.adapter import AdapterApi
from doisoat.land.source import Answer

CODE = "H44.05-260820-0001"
BASE = "/XrdAdapter/RestService/forward"
EXPIRED = {"error_code": "-1", "message": "Phiên làm việc (session) đã hết hạn", "result": []}


def record(code: str = CODE, **changes: Any) -> dict[str, Any]:
    return {"MaHoSo": code, "TrangThaiHoSo": "4", "NgayTiepNhan": "20260820080000", "ChuHoSo": "ai đó"} | changes


def found(*records: Any, error_code: Any = 0) -> dict[str, Any]:
    return {"error_code": error_code, "message": "Thành công", "result": list(records)}


class Portal:
    """A small portal; `answer` makes the reply to one look-up."""

    def __init__(self) -> None:
        self.logins = 0
        self.asked: list[Request] = []
        self.valid: set[str] = set()
        self.answer: Callable[[dict[str, Any]], Any] = lambda body: found(record(body["mahoso"]))
        self._lock = threading.Lock()

    def log_in(self, request: Request) -> Response:
        body = request.json
        if body != {"username": "can-bo", "password": "mật-khẩu-bí-mật"}:
            return as_json({"session": "", "error_code": -1, "message": "Sai mật khẩu"})
        with self._lock:
            self.logins += 1
            self.valid.add(f"phien{self.logins}")
            return as_json({"session": f"phien{self.logins}", "error_code": 0, "message": ""})

    def call(self, request: Request) -> Response:
        with self._lock:
            self.asked.append(request)
        body = request.json
        assert isinstance(body, dict)
        if body.get("session") not in self.valid:
            return as_json(EXPIRED)
        answer = self.answer(body)
        return answer if isinstance(answer, Response) else as_json(answer)


def as_json(value: Any) -> Response:
    return Response(json.dumps(value), content_type="application/json")


@pytest.fixture
def portal(server: HTTPServer) -> Portal:
    running = Portal()
    server.expect_request(f"{BASE}/mapi/login", method="POST").respond_with_handler(running.log_in)
    server.expect_request(f"{BASE}/mapi/g", method="POST").respond_with_handler(running.call)
    return running


def section(server: HTTPServer, **changes: Any) -> AdapterSource:
    values: dict[str, Any] = {
        "kind": "adapter",
        "base_url": server.url_for(BASE),
        "username_env": "TEST_USER",
        "password_env": "TEST_PASSWORD",
        "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
        "madonvi": "000.00.00.H44",
        "calls_per_second": 2_000,
        "attempts": 3,
        "max_wait_s": 0.01,
    }
    return AdapterSource(**values | changes)


@pytest.fixture
def api(server: HTTPServer, portal: Portal) -> Iterator[AdapterApi]:
    opened = AdapterApi(section(server))
    yield opened
    opened.close()


def test_what_is_asked(api: AdapterApi, portal: Portal) -> None:
    assert api.look_up(CODE) == Answer("found", record())
    request = portal.asked[0]
    assert request.json == {
        "session": "phien1",
        "madonvi": "000.00.00.H44",
        "service": "TraCuuHoSo",
        "mahoso": CODE,
    }
    assert request.args.to_dict() == {"dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider"}
    assert "dstcode" not in request.headers


def test_the_destination_may_travel_in_a_header(server: HTTPServer, portal: Portal) -> None:
    api = AdapterApi(section(server, dstcode_in="header"))
    assert api.look_up(CODE).state == "found"
    api.close()
    assert portal.asked[0].headers["dstcode"] == "VN:GOV:000.00.00.G22:vpcpdvcprovider"
    assert portal.asked[0].args.to_dict() == {}


def test_without_a_destination_none_is_sent(server: HTTPServer, portal: Portal) -> None:
    api = AdapterApi(section(server, dstcode=""))
    assert api.look_up(CODE).state == "found"
    api.close()
    assert portal.asked[0].args.to_dict() == {}


@pytest.mark.parametrize("success", [0, "0", "00", " 0 "])
def test_success_has_several_spellings(api: AdapterApi, portal: Portal, success: Any) -> None:
    portal.answer = lambda body: found(error_code=success)
    assert api.look_up(CODE) == Answer("absent")


NO_ANSWER = {
    "refused": {"error_code": -1, "message": "Lỗi hệ thống", "result": []},
    "refused as text": {"error_code": "3", "message": "", "result": []},
    "refused without a result": {"error_code": "-3", "message": "x"},
    "false is no zero": {"error_code": False, "result": []},
    "no result": {"error_code": 0, "message": ""},
    "result null": {"error_code": 0, "result": None},
    "result an object": {"error_code": 0, "result": {"data": []}},
    "result a text": {"error_code": 0, "result": "không có"},
    "no object in it": {"error_code": 0, "result": ["x"]},
    "no error code": {"result": []},
    "a list": [],
    "another dossier": found(record("H44.05-260820-0002")),
    "a dossier without a code": found({"TrangThaiHoSo": "4"}),
    "broken inner JSON": {"error_code": 0, "message": '{"error_code": 0, "resu'},
    "HTML": Response("<html>Request Rejected"),
    "firewall": Response("<html>Request Rejected", 403, content_type="text/html"),
    "empty": Response(""),
    "truncated": Response('{"error_code": 0, "result": ['),
    "down": Response("x", 503),
}


@pytest.mark.parametrize("answer", NO_ANSWER.values(), ids=NO_ANSWER.keys())
def test_whatever_is_no_answer_is_never_absence(api: AdapterApi, portal: Portal, answer: Any) -> None:
    portal.answer = lambda body: answer
    said = api.look_up(CODE)
    assert (said.state, said.record) == ("failed", None)
    assert said.reason
    assert CODE not in said.reason


def test_a_reply_inside_message(api: AdapterApi, portal: Portal) -> None:
    portal.answer = lambda body: {"error_code": "0", "message": json.dumps(found(record()))}
    assert api.look_up(CODE) == Answer("found", record())
    portal.answer = lambda body: {"message": json.dumps(found())}
    assert api.look_up(CODE) == Answer("absent")


@pytest.mark.parametrize(
    ("message", "state"),
    [("masohoso not found", "absent"), ("MASOHOSO not found ", "absent"), ("service not found", "failed")],
)
def test_search_call_says_in_a_200_that_there_is_none_only_its_own_words_count(
    api: AdapterApi, portal: Portal, message: str, state: str
) -> None:
    portal.answer = lambda body: {"error_code": "-1", "message": message}
    assert api.look_up(CODE).state == state


def test_search_call_answers_with_the_bare_dossier(server: HTTPServer, portal: Portal) -> None:
    portal.answer = lambda body: {"MaHoSo": body["masohoso"], "TrangThaiHoSo": "4"}
    api = AdapterApi(section(server, look_up_service="search", look_up_field="masohoso"))
    assert api.look_up(CODE) == Answer("found", {"MaHoSo": CODE, "TrangThaiHoSo": "4"})
    api.close()


def test_a_code_in_another_spelling_is_the_same_dossier(api: AdapterApi, portal: Portal) -> None:
    portal.answer = lambda body: found(record("h44.05 – 260820-0001"))
    assert api.look_up(CODE).state == "found"


def test_the_province_file_may_rename_fields(server: HTTPServer, portal: Portal) -> None:
    portal.answer = lambda body: found({"MaHoSo": CODE, "trang_thai": "9", "_shape": True})
    api = AdapterApi(section(server, columns={"TrangThaiHoSo": "trang_thai"}))
    answer = api.look_up(CODE)
    api.close()
    assert answer.record == {"MaHoSo": CODE, "trang_thai": "9", "TrangThaiHoSo": "9"}


def test_an_expired_session_is_renewed_once_for_all_threads(api: AdapterApi, portal: Portal) -> None:
    assert api.look_up(CODE).state == "found"
    portal.valid.clear()
    codes = [f"H44.05-260820-{number:04d}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(api.look_up, codes))
    assert [answer.state for answer in answers] == ["found"] * 40
    assert [answer.record and answer.record["MaHoSo"] for answer in answers] == codes
    assert portal.logins == 2


def test_a_session_that_never_holds_is_given_up(api: AdapterApi, portal: Portal) -> None:
    portal.answer = lambda body: EXPIRED
    with pytest.raises(SourceRefused, match="ends every session"):
        api.look_up(CODE)
    assert (portal.logins, len(portal.asked)) == (3, 3)


def test_a_401_counts_as_an_expired_session(api: AdapterApi, portal: Portal) -> None:
    answers = [Response("", 401)]
    portal.answer = lambda body: answers.pop() if answers else found()
    assert api.look_up(CODE) == Answer("absent")
    assert portal.logins == 2


def test_a_refused_login(server: HTTPServer, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_PASSWORD", "khác")
    api = AdapterApi(section(server))
    with pytest.raises(SourceRefused, match="refused the login") as raised:
        api.look_up(CODE)
    api.close()
    assert "khác" not in str(raised.value)
    assert portal.asked == []


def test_a_portal_that_refuses_everything_is_not_asked_on(api: AdapterApi, portal: Portal) -> None:
    portal.answer = lambda body: NO_ANSWER["refused"]
    states = {api.look_up(f"H44.05-260820-{number:04d}").state for number in range(100)}
    assert states == {"failed"}
    assert len(portal.asked) == 20


def test_a_wrong_endpoint(server: HTTPServer, portal: Portal) -> None:
    api = AdapterApi(section(server, auth_endpoint="mapi/sai"))
    server.expect_request(f"{BASE}/mapi/sai").respond_with_data("", status=404)
    with pytest.raises(SourceRefused, match="check the address"):
        api.look_up(CODE)
    api.close()


def test_a_missing_variable_is_named(server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_USER")
    with pytest.raises(ConfigError, match="TEST_USER is not set"):
        AdapterApi(section(server))


def test_trouble_is_logged_without_contents(api: AdapterApi, portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    portal.answer = lambda body: {"ChuHoSo": "Nguyễn Văn A"}
    assert api.look_up(CODE).state == "failed"
    told = [entry.getMessage() for entry in caplog.records if entry.name.startswith("doisoat")]
    assert len(told) == 1
    assert "'error_code'" in told[0]
    assert "Nguyễn" not in told[0]
    assert CODE not in told[0]
