"""Reads a table of published figures of any province: CSV or XLSX, columns matched by name, every cell accounted for.

Wrong as a whole is a ConfigError that names file, line and remedy; a single cell or row that cannot be read is listed,
and the others are used. The columns are those of `rules.published_figures`; all others are ignored.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import category

from doisoat.errors import ConfigError
from doisoat.rules.published_figures import FIGURES, FLAG_COLUMNS, read_figure
from doisoat.rules.text import fold, read_text

_NAMES = ("department_code", "department_name", "department_type", "period", *FLAG_COLUMNS.values())
_KNOWN = {fold(name): name for name in (*sorted(FIGURES), *_NAMES)}
_DECIMAL = ("_score", "_ratio", "_avg_processing_days")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,\u00a0\u202f ])\d{3})(?:\1\d{3})*", re.ASCII)
_NOTHING = frozenset({"n/a", "na", "-", "–", "—", "không có"})  # beside the spellings of nothing of `rules.text`
_HEADER_WITHIN = 30  # rows; above the header stand titles
_LARGEST = 64 * 1024 * 1024  # bytes; a table of all communes of the country has one or two
_AS_CSV = "mở bằng Excel rồi lưu lại dạng “CSV UTF-8” hoặc .xlsx"


@dataclass(frozen=True)
class Trouble:
    """Something of the table that could not be used, or was used in a way worth saying; Vietnamese."""

    row: int  # line of the file, or row of the sheet
    column: str  # empty = the whole row
    written: str
    why: str


@dataclass(frozen=True)
class Unit:
    """One row: a unit and its figures; an empty or unreadable cell is None."""

    row: int
    code: str
    name: str
    period: str
    figures: dict[str, Decimal | None]

    @property
    def label(self) -> str:
        """What people know it by; never empty."""
        return " ".join(part for part in (self.code, self.name) if part) or f"dòng {self.row}"


@dataclass
class PublishedTable:
    """A table as it was read."""

    units: list[Unit] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # column names that are none of ours
    unreadable: list[Trouble] = field(default_factory=list)
    remarks: list[Trouble] = field(default_factory=list)

    def add(self, unit: Unit) -> None:
        """Another unit; one that is already there is a remark, and both are kept."""
        first = self._first.setdefault((unit.code, unit.period), unit)
        if unit.code and first is not unit:
            same = "giống hệt nhau" if first.figures == unit.figures else "số liệu khác nhau, xóa dòng sai"
            why = f"đơn vị đã có ở dòng {first.row}, {same}"
            self.remarks.append(Trouble(unit.row, "department_code", unit.code, why))
        self.units.append(unit)

    _first: dict[tuple[str, str], Unit] = field(default_factory=dict, repr=False)


def read_published_table(file: Path) -> PublishedTable:
    """The figures of every unit; ConfigError where the file is no such table."""
    rows = _rows(file)
    places = _header(rows, file)
    table = PublishedTable(columns=[*places.taken], ignored=places.ignored)
    for number, cells in rows:
        if any(_text(cell) for cell in cells):
            _add_unit(table, places, number, cells)
    if not table.units and not table.unreadable:
        raise ConfigError("tệp chỉ có dòng tiêu đề, không có đơn vị nào; xuất lại số liệu", file=file)
    return table


# --- the header -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Places:
    """Where which column stands; `width` = cells of the header."""

    taken: dict[str, int]
    ignored: list[str]
    width: int


def _header(rows: Iterator[tuple[int, list[Any]]], file: Path) -> _Places:
    """The first row that names one of our figures."""
    seen = 0
    for number, cells in rows:
        names = [_text(cell) for cell in cells]
        known = [_KNOWN.get(fold(name)) for name in names]
        if FIGURES.intersection(name for name in known if name):
            return _places(number, names, known, file)
        seen += any(names)
        if seen >= _HEADER_WITHIN:
            break
    if not seen:
        raise ConfigError("tệp trống; xuất lại số liệu rồi chạy lại", file=file)
    raise ConfigError(
        "không có cột nào nhận ra được: dòng tiêu đề phải ghi tên cột như department_code, progress_total_received, "
        "progress_total_on_time, progress_ratio, progress_score (xem doisoat indicators columns)",
        file=file,
        line=1,
    )


def _places(number: int, names: list[str], known: list[str | None], file: Path) -> _Places:
    taken: dict[str, int] = {}
    for place, name in enumerate(known):
        if name is None:
            continue
        if name in taken:
            where = f"cột thứ {taken[name] + 1} và {place + 1}"
            raise ConfigError(f"tên cột có hai lần ({where}); xóa một cột", file=file, line=number, key=name)
        taken[name] = place
    width = max(place for place, name in enumerate(names) if name) + 1
    return _Places(taken, [name for name, ours in zip(names, known, strict=True) if name and not ours], width)


# --- the rows -------------------------------------------------------------------------------------------


def _add_unit(table: PublishedTable, places: _Places, number: int, cells: Sequence[Any]) -> None:
    if len(cells) < places.width or any(_text(cell) for cell in cells[places.width :]):
        why = f"dòng có {len(cells)} ô, tiêu đề có {places.width} cột; các ô có thể đã xê dịch, sửa dòng này"
        table.unreadable.append(Trouble(number, "", "", why))
        return
    own = {name: cells[place] for name, place in places.taken.items()}
    told = {name: _text(own[name]) for name in _NAMES if name in own}
    figures = {name: _figure(table, number, name, cell) for name, cell in own.items() if name in FIGURES}
    names = {name: text[:120] for name, text in told.items()}
    code, name, period = (names.get(one, "") for one in ("department_code", "department_name", "period"))
    table.add(Unit(number, code, name, period, figures))


def _figure(table: PublishedTable, row: int, column: str, cell: Any) -> Decimal | None:
    """The number of a cell; what cannot be one is listed and None."""
    written = _written(cell)
    if not _text(cell) or _text(cell).casefold() in _NOTHING:
        if written:
            table.remarks.append(Trouble(row, column, written, "coi là ô trống"))
        return None
    try:
        return _number(table, row, column, cell)
    except ValueError as error:
        table.unreadable.append(Trouble(row, column, written, str(error)))
        return None


def _number(table: PublishedTable, row: int, column: str, cell: Any) -> Decimal:
    """ValueError says in Vietnamese what is wrong and what helps."""
    is_count = not column.endswith(_DECIMAL)
    text = cell if not isinstance(cell, str) else _text(cell)
    if is_count and isinstance(text, str) and _THOUSANDS.fullmatch(text):
        plain = re.sub(r"\D", "", text)
        table.remarks.append(Trouble(row, column, text, f"dấu phân cách hàng nghìn: đọc là {plain}"))
        text = plain
    try:
        value = read_figure(text, is_share=column.endswith("_ratio"))
    except ValueError:
        help_ = "chỉ để số nguyên" if is_count else "chỉ để chữ số và một dấu thập phân, không có dấu hàng nghìn"
        raise ValueError(f"không phải một con số; {help_}") from None
    assert value is not None  # an empty cell was taken out before
    if value < 0:
        raise ValueError("số âm; kiểm tra lại nguồn số liệu")
    if is_count and value != value.to_integral_value():
        raise ValueError("số đếm phải là số nguyên; kiểm tra có lệch cột không")
    return value


def _written(cell: Any) -> str:
    """A cell as it stands there, bounded."""
    return "".join(one for one in str(cell).strip()[:40] if category(one) != "Cc") if cell is not None else ""


def _text(cell: Any) -> str:
    """Without control characters: what a hostile table says to a terminal stays unsaid."""
    return "".join(" " if category(one) == "Cc" else one for one in read_text(cell) or "").strip()


# --- bytes to rows --------------------------------------------------------------------------------------


def _rows(file: Path) -> Iterator[tuple[int, list[Any]]]:
    """(1-based line or row, cells) of the file, whatever of the two formats it is."""
    content = _content(file)
    if content.startswith(b"PK\x03\x04"):
        return _sheet_rows(content, file)
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
        raise ConfigError(f"không phải tệp CSV hay XLSX; {_AS_CSV}", file=file)
    return _csv_rows(_decoded(content, file), file)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST:
            raise ConfigError("tệp lớn hơn 64 MB, không phải bảng số liệu công bố; kiểm tra lại tệp", file=file)
        return file.read_bytes()
    except FileNotFoundError:
        raise ConfigError("không có tệp này; kiểm tra đường dẫn", file=file) from None
    except OSError as error:
        raise ConfigError(
            f"không đọc được tệp ({error.strerror}); kiểm tra đường dẫn và quyền đọc", file=file
        ) from None


def _decoded(content: bytes, file: Path) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"không phải bảng mã UTF-8; {_AS_CSV}", file=file, line=line) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ConfigError(f"có ký tự NUL, không phải bảng mã UTF-8; {_AS_CSV}", file=file, line=line)
    return text


def _csv_rows(text: str, file: Path) -> Iterator[tuple[int, list[Any]]]:
    """Separator = the most frequent of , ; tab in the first line that has one."""
    first = next((line for line in text.splitlines() if any(mark in line for mark in ",;\t")), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, list(cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ConfigError(
            f"không tách được thành ô ({error}); tìm dấu nháy kép không đóng", file=file, line=begins
        ) from None


def _sheet_rows(content: bytes, file: Path) -> Iterator[tuple[int, list[Any]]]:
    """The first sheet with anything in it."""
    from python_calamine import CalamineError, CalamineWorkbook

    from doisoat.land.exports.formats import Undecodable
    from doisoat.land.exports.measures import require_bounded

    try:
        require_bounded(io.BytesIO(content))
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(_text(cell) for row in rows for cell in row):
                yield from ((number, list(row)) for number, row in enumerate(rows, 1))
                return
    except (Undecodable, CalamineError) as error:
        raise ConfigError(f"{error}; {_AS_CSV}", file=file) from None
