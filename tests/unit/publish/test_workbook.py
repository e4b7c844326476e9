"""The workbook, read back by another program."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from doisoat.model import VIETNAM
from doisoat.publish.gather import Gatherer
from doisoat.publish.inputs import open_inputs
from doisoat.publish.workbook import write_workbook
from doisoat.store.spreadsheets import Column, safe_text, workbook, write_agency_xlsx
from doisoat.store.work_items import WorkItem, work_items
from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]
AS_OF = datetime(2026, 9, 3, 23, 59, 59, tzinfo=VIETNAM)
SHEETS = [
    "Tổng quan",
    "Việc cần làm",
    "Đang kiểm tra kỹ thuật",
    "Theo cơ quan",
    "Theo loại",
    "Hồ sơ bị tính quá hạn oan",
    "Bản ghi bị loại",
    "Chưa đối soát",
    "Nguồn và quy tắc",
]


def read(path: Path | io.BytesIO, sheet: str) -> list[dict[str, Any]]:
    """Rows of a sheet by heading."""
    source = io.BytesIO(path.getvalue() if isinstance(path, io.BytesIO) else path.read_bytes())
    head, *rows = CalamineWorkbook.from_object(source).get_sheet_by_name(sheet).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_sheets_and_the_work_list(publish: Publish) -> None:
    path = publish(factory.busy_night()).paths["report.xlsx"]
    assert CalamineWorkbook.from_path(str(path)).sheet_names == SHEETS
    first, *_ = work = read(path, "Việc cần làm")
    assert len(work) == 6
    technical = read(path, "Đang kiểm tra kỹ thuật")
    assert [row["Loại chênh lệch"] for row in technical] == ["Chưa đồng bộ lên DVCQG", "Lệch ngày tiếp nhận"]
    assert {name: value for name, value in first.items() if name != "Việc cần làm"} == {
        "Mức độ": "Cao",
        "Mã cơ quan": "H44.05",
        "Cơ quan": "Sở Xây dựng",
        "Mã hồ sơ": "H44.05-260803-0001",
        "Mã TTHC": "1.001612",
        "Loại chênh lệch": "Đã xong nhưng DVCQG còn xử lý",
        "Chi tiết": first["Chi tiết"],
        "Điểm lệch": "Trạng thái",
        "Giá trị tại Một cửa": "9 · Đã xử lý xong",
        "Giá trị tại Cổng DVCQG": "4 · Đang xử lý",
        "Trạng thái Một cửa": "9 · Đã xử lý xong",
        "Trạng thái Cổng DVCQG": "4 · Đang xử lý",
        "Hẹn trả": datetime(2026, 8, 10, 17),
        "Số ngày làm việc đã qua": 16,
        "Nguyên nhân": "Chưa xác định",
        "Bằng chứng": "Một cửa không ghi giờ thao tác nên không rõ chậm ở đâu.",
        "Xử lý xong trước hết ngày": date(2026, 9, 8),
        "Tình trạng": "Đang mở",
        "Phát hiện từ ngày": date(2026, 9, 3),
        "Số ngày làm việc từ khi phát hiện": 0,
        "Số lần lệch trở lại": 0,
        "Bên xử lý": "Một cửa",
        "Phát hiện lần đầu": date(2026, 9, 3),
        "Tra cứu lại": "Đã tra cứu lại, vẫn lệch",
    }


def test_the_overview_says_how_far_a_portal_of_look_ups_was_covered(publish: Publish) -> None:
    night = factory.NightFiles(portal=factory.side(look_ups=factory.look_ups()))
    sheet = CalamineWorkbook.from_path(str(publish(night).paths["report.xlsx"])).get_sheet_by_name("Tổng quan")
    told = {str(row[0]): row[1] for row in sheet.to_python() if len(row) > 1}
    assert (told["Đã biết Cổng DVCQG nói gì"], told["– biết từ 10 ngày trước"]) == (794, 3)
    assert (told["Chưa hỏi lần nào"], told["Lượt tra cứu trong đêm"]) == (697, 400)


def test_the_list_is_whole_where_the_page_is_cut(publish: Publish) -> None:
    path = publish(factory.large_night(2_500)).paths["report.xlsx"]
    assert len(read(path, "Việc cần làm")) == 1_975
    assert len(read(path, "Đang kiểm tra kỹ thuật")) == 525
    assert len(read(path, "Hồ sơ bị tính quá hạn oan")) == 225


def test_rejected_records_give_position_rule_and_reason(publish: Publish) -> None:
    rows = read(publish(factory.busy_night()).paths["report.xlsx"], "Bản ghi bị loại")
    assert rows[0] == {
        "Bên": "Một cửa",
        "Tệp hoặc trang": "part.csv",
        "Dòng": 7,
        "Mã hồ sơ (nếu đọc được)": "H44.05-260803-0901",
        "Quy tắc": "Trạng thái không hợp lệ",
        "Lý do": "Lý do status_invalid",
        "Mã quy tắc": "status_invalid",
    }
    assert [row["Bên"] for row in rows] == ["Một cửa", "Một cửa", "Cổng DVCQG", "Cổng DVCQG"]


def test_an_empty_night_is_an_openable_workbook(publish: Publish) -> None:
    path = publish(factory.NightFiles()).paths["report.xlsx"]
    assert CalamineWorkbook.from_path(str(path)).sheet_names == SHEETS
    assert read(path, "Việc cần làm") == []


def test_formulas_links_and_control_characters_are_only_text(publish: Publish) -> None:
    attack = '=HYPERLINK("http://evil","x")'
    night = factory.NightFiles(
        discrepancies=[
            factory.discrepancy(
                "A1",
                "agency_mismatch",
                agency_code=attack,
                procedure_code="+1+1",
                value_shop="'@SUM(1)",
                value_portal="http://evil\x07\ufffe",
                field="MaCoQuan",
            )
        ],
        agencies=[factory.agency(attack, "-cmd|' /C calc'!A0")],
        rejections=[factory.rejection("shop", "row_shape", source_file="\t=1+1.csv")],
    )
    path = publish(night).paths["report.xlsx"]
    (row,) = read(path, "Việc cần làm")
    assert (row["Mã cơ quan"], row["Mã TTHC"]) == (f"'{attack}", "'+1+1")
    assert (row["Giá trị tại Một cửa"], row["Giá trị tại Cổng DVCQG"]) == ("'@SUM(1)", "http://evil")
    assert read(path, "Theo cơ quan")[0]["Cơ quan"] == "'-cmd|' /C calc'!A0"
    with zipfile.ZipFile(path) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == len(SHEETS)
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("\ra", "'\ra"),
        ("'=1", "'=1"),
        ("H44", "H44"),
        ("a\x00b\uffff", "ab"),
        ("x" * 40_000, "x" * 32_767),
    ],
)
def test_safe_text(text: str, cell: str) -> None:
    assert safe_text(text) == cell


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path) -> None:
    files = factory.large_night(30).write(tmp_path)
    path = tmp_path / "split.xlsx"
    with open_inputs(files) as inputs:
        gatherer = Gatherer(inputs, factory.province(), factory.reference(), files.key)
        write_workbook(path, gatherer.report(), gatherer, inputs, row_limit=10)
    sizes = [len(read(path, name)) for name in ("Việc cần làm", "Việc cần làm (2)", "Việc cần làm (3)")]
    assert sizes == [10, 10, 4]
    assert "Việc cần làm (4)" not in CalamineWorkbook.from_path(str(path)).sheet_names


def test_a_sheet_is_ready_to_print_and_filter(publish: Publish) -> None:
    path = publish(factory.busy_night()).paths["report.xlsx"]
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
        names = parts.read("xl/workbook.xml").decode()
    assert 'orientation="landscape"' in sheet and 'paperSize="9"' in sheet
    assert "<autoFilter" in sheet and 'state="frozen"' in sheet
    assert "_xlnm.Print_Titles" in names


def test_days_before_spreadsheets_began_are_written_as_text() -> None:
    buffer = io.BytesIO()
    with workbook(buffer, "t", AS_OF) as book:
        book.add_table("s", [Column("d", 10, "moment")], [[datetime(1205, 1, 1)], [datetime(2026, 1, 2, 3, 4, 5)]])
    assert [row["d"] for row in read(buffer, "s")] == ["1205-01-01T00:00:00", datetime(2026, 1, 2, 3, 4, 5)]


def items(tmp_path: Path, code: str) -> list[WorkItem]:
    files = factory.busy_night().write(tmp_path)
    with open_inputs(files) as inputs:
        return list(
            work_items(inputs.connection, date(2026, 9, 8), factory.reference().agencies.name, agency_code=code)
        )


def test_the_workbook_of_one_agency_keeps_technical_faults_apart(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    assert write_agency_xlsx(buffer, items(tmp_path, "H44.05"), "Sở Xây dựng", AS_OF) == (3, 2)
    assert [row["Mã hồ sơ"] for row in read(buffer, "Việc cần làm")] == [
        "H44.05-260803-0001",
        "H44.05-260803-0006",
        "H44.05-260803-0006",
    ]
    assert [row["Loại chênh lệch"] for row in read(buffer, "Đang kiểm tra kỹ thuật")] == [
        "Chưa đồng bộ lên DVCQG",
        "Lệch ngày tiếp nhận",
    ]


def test_the_workbook_of_one_agency_is_the_same_bytes_again(tmp_path: Path) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for buffer in (first, second):
        write_agency_xlsx(buffer, items(tmp_path / "home", "H44.37"), "Phường & xã =1+1", AS_OF)
    assert first.getvalue() == second.getvalue()
    assert CalamineWorkbook.from_object(io.BytesIO(first.getvalue())).sheet_names == ["Việc cần làm"]
