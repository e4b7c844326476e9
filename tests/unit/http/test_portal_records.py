"""The portal's record: fees and results out of their lists, names in whatever case, nothing guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.land.portal.records import portal_record
from doisoat.land.projection import Projection

CODE = "H44.05-260820-0001"
FEE = {"TenPhiLePhi": "Lệ phí", "MaPhiLePhi": "1", "HinhThucThu": "1", "LoaiPhiLePhi": "1"}


def record(**fields: Any) -> dict[str, Any]:
    return portal_record({"MaHoSo": CODE, **fields}, {})


def fees(*prices: Any) -> list[Any]:
    return [FEE | {"Gia": price} for price in prices]


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({"DanhSachLePhi": fees("50000", 20_000, "0")}, 70_000),
        ({"DanhSachLePhi": fees("50000.0")}, 50_000),
        ({"DanhSachLePhi": fees("50000"), "TongLePhi": ""}, 50_000),
        ({"DanhSachLePhi": fees("50000"), "TongLePhi": "45000"}, "45000"),
        ({"DanhSachLePhi": fees("50000"), "TongLePhi": 0}, 0),
        ({"DanhSachLePhi": []}, None),  # OpenCPS sends nothing whatever was paid
        ({"DanhSachLePhi": fees("50000", "")}, None),
        ({"DanhSachLePhi": fees("năm mươi nghìn")}, None),
        ({"DanhSachLePhi": fees(-1)}, None),
        ({"DanhSachLePhi": [FEE]}, None),
        ({"DanhSachLePhi": "50000"}, None),
        ({"DanhSachLePhi": ["50000"]}, None),
        ({}, None),
    ],
    ids=str,
)
def test_tan_dan_lists_fees_and_gives_no_total_we_add_them_up(fields: dict[str, Any], total: Any) -> None:
    assert record(**fields).get("TongLePhi") == total


def test_names_in_another_case_or_spelling_are_the_same_fields() -> None:
    spelled = portal_record(
        {"maHoSo": CODE, "MAHOSOQG": "QG-1", "Mahosodonvi": "DV-1", "HoSoCoThanhPhanSoHo": "1", "NgayNop": "x"}, {}
    )
    assert {name: spelled.get(name) for name in ("MaHoSo", "MaHoSoQG", "MaHoSoDonVi", "NgayNopHoSo")} == {
        "MaHoSo": CODE,
        "MaHoSoQG": "QG-1",
        "MaHoSoDonVi": "DV-1",
        "NgayNopHoSo": "x",
    }
    assert spelled["HoSoCoThanhPhanSoHoa"] == "1"


def test_the_canonical_name_wins_over_an_alias_and_the_province_file_over_both() -> None:
    item = {"MaHoSo": CODE, "mahoso": "khác", "ma": "H44.05-260820-0002", "_id": "x"}
    assert portal_record(item, {})["MaHoSo"] == CODE
    assert portal_record(item, {"MaHoSo": "ma"})["MaHoSo"] == "H44.05-260820-0002"
    assert "_id" not in portal_record(item, {})


@pytest.mark.parametrize(
    ("papers", "code"),
    [
        ([{"DuongDanTepTinKetQua": "https://x", "MaGiayToKetQua": "KQ.G07.000122"}], "KQ.G07.000122"),
        ([{"MaKetQua": " "}, {"MaKetQua": "KQ.1"}], "KQ.1"),
        ([{"MaGiayToKetQua": None}], None),
        (["x"], None),
        ("https://x", None),
    ],
    ids=str,
)
def test_the_code_of_a_result_stands_in_its_list(papers: Any, code: str | None) -> None:
    assert record(DanhSachGiayToKetQua=papers).get("MaKetQua") == code


def test_of_payment_and_results_nothing_lands_but_amount_flag_and_presence() -> None:
    given = record(
        DanhSachLePhi=fees("50000"),
        DuocThanhToanTrucTuyen="1",
        DanhSachGiayToKetQua=[{"DuongDanTepTinKetQua": "https://x/nguyen-van-a.pdf", "MaGiayToKetQua": "KQ.1"}],
        ChuHoSo="Nguyễn Văn A",
    )
    landed = Projection(secret_procedures=(), secret_agencies=(), digest_key=b"key").project(given)
    assert landed == {
        "MaHoSo": CODE,
        "TongLePhi": "50000",
        "DuocThanhToanTrucTuyen": "1",
        "has_result": True,
        "MaKetQua": 1,
    }


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["MaHoSo", "DanhSachLePhi", "DanhSachGiayToKetQua", "TongLePhi"]), values))
def test_no_item_is_too_strange(item: dict[str, Any]) -> None:
    assert set(portal_record(item, {})) >= set(item)
