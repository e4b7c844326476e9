"""What the servers need to know of a world; `doisoat_simulator.world.World` and the tests' tiny worlds have it.

A row is one dossier of one side: canonical wire name -> plain Python value (text, int, bool, date, datetime,
list). An instant without zone is local (+07:00). Text in a date or status field is served as it is spelled, so
that broken rows stay broken. Personal columns: `ChuHoSo`, `SoGiayToChuHoSo`, `Email`, `SoDienThoai`, `DiaChi`,
`TrichYeuHoSo`, `GhiChu`, `NguoiXuLy`. `source_id` and `updated_at` belong to the system, not to the dossier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

Row = dict[str, Any]

PERSONAL_COLUMNS = (
    "ChuHoSo",
    "SoGiayToChuHoSo",
    "Email",
    "SoDienThoai",
    "DiaChi",
    "TrichYeuHoSo",
    "GhiChu",
    "NguoiXuLy",
)

# Canonical fields of the reconciliation rules that no wire of a one-stop-shop names: they travel in `moRong`.
EXTENSION_COLUMNS = (
    "ThoiDiemXuLy",
    "DuocThanhToanTrucTuyen",
    "TongLePhi",
    "SoLanBoSung",
    "NgayYeuCauBoSung",
    "NgayHoanThanhBoSung",
    "DanhSachHoSoBoSung",
    "SoLanGiaHan",
    "DuongDanTepTinKetQua",
    "DanhSachGiayToKetQua",
    "MaHoSoQG",
    "MaHoSoKhac",
    "MaHoSoDonVi",
    "DoMat",
    "MaKetQua",
    "DuocSoHoa",
    "HoSoCoThanhPhanSoHoa",
    "DuocLayTuKhoDMQG",
    "TaiKhoanDuocXacThucVoiVNeID",
)


class World(Protocol):
    """The frozen state of one business date."""

    @property
    def business_date(self) -> date:
        """The local date whose end the state shows."""

    @property
    def shop_rows(self) -> Sequence[Row]:
        """What a listing of the one-stop-shop shows, broken rows included."""

    @property
    def portal_rows(self) -> Sequence[Row]:
        """What an export of the portal shows, broken rows included."""

    def look_up_shop(self, code: str) -> Row | Sequence[Row] | None:
        """What the shop answers about one code now (it may have moved on since the listing)."""

    def look_up_portal(self, code: str) -> Row | Sequence[Row] | None:
        """What the portal answers about one code now."""


def as_rows(answer: Row | Sequence[Row] | None) -> list[Row]:
    """A look-up's answer as a list: none, one, or several rows of the same code."""
    if answer is None:
        return []
    return [answer] if isinstance(answer, dict) else list(answer)
