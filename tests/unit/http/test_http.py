"""What becomes of a call when the other side is well, slow, busy, broken, hostile or somewhere else."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.errors import ConfigError, SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.calls.answers import Unauthorised
from doisoat.land.calls.client import CallRules, HttpClient

from .conftest import QUICK
from .raw_server import answering, drip, raw_server, reset_after

Connect = Callable[..., HttpClient]
NOTHING_TELLING = "Nguyễn Văn A 036099123456"


def answer_in_turn(server: HTTPServer, path: str, *answers: Response) -> list[Request]:
    """Give one answer after the other, the last one for ever; the requests that came."""
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return answers[min(len(seen), len(answers)) - 1]

    server.expect_request(path).respond_with_handler(handle)
    return seen


def told(caplog: pytest.LogCaptureFixture) -> str:
    """What our own loggers said."""
    return "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("doisoat", "stamina")))


def ok(value: object = None) -> Response:
    return Response(json.dumps(value or {"a": 1}), content_type="application/json")


def test_an_answer_is_parsed_as_utf8_whatever_its_header_says(server: HTTPServer, connect: Connect) -> None:
    body = "\ufeff" + json.dumps({"ten": "Đã trả kết quả"}, ensure_ascii=False)
    server.expect_request("/x").respond_with_data(body.encode(), content_type="text/plain; charset=windows-1258")
    assert connect().get_json("x") == {"ten": "Đã trả kết quả"}


def test_a_packed_answer_is_unpacked(server: HTTPServer, connect: Connect) -> None:
    body = gzip.compress(json.dumps({"n": list(range(5_000))}).encode())
    server.expect_request("/x").respond_with_data(body, headers={"Content-Encoding": "gzip"})
    assert connect().get_json("x")["n"][-1] == 4_999


def test_what_is_sent_arrives(server: HTTPServer, connect: Connect) -> None:
    seen = answer_in_turn(server, "/x", ok())
    client = connect()
    client.post_json("x", {"mahoso": "H44.05-260820-0001"}, {"dstcode": "VN:GOV:G22"}, {"dstcode": "khác"})
    client.post_form("x", {"user": "ạ&b"})
    assert [seen[0].json, seen[0].args["dstcode"], seen[0].headers["dstcode"]] == [
        {"mahoso": "H44.05-260820-0001"},
        "VN:GOV:G22",
        "khác",
    ]
    assert seen[1].form.to_dict() == {"user": "ạ&b"}


def test_netrc_never_replaces_our_own_credentials(
    server: HTTPServer, connect: Connect, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login khac password khac\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    seen = answer_in_turn(server, "/x", ok())
    connect().get_json("x", headers={"Authorization": "Bearer abc"})
    assert seen[0].headers["Authorization"] == "Bearer abc"


def test_the_source_tells_its_time_once() -> None:
    dates = (b"Thu, 03 Sep 2026 17:30:00 GMT", b"Thu, 03 Sep 2026 17:45:00 GMT")
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: " + date + b"\r\n\r\n{}" for date in dates]
    with raw_server(answering(*answers)) as address:
        client = HttpClient(address, QUICK)
        assert client.observed_at is None
        client.get_json("x")
        client.get_json("x")
        client.close()
    assert client.observed_at == datetime(2026, 9, 3, 17, 30, tzinfo=UTC)
    assert client.observed_at.isoformat() == "2026-09-04T00:30:00+07:00"


def test_an_error_does_not_tell_the_time(server: HTTPServer, connect: Connect) -> None:
    answer_in_turn(server, "/x", Response("x", 404))
    client = connect()
    with pytest.raises(SourceRefused):
        client.get_json("x")
    assert client.observed_at is None


HEALED = {
    "429": Response("x", 429),
    "429 at once": Response("x", 429, headers={"Retry-After": "0"}),
    "408": Response("x", 408),
    "500 in plain text": Response("request body incorrect", 500, content_type="text/plain"),
    "502 in HTML": Response("<html></html>", 502, content_type="text/html"),
    "503": Response("x", 503),
    "empty": Response("", content_type="application/json"),
    "blank": Response(" \r\n"),
    "truncated": Response('{"content":[{"id":"1","code":"H44'),
    "truncated between values": Response('{"content":[{"id":"1"},'),
    "truncated within a letter": Response('{"ten":"Đã trả kết quả'.encode()[:-1]),
}


@pytest.mark.parametrize("trouble", HEALED.values(), ids=HEALED.keys())
def test_what_time_may_heal_is_tried_again(server: HTTPServer, connect: Connect, trouble: Response) -> None:
    seen = answer_in_turn(server, "/x", trouble, trouble, ok())
    assert connect().get_json("x") == {"a": 1}
    assert len(seen) == 3


@pytest.mark.parametrize("trouble", HEALED.values(), ids=HEALED.keys())
def test_what_does_not_heal_is_unavailable(server: HTTPServer, connect: Connect, trouble: Response) -> None:
    seen = answer_in_turn(server, "/x", trouble)
    with pytest.raises(SourceUnavailable, match=r"GET /x: .*gave up after 3 attempts"):
        connect().get_json("x", {"identity-number": NOTHING_TELLING})
    assert len(seen) == 3


FINAL = {
    "401": (Response("x", 401), Unauthorised, "check user name"),
    "403": (Response('{"error":"x"}', 403, content_type="application/json"), Unauthorised, "check user name"),
    "404": (Response("x", 404), SourceRefused, "check the address"),
    "400": (Response("x", 400), SourceContractBroken, "status 400"),
    "firewall": (Response("<html>Request Rejected", 403, content_type="text/html"), SourceContractBroken, "firewall"),
    "login page": (Response(f"<!DOCTYPE html>{NOTHING_TELLING}"), SourceContractBroken, "firewall"),
    "plain text": (Response(f"Xin chào {NOTHING_TELLING}"), SourceContractBroken, "not JSON"),
    "no JSON number": (Response('{"a": NaN}'), SourceContractBroken, "not JSON"),
    "two documents": (Response('{"a": 1}{"b": 2}'), SourceContractBroken, "not JSON"),
    "UTF-16": (Response('{"ten": "Đã"}'.encode("utf-16")), SourceContractBroken, "not UTF-8"),
    "windows-1258": (Response('{"ten": "Nguy\u00ean"}'.encode("cp1258")), SourceContractBroken, "not UTF-8"),
    "elsewhere": (Response("", 302, headers={"Location": "http://localhost:9/x"}), SourceContractBroken, "localhost"),
    "nowhere": (Response("", 304), SourceContractBroken, "status 304"),
}


@pytest.mark.parametrize(("answer", "error", "text"), FINAL.values(), ids=FINAL.keys())
def test_what_needs_a_person_is_asked_once_and_told_without_contents(
    server: HTTPServer,
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    answer: Response,
    error: type[Exception],
    text: str,
) -> None:
    caplog.set_level(logging.DEBUG, "doisoat")
    seen = answer_in_turn(server, "/x", answer)
    with pytest.raises(error, match=text) as raised:
        connect().get_json("x", {"q": NOTHING_TELLING}, {"Authorization": "Bearer bi-mat"})
    assert len(seen) == 1
    for secret in (NOTHING_TELLING, "036099123456", "bi-mat"):
        assert secret not in str(raised.value) + told(caplog)


def test_retries_are_logged_without_the_query(
    server: HTTPServer, connect: Connect, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_in_turn(server, "/x", Response("x", 503), ok())
    connect().get_json("x", {"code": NOTHING_TELLING})
    assert "GET /x: status 503; attempt 1" in told(caplog)
    assert "036099123456" not in told(caplog)
    assert capsys.readouterr().out == ""  # standard output belongs to `--json`


def test_a_redirect_on_the_same_host_is_followed_for_reading(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/x").respond_with_response(Response("", 301, headers={"Location": "/y/x?token=1"}))
    seen = answer_in_turn(server, "/y/x", ok())
    assert connect().get_json("x", {"page": 0}) == {"a": 1}
    assert seen[0].args.to_dict() == {"token": "1"}


def test_a_redirect_is_never_followed_with_a_body(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/x").respond_with_response(Response("", 307, headers={"Location": "/y"}))
    with pytest.raises(SourceContractBroken, match="not followed"):
        connect().post_json("x", {})


def test_redirects_in_a_circle_end(server: HTTPServer, connect: Connect) -> None:
    seen = answer_in_turn(server, "/x", Response("", 302, headers={"Location": "/x"}))
    with pytest.raises(SourceContractBroken, match="more than 3 times"):
        connect().get_json("x")
    assert len(seen) == 4


def test_credentials_do_not_travel_to_another_host(server: HTTPServer, connect: Connect) -> None:
    with HTTPServer(host="127.0.0.1") as other:
        other.expect_request("/x").respond_with_json({"a": "stolen"})
        server.expect_request("/x").respond_with_response(Response("", 302, headers={"Location": other.url_for("/x")}))
        with pytest.raises(SourceContractBroken):
            connect().get_json("x", headers={"Authorization": "Bearer bi-mat"})
        assert other.log == []


def test_a_late_answer_is_no_answer(server: HTTPServer, connect: Connect) -> None:
    release, calls = threading.Event(), []

    def late(request: Request) -> Response:
        calls.append(request)
        release.wait(30)
        return ok()

    server.expect_request("/x").respond_with_handler(late)
    with pytest.raises(SourceUnavailable, match="no answer in time"):
        connect(rules=replace(QUICK, read_timeout_s=0.1)).get_json("x")
    release.set()
    assert len(calls) == 3


def test_nobody_there() -> None:
    client = HttpClient("http://127.0.0.1:1", QUICK)
    with pytest.raises(SourceUnavailable, match="no connection"):
        client.get_json("x")
    client.close()


@pytest.fixture
def resetting() -> Iterator[str]:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b'{"content": [{"id"'
    with raw_server(reset_after(head)) as address:
        yield address


def test_a_reset_in_the_middle_of_the_body(resetting: str) -> None:
    client = HttpClient(resetting, QUICK)
    with pytest.raises(SourceUnavailable, match="it broke in the middle"):
        client.get_json("x")
    client.close()


def test_a_body_that_only_drips_comes_to_an_end() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    with raw_server(drip(head, every_s=0.02)) as address:
        client = HttpClient(address, replace(QUICK, attempts=1, read_timeout_s=0.1))
        with pytest.raises(SourceUnavailable, match="too slowly"):
            client.get_json("x")
        client.close()


def test_a_broken_chunk() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\nffff\r\n3"
    with raw_server(reset_after(head)) as address:
        client = HttpClient(address, QUICK)
        with pytest.raises(SourceUnavailable, match="it broke in the middle"):
            client.get_json("x")
        client.close()


def test_no_http_at_all() -> None:
    with raw_server(reset_after(b"SSH-2.0-OpenSSH_9.2\r\n")) as address:
        client = HttpClient(address, QUICK)
        with pytest.raises(SourceUnavailable):
            client.get_json("x")
        client.close()


def test_a_wait_longer_than_allowed_ends_the_call(server: HTTPServer, connect: Connect) -> None:
    seen = answer_in_turn(server, "/x", Response("x", 429, headers={"Retry-After": "3600"}))
    with pytest.raises(SourceUnavailable, match="3600 s, longer than max_wait_s"):
        connect().get_json("x")
    assert len(seen) == 1


def test_a_retry_date_is_read_by_the_other_sides_clock() -> None:
    head = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nDate: Thu, 03 Sep 2026 17:30:00 GMT\r\n"
    with raw_server(answering(head + b"Retry-After: Thu, 03 Sep 2026 18:30:00 GMT\r\n\r\n")) as address:
        client = HttpClient(address, QUICK)
        with pytest.raises(SourceUnavailable, match="3600 s"):
            client.get_json("x")
        client.close()


def test_a_body_shorter_than_announced() -> None:
    with raw_server(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")) as address:
        client = HttpClient(address, QUICK)
        with pytest.raises(SourceUnavailable, match="it broke in the middle"):
            client.get_json("x")
        client.close()


def test_a_file_comes_whole_or_again(server: HTTPServer, connect: Connect) -> None:
    seen = answer_in_turn(server, "/f", Response(b"half"), Response(b"the whole file"))
    body = connect().get_bytes("f", 100, lambda body: body == b"the whole file")
    assert (body, len(seen)) == (b"the whole file", 2)


def test_a_file_that_is_too_large_is_refused(server: HTTPServer, connect: Connect) -> None:
    server.expect_request("/f").respond_with_data(b"x" * (3 << 20))
    with pytest.raises(SourceContractBroken, match="exceeds 1 MiB"):
        connect().get_bytes("f", 1 << 20, lambda body: True)


def test_a_packed_bomb_is_refused(server: HTTPServer, connect: Connect) -> None:
    bomb = gzip.compress(b"[" * (16 << 20))
    server.expect_request("/f").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceContractBroken, match="exceeds 1 MiB"):
        connect().get_bytes("f", 1 << 20, lambda body: True)


def test_after_close_no_call_goes_out(server: HTTPServer, connect: Connect) -> None:
    seen = answer_in_turn(server, "/x", ok())
    client = connect()
    client.close()
    with pytest.raises(SourceUnavailable, match="given up"):
        client.get_json("x")
    assert seen == []


@pytest.mark.parametrize("address", ["", "may-chu.vn", "ftp://may-chu.vn", "http://", "http://may-chu.vn?a=1"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ConfigError, match="expected an address"):
        HttpClient(address, CallRules())


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        HttpClient("https://user:bi-mat@may-chu.vn", CallRules())
    assert "bi-mat" not in str(raised.value)
