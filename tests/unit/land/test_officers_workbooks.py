"""Workbooks as officers make them: titles, merged headers, totals, signatures, months on sheets (`discrepancy-rules` §2)."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from doisoat.errors import ConfigError
from doisoat.land import FilesSource
from doisoat.land.exports.layout import _is_numbering
from doisoat.land.projection import Projection
from doisoat.land.source import Closing

COLUMNS = {
    "MaHoSo": "Số hồ sơ",
    "TrangThaiHoSo": "Tình trạng",
    "NgayTiepNhan": "Tiếp nhận",
    "NgayHenTra": "Thời gian Hẹn trả",
}
Draw = Callable[[Any, Any], None]  # (sheet, workbook)


def book(path: Path, *draws: Draw, hidden: tuple[int, ...] = ()) -> Path:
    """A workbook of one sheet per function, below `path`."""
    with xlsxwriter.Workbook(path / "a.xlsx", {"default_date_format": "dd/mm/yyyy hh:mm"}) as workbook:
        for number, draw in enumerate(draws):
            sheet = workbook.add_worksheet()
            draw(sheet, workbook)
            if number in hidden:
                sheet.hide()
    return path


def read(folder: Path, **more: Any) -> tuple[list[Any], Closing]:
    source = FilesSource(folder, **{"columns": COLUMNS, **more})
    found = [record for page in source.pages(frozenset()) for record in page.records]
    return found, source.closing()


def two_line_header(sheet: Any, row: int) -> int:
    """STT, code and status merged over both lines, two dates under one parent; the row below."""
    for column, name in enumerate(("STT", "Số  hồ\nsơ", "TÌNH TRẠNG")):
        sheet.merge_range(row, column, row + 1, column, name)
    sheet.merge_range(row, 3, row, 4, "Thời gian")
    sheet.write_row(row + 1, 3, ["Tiếp nhận", "Hẹn trả"])
    return row + 2


def officers_sheet(sheet: Any, workbook: Any) -> None:
    sheet.merge_range(0, 0, 0, 1, "UBND TỈNH PHÚ THỌ")
    sheet.merge_range(0, 2, 0, 4, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    sheet.merge_range(2, 0, 2, 4, "DANH SÁCH HỒ SƠ THÁNG 8")
    row = two_line_header(sheet, 4)
    sheet.write_row(row, 0, ["(1)", "(2)", "(3)", "(4)", "(5)"])
    sheet.merge_range(row + 1, 0, row + 1, 4, "I. Lĩnh vực hộ tịch")
    sheet.write_row(row + 2, 0, [1, "A-1", "Đang xử lý", datetime(2026, 8, 20, 8, 30), "24/08/2026"])
    sheet.write_row(row + 3, 0, [2, "'A-2", "Đã trả kết quả", "21/08/2026 09:00"])
    sheet.write_row(row + 4, 0, [3, "", "Đang xử lý", "22/08/2026"])
    sheet.merge_range(row + 5, 0, row + 5, 4, "II. Lĩnh vực đất đai")
    sheet.write_row(row + 6, 0, [4, "A-4", "Đang xử lý", date(2026, 8, 23)])
    sheet.write_row(row + 7, 0, ["Tổng cộng", "", 120, "", 7])
    sheet.merge_range(row + 9, 2, row + 9, 4, "Phú Thọ, ngày 03 tháng 9 năm 2026")
    sheet.write_row(row + 10, 1, ["NGƯỜI LẬP BIỂU", "", "", "THỦ TRƯỞNG ĐƠN VỊ"])
    sheet.write_row(row + 14, 1, ["Nguyễn Thị B", "", "", "Trần Văn C"])


def test_titles_two_line_header_groups_totals_and_signatures(tmp_path: Path) -> None:
    found, closing = read(book(tmp_path, officers_sheet))
    assert found == [
        {
            "MaHoSo": "A-1",
            "TrangThaiHoSo": "Đang xử lý",
            "NgayTiepNhan": datetime(2026, 8, 20, 8, 30),
            "NgayHenTra": "24/08/2026",
        },
        {"MaHoSo": "A-2", "TrangThaiHoSo": "Đã trả kết quả", "NgayTiepNhan": "21/08/2026 09:00"},
        {"TrangThaiHoSo": "Đang xử lý", "NgayTiepNhan": "22/08/2026"},
        {"MaHoSo": "A-4", "TrangThaiHoSo": "Đang xử lý", "NgayTiepNhan": date(2026, 8, 23)},
    ]
    assert closing.complete
    assert closing.notes == ("Tệp a.xlsx: 7 dòng không phải hồ sơ (tiêu đề nhóm, dòng cộng, chữ ký) được bỏ qua",)


@pytest.mark.parametrize(
    ("last", "stays"),
    [
        (["5", "", "Đang xử lý"], True),  # a word that dossiers above have
        (["5", "", "4"], True),
        (["5", "", "", "22/08/2026"], True),
        (["5", "", "", datetime(2026, 8, 22)], True),
        (["Cộng", "", "", "", ""], False),
        (["", "Người lập", "Giám đốc", "(đã ký)", ""], False),
        (["", "", 120, "", 45_000], False),
    ],
)
def test_a_last_row_without_a_code_is_a_dossier_only_if_it_speaks_like_one(
    tmp_path: Path, last: list[Any], stays: bool
) -> None:
    def draw(sheet: Any, workbook: Any) -> None:
        row = two_line_header(sheet, 0)
        sheet.write_row(row, 0, [1, "A-1", "Đang xử lý"])
        sheet.write_row(row + 1, 0, last)

    assert len(read(book(tmp_path, draw))[0]) == 1 + stays


def test_a_word_in_the_code_column_above_a_dossier_is_a_code_that_cannot_be_read(tmp_path: Path) -> None:
    def draw(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, ["Số hồ sơ", "Tình trạng"])
        sheet.write_row(1, 0, ["chưa có", "Đang xử lý"])
        sheet.write_row(2, 0, ["A-1", "Đang xử lý"])

    assert [row["MaHoSo"] for row in read(book(tmp_path, draw))[0]] == ["chưa có", "A-1"]


def test_a_header_that_is_not_merged_over_its_lines(tmp_path: Path) -> None:
    """The code stands in the lower line, or in the upper one with an empty cell below it."""

    def lower(sheet: Any, workbook: Any) -> None:
        sheet.write(0, 0, "Danh sách")
        sheet.merge_range(1, 2, 1, 3, "Thời gian")
        sheet.write_row(2, 0, ["Số hồ sơ", "Tình trạng", "Tiếp nhận", "Hẹn trả"])
        sheet.write_row(3, 0, ["A-1", 4, "20/08/2026", "24/08/2026"])

    def upper(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, ["Số hồ sơ", "Tình trạng"])
        sheet.merge_range(0, 2, 0, 3, "Thời gian")
        sheet.write_row(1, 2, ["Tiếp nhận", "Hẹn trả"])
        sheet.write_row(2, 0, ["A-1", 4, "20/08/2026", "24/08/2026"])

    for number, draw in enumerate((lower, upper)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert read(book(folder, draw))[0] == [
            {"MaHoSo": "A-1", "TrangThaiHoSo": 4, "NgayTiepNhan": "20/08/2026", "NgayHenTra": "24/08/2026"}
        ]


def test_a_column_is_mapped_by_all_its_lines(tmp_path: Path) -> None:
    """Two parents have a child of the same name; three lines."""

    def draw(sheet: Any, workbook: Any) -> None:
        sheet.merge_range(0, 0, 0, 3, "Hồ sơ")
        sheet.write(0, 4, "Ghi chú")
        sheet.merge_range(1, 0, 2, 0, "Mã")
        sheet.merge_range(1, 1, 2, 1, "Trạng thái")
        sheet.merge_range(1, 2, 1, 3, "Tiếp nhận")
        sheet.write_row(2, 2, ["Mã", "Ngày"])
        sheet.write_row(3, 0, ["A-1", 4, "B-1", "20/08/2026", "x"])

    columns = {
        "MaHoSo": "Hồ sơ Mã",
        "TrangThaiHoSo": "Trạng thái",
        "MaHoSoKhac": "Tiếp nhận Mã",
        "NgayTiepNhan": "Ngày",
    }
    assert read(book(tmp_path, draw), columns=columns)[0] == [
        {"MaHoSo": "A-1", "TrangThaiHoSo": 4, "MaHoSoKhac": "B-1", "NgayTiepNhan": "20/08/2026"}
    ]


def test_the_header_is_looked_for_within_thirty_rows(tmp_path: Path) -> None:
    def at(row: int) -> Draw:
        def draw(sheet: Any, workbook: Any) -> None:
            sheet.write_column(0, 0, [f"dòng {number}" for number in range(row)])
            sheet.write_row(row, 0, ["Số hồ sơ"])
            sheet.write_row(row + 1, 0, ["A-1"])

        return draw

    assert read(book(tmp_path, at(29)))[0] == [{"MaHoSo": "A-1"}]
    with pytest.raises(ConfigError, match=r"a\.xlsx: no sheet has a header that names MaHoSo within its first 30 rows"):
        read(book(tmp_path, at(30)))


def test_cells_merged_downwards_hold_for_every_row(tmp_path: Path) -> None:
    def draw(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, ["Số hồ sơ", "MaCoQuan", "Tình trạng"])
        sheet.merge_range(1, 1, 3, 1, "H44.05")
        sheet.write_column(1, 0, ["A-1", "A-2", "A-3", "A-4"])
        sheet.write_column(1, 2, [4, 4, 9, 9])

    assert [row.get("MaCoQuan") for row in read(book(tmp_path, draw))[0]] == ["H44.05", "H44.05", "H44.05", None]


def test_a_merged_code_is_one_dossier_unless_its_lines_say_different_things(tmp_path: Path) -> None:
    def draw(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, ["Số hồ sơ", "Tình trạng", "Giấy tờ"])
        sheet.merge_range(1, 0, 3, 0, "A-1")
        sheet.write_row(1, 1, [4, "đơn"])
        sheet.write_row(2, 1, ["", "bản sao"])
        sheet.write_row(3, 1, [4, "ảnh"])
        sheet.merge_range(4, 0, 5, 0, "A-2")
        sheet.write_column(4, 1, [4, 9])

    found, closing = read(book(tmp_path, draw))
    assert [(row["MaHoSo"], row["TrangThaiHoSo"]) for row in found] == [("A-1", 4), ("A-2", 4), ("A-2", 9)]
    assert closing.notes[0].startswith("Tệp a.xlsx: 2 dòng không phải hồ sơ")


def test_cells_of_every_kind(tmp_path: Path) -> None:
    """Hidden rows and columns count; formulas give their last value, errors none; a rounded code is no code."""

    def draw(sheet: Any, workbook: Any) -> None:
        sheet.write_row(0, 0, ["Số hồ sơ", "Tình trạng", "Tiếp nhận", "SoLanBoSung"])
        sheet.write_formula(1, 0, '="A-"&1', None, "A-1")
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
        sheet.write_row(2, 0, [26082000012345, True])
        sheet.write_row(3, 0, [123456789012345678, "'4"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})

    found, _ = read(book(tmp_path, draw))
    assert found == [
        {"MaHoSo": "A-1"},
        {"MaHoSo": 26082000012345, "TrangThaiHoSo": True},
        {"MaHoSo": 1.234567890123457e17, "TrangThaiHoSo": "4"},
    ]
    projection = Projection(secret_procedures=(), secret_agencies=(), digest_key=b"k")
    landed = [projection.project(row) for row in found]
    assert [row.get("MaHoSo") for row in landed] == ["A-1", "26082000012345", None]
    assert landed[2]["_bounded"] == ["MaHoSo"]


# --- several sheets ------------------------------------------------------------------------------------------------


def month(number: int, *, third: str = "Tiếp nhận") -> Draw:
    def draw(sheet: Any, workbook: Any) -> None:
        sheet.merge_range(0, 0, 0, 2, f"THÁNG {number}")
        sheet.write_row(1, 0, ["Số hồ sơ", "Tình trạng", third])
        sheet.write_row(2, 0, [f"A-{number}", 4, "20/08/2026"])

    return draw


def test_sheets_of_other_months_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    found, closing = read(book(tmp_path, month(1), month(2), month(3), hidden=(2,)))
    assert [row["MaHoSo"] for row in found] == ["A-1"]
    assert closing.reasons == (
        "Tệp a.xlsx: trang thứ 2 cũng có hồ sơ nhưng không được đọc; "
        "đặt `sheets: all` nếu các trang cùng cột, hoặc tách thành tệp riêng",
    )
    assert closing.notes == ("Tệp a.xlsx: trang ẩn thứ 3 cũng có hồ sơ, không đọc",)


def test_sheets_with_the_same_columns_are_united_where_the_province_says_so(tmp_path: Path) -> None:
    found, closing = read(book(tmp_path, month(1), month(2), month(3, third="Hẹn trả")), all_sheets=True)
    assert [row["MaHoSo"] for row in found] == ["A-1", "A-2"]
    assert [reason.split(" cũng")[0] for reason in closing.reasons] == ["Tệp a.xlsx: trang thứ 3"]


def test_a_hidden_sheet_is_read_only_where_no_other_has_dossiers(tmp_path: Path) -> None:
    def cover(sheet: Any, workbook: Any) -> None:
        sheet.write(0, 0, "Bìa")

    assert [row["MaHoSo"] for row in read(book(tmp_path, cover, month(2), month(1), hidden=(1,)))[0]] == ["A-1"]
    assert [row["MaHoSo"] for row in read(book(tmp_path, cover, month(2), hidden=(1,)))[0]] == ["A-2"]


# --- what is no workbook, or too much of one --------------------------------------------------------------------------


def fault(folder: Path, content: bytes) -> str:
    (folder / "a.xlsx").write_bytes(content)
    found, closing = read(folder)
    assert (found, closing.complete) == ([], False)
    return closing.reasons[0]


def whole(draw: Draw) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        draw(workbook.add_worksheet(), workbook)
    return out.getvalue()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook(tmp_path: Path, share: float) -> None:
    content = whole(officers_sheet)
    assert "không mở được như một tệp XLSX" in fault(tmp_path, content[: int(len(content) * share)])


@pytest.mark.parametrize(
    "content", [b"<html><table><tr><td>MaHoSo", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)]
)
def test_what_only_has_the_name_of_a_workbook(tmp_path: Path, content: bytes) -> None:
    assert "không mở được như một tệp XLSX" in fault(tmp_path, content)


def test_one_damaged_byte_never_crashes(tmp_path: Path) -> None:
    content = whole(officers_sheet)
    for place in range(0, len(content), 97):
        (tmp_path / "a.xlsx").write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        try:
            read(tmp_path)
        except ConfigError as error:
            assert "a.xlsx" in str(error)


def test_an_archive_that_unpacks_to_more_than_a_machine_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the archive says about its size; the true bound is a gibibyte, too much for a test."""
    monkeypatch.setattr("doisoat.land.exports.measures.MAX_UNPACKED", 20 << 20)
    packed = io.BytesIO(whole(officers_sheet))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(21 << 20))
    content = packed.getvalue()
    size = (21 << 20).to_bytes(4, "little")
    assert "bung ra lớn hơn" in fault(tmp_path, content)
    assert "không" in fault(tmp_path, content.replace(size, (10).to_bytes(4, "little")))


FAR = """
import resource, sys
from pathlib import Path
from doisoat.land import FilesSource
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
source = FilesSource(Path(sys.argv[1]))
print(list(source.pages(frozenset())), source.closing().reasons)
"""


def test_one_cell_in_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    """In a process of its own: the library would end it."""

    def draw(sheet: Any, workbook: Any) -> None:
        sheet.write(0, 0, "MaHoSo")
        sheet.write(1_048_575, 16_383, "x")

    (tmp_path / "a.xlsx").write_bytes(whole(draw))
    done = subprocess.run([sys.executable, "-c", FAR, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "có ô nằm quá xa" in done.stdout


def test_formatted_empty_cells_in_the_far_corner_are_nothing(tmp_path: Path) -> None:
    def draw(sheet: Any, workbook: Any) -> None:
        sheet.write_column(0, 0, ["MaHoSo", "A-1"])
        sheet.write_blank(1_048_575, 16_383, None, workbook.add_format({"bold": True}))

    (tmp_path / "a.xlsx").write_bytes(whole(draw))
    assert read(tmp_path) == ([{"MaHoSo": "A-1"}], Closing(None, True))


@given(st.lists(st.one_of(st.just(""), st.integers(1, 40), st.text("AB12().- ", max_size=4)), max_size=6))
def test_a_row_of_column_numbers_counts_up(row: list[Any]) -> None:
    if _is_numbering(row):
        numbers = [int(text) for cell in row if (text := str(cell).strip().strip("()")).isdecimal()]
        assert len(numbers) >= 2
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
