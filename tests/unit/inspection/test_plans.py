"""Plans of inspections as officers write them: good lines are taken, wrong ones told by row and column, broken files refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from doisoat.cli import app
from doisoat.errors import ConfigError
from doisoat.inspection.agencies import read_agency
from doisoat.inspection.plan_rows import PlanRead, read_plan_rows
from doisoat.inspection.secrecy import Secrecy
from doisoat.land.plan_files import HEADINGS, read_plan_file
from doisoat.rules.inspection import Form
from doisoat.rules.reference import Agency, AgencyTable

PROVINCE = """
province: H44
name: Phú Thọ
shop: {kind: files, path: shop}
portal: {kind: files, path: portal}
"""
HEADER = [
    "STT",
    "Mã dòng",
    "Mã kế hoạch",
    "Cơ quan được kiểm tra",
    "Nội dung",
    "Năm",
    "Quý dự kiến",
    "Hình thức dự kiến",
]
GOOD = ["1", "KH26-01", "KH-2026", "H44.07", "Giải quyết TTHC", "2026", "Quý III", "Từ xa qua dữ liệu"]
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script>\u202e\x07"
LABELS = {field: headings[0] for field, headings in HEADINGS.items()}


def csv(file: Path, *rows: Sequence[str]) -> Path:
    file.write_text("\n".join(";".join(row) for row in rows) + "\n", encoding="utf-8")
    return file


def table() -> AgencyTable:
    codes = {"H44.07": "Sở Công Thương", "H44.08": "UBND xã Tân Sơn", "H44.09": "UBND xã Tân Sơn", "H44.66": "Cơ yếu"}
    former = Agency("H44.06", name="Sở Cũ", successor="H44.07")
    return AgencyTable([former, *(Agency(code, name=name) for code, name in codes.items())])


def read(rows: Sequence[dict[str, Any] | None]) -> PlanRead:
    secrecy = Secrecy(frozenset({"H44.66"}), frozenset())
    return read_plan_rows(rows, LABELS, lambda text: read_agency(text, table(), secrecy, date(2026, 9, 3)))


def row(**other: Any) -> dict[str, Any]:
    return {"line_id": "KH-1", "agency": "H44.07", "subject": "Giải quyết TTHC", "year": "2026", **other}


GOOD_LINES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"first_year": 2026, "last_year": 2026, "quarter": None, "month": None, "form": None, "plan_code": "2026"}),
    ({"agency": "000.00.07.H44"}, {"agency_code": "H44.07"}),
    ({"agency": "sở  công thương"}, {"agency_code": "H44.07"}),
    ({"agency": "H44.06"}, {"agency_code": "H44.07"}),  # merged: its successor is inspected
    ({"year": None, "first_year": 2026.0, "last_year": "2030"}, {"first_year": 2026, "last_year": 2030}),
    ({"quarter": "iv"}, {"quarter": 4}),
    ({"quarter": "Quý 2/2026"}, {"quarter": 2}),
    ({"month": "Tháng 06"}, {"quarter": 2, "month": 6}),
    ({"day": "15/06/2026"}, {"quarter": 2, "month": 6}),
    ({"day": date(2026, 6, 15)}, {"quarter": 2, "month": 6}),
    ({"form": "TỪ XA"}, {"form": Form.REMOTE}),
    ({"form": "kết hợp"}, {"form": Form.COMBINED}),
    ({"subject": HOSTILE}, {"subject": "=cmd|' /C calc'!A0 <script>alert(1)</script>"}),  # text, on one line
]


@pytest.mark.parametrize(("given", "expected"), GOOD_LINES)
def test_what_a_line_says(given: dict[str, Any], expected: dict[str, Any]) -> None:
    (line,), rejected = read([row(**given)]).lines, read([row(**given)]).rejected
    assert rejected == ()
    assert {name: getattr(line, name) for name in expected} == expected


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"line_id": " "}, "Mã dòng", "bỏ trống"),
    ({"line_id": "1" * 51}, "Mã dòng", "dài 51 ký tự"),
    ({"subject": None}, "Nội dung", "bỏ trống"),
    ({"subject": "gọi 0912345678"}, "Nội dung", "như của cá nhân"),
    ({"agency": "H44.99"}, "Cơ quan được kiểm tra", "không có cơ quan 'H44.99'"),
    ({"agency": "Sở Công Thươg"}, "Cơ quan được kiểm tra", "gần nhất: H44.07 Sở Công Thương"),
    ({"agency": "UBND xã Tân Sơn"}, "Cơ quan được kiểm tra", "có 2 cơ quan cùng tên"),
    ({"agency": "H44.66"}, "Cơ quan được kiểm tra", "phạm vi bí mật"),
    ({"agency": HOSTILE}, "Cơ quan được kiểm tra", "không có cơ quan"),
    ({"year": None}, "Năm", "bỏ trống"),
    ({"year": "hai nghìn"}, "Năm", "không phải số từ 2015 đến 2100"),
    ({"year": "２０２６"}, "Năm", "không phải số"),
    ({"year": "2026", "last_year": "2027"}, "Năm", "không ghi cả hai"),
    ({"year": None, "first_year": "2026", "last_year": "2031"}, "Đến năm", "kế hoạch dài 1 đến 5 năm"),
    ({"year": None, "first_year": "2026", "last_year": "2025"}, "Đến năm", "kế hoạch dài"),
    ({"quarter": "V"}, "Quý dự kiến", "không phải số từ 1 đến 4"),
    ({"month": "13"}, "Tháng dự kiến", "không phải số từ 1 đến 12"),
    ({"month": "6", "quarter": "III"}, "Quý dự kiến", "tháng 6 không thuộc quý 3"),
    ({"day": "30/02/2026"}, "Ngày dự kiến", "không phải ngày có thật"),
    ({"day": "15/06/2027"}, "Ngày dự kiến", "không thuộc năm 2026"),
    ({"form": "qua điện thoại"}, "Hình thức dự kiến", "dùng: trực tiếp, trực tuyến, từ xa qua dữ liệu, kết hợp"),
]


@pytest.mark.parametrize(("given", "column", "reason"), WRONG)
def test_a_wrong_line_is_told_and_the_rest_goes_on(given: dict[str, Any], column: str, reason: str) -> None:
    done = read([row(line_id="KH-0"), row(**given), None, row(line_id="KH-2")])
    assert [line.line_id for line in done.lines] == ["KH-0", "KH-2"]
    assert [(one.row, one.column) for one in done.rejected] == [(2, column), (3, "Mã dòng")]
    assert reason in done.rejected[0].reason


def test_a_code_that_stands_twice() -> None:
    done = read([row(), row(subject="khác")])
    assert len(done.lines) == 1 and "đã có ở một dòng trên" in done.rejected[0].reason


ANYTHING = st.none() | st.text(max_size=30) | st.integers() | st.floats() | st.dates() | st.booleans()


@given(st.lists(st.none() | st.dictionaries(st.sampled_from(sorted(HEADINGS)), ANYTHING), max_size=5))
def test_any_cells_are_a_line_or_a_reason(rows: list[dict[str, Any] | None]) -> None:
    done = read(rows)
    assert len(done.lines) + len(done.rejected) == len(rows)
    assert all(one.reason and one.column in LABELS.values() for one in done.rejected)
    assert all(sign.isprintable() for one in done.rejected for sign in one.reason)


# --- files -------------------------------------------------------------------------------------------------


def workbook(file: Path) -> Path:
    """A plan as an office makes it: titles, merged cells, two lines of one agency, a sum and signatures below."""
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Kế hoạch")
    sheet.merge_range(0, 0, 0, 7, "KẾ HOẠCH KIỂM TRA NĂM 2026")
    for at, heading in enumerate(HEADER):
        sheet.write(3, at, heading)
    for at in range(len(HEADER)):
        sheet.write(4, at, f"({at + 1})")
    sheet.merge_range(5, 3, 6, 3, "Sở Công Thương")
    for number in (0, 1):
        for at, cell in enumerate(
            [number + 1, f"KH26-0{number + 1}", "KH-2026", None, "Nội dung", 2026, "II", "Trực tuyến"]
        ):
            if cell is not None:
                sheet.write(5 + number, at, cell)
    sheet.merge_range(8, 0, 8, 7, "Tổng cộng: 2 cuộc")
    sheet.write(10, 5, "GIÁM ĐỐC")
    book.close()
    return file


def test_an_offices_workbook_with_merged_cells(tmp_path: Path) -> None:
    found = read_plan_file(workbook(tmp_path / "ke-hoach.xlsx"))
    done = read(found.lines)
    assert done.rejected == ()
    assert [(one.line_id, one.agency_code, one.quarter, one.form) for one in done.lines] == [
        ("KH26-01", "H44.07", 2, Form.ONLINE),
        ("KH26-02", "H44.07", 2, Form.ONLINE),
    ]
    assert found.source.startswith("ke-hoach.xlsx sha256:")


def test_csv_with_a_byte_order_mark_and_other_headings(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    text = "\ufeffma_dong,co_quan,noi_dung,tu_nam,den_nam\nA-1,H44.07,Kiểm tra,2026,2030\n"
    file.write_text(text, encoding="utf-8")
    (line,) = read(read_plan_file(file).lines).lines
    assert (line.line_id, line.years) == ("A-1", range(2026, 2031))


GARBAGE: list[tuple[str, bytes, str]] = [
    ("plan.csv", b"", "no column Mã dòng"),
    ("plan.csv", "Mã dòng;Cơ quan;Nội dung\n".encode(), "no line below it"),
    ("plan.csv", "Mã dòng;Nội dung\n1;x\n".encode(), "no column Cơ quan được kiểm tra"),
    ("plan.csv", "Mã dòng;Mã dòng;Cơ quan;Nội dung\n1;2;x;y\n".encode(), "each once"),
    ("plan.csv", "Mã dòng;ma_dong;Cơ quan;Nội dung\n1;2;x;y\n".encode(), "two columns are Mã dòng"),
    ("plan.csv", "Mã dòng;Cơ quan;Nội dung\nKH-1;Sở;Kế hoạch".encode("utf-16"), "save it as XLSX, or as CSV in UTF-8"),
    ("plan.csv", "Mã dòng;Cơ quan;Nội dung\n1;é".encode("cp1252", "replace"), "dòng 1 không phải bảng mã UTF-8"),
    ("plan.csv", b"M\xc3\xa3 d\xc3\xb2ng;C\xc6\xa1 quan;N\xe1\xbb\x99i dung\n1;\xff\xfe;x\n", "save it as XLSX"),
    ("plan.csv", 'Mã dòng;Cơ quan;Nội dung\n1;"H44.07;x\n'.encode(), "cannot be read"),
    ("plan.xlsx", b"", "cannot be read"),
    ("plan.xlsx", b"PK\x03\x04 truncated", "cannot be read"),
    ("plan.xlsx", b"Ma dong,Co quan", "cannot be read"),
    ("plan.pdf", b"%PDF-1.7", "a plan is one of .csv, .xlsx"),
]


@pytest.mark.parametrize(("name", "content", "complaint"), GARBAGE)
def test_a_file_that_is_no_plan_says_why_and_what_helps(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=complaint) as error:
        read_plan_file(file)
    assert name in str(error.value)


def test_a_workbook_without_a_header_and_one_cut_off(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx").read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ConfigError, match="cannot be read"):
        read_plan_file(cut)
    bare = tmp_path / "bare.xlsx"
    book = xlsxwriter.Workbook(bare)
    book.add_worksheet().write(0, 0, "Danh sách")
    book.close()
    with pytest.raises(ConfigError, match="no readable header; a plan has the columns Mã dòng"):
        read_plan_file(bare)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_plan_file(tmp_path / "none.csv")


# --- the command ---------------------------------------------------------------------------------------------

Call = Callable[..., Any]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    config = tmp_path / "phu_tho.yaml"
    config.write_text(PROVINCE, encoding="utf-8")

    def run(*words: str) -> Any:
        done = CliRunner().invoke(app, ["inspection", *words, "--config", str(config), "--home", str(tmp_path / "var")])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, json.loads(done.stdout) if "--json" in words else done.output

    return run


def test_the_command_tells_what_became_of_each_line(tmp_path: Path, call: Call) -> None:
    wrong = [*GOOD[:1], "KH26-02", "KH-2026", "H44.9999", *GOOD[4:]]
    file = csv(tmp_path / "plan.csv", HEADER, GOOD, wrong)
    code, told = call("plan", str(file), "phu_tho", "--json")
    assert (code, told["added"], [one["row"] for one in told["rejected"]]) == (1, 1, [2])
    code, words = call("plan", str(csv(tmp_path / "plan.csv", HEADER, GOOD)), "phu_tho")
    assert code == 0 and "thêm 0, cập nhật 0, giữ nguyên 1, loại 0" in words


def test_a_check_of_a_plan_needs_its_line(tmp_path: Path, call: Call) -> None:
    call("plan", str(csv(tmp_path / "plan.csv", HEADER, GOOD)), "phu_tho")
    words = ["open", "phu_tho", "H44.07", "--form", "on_site", "--subject", "x", "--by", "Lan", "--from", "2026-01-01"]
    words += ["--to", "2026-06-30", "--json", "--plan"]
    _, told = call(*words, "KH26-01")
    assert told["inspection"]["plan_line"] == "KH26-01"
    with pytest.raises(ConfigError, match="no line 'KH26-99'"):
        call(*words, "KH26-99")
