"""The allow-list: which fields may land, what each is read as, and which of them a side must have.

Names are the wire's own (`discrepancy-rules` §2). Whatever is not named here is dropped before anything is
written, whatever it is called and whatever it holds.
"""

from __future__ import annotations

from doisoat.model import Side

SOURCE_ID = "_id"  # from APIs only, as is the next
UPDATED = "_updated"
CODE = "MaHoSo"
STATUS = "TrangThaiHoSo"
SECRECY = "DoMat"
SUPPLEMENTS = "DanhSachHoSoBoSung"
SUPPLEMENT_DATES = ("NgayBoSung", "NgayTiepNhanBoSung")
CHANNEL = "KenhThucHien"

TABLE_CODES = ("MaTTHC", "MaCoQuan")
ALTERNATIVE_CODES = ("MaHoSoQG", "nationCode", "MaHoSoKhac", "MaHoSoDonVi")
INSTANTS = (
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayKetThucXuLy",
    "NgayNopHoSo",
    "NgayTra",
    "ThoiDiemXuLy",
    "NgayYeuCauBoSung",
    "NgayHoanThanhBoSung",
)
SMALL_NUMBERS = ("SoLanBoSung", "SoLanGiaHan", "DuocThanhToanTrucTuyen")
FEE = "TongLePhi"
RESULTS = ("DuongDanTepTinKetQua", "DanhSachGiayToKetQua")  # land as `has_result`, never as an address
RESULT_CODE = "MaKetQua"
FLAGS = ("DuocSoHoa", "HoSoCoThanhPhanSoHoa", "DuocLayTuKhoDMQG", "TaiKhoanDuocXacThucVoiVNeID")

ALLOWED = frozenset(
    {CODE, STATUS, SECRECY, SUPPLEMENTS, CHANNEL, FEE, RESULT_CODE}
    | {*TABLE_CODES, *ALTERNATIVE_CODES, *INSTANTS, *SMALL_NUMBERS, *RESULTS, *FLAGS}
)

REQUIRED = {
    Side.SHOP: frozenset({CODE, STATUS, "MaTTHC", "MaCoQuan", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy"}),
    Side.PORTAL: frozenset({CODE, STATUS, "NgayTiepNhan"}),
}
