"""One line of a reference table, read and checked: a wrong cell is a ConfigError that names file, line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from doisoat.errors import ConfigError
from doisoat.rules.values import fold, read_code, read_text

_MAILBOX = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class RejectedRow:
    """A line that was left out, and why; never what stands in it."""

    line: int
    column: str
    reason: str


class Cells:
    """The cells of one line by column; reading a wrong one raises ValueError(column, what was expected)."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells

    def text(self, column: str) -> str | None:
        return read_text(self._cells.get(column))

    def code(self, column: str) -> str | None:
        return read_code(self._cells.get(column))

    def required(self, column: str) -> str:
        code = self.code(column)
        if code is None:
            raise ValueError(column, "a code is missing")
        return code

    def codes(self, column: str) -> tuple[str, ...]:
        """Codes separated by `;`, each once."""
        parts = (read_code(part) for part in (self._cells.get(column) or "").split(";"))
        return tuple(dict.fromkeys(part for part in parts if part))

    def day(self, column: str) -> date | None:
        text = self.text(column)
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(column, "expected a date like 2026-09-03, or nothing") from None

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str | None:
        text = self.text(column)
        if text is None:
            return None
        for word in allowed:
            if fold(word) == fold(text):
                return word
        raise ValueError(column, f"expected one of {', '.join(allowed)}")

    def yes_or_no(self, column: str, *, default: bool = False) -> bool:
        """1 or 0; an empty cell, or a table without the column, is the default."""
        told = self.one_of(column, ("0", "1"))
        return default if told is None else told == "1"

    def mailbox(self, column: str) -> str | None:
        text = self.text(column)
        if text is not None and not _MAILBOX.fullmatch(text):
            raise ValueError(column, "expected one e-mail address, or nothing")
        return text


def read_validity(cells: Cells) -> tuple[date | None, date | None]:
    """`hieu_luc_tu` and `hieu_luc_den`, in this order in time."""
    first, last = cells.day("hieu_luc_tu"), cells.day("hieu_luc_den")
    if first and last and last < first:
        raise ValueError("hieu_luc_den", "ends before it begins")
    return first, last


def read_rows(file: Path, columns: tuple[str, ...], row: Callable[[Cells], _Row]) -> Iterator[tuple[int, _Row]]:
    """(line, row) of every line that is not empty, in file order."""
    for line, header, cells in _lines(file, columns):
        if len(cells) != len(header):
            raise ConfigError(f"{len(cells)} cells, the header has {len(header)} columns", file=file, line=line)
        try:
            made = row(Cells(dict(zip(header, cells, strict=True))))
        except ValueError as error:
            column, message = error.args
            raise ConfigError(message, file=file, line=line, key=column) from None
        yield line, made


def read_good_rows(
    file: Path, columns: tuple[str, ...], row: Callable[[Cells], _Row]
) -> tuple[tuple[_Row, ...], tuple[RejectedRow, ...]]:
    """The rows of a table that goes on without its wrong lines, and those; ConfigError if it is no table at all."""
    good: list[_Row] = []
    rejected: list[RejectedRow] = []
    for line, header, cells in _lines(file, columns):
        if len(cells) != len(header):
            rejected.append(RejectedRow(line, "", f"có {len(cells)} ô, dòng đầu có {len(header)} cột"))
            continue
        try:
            good.append(row(Cells(dict(zip(header, cells, strict=True)))))
        except ValueError as error:
            column, message = error.args
            rejected.append(RejectedRow(line, column, message))
    return tuple(good), tuple(rejected)


def _lines(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str], list[str]]]:
    """(line, header, cells) of every line below the header that is not empty."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, columns, file, reader.line_num)
            else:
                yield reader.line_num, header, cells
    except csv.Error as error:
        raise ConfigError(f"not CSV: {error}", file=file, line=reader.line_num) from None
    if header is None:
        raise ConfigError(f"the file is empty; expected the columns {', '.join(columns)}", file=file)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError("no such reference table", file=file) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"not UTF-8 (byte {error.start}); save the table as UTF-8", file=file) from None


def _header(cells: list[str], columns: tuple[str, ...], file: Path, line: int) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    for column in columns:
        if names.count(column) != 1:
            problem = "stands twice" if column in names else "is missing"
            raise ConfigError(f"the column {column} {problem}", file=file, line=line, key=column)
    return names
