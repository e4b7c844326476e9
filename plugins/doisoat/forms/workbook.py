"""A filled form as a workbook: the form as it is filed, the other side's figures in the same form, and the difference.

Landscape A4, fitted to its width, headings on every page, Times New Roman as official papers have it. Texts are written
as texts, never as formulas; figures as numbers. The same figures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.forms import wording
from doisoat.forms.filling import Block, Figures, FilledForm
from doisoat.forms.headings import ROWS, heading_cells
from doisoat.rules.statutory_forms import UNIT
from doisoat.store.spreadsheets import local_time, safe_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_FONT = "Times New Roman"
_HEAD_ROW = 6  # where the table begins; title, period and units stand above it
_NUMBER_WIDTH, _FIELD_WIDTH, _FIGURE_WIDTH = 5, 40, 10.5  # characters
_LINE_HEIGHT, _NOTE_HEIGHT = 16.5, 15  # points
_ROOM_TO_SIGN = 9  # rows
_FORMS: dict[str, dict[str, Any]] = {
    "plain": {},
    "strong": {"bold": True},
    "title": {"bold": True, "font_size": 13, "align": "center", "text_wrap": True},
    "middle": {"align": "center"},
    "slanted": {"align": "center", "italic": True},
    "unit": {"align": "right", "italic": True},
    "mark": {"align": "center", "bold": True, "border": 1},
    "note": {"font_size": 10, "text_wrap": True, "valign": "top"},
    "head": {"bold": True, "border": 1, "align": "center", "text_wrap": True},
    "formula": {"font_size": 9, "border": 1, "align": "center", "text_wrap": True},
    "place": {"border": 1, "align": "center"},
    "field": {"border": 1, "text_wrap": True},
    "figure": {"border": 1, "num_format": "#,##0"},
    "section": {"border": 1, "bold": True},
    "total": {"border": 1, "bold": True, "align": "center"},
    "signer": {"bold": True, "align": "center"},
    "sum": {"border": 1, "bold": True, "num_format": "#,##0"},
}


@dataclass(frozen=True)
class _Sheet:
    """One form on one sheet, and how far it reaches."""

    sheet: Worksheet
    styles: dict[str, Any]
    last: int  # its last column

    def across(self, row: int, first: int, last: int, text: str, style: str) -> None:
        self.sheet.merge_range(row, first, row, last, "", self.styles[style])
        self.sheet.write_string(row, first, safe_text(text), self.styles[style])


def write_form(path: Path, one: FilledForm, figures: Figures, checks: wording.Checks) -> None:
    """The workbook of one form."""
    with _workbook(path, f"Biểu số {one.form.code} – {one.reporter} – {one.label}", figures) as (book, styles):
        marks, other = wording.marks_of(one, figures, checks), one.filed.other
        filed = _add_form(book, styles, f"Biểu {one.form.short}", one, one.blocks[one.filed], marks)
        _add_notes(filed, one, wording.notes_of(one, figures, checks))
        against = f"ĐỂ ĐỐI CHIẾU: SỐ LIỆU CỦA {other.label.upper()}"
        _add_form(book, styles, other.label, one, one.blocks[other], [against])
        _add_form(book, styles, "Chênh lệch", one, one.difference, ["CHÊNH LỆCH: MỘT CỬA TRỪ CỔNG DVCQG"])


@contextmanager
def _workbook(path: Path, title: str, figures: Figures) -> Iterator[tuple[Workbook, dict[str, Any]]]:
    from xlsxwriter import Workbook

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = Workbook(str(path), options)
    created = local_time(datetime.fromisoformat(figures["as_of"]))
    book.set_properties({"title": safe_text(title), "author": "doisoat", "created": created})
    base = {"font_name": _FONT, "font_size": 12, "valign": "vcenter"}
    styles = {name: book.add_format({**base, **form}) for name, form in _FORMS.items()}
    try:
        yield book, styles
    finally:
        book.close()


def _add_form(
    book: Workbook, styles: dict[str, Any], name: str, one: FilledForm, block: Block, marks: list[str]
) -> _Sheet:
    sheet = book.add_worksheet(name)
    page = _Sheet(sheet, styles, len(one.form.columns) + 1)
    sheet.set_column(0, 0, _NUMBER_WIDTH)
    sheet.set_column(1, 1, _FIELD_WIDTH)
    sheet.set_column(2, page.last, _FIGURE_WIDTH)
    _add_top(page, one, marks)
    for cell in heading_cells(one.form):
        row, style = _HEAD_ROW + cell.row, "formula" if cell.row == ROWS else "head"
        if cell.rows * cell.columns > 1:
            sheet.merge_range(row, cell.column, row + cell.rows - 1, cell.column + cell.columns - 1, "", styles[style])
        sheet.write_string(row, cell.column, cell.text, styles[style])
    sheet.set_row(_HEAD_ROW + ROWS - 1, 3 * _LINE_HEIGHT)
    sheet.set_row(_HEAD_ROW + ROWS, 2 * _LINE_HEIGHT)
    end = _add_rows(page, one, block)
    _add_end(page, one, end)
    _print_like_paper(sheet, page.last, end + _ROOM_TO_SIGN)
    return page


def _add_top(page: _Sheet, one: FilledForm, marks: list[str]) -> None:
    """Code left, title and period in the middle, who reports to whom right."""
    middle, right = 2, page.last - 3
    page.sheet.write_string(0, 0, f"Biểu số {one.form.code}", page.styles["strong"])
    for row, line in enumerate(one.form.title_lines):
        page.across(row, middle, right - 1, line, "title")
        page.sheet.set_row(row, 2 * _LINE_HEIGHT)
    page.across(2, middle, right - 1, wording.period_line(one), "middle")
    page.across(3, middle, right - 1, wording.days_line(one), "slanted")
    if marks:
        page.across(4, middle, right - 1, " – ".join(marks), "mark")
    told = (f"– Đơn vị báo cáo: {one.reporter}.", f"– Đơn vị nhận báo cáo: {one.receiver}.")
    for row, text in enumerate(told):
        page.across(row, right, page.last, wording.printable(text), "note")
    page.across(_HEAD_ROW - 1, right, page.last, UNIT, "unit")


def _add_rows(page: _Sheet, one: FilledForm, block: Block) -> int:
    """The body; returns the row after it."""
    at, sheet, styles = _HEAD_ROW + ROWS + 1, page.sheet, page.styles
    for sort, place, text, cells in wording.shown_rows(one, block.parts, block.total):
        if sort == "section":
            sheet.write_string(at, 0, place, styles["section"])
            page.across(at, 1, page.last, text, "section")
        elif sort == "total":
            page.across(at, 0, 1, text, "total")
        else:
            sheet.set_row(at, _LINE_HEIGHT * ceil(len(text) / _FIELD_WIDTH))
            sheet.write_number(at, 0, int(place), styles["place"])
            sheet.write_string(at, 1, safe_text(text), styles["field"])
        for column, value in enumerate(cells, start=2):
            sheet.write_number(at, column, value, styles["sum" if sort == "total" else "figure"])
        at += 1
    return at


def _add_end(page: _Sheet, one: FilledForm, at: int) -> None:
    """The remark of the form, and room for those who sign."""
    if one.form.remark:
        page.across(at, 0, page.last, one.form.remark, "plain")
    half = page.last // 2
    page.across(at + 2, half + 1, page.last, wording.PLACE_AND_DAY, "slanted")
    for first, last, (who, how) in ((0, half, wording.PREPARED_BY), (half + 1, page.last, wording.SIGNED_BY)):
        page.across(at + 3, first, last, who, "signer")
        page.across(at + 4, first, last, how, "slanted")


def _add_notes(page: _Sheet, one: FilledForm, notes: list[str]) -> None:
    """Below the room for signatures."""
    at = int(page.sheet.dim_rowmax) + _ROOM_TO_SIGN - 4
    width = _NUMBER_WIDTH + _FIELD_WIDTH + _FIGURE_WIDTH * len(one.form.columns)
    for note in ("Ghi chú:", *(f"– {wording.printable(note)}" for note in notes)):
        page.across(at, 0, page.last, note, "note")
        page.sheet.set_row(at, _NOTE_HEIGHT * ceil(len(note) / width))
        at += 1
    page.sheet.print_area(0, 0, at, page.last)


def _print_like_paper(sheet: Worksheet, last_column: int, last_row: int) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.repeat_rows(_HEAD_ROW, _HEAD_ROW + ROWS)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.center_horizontally()
    sheet.set_footer("&L&9&A&R&9Trang &P/&N")
    sheet.freeze_panes(_HEAD_ROW + ROWS + 1, 2)
    sheet.hide_gridlines(2)
