"""The portal's services over real HTTP: budget, turns, a killed reading, silence and refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import AdapterCatalogue
from doisoat.errors import SourceUnavailable
from doisoat.land.catalogues.services import read_services
from doisoat.land.portal.transport import open_transport
from doisoat.rules.catalogue import Listing

DAY = date(2026, 9, 3)
CODES = [f"1.00000{number}" for number in range(6)]
Answers = dict[str, Any]


class Portal:
    """The portal as far as its lists go; `asked` are the codes of LayThuTuc, `answers` what services say instead."""

    def __init__(self, answers: Answers | None = None) -> None:
        self.asked: list[str] = []
        self.answers = answers or {}

    def __call__(self, request: Request) -> Response:
        body = orjson.loads(request.data)
        if "service" not in body:
            return said({"session": "s", "error_code": 0})
        service = body["service"]
        if service == "LayThuTuc":
            self.asked.append(body["maTTHC"])
        answer = self.answers.get(service, self._usual(service, body))
        return answer if isinstance(answer, Response) else said(answer)

    def _usual(self, service: str, body: Mapping[str, Any]) -> Any:
        result: Any = {
            "LayDanhSachTTHC": [{"MATTHC": code, "TENTTHC": f"Thủ tục {code}"} for code in CODES],
            "LayDanhMucCoQuan": [{"MADONVI": "H44", "TENDONVI": "UBND tỉnh"}],
            "LayDanhMucLinhVuc": [{"MALINHVUC": "LV1", "TENLINHVUC": "Hộ tịch"}],
            "LayDVC": {
                "data": [{"MATTHC": CODES[0], "MUCDO": "Một phần"}, {"MATTHC": CODES[0], "MUCDO": "Toàn trình"}]
            },
            "LayThuTuc": [{"MATTHC": body.get("maTTHC"), "TRANGTHAI": "1"}],
        }[service]
        return {"error_code": "00", "result": result}


def said(answer: Any) -> Response:
    return Response(orjson.dumps(answer), content_type="application/json")


@contextmanager
def reading(server: HTTPServer, portal: Portal, **changes: Any) -> Iterator[tuple[Any, AdapterCatalogue]]:
    server.clear()
    server.expect_request("/mapi/login").respond_with_handler(portal)
    server.expect_request("/mapi/g").respond_with_handler(portal)
    config = AdapterCatalogue(
        kind="adapter", base_url=server.url_for("/"), attempts=1, concurrency=1, calls_per_second=5_000, **changes
    )
    transport = open_transport(config)
    try:
        yield transport, config
    finally:
        transport.close()


def read(server: HTTPServer, portal: Portal, folder: Path, day: date = DAY, **changes: Any) -> Listing:
    with reading(server, portal, **changes) as (transport, config):
        return read_services(transport, config, day, folder / "notes.jsonl")


def test_everything_is_read(httpserver: HTTPServer, tmp_path: Path) -> None:
    portal = Portal()
    listing = read(httpserver, portal, tmp_path)
    assert (listing.whole, listing.reasons, listing.left_open) == ({"procedure", "agency", "sector"}, (), ())
    assert portal.asked == CODES
    levels = {entry.code: (entry.level, entry.is_active) for entry in listing.entries if entry.sort == "procedure"}
    assert levels == {code: ("toan_trinh" if code == CODES[0] else "khong", True) for code in CODES}


def test_a_budget_takes_turns_from_week_to_week(httpserver: HTTPServer, tmp_path: Path) -> None:
    asked = set()
    for week in range(3):
        portal = Portal()
        listing = read(httpserver, portal, tmp_path / str(week), DAY + timedelta(weeks=week), details_budget=2)
        assert len(portal.asked) == 2 and listing.reasons == ()
        assert listing.left_open == ("4 thủ tục chưa hỏi chi tiết vì hết hạn mức 2 lượt",)
        assert sum(entry.is_active is None for entry in listing.entries if entry.sort == "procedure") == 4
        asked |= set(portal.asked)
    assert asked == set(CODES)


def test_a_killed_reading_goes_on(httpserver: HTTPServer, tmp_path: Path) -> None:
    notes = tmp_path / "notes.jsonl"
    read(httpserver, Portal(), tmp_path, details_budget=6)
    lines = notes.read_bytes().split(b"\n")
    notes.write_bytes(b"\n".join(lines[:4]) + b'\n{"code": "1.0000')  # killed in the middle of a line
    portal = Portal()
    listing = read(httpserver, portal, tmp_path)
    assert portal.asked == CODES[3:] and listing.reasons == ()
    again = Portal()
    assert read(httpserver, again, tmp_path) == listing and again.asked == []


@pytest.mark.parametrize("service", ["LayDanhMucCoQuan", "LayDanhMucLinhVuc", "LayDVC"])
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"error_code": "-1", "message": "Lỗi"}, "từ chối trả lời"),
        ({"error_code": "0", "result": []}, "danh sách rỗng"),
        (Response(status=503), "không trả lời"),
        (Response("<html>Request Rejected</html>", content_type="text/html"), "không trả lời"),
        (Response(b'{"error_code": 0, "result": [{"MAD'), "không trả lời"),
        (Response('{"error_code": 0, "result": "Tên"}'.encode("utf-16")), "không trả lời"),
    ],
    ids=["refused", "empty", "down", "firewall", "truncated", "utf-16"],
)
def test_a_list_that_does_not_come_is_unknown(
    httpserver: HTTPServer, tmp_path: Path, service: str, answer: Any, why: str
) -> None:
    listing = read(httpserver, Portal({service: answer}), tmp_path)
    assert len(listing.reasons) == 1 and listing.reasons[0].startswith(f"{service}: ") and why in listing.reasons[0]
    assert "procedure" in listing.whole and len(listing.whole) == (3 if service == "LayDVC" else 2)
    levels = {entry.level for entry in listing.entries if entry.sort == "procedure"}
    assert levels == ({None} if service == "LayDVC" else {"toan_trinh", "khong"})


def test_an_empty_list_of_procedures_is_suspect(httpserver: HTTPServer, tmp_path: Path) -> None:
    listing = read(httpserver, Portal({"LayDanhSachTTHC": {"error_code": 0, "result": []}}), tmp_path)
    assert "procedure" not in listing.whole
    assert listing.reasons == ("LayDanhSachTTHC: Cổng DVCQG trả về danh sách rỗng",)


def test_without_the_list_of_procedures_there_is_no_reading(httpserver: HTTPServer, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        read(httpserver, Portal({"LayDanhSachTTHC": Response(status=503)}), tmp_path)


def test_details_that_do_not_come_are_unknown(httpserver: HTTPServer, tmp_path: Path) -> None:
    listing = read(httpserver, Portal({"LayThuTuc": Response(status=503)}), tmp_path)
    assert listing.reasons == ("LayThuTuc: 6 thủ tục hỏi mà không nhận được chi tiết",)
    assert {entry.is_active for entry in listing.entries if entry.sort == "procedure"} == {None}


def test_an_answer_about_another_procedure_is_none(httpserver: HTTPServer, tmp_path: Path) -> None:
    other = {"error_code": 0, "result": [{"MATTHC": CODES[0], "TRANGTHAI": "0"}]}
    listing = read(httpserver, Portal({"LayThuTuc": other}), tmp_path)
    known = {entry.code: entry.is_active for entry in listing.entries if entry.sort == "procedure"}
    assert known == {code: False if code == CODES[0] else None for code in CODES}


def test_a_portal_that_is_gone_is_not_asked_on(httpserver: HTTPServer, tmp_path: Path) -> None:
    many = [{"MATTHC": f"1.{number:06d}"} for number in range(100)]
    portal = Portal({"LayDanhSachTTHC": {"error_code": 0, "result": many}, "LayThuTuc": Response(status=503)})
    read(httpserver, portal, tmp_path)
    assert 20 <= len(portal.asked) < 30
