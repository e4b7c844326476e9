"""Where on a sheet the table of dossiers stands: its header, however officers merged it, and the lines that are none.

Pure: rows of cells and merged regions in, records out. A name is the lowest non-empty line of its header, or several
lines joined by a blank where the province file maps that. Which file or sheet it is, is not this module's business.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from doisoat.land import fields
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.source import Record
from doisoat.rules.values import read_instant, read_status, read_text

HEADER_WITHIN = 30  # rows: title, decision, period, agency stand above the header
HEADER_LINES = 3
_NUMBERING = re.compile(r"\(?(\d{1,2})\)?")
_LETTER = re.compile(r"\(?[A-Za-z]\)?")

Row = list[Any]  # cells; "" is an empty one


@dataclass(frozen=True)
class Region:
    """Merged cells, both ends included; its value stands in the first cell."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_wide(self) -> bool:
        return self.right > self.left

    def covers(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class Header:
    """`names` by column ("" where there is none); `below` is the index of the first row under it."""

    names: list[str]
    below: int


def is_empty(row: Row) -> bool:
    return all(cell == "" for cell in row)


def find_header(head: Sequence[Row], regions: Sequence[Region], names: ColumnNames, within: int) -> Header | None:
    """The first lines among the first `within` rows that name the dossier code, whole; None if there are none."""
    block = _Block(head, [region for region in regions if region.top < len(head)], names)
    for bottom in range(min(within, len(head))):
        for top in range(bottom, max(bottom - HEADER_LINES, -1), -1):
            if block.code_place(top, bottom) is not None:
                top, bottom = block.grown(top, bottom)
                return Header(block.names_of(top, bottom), bottom + 1)
    return None


@dataclass(frozen=True)
class _Block:
    """The head of a sheet, read as possible lines of a header."""

    head: Sequence[Row]
    regions: Sequence[Region]
    names: ColumnNames

    def code_place(self, top: int, bottom: int) -> int | None:
        wires = [self.names.wire_name(name) for name in self.names_of(top, bottom)]
        return next((place for place, wire in enumerate(wires) if wire in self.names.keys), None)

    def names_of(self, top: int, bottom: int) -> list[str]:
        return [self._name(top, bottom, column) for column in range(len(self.head[top]))]

    def grown(self, top: int, bottom: int) -> tuple[int, int]:
        """With the lines that belong to it: of merged cells, children below, parents above."""
        code = self.code_place(top, bottom) or 0
        merged = [region for region in self.regions if any(region.covers(row, code) for row in (top, bottom))]
        last = min(top + HEADER_LINES, len(self.head)) - 1
        bottom = min(max([bottom, *(region.bottom for region in merged)]), last)
        while bottom < last and self._is_child(bottom + 1, code):
            bottom += 1
        while top > 0 and bottom - top + 1 < HEADER_LINES and self._is_parent(top - 1):
            top -= 1
        return top, bottom

    def _name(self, top: int, bottom: int, column: int) -> str:
        lines: list[str] = []
        for row in range(top, bottom + 1):
            text = self._text(row, column)
            if text and lines[-1:] != [text]:
                lines.append(text)
        joined = (" ".join(lines[first:]) for first in range(len(lines)))
        return next((name for name in joined if self.names.wire_name(name) is not None), lines[-1] if lines else "")

    def _text(self, row: int, column: int) -> str:
        region = next((region for region in self.regions if region.covers(row, column)), None)
        cell = self.head[region.top][region.left] if region is not None else self.head[row][column]
        return cell if isinstance(cell, str) and cell.strip() else ""

    def _is_child(self, row: int, code: int) -> bool:
        """Whether every cell of this row stands under a wide cell of the line above, and the code has none."""
        filled = [column for column, cell in enumerate(self.head[row]) if cell != ""]
        parents = [region for region in self.regions if region.is_wide and region.bottom == row - 1]
        return bool(filled) and all(
            column != code and any(parent.left <= column <= parent.right for parent in parents) for column in filled
        )

    def _is_parent(self, row: int) -> bool:
        """Whether a wide cell of this row stands over some columns of the line below, not over all like a title."""
        named = [column for column, cell in enumerate(self.head[row + 1]) if cell != ""]
        wide = [region for region in self.regions if region.is_wide and region.bottom == row]
        covered = [sum(region.left <= column <= region.right for column in named) for region in wide]
        return any(1 < number < len(named) for number in covered)


@dataclass
class Table:
    """The rows under a header. `passed_over` counts, at the end, the lines that are no dossiers.

    Those are: the line that numbers the columns; text alone in one wide merged cell (heading of a group, total);
    the other lines of a merged code that say nothing else; and, below the last row that has a code, what has neither a
    date nor a status (totals, place and date, signatures). Any other row without a code is one whose code is missing.
    """

    taken: list[tuple[int, str]]
    regions: Sequence[Region]
    keys: frozenset[str] = frozenset({fields.CODE})  # what a row of the table is known by
    passed_over: int = 0
    _words: set[Any] = field(default_factory=set)  # status words of rows that have a code

    def __post_init__(self) -> None:
        self._wide: dict[int, list[Region]] = {}
        for region in self.regions:
            if region.is_wide:
                self._wide.setdefault(region.top, []).append(region)

    def records(self, rows: Iterator[Row], first: int) -> Iterator[Record]:
        """`rows` from index `first` on, merged cells repeated downwards."""
        held: list[Record] = []  # rows without a code: data if a row with one follows
        for record in self._lines(rows, first):
            if not _has_code(record, self.keys):
                held.append(record)
                continue
            yield from held
            held.clear()
            self._words.add(record.get(fields.STATUS))
            yield record
        for record in held:
            if self._speaks(record):
                yield record
            else:
                self.passed_over += 1

    def _lines(self, rows: Iterator[Row], first: int) -> Iterator[Record]:
        merged = _Merged(self.regions, first)
        code = next((place for place, name in self.taken if name in self.keys), None)
        whole: Record = {}  # the first line of a merged code
        for number, row in enumerate(rows, first):
            repeated = merged.at(number, row)
            if is_empty(row):
                continue
            record = self._record(row, repeated)
            goes_on = code in repeated and record.items() <= whole.items()
            if goes_on or self._is_heading(number, row) or (number == first and _is_numbering(row)):
                self.passed_over += 1
                continue
            whole = whole if code in repeated else record
            yield record

    def _is_heading(self, number: int, row: Row) -> bool:
        """Text alone, in one wide merged cell."""
        if number not in self._wide:
            return False
        filled = [column for column, cell in enumerate(row) if cell != ""]
        return len(filled) == 1 and any(region.covers(number, filled[0]) for region in self._wide[number])

    def _record(self, row: Row, repeated: dict[int, Any]) -> dict[str, Any]:
        cells = {name: _cell(repeated.get(place, row[place])) for place, name in self.taken}
        return {name: cell for name, cell in cells.items() if cell != ""}

    def _speaks(self, record: Record) -> bool:
        """Whether a row without a code still says something only a dossier does."""
        status = record.get(fields.STATUS)
        if status is not None and (status in self._words or read_status(_status(status), {}) is not None):
            return True
        return any(_is_instant(record[name]) for name in fields.INSTANTS if name in record)


class _Merged:
    """Cells merged downwards: each repeats its value on every row it covers."""

    def __init__(self, regions: Sequence[Region], first: int):
        self._coming = sorted(
            (region for region in regions if region.bottom > region.top >= first), key=lambda region: -region.top
        )
        self._open: list[tuple[Region, Any]] = []

    def at(self, number: int, row: Row) -> dict[int, Any]:
        """Column -> value repeated on this row; call it for each row in turn."""
        self._open = [(region, value) for region, value in self._open if region.bottom >= number]
        repeated = {region.left: value for region, value in self._open}
        while self._coming and self._coming[-1].top <= number:
            region = self._coming.pop()
            if region.left < len(row) and row[region.left] != "":
                self._open.append((region, row[region.left]))
        return repeated


def _cell(cell: Any) -> Any:
    """A cell without the apostrophe by which Excel is told that digits are text."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") else cell


def _has_code(record: Record, keys: frozenset[str]) -> bool:
    codes = [record[key] for key in keys if record.get(key) is not None]
    return any(any(map(str.isdecimal, code)) if isinstance(code, str) else True for code in codes)


def _status(cell: Any) -> Any:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell


def _is_instant(cell: Any) -> bool:
    if isinstance(cell, date | datetime):
        return True
    try:
        return isinstance(cell, str) and read_text(cell) is not None and read_instant(cell) is not None
    except ValueError:
        return False


def _is_numbering(row: Row) -> bool:
    """Whether these are the numbers of the columns, as forms have them: (1) (2) (3), or A, B, 1, 2."""
    cells = [str(_status(cell)).strip() for cell in row if cell != ""]
    texts = list(itertools.dropwhile(_LETTER.fullmatch, cells))
    numbers = [int(match[1]) for text in texts if (match := _NUMBERING.fullmatch(text))]
    consecutive = all(after == before + 1 for before, after in itertools.pairwise(numbers))
    return len(cells) >= 3 and len(numbers) == len(texts) >= 2 and consecutive
