"""The shops' lists and the portal's public one, over real HTTP: shapes, ends of pages, signs of not being wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import IgateCatalogue, OpencpsCatalogue, ReportingCatalogue
from doisoat.errors import DoisoatError, SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.catalogues.reporting import read_reporting
from doisoat.land.catalogues.shops import read_igate, read_opencps
from doisoat.land.shops.igate import IgateApi
from doisoat.land.shops.opencps import OpencpsApi
from doisoat.model import VIETNAM
from doisoat.rules.catalogue import Listing
from doisoat_simulator.run import background_server
from doisoat_simulator.servers import create_app
from tests.contract.tiny_world import ten_dossiers

Answer = Callable[[Request], Any]


def serve(server: HTTPServer, path: str, answer: Answer) -> str:
    def handler(request: Request) -> Response:
        told = answer(request)
        return told if isinstance(told, Response) else Response(orjson.dumps(told), content_type="application/json")

    server.expect_request("/auth/realms/digo/protocol/openid-connect/token").respond_with_json({"access_token": "t"})
    server.expect_request(path).respond_with_handler(handler)
    return server.url_for("/")


def igate(server: HTTPServer, answer: Answer) -> Listing:
    config = IgateCatalogue(kind="igate", base_url=serve(server, "/bd/procedure", answer), page_size=2, attempts=1)
    api = IgateApi(config)
    try:
        return read_igate(api, config.procedures_path)
    finally:
        api.close()


def opencps(server: HTTPServer, answer: Answer) -> Listing:
    address = serve(server, "/o/rest/v2/serviceinfos", answer)
    config = OpencpsCatalogue(kind="opencps", base_url=address, page_size=2, attempts=1)
    api = OpencpsApi(config, clock=lambda: NOW)
    try:
        return read_opencps(api, config.serviceinfos_path)
    finally:
        api.close()


@pytest.mark.parametrize(
    "translate", [{"name": "Tên"}, [{"name": "Tên"}], {"0": {"name": "Tên"}}], ids=["object", "array", "keyed"]
)
def test_igate_pages_until_the_last(httpserver: HTTPServer, translate: Any) -> None:
    def answer(request: Request) -> Any:
        page = int(request.args["page"])
        item = {"code": f"1.00000{page}", "translate": translate, "sector": None, "fee": 5_000, "status": 1}
        return {"content": [item], "last": page == 2}

    listing = igate(httpserver, answer)
    told = [(entry.code, entry.name, entry.fee, entry.is_active) for entry in listing.entries]
    assert told == [(f"1.00000{page}", "Tên", 5_000, True) for page in range(3)]
    assert listing.whole == {"procedure"} and listing.extracted_at is not None


def test_opencps_reads_up_to_its_total(httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Any:
        start = int(request.args["start"])
        data = [
            {"serviceCode": f"1.00000{n}", "durationText": "5 Ngày làm việc", "public": "true"}
            for n in (start, start + 1)
        ]
        return {"total": 3, "data": data[: 3 - start]}

    listing = opencps(httpserver, answer)
    assert [(entry.code, entry.limit, entry.unit) for entry in listing.entries] == [
        (f"1.00000{n}", 5, "Ngày làm việc") for n in range(3)
    ]


NOW = datetime(2026, 9, 3, tzinfo=VIETNAM)
BROKEN = [[], "x", {"content": "x", "data": "x", "total": 5}, {"total": "5", "data": []}, {"total": 5, "data": []}]


@pytest.mark.parametrize("read", [igate, opencps])
@pytest.mark.parametrize("answer", BROKEN[:4], ids=["list", "text", "fields", "no total"])
def test_another_shape_is_refused(
    httpserver: HTTPServer, read: Callable[[HTTPServer, Answer], Listing], answer: Any
) -> None:
    with pytest.raises(SourceContractBroken, match="check procedures_path or serviceinfos_path"):
        read(httpserver, lambda request: answer)


def test_opencps_that_stops_short_is_refused(httpserver: HTTPServer) -> None:
    with pytest.raises(SourceContractBroken, match="5 entries, as total says"):
        opencps(httpserver, lambda request: BROKEN[4])


@pytest.mark.parametrize(
    ("read", "answer"), [(igate, {"content": [], "last": True}), (opencps, {"data": [], "total": 0})]
)
def test_an_empty_list_is_suspect(
    httpserver: HTTPServer, read: Callable[[HTTPServer, Answer], Listing], answer: Any
) -> None:
    listing = read(httpserver, lambda request: answer)
    assert (listing.whole, listing.reasons) == (frozenset(), ("Một cửa trả về danh mục rỗng",))


# --- the public list ------------------------------------------------------------------------------------


def reporting(address: str) -> Listing:
    return read_reporting(ReportingCatalogue(kind="reporting", base_url=address, page_size=2, calls_per_second=1))


def page(request: Request) -> Any:
    number = orjson.loads(request.data)["currentPage"]
    items = [{"code": f"1.00000{number}", "name": "Tên", "state": "UPDATED" if number == 1 else "INACTIVE"}]
    return Response(
        orjson.dumps({"code": "OK", "data": {"items": items, "pagination": {"totalPages": 2}}}),
        status=201,
        content_type="application/json",
    )


def test_the_public_list_is_the_whole_countrys(httpserver: HTTPServer) -> None:
    listing = reporting(serve(httpserver, "/api/v1/reporting/formalities", page))
    assert [(entry.code, entry.is_active) for entry in listing.entries] == [("1.000001", True), ("1.000002", False)]
    assert (listing.nationwide, listing.whole) == (True, {"procedure"})
    assert all(request.headers["User-Agent"] == "doisoat" for request, _ in httpserver.log)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Response(status=401), SourceRefused),
        (Response(status=403), SourceRefused),
        (Response(status=429, headers={"Retry-After": "1"}), SourceUnavailable),
        (Response("<html>Request Rejected</html>", status=403, content_type="text/html"), SourceContractBroken),
        (Response("<html>", content_type="text/html"), SourceContractBroken),
    ],
    ids=["401", "403", "429", "firewall", "html"],
)
def test_the_first_sign_of_not_being_wanted_ends_it(
    httpserver: HTTPServer, refusal: Response, error: type[DoisoatError]
) -> None:
    def answer(request: Request) -> Any:
        return page(request) if orjson.loads(request.data)["currentPage"] == 1 else refusal

    listing = reporting(serve(httpserver, "/api/v1/reporting/formalities", answer))
    assert len(httpserver.log) == 2, "asked again"
    assert len(listing.entries) == 1 and listing.whole == frozenset()
    assert listing.reasons == ("Danh mục công khai: dừng ở trang 2 vì Cổng DVCQG không trả lời tiếp",)
    httpserver.clear()
    with pytest.raises(error):
        reporting(serve(httpserver, "/api/v1/reporting/formalities", lambda request: refusal))


def test_the_simulator_serves_it_as_the_portal_does() -> None:
    with background_server(create_app(ten_dossiers())) as address:
        config = ReportingCatalogue(kind="reporting", base_url=address, page_size=500, calls_per_second=1)
        listing = read_reporting(config)
    assert listing.whole == {"procedure"} and len(listing.entries) > 40
