"""Exports as workbooks: XLSX. Values are handed on typed; `projection` spells them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from doisoat.errors import ConfigError
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.formats import Entry, Rows, Undecodable, content_chunks
from doisoat.land.exports.layout import (
    HEADER_LINES,
    HEADER_WITHIN,
    Header,
    Region,
    Table,
    find_header,
    is_empty,
)
from doisoat.land.exports.measures import require_bounded
from doisoat.land.source import Record

_OTHER_SHEET = (
    "trang thứ {number} cũng có hồ sơ nhưng không được đọc; "
    + "đặt `sheets: all` nếu các trang cùng cột, hoặc tách thành tệp riêng"
)


def xlsx_rows(file: Entry, names: ColumnNames, *, all_sheets: bool = False) -> Rows:
    """The first sheet that begins with a row that names the dossier code, else the first that has it below titles.

    Visible sheets come first; empty rows are skipped. Other sheets that have dossiers are a fault (hidden ones a
    note), unless `all_sheets` unites them because they have the same columns.
    """
    book = _Book(file, names)
    first = book.first_table()
    if first is None:
        raise ConfigError(
            f"{file.name}: no sheet has a header that names {' or '.join(sorted(names.keys))} within its first "
            f"{HEADER_WITHIN} rows; name their column in the province file",
            key=f"columns.{min(names.keys)}",
        )
    rows = Rows(iter(()), set(names.of_header(first.header.names, file.name)[1]) - {""})
    chosen = [first]
    for other in book.other_tables(first):
        if all_sheets and _same_columns(names, first, other, file.name):
            chosen.append(other)
        elif other.is_visible:
            rows.faults.append(_OTHER_SHEET.format(number=other.number + 1))
        else:
            rows.notes.append(f"trang ẩn thứ {other.number + 1} cũng có hồ sơ, không đọc")
    rows.records = _united(chosen, names, file.name, rows)
    return rows


def _same_columns(names: ColumnNames, one: _Sheet, other: _Sheet, file: str) -> bool:
    wires = [{wire for _, wire in names.of_header(sheet.header.names, file)[0]} for sheet in (one, other)]
    return wires[0] == wires[1]


def _united(sheets: list[_Sheet], names: ColumnNames, file: str, rows: Rows) -> Iterator[Record | None]:
    passed_over = 0
    for sheet in sheets:
        table = Table(names.of_header(sheet.header.names, file)[0], sheet.regions, names.keys)
        yield from table.records(sheet.below(), sheet.header.below)
        passed_over += table.passed_over
    if passed_over:
        rows.notes.append(f"{passed_over} dòng không phải hồ sơ (tiêu đề nhóm, dòng cộng, chữ ký) được bỏ qua")


@dataclass(frozen=True)
class _Sheet:
    """A sheet that has a table of dossiers."""

    number: int
    is_visible: bool
    header: Header
    regions: list[Region]
    sheet: Any

    def below(self) -> Iterator[list[Any]]:
        return itertools.islice(self.sheet.iter_rows(), self.header.below, None)

    @property
    def has_rows(self) -> bool:
        return any(not is_empty(row) for row in self.below())


class _Book:
    """An opened workbook; Undecodable when it cannot be opened."""

    def __init__(self, file: Entry, names: ColumnNames):
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError

        content = io.BytesIO(b"".join(content_chunks(file)))
        if content.getvalue().startswith(b"PK"):
            require_bounded(content)
            content.seek(0)
        try:
            self._workbook = CalamineWorkbook.from_filelike(content)
        except PasswordError:
            raise Undecodable("được bảo vệ bằng mật khẩu; bỏ mật khẩu rồi xuất lại") from None
        except (CalamineError, OSError, ValueError):
            raise Undecodable("không mở được như một tệp XLSX") from None
        self._names = names
        self._errors = (CalamineError, OSError, ValueError)

    def first_table(self) -> _Sheet | None:
        """Visible sheets come before hidden ones, a header in the first non-empty row before one further down."""
        return next(self._tables(first_row_only=True), None) or next(self._tables(), None)

    def other_tables(self, first: _Sheet) -> list[_Sheet]:
        """What else has dossiers below a header."""
        return [table for table in self._tables(but=first.number) if table.has_rows]

    def _tables(self, *, first_row_only: bool = False, but: int | None = None) -> Iterator[_Sheet]:
        listed = list(enumerate(self._workbook.sheets_metadata))
        listed.sort(key=lambda entry: (not _is_visible(entry[1]), entry[0]))
        for number, metadata in listed:
            if _is_sheet(metadata) and number != but:
                table = self._table(number, _is_visible(metadata), first_row_only)
                if table is not None:
                    yield table

    def _table(self, number: int, is_visible: bool, first_row_only: bool) -> _Sheet | None:
        try:
            sheet = self._workbook.get_sheet_by_index(number)
            head = list(itertools.islice(sheet.iter_rows(), HEADER_WITHIN + HEADER_LINES))
        except self._errors:
            raise Undecodable(f"trang tính thứ {number + 1} không đọc được") from None
        left = sheet.start[1] if sheet.start else 0
        regions = [
            Region(top, first - left, bottom, last - left)
            for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
        ]
        begins = next((row for row, cells in enumerate(head) if not is_empty(cells)), 0)
        header = find_header(head, regions, self._names, begins + 1 if first_row_only else HEADER_WITHIN)
        return None if header is None else _Sheet(number, is_visible, header, regions, sheet)


def _is_visible(metadata: Any) -> bool:
    from python_calamine import SheetVisibleEnum

    return bool(metadata.visible == SheetVisibleEnum.Visible)


def _is_sheet(metadata: Any) -> bool:
    from python_calamine import SheetTypeEnum

    return bool(metadata.typ == SheetTypeEnum.WorkSheet)
