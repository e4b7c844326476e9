"""OpenCPS over real HTTP: offsets, totals, Basic authentication, dates in three dialects, its own status words."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import OpencpsSource
from doisoat.errors import SourceContractBroken, SourceRefused
from doisoat.land.connect import open_source
from doisoat.land.shops.opencps import OpencpsApi
from doisoat.land.source import Answer
from doisoat.model import VIETNAM
from doisoat.rules.values import read_instant

NOW = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)
PATH = "/o/rest/v2/dossiers"


def item(number: int, **changes: Any) -> dict[str, Any]:
    """One dossier as OpenCPS lists it."""
    return {
        "dossierId": 1_000 + number,
        "dossierNo": f"H44.05-260820-{number:04d}",
        "referenceUid": "3b2f",
        "dossierStatus": "done",
        "dossierStatusText": "Hoàn thành",
        "serviceCode": "1.001612",
        "govAgencyCode": "H44.05",
        "applicantName": "Nguyễn Văn A",
        "submitDate": "20/08/2026 07:00:00",
        "receiveDate": "20/08/2026 08:00:00",
        "dueDate": "20260827170000",
        "releaseDate": "1787824800000",
        "finishDate": "",
        "modifiedDate": f"03/09/2026 08:00:{number:02d}",
        "online": True,
        "viaPostal": 0,
        "dossierOverdue": "Sớm hạn 2 ngày",
        "moRong": {"KenhThucHien": 2, "SoLanBoSung": None},
    } | changes


class Opencps:
    """A small OpenCPS; `spoil` may give another answer instead."""

    def __init__(self, items: list[Any]):
        self.items = items
        self.requests: list[Request] = []
        self.spoil: Callable[[dict[str, str]], Response | None] = lambda query: None

    def list(self, request: Request) -> Response:
        self.requests.append(request)
        query = request.args.to_dict()
        spoilt = self.spoil(query)
        if spoilt is not None:
            return spoilt
        found = [one for one in self.items if query.get("dossierNo") in (None, one["dossierNo"])]
        return json_response({"total": len(found), "data": found[int(query["start"]) : int(query["end"])]})


def json_response(value: Any) -> Response:
    import json

    return Response(json.dumps(value), content_type="application/json")


@pytest.fixture
def opencps(server: HTTPServer) -> Opencps:
    running = Opencps([item(number) for number in range(7)])
    server.expect_request(PATH).respond_with_handler(running.list)
    return running


@pytest.fixture
def config(server: HTTPServer) -> OpencpsSource:
    return OpencpsSource(
        kind="opencps",
        base_url=server.url_for("/"),
        username_env="TEST_USER",
        password_env="TEST_PASSWORD",
        group_id="20126",
        page_size=3,
        calls_per_second=2_000,
        attempts=3,
        max_wait_s=0.01,
    )


@pytest.fixture
def api(config: OpencpsSource, opencps: Opencps) -> Iterator[OpencpsApi]:
    opened = OpencpsApi(config)
    yield opened
    opened.close()


def test_an_item_lands_under_the_canonical_names(api: OpencpsApi, opencps: Opencps) -> None:
    page = api.page(0)
    assert page.records[1] == {
        "MaHoSo": "H44.05-260820-0001",
        "TrangThaiHoSo": "done",
        "MaTTHC": "1.001612",
        "MaCoQuan": "H44.05",
        "NgayNopHoSo": "20/08/2026 07:00:00",
        "NgayTiepNhan": "20/08/2026 08:00:00",
        "NgayHenTra": "20260827170000",
        "NgayKetThucXuLy": "1787824800000",
        "KenhThucHien": 2,
        "_id": 1001,
        "_updated": "2026-09-03T08:00:01.000+07:00",
    }
    assert {"NgayTra", "SoLanBoSung", "KenhThucHien"} <= page.columns
    assert [str(read_instant(page.records[0][name])) for name in ("NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy")] == [  # type: ignore[index]
        "2026-08-20 08:00:00+07:00",
        "2026-08-27 17:00:00+07:00",
        "2026-08-27 17:00:00+07:00",
    ]


def test_who_asks_and_for_what(api: OpencpsApi, opencps: Opencps) -> None:
    api.page(1)
    request = opencps.requests[0]
    assert request.args.to_dict() == {"start": "3", "end": "6", "sort": "modifiedDate", "order": "true"}
    assert request.headers["groupId"] == "20126"
    scheme, _, encoded = request.headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(encoded).decode()) == ("Basic", "can-bo:mật-khẩu-bí-mật")


def test_the_whole_list_is_read_once(config: OpencpsSource, opencps: Opencps) -> None:
    source = open_source(config, clock=lambda: NOW)
    pages = list(source.pages(frozenset()))
    assert [len(page.records) for page in pages] == [3, 3, 1]
    closing = source.closing()
    assert (closing.complete, closing.expected_rows) == (True, 7)
    assert sorted(request.args["start"] for request in opencps.requests) == ["0", "0", "0", "3", "6"]


def test_a_total_that_is_too_low_in_one_answer_does_not_hide_the_rest(config: OpencpsSource, opencps: Opencps) -> None:
    told = [json_response({"total": 3, "data": [item(0), item(1), item(2)]})]

    def spoil(query: dict[str, str]) -> Response | None:
        return told.pop() if told and query["end"] == "3" else None

    opencps.spoil = spoil
    source = open_source(config, clock=lambda: NOW)
    read = {str(record["MaHoSo"]) for page in source.pages(frozenset()) for record in page.records if record}
    assert read == {f"H44.05-260820-{number:04d}" for number in range(7)}
    assert source.closing().complete


@pytest.mark.parametrize(
    "answer", [{}, {"total": "7", "data": []}, {"total": 7}, {"total": 7, "data": {}}, [], {"total": -1, "data": []}]
)
def test_another_shape_names_the_field(api: OpencpsApi, opencps: Opencps, answer: Any) -> None:
    opencps.spoil = lambda query: json_response(answer)
    with pytest.raises(SourceContractBroken, match=r"'(total|data)' \(expected"):
        api.page(0)


def test_a_wrong_password_is_asked_once(api: OpencpsApi, opencps: Opencps) -> None:
    opencps.spoil = lambda query: Response("", 401)
    with pytest.raises(SourceRefused, match="check user name"):
        api.total()
    assert len(opencps.requests) == 1


def test_one_dossier_by_its_number(api: OpencpsApi) -> None:
    found = api.look_up("H44.05-260820-0003")
    assert (found.state, found.record is not None and found.record["_id"]) == ("found", 1003)
    assert api.look_up("H44.05-260820-9999") == Answer("absent")
