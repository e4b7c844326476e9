"""The one-stop-shop as Tân Dân, against wire-contract §4.1 (fields), §9.1 (words), §11.4 (list), §13.1 (dates)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.clients import PASSWORD, tandan_session
from tests.contract.tiny_world import PERSONAL, TinyWorld, a_row

TOKENS = "/tandan/api/tokens"
LIST = "/tandan/api/v1/HoSos"
One = Callable[..., str]
Serve = Callable[..., str]


def listed(address: str, **query: Any) -> dict[str, Any]:
    """One answer of the list, certified copies included unless the query says otherwise."""
    asked = {"SearchAllType": "true"} | query
    answer = tandan_session(address).get(address + LIST, params=asked, timeout=10)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(answer: dict[str, Any]) -> list[str]:
    return [item["maHoSo"] for item in answer["data"]]


def first_item(address: str) -> dict[str, Any]:
    item: dict[str, Any] = listed(address)["data"][0]
    return item


# --- the list --------------------------------------------------------------------------------------------------------


def test_section_11_4_pages_begin_with_1_and_have_ten_dossiers_unless_told(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{n:02d}", n) for n in range(12)]
    address = serve(TinyWorld(rows, []), variant="tandan")
    first, zeroth, second = listed(address), listed(address, PageNumber=0), listed(address, PageNumber=2)
    assert {name: first[name] for name in ("currentPage", "totalPages", "pageSize", "totalCount")} == {
        "currentPage": 1,
        "totalPages": 2,
        "pageSize": 10,
        "totalCount": 12,
    }
    assert codes(first) == codes(zeroth) == [f"H44.100-1-{n:02d}" for n in range(10)]
    assert (codes(second), second["currentPage"]) == (["H44.100-1-10", "H44.100-1-11"], 2)


@pytest.mark.parametrize("size", [1, 3, 10, 11, 2**31 - 1])
def test_section_11_4_pages_give_every_dossier_once(tandan_ten: str, size: int) -> None:
    pages = [listed(tandan_ten, PageNumber=n, PageSize=size) for n in range(1, -(-10 // size) + 1)]
    assert {page["totalPages"] for page in pages} == {len(pages)}
    assert [code for page in pages for code in codes(page)] == [f"H44.100-260824-{n:04d}" for n in range(1, 11)]


def test_section_11_4_order_by(tandan_ten: str) -> None:
    newest = codes(listed(tandan_ten, OrderBy="LastModifiedOn desc"))
    assert newest == codes(listed(tandan_ten, orderBy="maHoSo DESC"))[:10]
    assert newest == sorted(newest, reverse=True)


def test_section_11_4_filters(serve: Serve) -> None:
    rows = [
        a_row("a-1", 1, TrangThaiHoSo=4, NgayTiepNhan=datetime(2026, 8, 23, 23, 59)),
        a_row("a-2", 2, MaCoQuan="H44.07", NgayTra=datetime(2026, 9, 1)),
        a_row("a-3", 3, MaTTHC="1.000045", KenhThucHien=1, NgayNopHoSo=datetime(2026, 8, 1)),
    ]
    address = serve(TinyWorld(rows, []), variant="tandan")
    for query, found in [
        ({"MaTrangThai": "processing"}, ["a-1"]),
        ({"InMaTrangThais": ["processing", "done"]}, ["a-1", "a-2", "a-3"]),
        ({"GroupCode": "H44.07"}, ["a-2"]),
        ({"MaTTHC": "1.000045"}, ["a-3"]),
        ({"KenhThucHien": "1"}, ["a-3"]),
        ({"TiepNhanFrom": "2026-08-24"}, ["a-2", "a-3"]),
        ({"TiepNhanTo": "2026-08-23"}, ["a-1"]),
        ({"HenTraFrom": "2026-08-28"}, []),
        ({"NgayTraFrom": "2026-08-27"}, ["a-2"]),
        ({"NopHoSoTuNgay": "2026-08-01", "NopHoSoDenNgay": "2026-08-02"}, ["a-3"]),
        ({"MaHoSo": "a-3"}, ["a-3"]),
    ]:
        answer = listed(address, **query)
        assert (codes(answer), answer["totalCount"]) == (found, len(found)), query


def test_certified_copies_are_hidden_unless_all_types_are_asked_for(serve: Serve) -> None:
    address = serve(TinyWorld([a_row("a-1", 1), a_row("a-2", 2, MaTTHC="1.000045")], []), variant="tandan")
    assert codes(listed(address, SearchAllType="false")) == ["a-2"]
    assert codes(listed(address)) == ["a-1", "a-2"]


def test_section_11_4_one_dossier_by_its_code_as_it_is_now(serve: Serve) -> None:
    row = a_row("a-1", 1, TrangThaiHoSo=4)
    world = TinyWorld([row, a_row("a-2", 2, MaTTHC="9.999999")], [], fresh_shop={"a-1": row | {"TrangThaiHoSo": 10}})
    address = serve(world, variant="tandan")
    session = tandan_session(address)
    answers = {code: session.get(f"{address}{LIST}/GetByMa/{code}", timeout=10) for code in ("a-1", "a-2", "a-3")}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert answers["a-1"].json()["data"]["trangThaiHoSo"] == "done"
    nothing = {"data": None, "messages": [""], "succeeded": False}
    assert [answers[code].json() for code in ("a-2", "a-3")] == [nothing, nothing]


# --- the item --------------------------------------------------------------------------------------------------------


def test_section_4_1_the_fields_are_those_of_the_pushed_record(one: One) -> None:
    item = first_item(one(a_row("H44.100-260824-0001", 7), variant="tandan"))
    assert {
        "id": "7",
        "maHoSo": "H44.100-260824-0001",
        "maTTHC": "2.000815",
        "maDinhDanh": "H44.100",
        "donViXuLy": "UBND Phường Việt Trì",
        "trangThaiHoSo": "done",
        "tenTrangThaiHoSo": "Đã trả kết quả",
        "kenhThucHien": 2,
        "duocThanhToanTrucTuyen": "1",
    }.items() <= item.items()
    assert [int(fee["gia"]) for fee in item["danhSachLePhi"]] == [33_334, 16_666]
    assert item["danhSachGiayToKetQua"][0]["duongDanTepTinKetQua"] == "https://motcua.example/1.pdf"
    assert "danhSachHoSoBoSung" not in item


def test_section_13_1_native_dates_and_compact_ones(one: One) -> None:
    supplements = [{"NgayBoSung": datetime(2026, 8, 25, 8), "NgayTiepNhanBoSung": None}]
    item = first_item(one(a_row("x-1", 1, DanhSachHoSoBoSung=supplements), variant="tandan"))
    assert {
        "ngayNopHoSo": "2026-08-24T08:30:05",
        "ngayTiepNhan": "2026-08-24T09:00:00",
        "ngayHenTra": "2026-08-27T17:00:00",
        "ngayKetThucXuLy": "20260826160000",
        "ngayTra": "20260826163000",
        "ngayTuChoi": None,
        "danhSachHoSoBoSung": [{"ngayBoSung": "2026-08-25T08:00:00", "ngayTiepNhanBoSung": None}],
    }.items() <= item.items()


def test_section_9_1_the_words_swap_1_2_and_3_8_and_the_list_masks_nothing(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{status:02d}", status, TrangThaiHoSo=status) for status in range(1, 11)]
    items = listed(serve(TinyWorld(rows, []), variant="tandan"))["data"]
    words = "receiving new denied processing waiting paying cancelled unresolved releasing done"
    assert [item["trangThaiHoSo"] for item in items] == words.split()


def test_null_and_broken_values(one: One) -> None:
    changes: dict[str, Any] = {"TrangThaiHoSo": "đang chờ", "NgayTiepNhan": None, "TongLePhi": None}
    changes |= {"DuongDanTepTinKetQua": None, "NgayKetThucXuLy": "31/02/2026", "DuocThanhToanTrucTuyen": None}
    item = first_item(one(a_row("x-1", 1, **changes), variant="tandan"))
    assert (item["trangThaiHoSo"], item["ngayTiepNhan"], item["ngayKetThucXuLy"]) == ("đang chờ", None, "31/02/2026")
    assert (item["danhSachLePhi"], item["danhSachGiayToKetQua"], item["duocThanhToanTrucTuyen"]) == ([], [], None)


def test_pure_wire_lacks_exactly_the_extension(one: One) -> None:
    row = a_row("x-1", 1)
    extended = first_item(one(row, variant="tandan"))
    pure = first_item(one(row, variant="tandan", pure_wire=True))
    assert {name: value for name, value in extended.items() if name != "moRong"} == pure
    assert {"SoLanBoSung", "SoLanGiaHan", "ThoiDiemXuLy", "DoMat", "MaHoSoQG"} <= set(extended["moRong"])
    assert not {"TongLePhi", "DuocThanhToanTrucTuyen", "DuongDanTepTinKetQua"} & set(extended["moRong"])


def test_personal_data_is_on_the_wire(one: One) -> None:
    address = one(a_row("x-1", 1), variant="tandan")
    text = tandan_session(address).get(address + LIST, params={"SearchAllType": "true"}, timeout=10).content.decode()
    assert [value for value in PERSONAL.values() if value not in text] == []


# --- who asks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [{}, {"userName": "doisoat"}, {"userName": "doisoat", "password": "sai"}, {"email": 5, "password": PASSWORD}],
)
def test_a_wrong_account_gets_no_token(tandan_ten: str, body: dict[str, Any]) -> None:
    answer = requests.post(tandan_ten + TOKENS, json=body, timeout=10)
    assert (answer.status_code, answer.json()["statusCode"]) == (401, 401)


def test_a_token_basic_or_nothing(tandan_ten: str) -> None:
    basic = requests.get(tandan_ten + LIST, auth=("doisoat", PASSWORD), timeout=10)
    wrong = requests.get(tandan_ten + LIST, headers={"Authorization": "Bearer x"}, timeout=10)
    assert (basic.status_code, wrong.status_code) == (200, 401)
    assert requests.get(f"{tandan_ten}{LIST}/GetByMa/x", timeout=10).status_code == 401


PARAMETERS = ("PageNumber", "PageSize", "OrderBy", "MaHoSo", "MaTrangThai", "TiepNhanFrom", "NopHoSoDenNgay", "x")
QUERY = st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=20) | st.integers(-5, 10**12).map(str))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERY)
def test_no_query_makes_the_list_fail(tandan_ten: str, query: dict[str, str]) -> None:
    answer = requests.get(tandan_ten + LIST, params=query, auth=("doisoat", PASSWORD), timeout=10)
    assert answer.status_code in {200, 400}
    assert isinstance(answer.json(), dict)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60))
def test_no_body_makes_the_oauth_endpoint_fail(tandan_ten: str, body: bytes) -> None:
    assert requests.post(tandan_ten + TOKENS, data=body, timeout=10).status_code == 401
