"""A hand-made world of a few dossiers, in the shape the servers take; no seed, nothing planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Row = dict[str, Any]

PERSONAL = {
    "ChuHoSo": "Nguyễn Thị Canh Giữ",
    "SoGiayToChuHoSo": "025199009999",
    "Email": "canh.giu@example.vn",
    "SoDienThoai": "0912345678",
    "DiaChi": "Số 1 phố Canh Giữ",
    "TrichYeuHoSo": "Trích yếu canh giữ",
    "GhiChu": "Ghi chú canh giữ",
    "NguoiXuLy": "Cán bộ Canh Giữ",
}


def a_row(code: str, number: int, **changes: Any) -> Row:
    """A finished dossier of Phường Việt Trì; naive instants are local."""
    row: Row = {
        "MaHoSo": code,
        "TrangThaiHoSo": 10,
        "MaTTHC": "2.000815",
        "MaCoQuan": "H44.100",
        "NgayNopHoSo": datetime(2026, 8, 24, 8, 30, 5),
        "NgayTiepNhan": datetime(2026, 8, 24, 9, 0),
        "NgayHenTra": datetime(2026, 8, 27, 17, 0),
        "NgayKetThucXuLy": datetime(2026, 8, 26, 16, 0),
        "NgayTra": datetime(2026, 8, 26, 16, 30),
        "ThoiDiemXuLy": datetime(2026, 8, 26, 16, 30),
        "KenhThucHien": 2,
        "DuocThanhToanTrucTuyen": 1,
        "TongLePhi": 50_000,
        "SoLanBoSung": 0,
        "NgayYeuCauBoSung": None,
        "NgayHoanThanhBoSung": None,
        "SoLanGiaHan": 0,
        "DuongDanTepTinKetQua": "https://motcua.example/1.pdf",
        "MaHoSoQG": None,
        "MaHoSoKhac": None,
        "MaHoSoDonVi": None,
        "DoMat": None,
        "source_id": str(number),
        "updated_at": datetime(2026, 8, 26, 16, 30, number % 60),
        **PERSONAL,
    }
    return row | changes


@dataclass
class TinyWorld:
    """Look-ups find a row by its exact code, the fresh one first."""

    shop_rows: list[Row]
    portal_rows: list[Row]
    business_date: date = date(2026, 9, 3)
    fresh_shop: dict[str, Row] = field(default_factory=dict)
    fresh_portal: dict[str, Row] = field(default_factory=dict)

    def look_up_shop(self, code: str) -> Row | Sequence[Row] | None:
        return self.fresh_shop.get(code) or [row for row in self.shop_rows if row["MaHoSo"] == code]

    def look_up_portal(self, code: str) -> Row | Sequence[Row] | None:
        return self.fresh_portal.get(code) or [row for row in self.portal_rows if row["MaHoSo"] == code]


def ten_dossiers() -> TinyWorld:
    """Ten dossiers H44.100-260824-0001 … -0010 on both sides, changed last in the order of their numbers."""
    rows = [a_row(f"H44.100-260824-{number:04d}", number) for number in range(1, 11)]
    return TinyWorld(rows, [dict(row) for row in rows])
