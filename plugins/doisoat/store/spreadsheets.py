"""Workbooks people open: safe, sorted, printable, and the same bytes for the same rows.

Shared by `publish` and `alert`: writing tables into a workbook, and the sheet of one agency. Every text is
written as text, never as a formula, a link or a number; instants are real dates in local time. What the
sheets of the night's report hold is decided by `publish`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from doisoat.model import VIETNAM
from doisoat.store.work_items import WorkItem, moment

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

ROW_LIMIT = 1_048_575  # rows of a sheet below its heading
_TEXT_LIMIT = 32_767  # characters of a cell
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INK, _LINE, _HEAD = "#1D2939", "#D0D5DD", "#12355B"
_SEVERITY_COLOURS = {"Cao": "#B42318", "Trung bình": "#93480A", "Thấp": "#1B5E98"}

TECHNICAL = "Đang kiểm tra kỹ thuật, chưa tính cho đơn vị"
_LINE_HEIGHT = 13.5  # points
_ROOM = 1.12  # words do not break where a column ends
_FIRST_YEAR = 1900  # spreadsheets know no earlier day

Form = Literal["text", "number", "decimal", "points", "day", "moment", "severity"]
Row = Sequence[object]


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, width in characters, form of its cells."""

    heading: str
    width: float
    form: Form = "text"


def safe_text(value: str) -> str:
    """The text as a cell may hold it: no control characters, no start that reads as a formula.

    >>> safe_text("=1+1")
    "'=1+1"
    """
    clean = _UNPRINTABLE.sub("", value)
    return (f"'{clean}" if clean.startswith(_RISKY) else clean)[:_TEXT_LIMIT]


class Book:
    """A workbook being written, sheet after sheet, row after row."""

    def __init__(self, workbook: Workbook, title: str, as_of: datetime) -> None:
        self._workbook, self._title, self._as_of = workbook, title, as_of
        base = {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "top"}
        cell = {**base, "border": 1, "border_color": _LINE, "text_wrap": True}
        make = workbook.add_format
        self._heading = make({**cell, "bold": True, "font_color": "#FFFFFF", "bg_color": _HEAD, "valign": "vcenter"})
        self._forms: dict[str, Format] = {
            "text": make(cell),
            "severity": make(cell),
            "number": make({**cell, "num_format": "#,##0"}),
            "decimal": make({**cell, "num_format": "#,##0.0"}),
            "points": make({**cell, "num_format": "#,##0.00"}),
            "day": make({**cell, "num_format": "dd/mm/yyyy", "align": "left"}),
            "moment": make({**cell, "num_format": "dd/mm/yyyy hh:mm:ss", "align": "left"}),
        }
        self._severities = {
            label: make({**cell, "bold": True, "font_color": colour}) for label, colour in _SEVERITY_COLOURS.items()
        }
        self._big = make({**base, "bold": True, "font_size": 15, "font_color": _HEAD})
        self._group = make({**base, "bold": True, "font_size": 11, "font_color": _HEAD, "bottom": 2})

    def add_facts(self, name: str, groups: Mapping[str, Sequence[tuple[str, object]]], lead: Sequence[str]) -> None:
        """A sheet of labelled facts in groups, below a title and some leading lines."""
        sheet = self._sheet(name, landscape=False)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 60)
        sheet.write_string(0, 0, safe_text(self._title), self._big)
        at = 1
        plain = self._workbook.add_format({"font_name": "Arial", "font_size": 10, "font_color": _INK})
        for line in lead:
            sheet.write_string(at, 0, safe_text(line), plain)
            at += 1
        for group, facts in groups.items():
            at += 1
            sheet.write_string(at, 0, safe_text(group), self._group)
            sheet.write_blank(at, 1, None, self._group)
            at += 1
            for label, value in facts:
                sheet.write_string(at, 0, safe_text(label), self._forms["text"])
                self._write(sheet, at, 1, value, "number" if isinstance(value, int) else "text")
                at += 1

    def add_table(
        self, name: str, columns: Sequence[Column], rows: Iterable[Row], *, row_limit: int = ROW_LIMIT
    ) -> int:
        """One table, continued on further sheets beyond `row_limit` rows; returns the number of rows."""
        total, part, source = 0, 1, iter(rows)
        pending = next(source, None)
        while part == 1 or pending is not None:
            sheet = self._table_sheet(name if part == 1 else f"{name} ({part})", columns)
            written = 0
            while pending is not None and written < row_limit:
                written += 1
                sheet.set_row(written, _LINE_HEIGHT * _lines(pending, columns))
                for at, (value, column) in enumerate(zip(pending, columns, strict=True)):
                    self._write(sheet, written, at, value, column.form)
                pending = next(source, None)
            sheet.autofilter(0, 0, max(written, 1), len(columns) - 1)
            total, part = total + written, part + 1
        return total

    def _table_sheet(self, name: str, columns: Sequence[Column]) -> Worksheet:
        sheet = self._sheet(name, landscape=True)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
        sheet.set_row(0, 32)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.heading, self._heading)
        return sheet

    def _sheet(self, name: str, *, landscape: bool) -> Worksheet:
        sheet = self._workbook.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        title = safe_text(self._title).replace("&", "&&")[:120]
        sheet.set_header(f"&L&9{title}&R&9Số liệu đến {moment(self._as_of)}")
        sheet.set_footer("&L&9&A&R&9Trang &P/&N")
        sheet.hide_gridlines(2)
        return sheet

    def _write(self, sheet: Worksheet, row: int, column: int, value: object, form: Form) -> None:
        style = self._forms[form]
        if value is None or value == "":
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            text = safe_text(value)
            style = self._severities.get(text, style) if form == "severity" else style
            sheet.write_string(row, column, text, style)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, column, value, style)
        elif isinstance(value, date) and value.year < _FIRST_YEAR:
            sheet.write_string(row, column, value.isoformat(), style)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, local_time(value), self._forms["moment"])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._forms["day"])
        else:
            sheet.write_string(row, column, safe_text(str(value)), style)


def _lines(row: Row, columns: Sequence[Column]) -> int:
    """How many lines the longest wrapped text of a row needs."""
    texts = ((value, column.width) for value, column in zip(row, columns, strict=True) if isinstance(value, str))
    return max((ceil(len(text) * _ROOM / width) for text, width in texts if text), default=1)


def local_time(value: datetime) -> datetime:
    """The same instant as spreadsheets want it: local, without a zone."""
    return value.astimezone(VIETNAM).replace(tzinfo=None) if value.tzinfo else value


@contextmanager
def workbook(target: Path | IO[bytes], title: str, as_of: datetime) -> Iterator[Book]:
    """A new workbook at a path or in a buffer; it bears `as_of` as its time, so its bytes follow its rows."""
    from xlsxwriter import Workbook

    options = {
        # row by row to disk for the night's workbook; a list for one agency stays in memory and leaves no temp files
        ("constant_memory" if isinstance(target, Path) else "in_memory"): True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = Workbook(str(target) if isinstance(target, Path) else target, options)
    book.set_properties({"title": safe_text(title), "author": "doisoat", "created": local_time(as_of)})
    try:
        yield Book(book, title, as_of)
    finally:
        book.close()


@dataclass(frozen=True)
class WorkColumn:
    """A column of a list of work items, and where its values come from."""

    column: Column
    value: Callable[[WorkItem], Any]


_SEVERITY = WorkColumn(Column("Mức độ", 11, "severity"), lambda item: item.severity_label)
_AGENCY = (
    WorkColumn(Column("Mã cơ quan", 13), lambda item: item.agency_code),
    WorkColumn(Column("Cơ quan", 30), lambda item: item.agency_name),
)
_WHAT = (
    WorkColumn(Column("Mã hồ sơ", 26), lambda item: item.subject),
    WorkColumn(Column("Mã TTHC", 12), lambda item: item.procedure_code),
    WorkColumn(Column("Loại chênh lệch", 24), lambda item: item.kind_label),
    WorkColumn(Column("Chi tiết", 24), lambda item: item.subtype_label),
    WorkColumn(Column("Điểm lệch", 19), lambda item: item.field_label),
    WorkColumn(Column("Giá trị tại Một cửa", 21), lambda item: item.shop_text),
    WorkColumn(Column("Giá trị tại Cổng DVCQG", 21), lambda item: item.portal_text),
    WorkColumn(Column("Trạng thái Một cửa", 21), lambda item: item.status_shop_text),
    WorkColumn(Column("Trạng thái Cổng DVCQG", 21), lambda item: item.status_portal_text),
    WorkColumn(Column("Hẹn trả", 18, "moment"), lambda item: item.due_at),
    WorkColumn(Column("Số ngày làm việc đã qua", 11, "number"), lambda item: item.age_working_days),
    WorkColumn(Column("Nguyên nhân", 20), lambda item: item.cause_label),
    WorkColumn(Column("Bằng chứng", 44), lambda item: item.evidence),
    WorkColumn(Column("Việc cần làm", 64), lambda item: item.action),
    WorkColumn(Column("Xử lý xong trước hết ngày", 13, "day"), lambda item: item.act_by),
)
_LIFE = (
    WorkColumn(Column("Tình trạng", 18), lambda item: item.state_label),
    WorkColumn(Column("Phát hiện từ ngày", 12, "day"), lambda item: item.first_seen_on),
    WorkColumn(Column("Số ngày làm việc từ khi phát hiện", 12, "number"), lambda item: item.known_working_days),
    WorkColumn(Column("Số lần lệch trở lại", 10, "number"), lambda item: item.reopened),
)
_ACCEPTANCE = (
    WorkColumn(Column("Chấp nhận đến hết ngày", 13, "day"), lambda item: item.accepted_until),
    WorkColumn(Column("Người chấp nhận", 24), lambda item: item.person),
    WorkColumn(Column("Lý do", 44), lambda item: item.reason),
)
_TRACE = (
    WorkColumn(Column("Bên xử lý", 13), lambda item: item.side_label),
    WorkColumn(Column("Phát hiện lần đầu", 12, "day"), lambda item: item.opened_on),
    WorkColumn(Column("Tra cứu lại", 20), lambda item: item.recheck_label),
)

PROVINCE_COLUMNS = (_SEVERITY, *_AGENCY, *_WHAT, *_LIFE, *_TRACE)
AGENCY_COLUMNS = (_SEVERITY, *_WHAT, *_LIFE)
_SINCE = WorkColumn(Column("So với thư trước", 18), lambda item: item.since_last_mail)
ACCEPTED_COLUMNS = (*_ACCEPTANCE, _SEVERITY, *_AGENCY, *_WHAT, *_LIFE)


def add_work_list(
    book: Book,
    name: str,
    items: Iterable[WorkItem],
    columns: Sequence[WorkColumn] = PROVINCE_COLUMNS,
    *,
    row_limit: int = ROW_LIMIT,
) -> int:
    """A sheet of work items, in the order given."""
    rows = ([column.value(item) for column in columns] for item in items)
    return book.add_table(name, [column.column for column in columns], rows, row_limit=row_limit)


def write_agency_xlsx(
    target: Path | IO[bytes], rows: Iterable[WorkItem], agency: str, as_of: datetime
) -> tuple[int, int]:
    """The workbook of one agency (`agency` = its name), as the mail attaches it.

    `rows` worst first. Two sheets: what the agency has to do, and (only where there is any) what is still
    being examined as a technical fault. Returns how many lines each holds.
    """
    items = list(rows)
    todo = [item for item in items if not item.technical]
    technical = [item for item in items if item.technical]
    with workbook(target, f"Danh sách hồ sơ cần xử lý – {agency}", as_of) as book:
        add_work_list(book, "Việc cần làm", todo, (*AGENCY_COLUMNS, _SINCE))
        if technical:
            add_work_list(book, "Đang kiểm tra kỹ thuật", technical, AGENCY_COLUMNS)
    return len(todo), len(technical)
