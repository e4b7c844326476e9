"""What may land of a record. Everything else never reaches a disk."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doisoat.land import fields
from doisoat.land.coverage import bounded_names
from doisoat.land.projection import Projection
from doisoat.land.readers import as_text
from doisoat.rules.values import INSTANT_SHAPE

PROJECTION = Projection(secret_procedures=("1.009999",), secret_agencies=("H21.66",), digest_key=b"key")


def landed(**record: Any) -> dict[str, Any]:
    """What lands, without the flag that is always there."""
    result = PROJECTION.project(record)
    assert isinstance(result.pop("has_result"), bool)
    return result


def digest(text: str) -> str:
    return hmac.new(b"key", text.encode(), "sha256").hexdigest()


def test_only_allow_listed_fields_land_as_they_are_spelled() -> None:
    assert landed(
        MaHoSo=" h21.05-1 ",
        TrangThaiHoSo=" Đang xử lý ",
        MaTTHC="1.001612",
        NgayTiepNhan="20/08/2026",
        TongLePhi="50000.0",
        ChuHoSo="Nguyễn Văn A",
        SoDienThoai="0912345678",
        TrichYeuHoSo="xin cấp lại",
        NgayHenTra="",
        NgayTra=None,
        SoLanBoSung="NULL",
    ) == {
        "MaHoSo": " h21.05-1 ",
        "TrangThaiHoSo": "Đang xử lý",
        "MaTTHC": "1.001612",
        "NgayTiepNhan": "20/08/2026",
        "TongLePhi": "50000.0",
    }


@pytest.mark.parametrize(
    ("record", "kept"),
    [
        # a code that is none could be anybody's data: it does not land, and the row is rejected as malformed later
        ({"MaHoSo": "Nguyễn Văn A"}, {"_bounded": ["MaHoSo"]}),
        ({"MaHoSo": "a@b.vn1"}, {"_bounded": ["MaHoSo"]}),
        ({"MaHoSo": "=CMD()|1"}, {"_bounded": ["MaHoSo"]}),
        ({"MaHoSo": "1" * 51}, {"_bounded": ["MaHoSo"]}),
        ({"MaHoSo": {"x": 1}}, {"_bounded": ["MaHoSo"]}),
        ({"MaHoSo": "\u200b \t"}, {}),
        ({"MaHoSo": "ß1"}, {"MaHoSo": "SS1"}),
        ({"MaHoSo": "1" + " " * 200}, {"MaHoSo": "1"}),
        ({"MaHoSo": 20260820.0}, {"MaHoSo": "20260820"}),
        ({"TrangThaiHoSo": 9}, {"TrangThaiHoSo": "9"}),
        ({"TrangThaiHoSo": "x" * 61}, {"_bounded": ["TrangThaiHoSo"]}),
        ({"TrangThaiHoSo": "gọi a@b.vn"}, {"_bounded": ["TrangThaiHoSo"]}),
        ({"TrangThaiHoSo": "gọi 0912345678"}, {"_bounded": ["TrangThaiHoSo"]}),
        ({"TrangThaiHoSo": "gọi 0912 345 678"}, {"_bounded": ["TrangThaiHoSo"]}),
        ({"TrangThaiHoSo": ["4"]}, {"_bounded": ["TrangThaiHoSo"]}),
        ({"MaTTHC": "001099012345"}, {"_bounded": ["MaTTHC"]}),
        ({"MaTTHC": "0912 345 678"}, {"_bounded": ["MaTTHC"]}),
        ({"MaTTHC": "0912.345.678"}, {"_bounded": ["MaTTHC"]}),
        ({"MaTTHC": "1.001612.000.00.00.H21"}, {"MaTTHC": "1.001612.000.00.00.H21"}),
        ({"MaTTHC": "=1+1"}, {"MaTTHC": "=1+1"}),
        ({"MaCoQuan": "Ủy ban nhân dân"}, {"_bounded": ["MaCoQuan"]}),
        ({"MaCoQuan": "x" * 51}, {"_bounded": ["MaCoQuan"]}),
        ({"MaHoSoKhac": "a@b.vn", "nationCode": "G22.99-260820-0001"}, {"_bounded": ["MaHoSoKhac"], "nationCode": "G22.99-260820-0001"}),
        ({"NgayTiepNhan": "hôm qua", "NgayHenTra": "0912345678"}, {"_unreadable": ["NgayHenTra", "NgayTiepNhan"]}),
        ({"NgayTiepNhan": "31/02/2026"}, {"NgayTiepNhan": "31/02/2026"}),
        ({"NgayTiepNhan": 45000.5}, {"_unreadable": ["NgayTiepNhan"]}),
        ({"NgayTiepNhan": time(8, 30)}, {"_unreadable": ["NgayTiepNhan"]}),
        ({"NgayTiepNhan": date(2026, 8, 20)}, {"NgayTiepNhan": "2026-08-20"}),
        ({"SoLanBoSung": "hai", "SoLanGiaHan": 1234567}, {"_unreadable": ["SoLanBoSung", "SoLanGiaHan"]}),
        ({"TongLePhi": "0912345678"}, {"_unreadable": ["TongLePhi"]}),
        ({"TongLePhi": 1_500_000_000}, {"TongLePhi": "1500000000"}),
        ({"TongLePhi": "9" * 5000}, {"_unreadable": ["TongLePhi"]}),
        ({"KenhThucHien": "chị Hoa 0912345678"}, {"_unreadable": ["KenhThucHien"]}),
        ({"KenhThucHien": "Trực tuyến"}, {"KenhThucHien": "Trực tuyến"}),
        ({"DuocSoHoa": True, "HoSoCoThanhPhanSoHoa": "0", "DuocLayTuKhoDMQG": "chưa rõ"}, {"DuocSoHoa": 1, "HoSoCoThanhPhanSoHoa": 0, "_unreadable": ["DuocLayTuKhoDMQG"]}),
        ({"MaKetQua": "KQ.G07.000122 Nguyễn Văn A"}, {"MaKetQua": 1}),
        ({"MaKetQua": " null "}, {}),
        ({"DoMat": "Không"}, {}),
        ({"_id": "66f1c0ffee", "_updated": "2026-08-20T17:00:00.000+0000"}, {"_id": "66f1c0ffee", "_updated": "2026-08-20T17:00:00.000+0000"}),
        ({"_id": "Nguyễn Văn A", "_updated": "Nguyễn Văn A"}, {"_id": digest("Nguyễn Văn A")}),
        ({"_id": {"$oid": "1"}}, {}),
    ],
)  # fmt: skip
def test_text_is_bounded_when_it_is_read(record: dict[str, Any], kept: dict[str, Any]) -> None:
    assert landed(**record) == kept


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("https://x/y.pdf", True),
        (" ", False),
        ("NULL", False),
        (None, False),
        ([], False),
        ("[]", False),
        ([{"DuongDanTepTinKetQua": ""}], False),
        ([{"DuongDanTepTinKetQua": ""}, {"DuongDanTepTinKetQua": "https://x"}], True),
        ('[{"TenGiayTo": "Giấy phép của Nguyễn Văn A"}]', True),
        ("[hỏng", True),
    ],
)
def test_a_result_lands_as_yes_or_no_and_never_as_an_address(value: Any, filled: bool) -> None:
    for name in fields.RESULTS:
        assert PROJECTION.project({name: value}) == {"has_result": filled}


def test_supplements_are_reduced_to_their_two_dates() -> None:
    listed = [
        {
            "NgayBoSung": "20260810",
            "NgayTiepNhanBoSung": None,
            "NguoiYeuCauBoSung": "Trần Thị B",
            "NoiDungBoSung": "thiếu",
        },
        {"NgayBoSung": datetime(2026, 8, 12, 8), "NgayTiepNhanBoSung": "hôm qua"},
    ]
    expected = {
        "DanhSachHoSoBoSung": [{"NgayBoSung": "20260810"}, {"NgayBoSung": "2026-08-12T08:00:00"}],
        "_unreadable": ["DanhSachHoSoBoSung.NgayTiepNhanBoSung"],
    }
    assert landed(DanhSachHoSoBoSung=listed) == expected
    assert landed(DanhSachHoSoBoSung='[{"NgayBoSung": "20260810", "GhiChu": "x"}]') == {
        "DanhSachHoSoBoSung": [{"NgayBoSung": "20260810"}]
    }
    assert landed(DanhSachHoSoBoSung="[]") == {"DanhSachHoSoBoSung": []}
    for broken in ("[{", "{}", '["x"]', 7, "Nguyễn Văn A"):
        assert landed(DanhSachHoSoBoSung=broken) == {"_unreadable": ["DanhSachHoSoBoSung"]}
    assert landed(DanhSachHoSoBoSung="null") == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 8, 20, 8, 30, 0, 999_999), "2026-08-20T08:30:00"),
        (datetime(2026, 8, 20, 1, 30, tzinfo=UTC), "2026-08-20T08:30:00+07:00"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "0001-01-01T00:00:00+14:00"),
        (Decimal("5.0"), "5"),
        (4.5, "4.5"),
        (float("nan"), None),
        (True, "true"),
        (b"x", "x"),
    ],
)
def test_typed_cells_are_spelled_like_text(value: Any, text: str | None) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("value", [float("inf"), b"\xff", {"a": 1}, [1], object()])
def test_what_is_no_scalar_has_no_text(value: Any) -> None:
    with pytest.raises(ValueError):
        as_text(value)


@pytest.mark.parametrize("mark", [None, "", "0", 0, False, "false", "FALSE", "Không", "KHÔNG", " thường ", "null"])
def test_an_open_record_is_not_secret(mark: Any) -> None:
    assert PROJECTION.secret_digests({"MaHoSo": "H21.05-1", "DoMat": mark}) is None


@pytest.mark.parametrize("mark", ["1", 1, True, "Mật", "Tuyệt mật", "khong", 0.5, {"x": 1}, []])
def test_any_other_mark_is_secret(mark: Any) -> None:
    assert PROJECTION.secret_digests({"MaHoSo": "h21.05-1", "DoMat": mark}) == {digest("H21.05-1")}


def test_secret_places_exclude_with_what_is_below_them() -> None:
    assert PROJECTION.secret_digests({"MaHoSo": "A-1", "MaCoQuan": "h21.66.01"}) == {digest("A-1")}
    assert PROJECTION.secret_digests({"MaHoSo": "A-1", "MaCoQuan": "000.00.66.H21"}) == {digest("A-1")}
    assert PROJECTION.secret_digests({"MaHoSo": "A-1", "MaTTHC": "1.009999.H21"}) == {digest("A-1")}
    assert PROJECTION.secret_digests({"MaHoSo": "A-1", "MaCoQuan": "H21.667", "MaTTHC": "1.0099991"}) is None
    assert PROJECTION.secret_digests({"MaHoSo": None, "DoMat": "1", "MaHoSoQG": "G-2", "MaHoSoKhac": "?"}) == {
        digest("=G-2")
    }


def test_names_of_dropped_columns_are_bounded() -> None:
    names = ["Chủ hồ sơ", "a@b.vn", "0912345678", "So dien thoai", "x" * 61, "Anh B 0912 345 678", "MaHoSo"]
    assert bounded_names(names) == ["cột 1", "cột 2", "Chủ hồ sơ", "So dien thoai", "cột 5", "cột 6"]


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=70), st.binary(max_size=20), st.datetimes(), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(record=st.dictionaries(st.sampled_from([*sorted(fields.ALLOWED), "_id", "_updated", "ChuHoSo"]), anything))
def test_no_record_gets_more_than_its_shape_allows_onto_the_disk(record: dict[str, Any]) -> None:
    PROJECTION.secret_digests(record)
    result = PROJECTION.project(record)
    assert set(result) <= (fields.ALLOWED | {"has_result", "_bounded", "_unreadable", "_id", "_updated"}) - {
        "DoMat",
        *fields.RESULTS,
    }
    for name in fields.INSTANTS:
        assert name not in result or INSTANT_SHAPE.fullmatch(result[name])
    for name in (*fields.TABLE_CODES, *fields.ALTERNATIVE_CODES):
        assert name not in result or not re.search(r"@|\d{9}", result[name])
    assert len(result.get("MaHoSo", "")) <= 100
    assert len(result.get("TrangThaiHoSo", "")) <= 60
