"""One dossier as the portal's look-up answers it: the push record of wire-contract §4.1, everything text.

No client was seen reading this reply, so it carries, beside the push record, the fields of the reconciliation
rules' table under their own names [ours], as far as the world has them; `pure_wire` leaves those out. Dates
`yyyyMMddHHmmss` local, `""` when null; dates inside `DanhSachHoSoBoSung` ISO without zone, as native values travel
there (§13.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from doisoat_simulator.servers.responses import text_of
from doisoat_simulator.servers.spellings import compact, iso_naive
from doisoat_simulator.servers.world_protocol import Row

DATES = ("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayTuChoi")
# Push record -> column of the world, where both say the same.
TEXTS = (
    "MaHoSo",
    "MaTTHC",
    "KenhThucHien",
    "ChuHoSo",
    "SoGiayToChuHoSo",
    "Email",
    "SoDienThoai",
    "TrichYeuHoSo",
    "TrangThaiHoSo",
    "GhiChu",
    "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
)
# Always the same in the simulator: nobody compares them.
CONSTANTS: dict[str, Any] = {
    "SoBienNhan": "",
    "LoaiDoiTuong": "1",
    "MaDoiTuong": "",
    "ThongTinKhac": "",
    "Fax": "",
    "ThongTinTra": "",
    "HinhThuc": "0",
    "NoiNopHoSo": "2",
    "DanhSachTepDinhKemKhac": [],
    "DSKetNoiCSDL": [{"MaCSDL": "7"}],
}
EXTENSION_TEXTS = (
    "MaCoQuan",
    "TongLePhi",
    "SoLanBoSung",
    "SoLanGiaHan",
    "DuongDanTepTinKetQua",
    "MaHoSoQG",
    "nationCode",
    "MaHoSoKhac",
    "MaHoSoDonVi",
    "DoMat",
    "MaKetQua",
    "DuocSoHoa",
    "DuocLayTuKhoDMQG",
    "DiaChi",
    "NguoiXuLy",
)
EXTENSION_DATES = ("ThoiDiemXuLy", "NgayYeuCauBoSung", "NgayHoanThanhBoSung")


def adapter_record(row: Row, names: Mapping[str, str], *, pure_wire: bool = False) -> dict[str, Any]:
    """The answer about a row; `names` gives a name for procedure and agency codes."""
    procedure, agency = text_of(row.get("MaTTHC")), text_of(row.get("MaCoQuan"))
    record: dict[str, Any] = {name: text_of(row.get(name)) for name in TEXTS}
    record |= {name: _spelled(row.get(name)) for name in DATES}
    record |= CONSTANTS
    record["TenTTHC"] = text_of(row.get("TenTTHC")) or names.get(procedure, "")
    record["MaLinhVuc"] = text_of(row.get("MaLinhVuc"))
    record["TenLinhVuc"] = text_of(row.get("TenLinhVuc"))
    record["DonViXuLy"] = text_of(row.get("TenCoQuan")) or names.get(agency, "")
    record["DinhDanhCHS"] = [{"LoaiDinhDanh": "1", "SoDinhDanh": text_of(row.get("SoGiayToChuHoSo"))}]
    record["TaiLieuNop"] = [_document(row)]
    record["DanhSachLePhi"] = _fees(row)
    record["DanhSachGiayToKetQua"] = _results(row)
    record["DanhSachHoSoBoSung"] = _supplements(row)
    if not pure_wire:
        record |= {name: text_of(row[name]) for name in EXTENSION_TEXTS if name in row}
        record |= {name: _spelled(row[name]) for name in EXTENSION_DATES if name in row}
        if row.get("DanhSachHoSoBoSung") is None:
            # An empty list would contradict the three flat fields beside it.
            del record["DanhSachHoSoBoSung"]
    return record


def _spelled(value: Any) -> str:
    return compact(value) if isinstance(value, date) else text_of(value)


def _document(row: Row) -> dict[str, str]:
    return {
        "TepDinhKemId": "1",
        "TenTepDinhKem": "Đơn đề nghị.pdf",
        "IsDeleted": "False",
        "MaThanhPhanHoSo": "",
        "DuongDanTaiTepTin": "",
        "DuocSoHoa": text_of(row.get("DuocSoHoa")),
        "DuocTaiSuDung": "0",
        "DuocLayTuKhoDMQG": text_of(row.get("DuocLayTuKhoDMQG")),
        "MaKetQuaThayThe": "",
    }


def _fees(row: Row) -> list[dict[str, str]]:
    amount = row.get("TongLePhi")
    if amount is None:
        return []
    fee = {"TenPhiLePhi": "Lệ phí", "MaPhiLePhi": "1", "HinhThucThu": "1", "LoaiPhiLePhi": "1"}
    return [fee | {"Gia": text_of(amount)}]


def _results(row: Row) -> list[dict[str, str]]:
    """The result documents; none without an address (§4.1)."""
    if row.get("DanhSachGiayToKetQua") is not None:
        listed = row["DanhSachGiayToKetQua"]
        return list(listed) if isinstance(listed, list) else listed
    address = text_of(row.get("DuongDanTepTinKetQua"))
    if not address.strip():
        return []
    paper = {"TenGiayTo": "Kết quả", "MaThanhPhanHoSo": "", "GiayToId": "1"}
    return [paper | {"DuongDanTepTinKetQua": address, "MaGiayToKetQua": text_of(row.get("MaKetQua"))}]


def _supplements(row: Row) -> Any:
    """`DanhSachHoSoBoSung` with native dates; text that is no list is handed through."""
    listed = row.get("DanhSachHoSoBoSung")
    if isinstance(listed, str):
        try:
            listed = orjson.loads(listed)
        except orjson.JSONDecodeError:
            return listed
    if not isinstance(listed, list):
        return []
    return [
        {name: iso_naive(value) if isinstance(value, date) else value for name, value in entry.items()}
        if isinstance(entry, dict)
        else entry
        for entry in listed
    ]
