"""The forms as files people open and file: workbook and PDF, hostile and long names, marks, the same bytes."""

from __future__ import annotations

import re
import subprocess
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from doisoat.rules.reporting_periods import ReportingPeriod
from doisoat.store.layout import PeriodFiles, read_json
from tests.forms_world import AUGUST, DONE, JULY, made, night_of, with_fields

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "<script>alert(1)</script> & co",
    '#panic("typst") *đậm* _nghiêng_ $x^2$ #sys.version `a`',
    "\\u{41} // chú thích /* … */ @nhan [x] ~ \\ ",
    "Đất\u202e đai\u200b\x07 vô hình",
    "אבג عربى",
]


def pdf_text(path: Path, way: str = "-layout") -> str:
    """What a reader can copy out of it: one line a line, or (`-raw`) one cell after the other."""
    done = subprocess.run(["pdftotext", way, str(path), "-"], capture_output=True, text=True, check=True)
    return unicodedata.normalize("NFC", done.stdout).replace("\u200b", "")  # where a very long word may break


def sheet(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def texts(rows: list[list[Any]]) -> set[str]:
    return {cell for row in rows for cell in row if isinstance(cell, str) and cell}


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def august(tmp_path: Path) -> PeriodFiles:
    rows = [
        DONE | {"code": "A1"},
        DONE | {"code": "A2", "procedure": "2.000815", "finished_at": "2026-07-28 08:00"},
        DONE | {"code": "A3", "agency": "H21.06", "channel": 2},
        DONE | {"code": "A4", "agency": "H21.06", "received_at": "2026-07-01 08:00", "status": 4, "finished_at": None},
    ]
    return made(night_of(tmp_path, rows, rows[:3]))


def test_every_form_is_there_twice_and_the_numbers_beside_them(august: PeriodFiles) -> None:
    names = sorted(
        path.relative_to(august.published).as_posix() for path in august.published.rglob("*") if path.is_file()
    )
    forms = [f"07a/{code}.{kind}" for code in ("H21.05", "H21.06") for kind in ("pdf", "xlsx")]
    assert names == [*forms, "07b.pdf", "07b.xlsx", "comparison.xlsx", "members.parquet", "period.json"]
    told = read_json(august.published / "period.json")
    assert (told["period"], told["first_day"], told["last_day"]) == ("2026-08", "2026-07-15", "2026-08-14")
    assert told["rule_versions"]["forms"] and set(told["snapshots"]) == {"shop", "portal"}
    assert [one["id"] for one in told["checks"]["passed"]] == ["sums", "balance", "total", "units", "carried"]


def test_the_head_of_the_workbook_is_the_circulars(august: PeriodFiles) -> None:
    rows = sheet(august.published / "07a" / "H21.06.xlsx", "Biểu 07a")
    head = texts(rows)
    assert {
        "Biểu số 07a/BTP/KSTT",
        "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        "TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        "Kỳ báo cáo: Tháng 8/2026",
        "(Từ ngày 15/07/2026 đến ngày 14/08/2026)",
        "– Đơn vị báo cáo: Sở Tài chính.",
        "– Đơn vị nhận báo cáo: UBND tỉnh.",
        "Đơn vị tính: Số hồ sơ TTHC.",
        "Trong kỳ",
        "Số lượng hồ sơ đang giải quyết",
        "NGƯỜI LẬP BIỂU",
        "THỦ TRƯỞNG ĐƠN VỊ",
        "(Ký số)",
    } <= head
    (formulas,) = (row for row in rows if row[0] == "(1)")
    assert formulas[:5] == ["(1)", "(2)", "(3)=(4)+(5)+(6)+(7)+(8)", "(4)", "(5)"] and formulas[14] == "(15)"
    assert [row for row in rows if row[1] == "Hộ tịch"] == [[1, "Hộ tịch", 2, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1]]
    (total,) = (row for row in rows if row[0] == "TỔNG CỘNG")
    assert total[2:] == [2, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1]


def test_the_other_side_and_the_difference_stand_on_sheets_of_their_own(august: PeriodFiles) -> None:
    path = august.published / "07a" / "H21.06.xlsx"
    assert CalamineWorkbook.from_path(str(path)).sheet_names == ["Biểu 07a", "Cổng DVCQG", "Chênh lệch"]
    totals = {
        name: next(row for row in sheet(path, name) if row[0] == "TỔNG CỘNG")[2:]
        for name in ("Cổng DVCQG", "Chênh lệch")
    }
    assert totals["Cổng DVCQG"] == [1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    assert totals["Chênh lệch"] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1]


def test_the_sections_of_the_provinces_form(august: PeriodFiles) -> None:
    rows = sheet(august.published / "07b.xlsx", "Biểu 07b")
    body = [row[:3] for row in rows if row[0] in ("I.", "II.", 1, 2, "TỔNG CỘNG")]
    assert [row[0] for row in body] == ["I.", 1, 2, "II.", 1, "TỔNG CỘNG"]
    assert [row[1:] for row in body[1:3]] == [["Đất đai", 1], ["Hộ tịch", 1]] and body[4][1:] == ["Hộ tịch", 2]
    assert body[5][2] == 4
    text = pdf_text(august.published / "07b.pdf")
    assert "Mục II: Số liệu được tổng hợp từ báo cáo của UBND các xã, phường, đặc khu." in text


def test_the_workbook_prints_as_paper_does(august: PeriodFiles) -> None:
    with zipfile.ZipFile(august.published / "07b.xlsx") as archive:
        book, page = (archive.read(name).decode() for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"))
        styles = archive.read("xl/styles.xml").decode()
    assert "'Biểu 07b'!$7:$10" in book and "_xlnm.Print_Area" in book
    assert 'orientation="landscape"' in page and 'paperSize="9"' in page and "fitToPage" in page
    assert "Times New Roman" in styles and "<f>" not in page and "hyperlink" not in page


def test_the_pdf_says_what_the_form_says(august: PeriodFiles) -> None:
    text = pdf_text(august.published / "07a" / "H21.05.pdf")
    lines = [line.split() for line in text.splitlines()]
    assert ["1", "Đất", "đai", *"1000101001000"] in lines and ["2", "Hộ", "tịch", *"1000101100000"] in lines
    assert "TỔNG CỘNG" in text and "NGƯỜI LẬP BIỂU" in text and "Trang 1/1" in text
    assert "tính theo pháp luật (NĐ 118/2025/NĐ-CP Điều 17, 19)" in " ".join(text.split())
    fonts = subprocess.run(["pdffonts", str(august.published / "07b.pdf")], capture_output=True, text=True, check=True)
    embedded = [re.split(r"\s{1,}", line)[-5] for line in fonts.stdout.splitlines()[2:]]
    assert embedded and set(embedded) == {"yes"}


def test_before_august_2026_the_older_forms(tmp_path: Path) -> None:
    rows = [DONE | {"code": "A1", "received_at": "2026-06-20 09:00", "finished_at": "2026-07-01", "channel": 3}]
    places = made(night_of(tmp_path, rows), JULY)
    assert {path.name for path in places.published.glob("*.pdf")} == {"II.06b.pdf"}
    (row,) = (row for row in sheet(places.published / "II.06a" / "H21.05.xlsx", "Biểu II.06a") if row[1] == "Hộ tịch")
    assert row == [1, "Hộ tịch", 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0]
    assert "Văn phòng Chính phủ" in pdf_text(places.published / "II.06b.pdf")


# --- names as they come ----------------------------------------------------------------------------------------


def test_hostile_names_are_only_names(tmp_path: Path) -> None:
    rows = [DONE | {"code": f"A{at}", "procedure": f"1.{100_000 + at}"} for at in range(len(HOSTILE))]
    rows = [row | {"procedure_code": row["procedure"]} for row in rows]
    places = made(night_of(tmp_path, rows), reference=with_fields(HOSTILE))
    path = places.published / "07a" / "H21.05"
    cells = texts(sheet(path.with_name("H21.05.xlsx"), "Biểu 07a"))
    assert {f"'{name}" for name in HOSTILE[:3]} | {HOSTILE[3], HOSTILE[4]} <= cells
    assert "Đất đai vô hình" in cells
    with zipfile.ZipFile(path.with_name("H21.05.xlsx")) as archive:
        assert all("<f>" not in archive.read(name).decode() for name in archive.namelist() if "sheet" in name)
    text = squeezed(pdf_text(path.with_name("H21.05.pdf"), "-raw"))
    for name in HOSTILE[:5]:
        assert squeezed(name) in text, name
    assert "\u202e" not in text and text.count("Đấtđaivôhình") == 1


def test_every_vietnamese_letter_can_be_read_out_of_the_pdf(tmp_path: Path) -> None:
    names = [" ".join(letters) for letters in (LETTERS[:48], LETTERS[48:], LETTERS.upper()[:48], LETTERS.upper()[48:])]
    rows = [DONE | {"code": f"A{at}", "procedure_code": f"1.{100_000 + at}"} for at in range(len(names))]
    places = made(night_of(tmp_path, rows), reference=with_fields(names))
    text = pdf_text(places.published / "07b.pdf")
    assert {letter for letter in LETTERS + LETTERS.upper() if letter not in text} == set()


def test_many_and_long_names_break_over_pages_under_the_same_head(tmp_path: Path) -> None:
    names = [f"Lĩnh vực thứ {at:02}" for at in range(70)] + ["Quản lý " * 60, "x" * 300]
    rows = [DONE | {"code": f"A{at}", "procedure_code": f"1.{100_000 + at}"} for at in range(len(names))]
    places = made(night_of(tmp_path, rows), reference=with_fields(names))
    pages = pdf_text(places.published / "07b.pdf").rstrip("\f").split("\f")
    assert len(pages) >= 3
    with_figures = [page for page in pages if re.search(r"Lĩnh vực thứ \d\d", page) or "TỔNG CỘNG" in page]
    assert len(with_figures) >= 3 and all("(3)=(4)" in squeezed(page) for page in with_figures)
    for at in range(70):
        assert sum(f"Lĩnh vực thứ {at:02}" in page for page in pages) == 1
    (signed,) = (page for page in pages if "THỦ TRƯỞNG ĐƠN VỊ" in page)
    assert "TỔNG CỘNG" in signed, "nobody signs a page without figures"
    assert "x" * 300 in squeezed(pdf_text(places.published / "07b.pdf", "-raw"))


# --- what is not to be filed says so ---------------------------------------------------------------------------


def marks(places: PeriodFiles) -> str:
    return pdf_text(places.published / "07b.pdf")


def test_a_period_that_is_not_over_is_marked(tmp_path: Path) -> None:
    running = ReportingPeriod(2026, AUGUST.length, 9, AUGUST.definition)
    text = marks(made(night_of(tmp_path, [DONE | {"code": "A1"}]), running))
    assert "SỐ LIỆU TẠM TÍNH" in text and "kỳ báo cáo kết thúc ngày 14/09/2026, số liệu mới đến ngày 03/09/2026" in text


def test_a_side_that_was_read_in_part_is_marked_with_its_reason(tmp_path: Path) -> None:
    files = night_of(tmp_path, [DONE | {"code": "A1"}], partial=True, partial_reasons=["thiếu trang 7"])
    text = marks(made(files))
    assert "DỮ LIỆU CHƯA ĐẦY ĐỦ" in text and "Cổng DVCQG: thiếu trang 7" in text


def test_a_whole_night_of_a_period_that_is_over_has_no_mark(august: PeriodFiles) -> None:
    text = marks(august)
    assert not any(mark in text for mark in ("TẠM TÍNH", "CHƯA ĐẦY ĐỦ", "CHƯA KHỚP"))


def test_an_empty_period_has_forms_of_zeros(tmp_path: Path) -> None:
    places = made(night_of(tmp_path, []))
    (total,) = (row for row in sheet(places.published / "07b.xlsx", "Biểu 07b") if row[0] == "TỔNG CỘNG")
    assert total[2:] == [0] * 13 and "TỔNG CỘNG" in pdf_text(places.published / "07a" / "H21.06.pdf")


def test_the_portal_can_be_the_side_that_is_filed(tmp_path: Path) -> None:
    rows = [DONE | {"code": "A1"}, DONE | {"code": "A2"}]
    places = made(night_of(tmp_path, rows, rows[:1]), side="portal")
    path = places.published / "07b.xlsx"
    assert CalamineWorkbook.from_path(str(path)).sheet_names == ["Biểu 07b", "Một cửa", "Chênh lệch"]
    assert next(row for row in sheet(path, "Biểu 07b") if row[0] == "TỔNG CỘNG")[2] == 1


def test_the_comparison_shows_both_sides_by_agency_and_field(august: PeriodFiles) -> None:
    path = august.published / "comparison.xlsx"
    by_agency = sheet(path, "Theo cơ quan")
    assert by_agency[0][:5] == ["Mã", "Cơ quan", "Tiếp nhận: Một cửa", "Tiếp nhận: DVCQG", "Tiếp nhận: chênh lệch"]
    assert [row[:5] for row in by_agency[1:]] == [
        ["H21.05", "Sở Nội vụ", 2, 2, 0],
        ["H21.06", "Sở Tài chính", 2, 1, 1],
        ["", "TỔNG CỘNG (biểu của tỉnh)", 4, 3, 1],
    ]
    assert [row[:5] for row in sheet(path, "Theo lĩnh vực")[1:]] == [
        ["I", "Đất đai", 1, 1, 0],
        ["I", "Hộ tịch", 1, 1, 0],
        ["II", "Hộ tịch", 2, 1, 1],
    ]
    assert {"20/08/2026", "23/08/2026", "Tỉnh gửi Bộ Tư pháp"} <= texts(sheet(path, "Tổng quan"))


def test_the_same_night_gives_the_same_bytes(august: PeriodFiles) -> None:
    before = {path: path.read_bytes() for path in august.published.rglob("*") if path.is_file()}
    made(august.files)
    after = {path: path.read_bytes() for path in august.published.rglob("*") if path.is_file()}
    assert [path.name for path in before.keys() | after.keys() if before.get(path) != after.get(path)] == []
