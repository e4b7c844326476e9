"""Exports as text: CSV and JSON lines, plain or packed. UTF-8 only: another encoding is never guessed."""

from __future__ import annotations

import csv
import gzip
import itertools
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import zstandard

from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.csv_lines import CsvLines
from doisoat.land.exports.json_lines import JsonLines
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Record

Entry = Path | zipfile.Path
ROWS_A_PAGE = 10_000
SEPARATORS = ",;\t"
_END = "\x1a\x01 end of the file \x01\x1a"  # read as a row of its own unless a quote was left open
_CHUNK = 1 << 18


class Undecodable(Exception):
    """The file cannot be read, or not to its end; a Vietnamese sentence without any of its contents."""


@dataclass
class Rows:
    """The rows of one file. `columns`, `faults` and `notes` grow while it is read; they are whole at the end.

    `faults` are Vietnamese sentences about passages that were lost although the file goes on, `notes` about what was
    passed over because it is no dossier. `pieces`, where there are some, are read instead of `records`: the same rows,
    plain passages as columns of `ROWS_A_PAGE` rows (fewer only at the end), every other passage in as many records.
    """

    records: Iterator[Record | None]
    columns: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pieces: Iterator[Record | RecordColumns | None] | None = None


Reader = Callable[[Entry, ColumnNames], Rows]


class _CsvReader(Protocol):
    line_num: int

    def __next__(self) -> list[str]: ...


def csv_rows(file: Entry, names: ColumnNames) -> Rows:
    """Header required; separator = the most frequent of , ; tab in the header line; empty lines are skipped."""
    lines = CsvLines(content_chunks(file), Undecodable)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        return Rows(iter(()))
    if "\0" in first:
        raise Undecodable("không phải bảng mã UTF-8")
    separator = max(SEPARATORS, key=first.count)
    header = _next_row(csv.reader(itertools.chain([first], lines, [_END]), delimiter=separator))
    if header is None:
        raise Undecodable("dòng tiêu đề không đọc được")
    taken, columns = names.of_header(header, file.name)
    rows = Rows(iter(()), set(columns))
    table = _CsvTable(lines, taken, len(header), separator, rows.faults)
    rows.records, rows.pieces = table.records(), table.pieces()
    return rows


@dataclass
class _CsvTable:
    """What follows the header of a CSV. `taken`: which cells are which field."""

    lines: CsvLines
    taken: list[tuple[int, str]]
    width: int
    separator: str
    faults: list[str]
    open_quote: int = 0  # the line of one that is never closed

    def pieces(self) -> Iterator[Record | RecordColumns | None]:
        """See `Rows.pieces`."""
        return _paged(lambda rows: self.lines.columns(rows, self.taken, self.width, self.separator), self.records)

    def records(self) -> Iterator[Record | None]:
        """A row with more or fewer cells than the header has no shape: its cells may have shifted."""
        before, line = self.lines.number, 0
        reader = csv.reader(itertools.chain(self.lines, [_END]), delimiter=self.separator)
        while (row := _next_row(reader, before)) != [_END]:
            first_line, line = line + 1, reader.line_num
            if row is None:
                yield None
            elif row and _END in row[-1]:
                self.open_quote = before + first_line
                yield None
            elif line > first_line and _swallows(row, self.width, self.separator):
                self.faults.append(
                    f"các dòng {before + first_line}–{before + line} dính vào nhau vì một dấu nháy không đóng"
                )
                yield None
            elif row and (self.width == 1 or len(row) > 1 or row[0].strip()):
                yield {name: row[place] for place, name in self.taken} if len(row) == self.width else None
        if self.open_quote:
            raise Undecodable(f"dấu nháy mở ở dòng {self.open_quote} không được đóng, phần sau không đọc được")


def _counted(records: Iterator[Record | None]) -> Generator[Record | None, None, int]:
    """All of them; how many they were."""
    count = 0
    for record in records:
        count += 1
        yield record
    return count


def _swallows(row: list[str], width: int, separator: str) -> bool:
    """Whether a line inside one of the cells is itself a row: an open quote has eaten it."""
    inside = (line for cell in row if "\n" in cell for line in cell.split("\n"))
    return width > 2 and any(line.count(separator) >= width - 1 for line in inside)


def _next_row(reader: _CsvReader, before: int = 0) -> list[str] | None:
    """None for a row that the CSV reader gives up on but can go on after. `before`: lines it did not read."""
    try:
        return next(reader)
    except csv.Error as error:
        if "limit" in str(error):
            raise Undecodable(
                f"dòng {before + reader.line_num}: một ô quá dài, có thể do dấu nháy không đóng"
            ) from None
        return None
    except StopIteration:
        return [_END]


def jsonl_rows(file: Entry, names: ColumnNames) -> Rows:
    """One object a line; empty lines are skipped."""
    columns = set[str]()
    lines = JsonLines(content_chunks(file), Undecodable)
    records = lines.records(names, columns)
    return Rows(records, columns, pieces=_paged(lambda rows: lines.columns(rows, names, columns), lambda: records))


def _paged(
    at_once: Callable[[int], RecordColumns | None], one_by_one: Callable[[], Iterator[Record | None]]
) -> Iterator[Record | RecordColumns | None]:
    """See `Rows.pieces`. `at_once` gives so many rows, or None for a passage that `one_by_one` has to read."""
    count = ROWS_A_PAGE
    while count == ROWS_A_PAGE:
        columns = at_once(ROWS_A_PAGE)
        if columns is not None:
            count = len(columns)
            yield columns
        else:
            count = yield from _counted(itertools.islice(one_by_one(), ROWS_A_PAGE))
    yield from one_by_one()  # none, but what broke the file off is raised


# --- files to bytes ---------------------------------------------------------------------------------


def content_chunks(file: Entry) -> Iterator[bytes]:
    """The unpacked bytes of a file; Undecodable when it cannot be opened or unpacked."""
    with _opened(file) as raw:
        if file.name.lower().endswith(".zst"):
            yield from _zstd_chunks(raw)
        else:
            whole = gzip.GzipFile(fileobj=raw) if file.name.lower().endswith(".gz") else raw
            yield from iter(lambda: whole.read(_CHUNK), b"")


@contextmanager
def _opened(file: Entry) -> Iterator[BinaryIO]:
    """The bytes as they lie there. What breaks while they are read is a broken pack, or a file that went away."""
    is_packed = file.name.lower().endswith((".gz", ".zst"))
    try:
        with cast(BinaryIO, file.open("rb")) as raw:
            yield raw
    except (FileNotFoundError, PermissionError) as error:
        raise Undecodable("không mở được (tệp đã bị xoá hoặc không có quyền đọc)") from error
    except (OSError, EOFError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile):
        raise Undecodable("tệp nén bị hỏng hoặc bị cắt cụt" if is_packed else "tệp không đọc được đến hết") from None


def _zstd_chunks(raw: BinaryIO) -> Iterator[bytes]:
    """All frames; EOFError when the last one is cut off."""
    frame = zstandard.ZstdDecompressor().decompressobj()
    fresh = True
    while chunk := raw.read(_CHUNK):
        while chunk:
            if frame.eof:
                frame, fresh = zstandard.ZstdDecompressor().decompressobj(), True
            yield frame.decompress(chunk)
            fresh = False
            chunk = frame.unused_data if frame.eof else b""
    if not frame.eof and not fresh:
        raise EOFError
