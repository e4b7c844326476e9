"""Tân Dân over real HTTP: token, pages from 1, spellings, fees and results, one dossier by its code."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import TandanSource
from doisoat.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.connect import open_source
from doisoat.land.shops.tandan import TandanApi
from doisoat.land.shops.tandan_items import TandanItems, fee_total
from doisoat.land.source import Answer
from doisoat.model import VIETNAM

LIST = "/api/v1/HoSos"
NOW = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)


def item(number: int, **changes: Any) -> dict[str, Any]:
    """One dossier as Tân Dân lists it."""
    return {
        "id": f"3fa85f64-{number:04d}",
        "maHoSo": f"H44.05-260820-{number:04d}",
        "maTTHC": "1.001612",
        "maDinhDanh": "H44.05",
        "donViXuLy": "Sở Y tế",
        "chuHoSo": "Nguyễn Văn A",
        "soGiayToChuHoSo": "036099123456",
        "trangThaiHoSo": "processing",
        "kenhThucHien": "2",
        "ngayNopHoSo": "2026-08-20T07:00:00",
        "ngayTiepNhan": "2026-08-20T08:00:00.5",
        "ngayHenTra": "2026-08-27T17:00:00",
        "ngayKetThucXuLy": "20260826160000",
        "ngayTra": None,
        "duocThanhToanTrucTuyen": "1",
        "danhSachLePhi": [{"tenPhiLePhi": "Phí", "gia": "30000"}, {"tenPhiLePhi": "Lệ phí", "gia": "20000"}],
        "danhSachGiayToKetQua": [],
        "lastModifiedOn": f"2026-09-03T08:00:{number:02d}",
        "moRong": {"SoLanGiaHan": 0, "DoMat": None},
    } | changes


class Tandan:
    """A small Tân Dân; `spoil` may give another answer instead."""

    def __init__(self, items: list[Any]):
        self.items = items
        self.details: dict[str, Any] = {}  # what GetByMa knows
        self.signed_in: list[tuple[dict[str, Any], str | None]] = []
        self.requests: list[Request] = []
        self.token: Any = {"token": "v4.local.abc", "refreshToken": "r"}
        self.spoil: Callable[[Request], Response | None] = lambda request: None

    def sign_in(self, request: Request) -> Response:
        self.signed_in.append((request.get_json(), request.headers.get("tenant")))
        return answer(self.token)

    def list(self, request: Request) -> Response:
        self.requests.append(request)
        query = request.args.to_dict()
        wanted = query.get("MaHoSo", "")
        found = [one for one in self.items if not isinstance(one, dict) or wanted in one.get("maHoSo", "")]
        number, size = int(query["PageNumber"]), int(query["PageSize"])
        page = found[(number - 1) * size : number * size]
        head = {"currentPage": number, "totalPages": -(-len(found) // size), "totalCount": len(found)}
        return self.spoil(request) or answer({"data": page, "pageSize": size} | head)

    def one(self, request: Request) -> Response:
        self.requests.append(request)
        found = self.details.get(request.path.rpartition("/")[2])
        return self.spoil(request) or answer({"data": found, "messages": [], "succeeded": found is not None})


def answer(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json; charset=utf-8")


@pytest.fixture
def tandan(server: HTTPServer) -> Tandan:
    running = Tandan([item(number) for number in range(7)])
    server.expect_request("/api/tokens", method="POST").respond_with_handler(running.sign_in)
    server.expect_request(LIST, method="GET").respond_with_handler(running.list)
    for code in ("H44.05-260820-0003", "H44.05-260820-9999", "H44/05-1"):
        server.expect_request(f"{LIST}/GetByMa/{code}", method="GET").respond_with_handler(running.one)
    return running


def section(server: HTTPServer, **changes: Any) -> TandanSource:
    values: dict[str, Any] = {
        "kind": "tandan",
        "base_url": server.url_for("/"),
        "username_env": "TEST_USER",
        "password_env": "TEST_PASSWORD",
        "page_size": 3,
        "calls_per_second": 2_000,
        "attempts": 3,
        "max_wait_s": 0.01,
    }
    return TandanSource(**values | changes)


@pytest.fixture
def api(server: HTTPServer, tandan: Tandan) -> Iterator[TandanApi]:
    opened = TandanApi(section(server))
    yield opened
    opened.close()


def read_items(*items: Any, columns: dict[str, str] | None = None) -> tuple[list[Any], frozenset[str]]:
    reader = TandanItems(columns or {}).reader(items)
    return list(reader.records(items)), reader.columns(items)


# --- items -------------------------------------------------------------------------------------------


def test_an_item_lands_under_the_canonical_names(api: TandanApi) -> None:
    page = api.page(0)
    assert page.records[1] == {
        "MaHoSo": "H44.05-260820-0001",
        "TrangThaiHoSo": "processing",
        "MaTTHC": "1.001612",
        "MaCoQuan": "H44.05",
        "NgayNopHoSo": "2026-08-20T07:00:00",
        "NgayTiepNhan": "2026-08-20T08:00:00.5",
        "NgayHenTra": "2026-08-27T17:00:00",
        "NgayKetThucXuLy": "20260826160000",
        "KenhThucHien": "2",
        "DuocThanhToanTrucTuyen": "1",
        "TongLePhi": 50_000,
        "DanhSachGiayToKetQua": [],
        "SoLanGiaHan": 0,
        "_id": "3fa85f64-0001",
        "_updated": "2026-09-03T08:00:01.000+07:00",
    }
    assert {"NgayTra", "DoMat", "TongLePhi", "chuHoSo"} <= page.columns
    assert "SoLanBoSung" not in page.columns


def test_names_may_begin_with_a_capital_as_in_the_pushed_record() -> None:
    pushed = {
        "MaHoSo": "A-1",
        "TrangThaiHoSo": "4",
        "NgayTiepNhan": "20260820080000",
        "DanhSachLePhi": [{"Gia": 5}],
        "DanhSachHoSoBoSung": [{"NgayBoSung": "2026-08-21T08:00:00", "NoiDungBoSung": "x"}],
    }
    (record,), columns = read_items(pushed)
    assert record["MaHoSo"] == "A-1"
    assert (record["TongLePhi"], record["DanhSachHoSoBoSung"]) == (5, pushed["DanhSachHoSoBoSung"])
    assert {"DanhSachHoSoBoSung", "TongLePhi"} <= columns
    assert "NgayHenTra" not in columns


def test_lists_are_capitalised_inside_too() -> None:
    lists = {
        "danhSachHoSoBoSung": [{"ngayBoSung": "2026-08-21T08:00:00"}, None],
        "danhSachGiayToKetQua": [{"duongDanTepTinKetQua": " "}],
    }
    (record,), _ = read_items(item(1, **lists))
    assert record["DanhSachHoSoBoSung"] == [{"NgayBoSung": "2026-08-21T08:00:00"}, None]
    assert record["DanhSachGiayToKetQua"] == [{"DuongDanTepTinKetQua": " "}]


def test_the_names_of_the_makers_own_database_stand_in() -> None:
    own = {"maHoSo": "A-1", "trangThaiHoSoId": "4", "donViId": "H44.05", "hoSoCoThanhPhanSoHo": "1"}
    (record,), columns = read_items(own | {"ngayCongDanBoSung": "2026-08-21T08:00:00", "dinhKemKetQua": "/kq.pdf"})
    assert record == {
        "MaHoSo": "A-1",
        "TrangThaiHoSo": "4",
        "MaCoQuan": "H44.05",
        "HoSoCoThanhPhanSoHoa": "1",
        "NgayHoanThanhBoSung": "2026-08-21T08:00:00",
        "DuongDanTepTinKetQua": "/kq.pdf",
    }
    assert record.keys() <= columns


def test_the_code_made_up_for_the_portal_lands_as_an_alternative_one() -> None:
    (record,), _ = read_items(item(1, maHoSoKhac="H56.14-250225-48213"))
    assert (record["MaHoSo"], record["MaHoSoKhac"]) == ("H44.05-260820-0001", "H56.14-250225-48213")


def test_the_province_file_has_the_first_word_about_names() -> None:
    (record,), _ = read_items(item(1, maKhac="H44.99"), columns={"MaCoQuan": "maKhac"})
    assert record["MaCoQuan"] == "H44.99"


def test_a_total_of_the_record_goes_before_the_sum() -> None:
    (record,), _ = read_items(item(1, tongLePhi=70_000))
    assert record["TongLePhi"] == 70_000


@pytest.mark.parametrize(
    "fees", [None, [], {}, "50000", [None], [{}], [{"Gia": None}], [{"Gia": "miễn"}], [{"Gia": "5"}, {"Gia": ""}], [[]]]
)
def test_fees_that_do_not_add_up_are_unknown_not_nothing(fees: Any) -> None:
    assert fee_total(fees) is None
    (record,), columns = read_items(item(1, danhSachLePhi=fees))
    assert "TongLePhi" not in record
    assert "TongLePhi" in columns


@given(st.lists(st.integers(0, 10**9), min_size=1))
def test_fees_add_up_as_numbers_and_as_text(amounts: list[int]) -> None:
    assert fee_total([{"Gia": amount} for amount in amounts]) == sum(amounts)
    assert fee_total([{"Gia": f"{amount}.0"} for amount in amounts]) == sum(amounts)


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(st.dictionaries(st.sampled_from([*item(1)]), HOSTILE) | HOSTILE, max_size=3))
def test_whatever_an_item_is_it_is_read_or_has_no_shape(items: list[Any]) -> None:
    records, columns = read_items(*items)
    assert [record is None for record in records] == [not isinstance(one, dict) for one in items]
    assert all(isinstance(name, str) for name in columns)


# --- the list ----------------------------------------------------------------------------------------


def test_pages_begin_with_1_and_always_name_their_size_and_order(api: TandanApi, tandan: Tandan) -> None:
    api.page(1)
    assert tandan.requests[0].args.to_dict() == {
        "PageNumber": "2",
        "PageSize": "3",
        "OrderBy": "MaHoSo",
        "SearchAllType": "true",
    }


def test_the_whole_list_is_read_once(server: HTTPServer, tandan: Tandan) -> None:
    source = open_source(section(server), clock=lambda: NOW)
    pages = list(source.pages(frozenset()))
    assert [len(page.records) for page in pages] == [3, 3, 1]
    assert (source.closing().complete, source.closing().expected_rows) == (True, 7)
    assert all(request.args["SearchAllType"] == "true" for request in tandan.requests)
    assert len(tandan.signed_in) == 1


def test_an_empty_list_is_complete(server: HTTPServer, tandan: Tandan) -> None:
    tandan.items = []
    source = open_source(section(server), clock=lambda: NOW)
    assert [len(page.records) for page in source.pages(frozenset())] == [0]
    assert source.closing().complete


def test_what_is_no_object_keeps_its_place(api: TandanApi, tandan: Tandan) -> None:
    tandan.items = [item(1), None, "rác"]
    assert [record is None for record in api.page(0).records] == [False, True, True]


@pytest.mark.parametrize(
    "spoilt",
    [
        [],
        {},
        {"data": {}, "totalPages": 1},
        {"data": [], "currentPage": 9, "totalPages": 1},
        {"data": [], "totalPages": "1"},
        {"data": [], "totalPages": True},
        {"data": [], "totalPages": -1},
        {"data": None, "succeeded": False, "messages": ["Lỗi"]},
    ],
)
def test_another_shape_names_the_field(api: TandanApi, tandan: Tandan, spoilt: Any) -> None:
    tandan.spoil = lambda request: answer(spoilt)
    with pytest.raises(SourceContractBroken, match=r"'(data|totalPages|currentPage|the answer)' \(expected"):
        api.page(0)


@pytest.mark.parametrize("total", [None, "7", -1, True, 7.5])
def test_a_total_that_is_no_number(api: TandanApi, tandan: Tandan, total: Any) -> None:
    tandan.spoil = lambda request: answer({"data": [], "totalCount": total})
    with pytest.raises(SourceContractBroken, match="totalCount"):
        api.total()


@pytest.mark.parametrize("spoilt", [Response("x", 503), Response('{"data":[{'), Response("")])
def test_trouble_that_stays(api: TandanApi, tandan: Tandan, spoilt: Response) -> None:
    tandan.spoil = lambda request: spoilt
    with pytest.raises(SourceUnavailable):
        api.page(0)
    assert len(tandan.requests) == 3


# --- who asks ----------------------------------------------------------------------------------------


def test_a_token_is_fetched_with_the_account_and_sent_as_bearer(server: HTTPServer, tandan: Tandan) -> None:
    api = TandanApi(section(server, tenant="root"))
    assert api.total() == 7
    api.close()
    assert tandan.signed_in == [({"userName": "can-bo", "password": "mật-khẩu-bí-mật"}, "root")]
    assert tandan.requests[0].headers["Authorization"] == "Bearer v4.local.abc"


@pytest.mark.parametrize("token", [{"token": "t"}, {"data": {"token": "t"}, "succeeded": True}])
def test_a_token_stands_plainly_or_inside_data(api: TandanApi, tandan: Tandan, token: Any) -> None:
    tandan.token = token
    assert api.total() == 7
    assert tandan.requests[0].headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize(
    "token",
    [
        {},
        [],
        {"token": ""},
        {"token": 5},
        {"data": None},
        {"data": {"token": None}},
        {"token": "mã"},
        {"token": "a\nb"},
    ],
)
def test_a_token_that_is_none(api: TandanApi, tandan: Tandan, token: Any) -> None:
    tandan.token = token
    with pytest.raises(SourceContractBroken, match="'token'"):
        api.total()


def test_an_ended_token_is_renewed(api: TandanApi, tandan: Tandan) -> None:
    refusals = [answer({"statusCode": 401}, 401)]
    tandan.spoil = lambda request: refusals.pop() if refusals else None
    assert api.total() == 7
    assert len(tandan.signed_in) == 2


def test_a_wrong_password_is_asked_once(server: HTTPServer) -> None:
    server.expect_request("/api/tokens").respond_with_json({"statusCode": 401}, status=401)
    with pytest.raises(SourceRefused, match="check user name") as raised:
        TandanApi(section(server)).total()
    assert len(server.log) == 1
    assert "bí-mật" not in str(raised.value)


@pytest.mark.parametrize(
    ("auth", "header"),
    [("none", None), ("basic", "Basic " + base64.b64encode("can-bo:mật-khẩu-bí-mật".encode()).decode())],
)
def test_without_a_token(server: HTTPServer, tandan: Tandan, auth: str, header: str | None) -> None:
    api = TandanApi(section(server, auth=auth))
    assert api.total() == 7
    api.close()
    assert (tandan.signed_in, tandan.requests[0].headers.get("Authorization")) == ([], header)


# --- one dossier -------------------------------------------------------------------------------------


def test_one_dossier_by_the_filter(api: TandanApi, tandan: Tandan) -> None:
    found = api.look_up("H44.05-260820-0003")
    assert (found.state, found.record is not None and found.record["_id"]) == ("found", "3fa85f64-0003")
    assert tandan.requests[0].args["MaHoSo"] == "H44.05-260820-0003"
    assert api.look_up("H44.05-260820-9999") == Answer("absent")


def test_codes_that_only_contain_the_code_are_not_it(api: TandanApi, tandan: Tandan) -> None:
    tandan.items = [item(number) for number in range(10, 20)]
    assert api.look_up("H44.05-260820-001") == Answer("absent")


def test_more_such_codes_than_one_answer_holds_prove_no_absence(api: TandanApi, tandan: Tandan) -> None:
    tandan.items = [item(number) for number in range(10, 80)]
    answered = api.look_up("H44.05-260820-00")
    assert (answered.state, "chưa hết" in answered.reason) == ("failed", True)


def test_get_by_ma_answers_first_where_the_province_file_says_so(server: HTTPServer, tandan: Tandan) -> None:
    api = TandanApi(section(server, look_up_by="code"))
    tandan.details = {"H44.05-260820-0003": item(3, trangThaiHoSo="done")}
    found = api.look_up("H44.05-260820-0003")
    assert found.record is not None
    assert (found.record["TrangThaiHoSo"], len(tandan.requests)) == ("done", 1)
    api.close()


def test_what_get_by_ma_does_not_find_is_asked_of_the_list(server: HTTPServer, tandan: Tandan) -> None:
    api = TandanApi(section(server, look_up_by="code"))
    assert api.look_up("H44.05-260820-0003").state == "found"
    assert api.look_up("H44.05-260820-9999") == Answer("absent")
    api.close()


def test_a_code_with_a_slash_stays_one_code(server: HTTPServer, tandan: Tandan) -> None:
    api = TandanApi(section(server, look_up_by="code"))
    assert api.look_up("H44/05-1") == Answer("absent")
    api.close()
    assert tandan.requests[0].environ["RAW_URI"].endswith("/GetByMa/H44%2F05-1")


@pytest.mark.parametrize("look_up_by", ["filter", "code"])
@pytest.mark.parametrize(
    "spoilt", [Response("x", 503), Response("<html>"), answer([]), answer({"data": 5}), Response("")]
)
def test_trouble_with_one_dossier_is_never_absence(
    server: HTTPServer, tandan: Tandan, look_up_by: str, spoilt: Response
) -> None:
    tandan.spoil = lambda request: spoilt
    api = TandanApi(section(server, look_up_by=look_up_by))
    assert api.look_up("H44.05-260820-0003").state == "failed"
    api.close()
