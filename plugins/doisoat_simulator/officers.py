"""The world as officers hand it over: one workbook a side, with titles, a two-line header, groups, totals, signatures.

Dates stand in cells where they are dates, codes as text, statuses in words. `COLUMNS` and `STATUS_WORDS` are what a
province file needs to read it. A secretary's habits are planted, never the truth itself.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from doisoat_simulator.lives import Row

# (wire name, parent line, own line); without a parent the own line is merged over both.
LAYOUT: tuple[tuple[str, str, str], ...] = (
    ("MaHoSo", "", "Số hồ sơ"),
    ("ChuHoSo", "", "Tổ chức,\ncá nhân nộp"),
    ("MaTTHC", "Thủ tục", "Mã"),
    ("TrichYeuHoSo", "Thủ tục", "Trích yếu"),
    ("MaCoQuan", "Cơ quan", "Mã"),
    ("TrangThaiHoSo", "", "Tình trạng"),
    ("NgayNopHoSo", "Thời gian", "Nộp"),
    ("NgayTiepNhan", "Thời gian", "Tiếp nhận"),
    ("NgayHenTra", "Thời gian", "Hẹn trả"),
    ("NgayKetThucXuLy", "Thời gian", "Xử lý xong"),
    ("NgayTra", "Thời gian", "Trả kết quả"),
    ("ThoiDiemXuLy", "Thời gian", "Bước gần nhất"),
    ("NgayYeuCauBoSung", "Bổ sung", "Yêu cầu"),
    ("NgayHoanThanhBoSung", "Bổ sung", "Hoàn thành"),
    ("SoLanBoSung", "Bổ sung", "Số lần"),
    ("SoLanGiaHan", "", "Số lần hẹn lại"),
    ("KenhThucHien", "", "Kênh nộp"),
    ("DuocThanhToanTrucTuyen", "Lệ phí", "Trực tuyến"),
    ("TongLePhi", "Lệ phí", "Số tiền"),
    ("DuongDanTepTinKetQua", "", "Kết quả điện tử"),
    ("MaHoSoQG", "Mã khác", "Quốc gia"),
    ("MaHoSoKhac", "Mã khác", "Khác"),
    ("MaHoSoDonVi", "Mã khác", "Đơn vị"),
    ("DoMat", "", "Độ mật"),
)
COLUMNS: dict[str, str] = {
    name: f"{parent} {own}".replace("\n", " ") if own == "Mã" else own.replace("\n", " ")
    for name, parent, own in LAYOUT
    if name not in ("ChuHoSo", "TrichYeuHoSo")
}
STATUS_WORDS: dict[str, int] = {"Chờ ký số": 4, "Đã trả tại quầy": 10}  # beside the ten labels
_TITLES = ("UBND TỈNH PHÚ THỌ", "", "DANH SÁCH HỒ SƠ TIẾP NHẬN VÀ GIẢI QUYẾT", "(Kèm theo báo cáo của Trung tâm)", "")
_WORD_OF = {status: word for word, status in STATUS_WORDS.items()}
_GROUP = 400  # rows under one heading


def officers_workbook(rows: Sequence[Row]) -> bytes:
    """One XLSX; the same rows give the same bytes."""
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2026, 1, 1)})
    book.add_worksheet("Bìa").write_string(0, 0, "Danh sách hồ sơ")
    sheet = book.add_worksheet("Hồ sơ")
    stamp = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    line = _header(sheet)
    for number, row in enumerate(rows):
        if number % _GROUP == 0:
            sheet.merge_range(line, 0, line, len(LAYOUT), f"{number // _GROUP + 1}. Nhóm hồ sơ")
            line += 1
        _row(sheet, line, number + 1, row, stamp)
        line += 1
    _footer(sheet, line, len(rows))
    book.close()
    return out.getvalue()


def _header(sheet: Any) -> int:
    """Titles, two lines of names, the line of column numbers; the first row below."""
    width, top = len(LAYOUT), len(_TITLES)
    for number, title in enumerate(_TITLES):
        if title:
            sheet.merge_range(number, 0, number, width, title)
    sheet.merge_range(top, 0, top + 1, 0, "STT")
    parents: dict[str, list[int]] = {}
    for column, (_, parent, own) in enumerate(LAYOUT, 1):
        if parent:
            parents.setdefault(parent, []).append(column)
            sheet.write_string(top + 1, column, own)
        else:
            sheet.merge_range(top, column, top + 1, column, own)
    for parent, columns in parents.items():
        if len(columns) > 1:
            sheet.merge_range(top, columns[0], top, columns[-1], parent)
        else:
            sheet.write_string(top, columns[0], parent)
    for column in range(width + 1):
        sheet.write_string(top + 2, column, f"({column + 1})")
    return top + 3


def _row(sheet: Any, line: int, number: int, row: Row, stamp: Any) -> None:
    sheet.write_number(line, 0, number)
    for column, (name, _, _) in enumerate(LAYOUT, 1):
        value = row[name]
        if name == "TrangThaiHoSo" and number % 3 == 0:
            value = _WORD_OF.get(value, value)
        if isinstance(value, datetime):
            if number % 2:
                sheet.write_datetime(line, column, value, stamp)
            else:
                sheet.write_string(line, column, f"{value:%d/%m/%Y %H:%M:%S}")
        elif isinstance(value, int):
            sheet.write_number(line, column, value)
        elif value is not None:
            sheet.write_string(line, column, str(value))


def _footer(sheet: Any, line: int, rows: int) -> None:
    """A total, place and date, two signatures."""
    sheet.merge_range(line, 0, line, 3, f"Tổng cộng: {rows} hồ sơ")
    sheet.merge_range(line + 2, 6, line + 2, 9, "Phú Thọ, ngày 03 tháng 9 năm 2026")
    sheet.write_string(line + 3, 1, "NGƯỜI LẬP BIỂU")
    sheet.write_string(line + 3, 7, "GIÁM ĐỐC")
    sheet.write_string(line + 7, 1, "Nguyễn Thị Lập")
    sheet.write_string(line + 7, 7, "Trần Văn Duyệt")
