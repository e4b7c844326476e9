"""One dossier as Tân Dân's list shows it (wire-contract §4.1, §9.1, §11.4, §13.1): the names of the pushed record.

The names begin with a small letter, as .NET spells them beside `currentPage`. `ngayNopHoSo`, `ngayTiepNhan` and
`ngayHenTra` are native (ISO without zone), `ngayTra`, `ngayKetThucXuLy` and `ngayTuChoi` are `yyyyMMddHHmmss`; which
are which is ours. The list has the local status word; 5, 6 and 8 are masked as 9 only where a record is pushed.
The fee stands in two lines, never as a total. `moRong` carries what the wire does not name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from doisoat_simulator.servers.igate_items import extension
from doisoat_simulator.servers.spellings import STATUS_LABELS, TANDAN_WORDS, compact, iso_naive, status_number
from doisoat_simulator.servers.world_protocol import Row

NATIVE_DATES = {
    "ngayNopHoSo": "NgayNopHoSo",
    "ngayTiepNhan": "NgayTiepNhan",
    "ngayHenTra": "NgayHenTra",
    "lastModifiedOn": "updated_at",
}
COMPACT_DATES = {"ngayTra": "NgayTra", "ngayKetThucXuLy": "NgayKetThucXuLy", "ngayTuChoi": "NgayTuChoi"}
FLAGS = {
    "hoSoCoThanhPhanSoHoa": "HoSoCoThanhPhanSoHoa",
    "taiKhoanDuocXacThucVoiVNeID": "TaiKhoanDuocXacThucVoiVNeID",
}
# Of the extension, what this wire names itself.
ON_THE_WIRE = frozenset(
    {
        "DuocThanhToanTrucTuyen",
        "TongLePhi",
        "DuongDanTepTinKetQua",
        "DanhSachGiayToKetQua",
        "DanhSachHoSoBoSung",
        *FLAGS.values(),
    }
)


def tandan_item(row: Row, names: Mapping[str, str], *, pure_wire: bool = False) -> dict[str, Any]:
    """The item of a row; `names` gives a name for procedure and agency codes."""
    item = _identity(row, names) | _applicant(row) | _state(row) | _lists(row)
    for wire, column in NATIVE_DATES.items():
        item[wire] = _spelled(row.get(column), iso_naive)
    for wire, column in COMPACT_DATES.items():
        item[wire] = _spelled(row.get(column), compact)
    if not pure_wire:
        item["moRong"] = {name: value for name, value in extension(row).items() if name not in ON_THE_WIRE}
    return item


def tandan_word(value: Any) -> str | None:
    """A status as this maker calls it; what is none of the ten stays as it is spelled."""
    number = status_number(value)
    if number is None:
        return None if value is None else str(value)
    return TANDAN_WORDS[number]


def _spelled(value: Any, form: Callable[[date], str]) -> Any:
    return form(value) if isinstance(value, date) else value


def _identity(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    procedure, agency = row.get("MaTTHC"), row.get("MaCoQuan")
    return {
        "id": str(row.get("source_id")),
        "maHoSo": row.get("MaHoSo"),
        "maTTHC": procedure,
        "tenTTHC": row.get("TenTTHC") or names.get(str(procedure)),
        "maLinhVuc": row.get("MaLinhVuc"),
        "tenLinhVuc": row.get("TenLinhVuc"),
        "maDinhDanh": agency,
        "donViXuLy": row.get("TenCoQuan") or names.get(str(agency)),
        "soBienNhan": None,
        "loaiDoiTuong": "1",
        "hinhThuc": "0",
        "noiNopHoSo": "2",
    }


def _applicant(row: Row) -> dict[str, Any]:
    """Personal data, as the real list has it."""
    return {
        "chuHoSo": row.get("ChuHoSo"),
        "soGiayToChuHoSo": row.get("SoGiayToChuHoSo"),
        "dinhDanhCHS": [{"loaiDinhDanh": "1", "soDinhDanh": row.get("SoGiayToChuHoSo")}],
        "emailChuHoSo": row.get("Email"),
        "soDienThoaiChuHoSo": row.get("SoDienThoai"),
        "diaChiChuHoSo": row.get("DiaChi"),
        "trichYeuHoSo": row.get("TrichYeuHoSo"),
        "ghiChu": row.get("GhiChu"),
        "nguoiDangXuLy": row.get("NguoiXuLy"),
    }


def _state(row: Row) -> dict[str, Any]:
    number, paid = status_number(row.get("TrangThaiHoSo")), row.get("DuocThanhToanTrucTuyen")
    flags = {wire: row[column] for wire, column in FLAGS.items() if column in row}
    return flags | {
        "trangThaiHoSo": tandan_word(row.get("TrangThaiHoSo")),
        "tenTrangThaiHoSo": STATUS_LABELS[number] if number else None,
        "kenhThucHien": row.get("KenhThucHien"),
        "duocThanhToanTrucTuyen": None if paid is None else str(paid),
    }


def _lists(row: Row) -> dict[str, Any]:
    lists: dict[str, Any] = {
        "danhSachLePhi": row.get("DanhSachLePhi") or _fees(row.get("TongLePhi")),
        "danhSachGiayToKetQua": row.get("DanhSachGiayToKetQua") or _results(row.get("DuongDanTepTinKetQua")),
        "taiLieuNop": [],
    }
    if "DanhSachHoSoBoSung" in row:  # else nobody knows: an empty list would say that there was no supplement
        lists["danhSachHoSoBoSung"] = [_supplement(one) for one in row["DanhSachHoSoBoSung"] or []]
    return lists


def _fees(total: Any) -> list[dict[str, Any]]:
    """A fee and a charge that make the total; amounts are text, and the kinds always 1."""
    if total is None:
        return []
    parts = [("Phí", total - total // 3), ("Lệ phí", total // 3)] if isinstance(total, int) else [("Phí", total)]
    kinds = {"maPhiLePhi": "1", "hinhThucThu": "1", "loaiPhiLePhi": "1"}
    return [{"tenPhiLePhi": name, "gia": str(amount), **kinds} for name, amount in parts]


def _results(address: Any) -> list[dict[str, Any]]:
    if address is None:
        return []
    result = {"tenGiayTo": "Kết quả", "maThanhPhanHoSo": "0", "giayToId": "1", "maGiayToKetQua": ""}
    return [result | {"duongDanTepTinKetQua": address}]


def _supplement(one: Mapping[str, Any]) -> dict[str, Any]:
    """Native dates under the pushed record's names."""
    dates = ("NgayBoSung", "NgayTiepNhanBoSung")
    return {name[0].lower() + name[1:]: _spelled(one.get(name), iso_naive) for name in dates}
