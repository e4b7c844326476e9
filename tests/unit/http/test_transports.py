"""The transports over real HTTP where clients of this wire had trouble (§2, §13, §14, §16): what they do instead."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import AdapterSource
from doisoat.errors import ConfigError, SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.portal.security_server import SecurityServer
from doisoat.land.portal.transport import PortalTransport, open_transport

ROW = {"MaHoSo": "H44.05-260820-0001", "TrangThaiHoSo": "4"}
DESTINATION = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
DONE = {"error_code": "0", "message": "Thành công", "result": [ROW]}
ASK = ("TraCuuHoSo", {"mahoso": ROW["MaHoSo"]})
LOGIN = {"username_env": "TEST_USER", "password_env": "TEST_PASSWORD"}


def section(server: HTTPServer, transport: str, **changes: Any) -> AdapterSource:
    values: dict[str, Any] = {"calls_per_second": 2_000, "attempts": 2, "max_wait_s": 0.01, **changes}
    return AdapterSource(kind="adapter", base_url=server.url_for("/cong"), transport=transport, **values)


@pytest.fixture
def reach(server: HTTPServer) -> Iterator[Callable[..., PortalTransport]]:
    opened: list[PortalTransport] = []

    def open_way(transport: str, **changes: Any) -> PortalTransport:
        opened.append(open_transport(section(server, transport, **changes)))
        return opened[-1]

    yield open_way
    for each in opened:
        each.close()


Reach = Callable[..., PortalTransport]


class Desk:
    """Answers every path by `replies` (first match of the path's end), and remembers what was asked."""

    def __init__(self, server: HTTPServer, **replies: Any) -> None:
        self.asked: list[Request] = []
        self.replies = replies
        server.expect_request(re.compile(".*")).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        request.get_data()
        self.asked.append(request)
        reply = self.replies.get(request.path.rsplit("/", 1)[-1], DONE)
        reply = reply(request) if callable(reply) and not isinstance(reply, Response) else reply
        if isinstance(reply, Response):
            return reply
        return Response(json.dumps(reply, ensure_ascii=False), content_type="application/json")

    def paths(self) -> list[str]:
        return [request.path.removeprefix("/cong/") for request in self.asked]


TOKEN = {"access_token": "t1", "expires_in": 300}


# --- what each sends --------------------------------------------------------------------------------------------


def test_a_puts_the_session_into_the_body_and_master_data_to_its_own_endpoint(server: HTTPServer, reach: Reach) -> None:
    desk = Desk(server, login={"error_code": 0, "session": "phien"})
    portal = reach("security_server", **LOGIN, madonvi="H44", share_endpoint="mapi/share", providerurl="https://cong")
    portal.call(*ASK)
    portal.call("LayDanhMucCoQuan", {})
    assert desk.paths() == ["mapi/login", "mapi/g", "mapi/share"]
    assert desk.asked[1].json == {"session": "phien", "madonvi": "H44", "service": ASK[0], **ASK[1]}
    assert desk.asked[1].args.to_dict() == {"providerurl": "https://cong"}


@pytest.mark.parametrize("place", ["query", "header", "body"])
def test_dstcode_was_ignored_in_an_unnamed_query_we_name_it_wherever_it_goes(
    server: HTTPServer, reach: Reach, place: str
) -> None:
    desk = Desk(server, token=TOKEN)
    reach("lgsp", **LOGIN, dstcode=DESTINATION, dstcode_in=place).call(*ASK)
    asked = desk.asked[-1]
    found = {
        "query": asked.args.get("dstcode"),
        "header": asked.headers.get("dstcode"),
        "body": (asked.json or {}).get("dstcode"),
    }
    assert found == {name: DESTINATION if name == place else None for name in found}


def test_b_sends_a_bare_array_to_the_path_of_the_operation(server: HTTPServer, reach: Reach) -> None:
    desk = Desk(server)
    portal = reach("vendor_paths", paths={"DongBoHoSoMC": "api/ThemMoi"})
    portal.login()
    assert portal.call(*ASK).result == (ROW,)
    portal.call("DongBoHoSoMC", {"isUpdating": "False", "data": [ROW]})
    assert desk.paths() == ["TraCuuHoSo", "api/ThemMoi"]
    assert [request.json for request in desk.asked] == [[ASK[1]], [ROW]]
    assert "Authorization" not in desk.asked[0].headers


def test_b_and_c_may_need_a_user_name(server: HTTPServer, reach: Reach) -> None:
    desk = Desk(server)
    reach("vendor_paths", **LOGIN).call(*ASK)
    assert desk.asked[0].authorization is not None
    assert desk.asked[0].authorization.username == "can-bo"


def test_c_sends_flags_in_the_query(server: HTTPServer, reach: Reach) -> None:
    desk = Desk(server)
    portal = reach("vendor_query", madonvi="000.00.01.H22")
    portal.call("DongBoHoSoMC", {"isUpdating": "True", "data": [ROW]})
    portal.call(*ASK)
    assert [request.args.to_dict() for request in desk.asked] == [
        {"MaDinhDanhDV": "000.00.01.H22", "isUpdating": "True"},
        {"MaDinhDanhDV": "000.00.01.H22"},
    ]


def test_d_reads_by_get_with_a_bearer_out_of_the_environment(
    server: HTTPServer, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_TOKEN", "thẻ".encode().hex())
    desk = Desk(server, TraCuuHoSo={"message": json.dumps(DONE)})
    assert reach("vendor_get", token_env="TEST_TOKEN").call(*ASK).result == (ROW,)
    (asked,) = desk.asked
    assert (asked.method, asked.args.to_dict()) == ("GET", ASK[1])
    assert asked.headers["Authorization"] == f"Bearer {'thẻ'.encode().hex()}"


def test_d_goes_without_a_bearer_where_none_is_named(server: HTTPServer, reach: Reach) -> None:
    desk = Desk(server)
    portal = reach("vendor_get")
    portal.login()
    portal.call(*ASK)
    assert "Authorization" not in desk.asked[0].headers


def test_e_fetches_a_token_as_a_client_and_sends_objects(server: HTTPServer, reach: Reach) -> None:
    desk = Desk(server, token=TOKEN, TraCuuHoSo={"message": "", "data": ROW})
    assert reach("lgsp", **LOGIN).call(*ASK).result == (ROW,)
    assert desk.asked[0].form.to_dict()["grant_type"] == "client_credentials"
    assert (desk.asked[1].json, desk.asked[1].headers["Authorization"]) == (ASK[1], "Bearer t1")


# --- what real clients had trouble with -------------------------------------------------------------------------


class Sessions:
    """A portal whose sessions end when `valid` is cleared."""

    def __init__(self) -> None:
        self.logins = 0
        self.valid: set[str] = set()

    def login(self, request: Request) -> Any:
        self.logins += 1
        self.valid.add(f"s{self.logins}")
        return {"error_code": 0, "session": f"s{self.logins}"}

    def g(self, request: Request) -> Any:
        body = request.json
        assert isinstance(body, dict)
        return DONE if body["session"] in self.valid else {"error_code": "-1", "message": "session hết hạn"}


def test_opencps_logged_in_at_every_call_after_one_expired_row_we_log_in_once_per_expiry(
    server: HTTPServer, reach: Reach
) -> None:
    sessions = Sessions()
    Desk(server, login=sessions.login, g=sessions.g)
    portal = reach("security_server", **LOGIN)
    for _ in range(3):
        sessions.valid.clear()
        assert all(portal.call(*ASK).is_success for _ in range(20))
    assert sessions.logins == 3


def test_opencps_never_logged_in_again_on_an_error_reply_threads_of_ours_do_it_together_once(
    server: HTTPServer, reach: Reach
) -> None:
    sessions = Sessions()
    Desk(server, login=sessions.login, g=sessions.g)
    portal = reach("security_server", **LOGIN)
    portal.login()
    sessions.valid.clear()
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: portal.call(*ASK), range(40)))
    assert all(reply.is_success for reply in replies)
    assert sessions.logins == 2


def test_opencps_kept_a_session_ten_minutes_ours_is_renewed_before(server: HTTPServer) -> None:
    sessions, now = Sessions(), [0.0]
    Desk(server, login=sessions.login, g=sessions.g)
    portal = SecurityServer(section(server, "security_server", **LOGIN), monotonic=lambda: now[0])
    for now[0], logins in ((0, 1), (569, 1), (570, 2), (1_139, 2), (1_140, 3)):
        assert portal.call(*ASK).is_success
        assert sessions.logins == logins
    portal.close()


@pytest.mark.parametrize("way", ["security_server", "vendor_get", "lgsp"])
def test_a_401_is_a_session_that_ended(server: HTTPServer, reach: Reach, way: str) -> None:
    answers = [Response("", 401)]
    desk = Desk(server, login={"error_code": 0, "session": "s"}, token=TOKEN)
    desk.replies |= dict.fromkeys(("g", "TraCuuHoSo"), lambda request: answers.pop() if answers else DONE)
    assert reach(way, **LOGIN).call(*ASK).is_success
    assert sum(path.endswith(("login", "token")) for path in desk.paths()) == 2


def test_igate_clients_confused_403_with_401_both_end_when_a_new_token_does_not_help(
    server: HTTPServer, reach: Reach
) -> None:
    desk = Desk(server, token=TOKEN, TraCuuHoSo=Response("", 403))
    with pytest.raises(SourceRefused, match="status 403"):
        reach("lgsp", **LOGIN).call(*ASK)
    assert desk.paths().count("token") == 3


def test_java_read_answers_in_the_platforms_charset_ours_are_utf8_whatever_the_header_says(
    server: HTTPServer, reach: Reach
) -> None:
    row = ROW | {"TrangThaiHoSo": "Đã trả kết quả"}
    body = json.dumps({"error_code": 0, "result": [row]}, ensure_ascii=False).encode()
    Desk(server, TraCuuHoSo=Response(body, content_type="application/json; charset=ISO-8859-1"))
    assert reach("vendor_paths").call(*ASK).result == (row,)


def test_an_answer_that_is_no_utf8_is_refused_not_guessed(server: HTTPServer, reach: Reach) -> None:
    body = '{"error_code": 0, "result": [{"MaHoSo": "Đ"}]}'.encode("utf-16-le")
    Desk(server, TraCuuHoSo=Response(body, content_type="application/json"))
    with pytest.raises(SourceContractBroken):
        reach("vendor_paths").call(*ASK)


@pytest.mark.parametrize("text", ["Thành công", "đã tồn tại", "OK", "0"])
def test_a_plain_text_reply_is_no_reply(server: HTTPServer, reach: Reach, text: str) -> None:
    Desk(server, TraCuuHoSo=Response(text, content_type="text/plain; charset=utf-8"))
    with pytest.raises(SourceContractBroken):
        reach("vendor_paths").call(*ASK)


def test_opencps_says_500_request_body_incorrect_for_any_exception_it_is_tried_again(
    server: HTTPServer, reach: Reach
) -> None:
    answers = [Response("request body incorrect", 500)]
    Desk(server, TraCuuHoSo=lambda request: answers.pop() if answers else DONE)
    assert reach("vendor_paths").call(*ASK).is_success


@pytest.mark.parametrize("status", [200, 201])
def test_201_is_as_good_as_200(server: HTTPServer, reach: Reach, status: int) -> None:
    Desk(server, token=TOKEN, TraCuuHoSo=Response(json.dumps({"data": [ROW]}), status, content_type="application/json"))
    assert reach("lgsp", **LOGIN).call(*ASK).is_success


NOT_FOUND: dict[str, tuple[Response, type[Exception] | None]] = {
    "in its own words": (Response('{"message": "", "data": []}', 404, content_type="application/json"), None),
    "a gateway's": (
        Response('{"status": 404, "path": "/x"}', 404, content_type="application/json"),
        SourceContractBroken,
    ),
    "a web server's": (Response("<html>Not Found</html>", 404, content_type="text/html"), SourceRefused),
}


@pytest.mark.parametrize("answer", NOT_FOUND.values(), ids=NOT_FOUND)
def test_a_404_is_absence_only_in_the_adapters_own_words(
    server: HTTPServer, reach: Reach, answer: tuple[Response, type[Exception] | None]
) -> None:
    response, error = answer
    Desk(server, token=TOKEN, TraCuuHoSo=response)
    portal = reach("lgsp", **LOGIN)
    if error is None:
        assert (portal.call(*ASK).is_success, portal.call(*ASK).result) == (True, ())
    else:
        with pytest.raises(error):
            portal.call(*ASK)


def test_a_waf_page_is_named_as_what_it_is(server: HTTPServer, reach: Reach) -> None:
    Desk(server, TraCuuHoSo=Response("<html>Request Rejected</html>", 403, content_type="text/html"))
    with pytest.raises(SourceContractBroken, match="firewall"):
        reach("vendor_paths").call(*ASK)


def test_a_lgsp_that_is_down_is_told_from_one_that_refuses(server: HTTPServer, reach: Reach) -> None:
    Desk(server, token=TOKEN, TraCuuHoSo=Response("", 502))
    with pytest.raises(SourceUnavailable):
        reach("lgsp", **LOGIN).call(*ASK)


@pytest.mark.parametrize("given", [{}, [], {"access_token": ""}, {"access_token": 7}])
def test_a_oauth_endpoint_that_gives_none_is_a_broken_contract(server: HTTPServer, reach: Reach, given: Any) -> None:
    Desk(server, token=given)
    with pytest.raises(SourceContractBroken, match="'access_token'"):
        reach("lgsp", **LOGIN).login()


# --- the section of the province file ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"transport": "vendor_paths", "auth_endpoint": "mapi/khac"}, "auth_endpoint means nothing with"),
        ({"transport": "vendor_get", "madonvi": "H44"}, "madonvi means nothing with"),
        ({"paths": {"TraCuuHoSo": "x"}}, "paths means nothing with transport: security_server"),
        ({"transport": "vendor_query"}, "needs madonvi"),
        ({"transport": "lgsp"}, "needs username_env"),
        ({"transport": "vendor_get", "token_env": "T", **LOGIN}, "not both"),
        ({"dstcode_in": "header"}, "dstcode is not given"),
        ({"transport": "vendor_get", "dstcode": "x", "dstcode_in": "body"}, "use query or header"),
        ({"transport": "vendor_path"}, "security_server"),
        ({"dst_code": "x"}, "dst_code"),
    ],
    ids=str,
)
def test_contradictory_or_unknown_keys_are_errors(keys: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        AdapterSource(**{"kind": "adapter", "base_url": "http://127.0.0.1:1", **keys})


def test_a_token_that_is_not_in_the_environment_is_named(server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_TOKEN", raising=False)
    with pytest.raises(ConfigError, match="TEST_TOKEN is not set"):
        open_transport(section(server, "vendor_get", token_env="TEST_TOKEN"))
