"""A folder of exports as a source: every file is read and the rows are united (`discrepancy-rules` §2).

Which files these are stands in `drop`, how single formats are read in `formats` (text), `workbooks` (XLSX) and
`parquet_tables`. A file that cannot be decoded, or changes while it is read, makes the landing incomplete; what was
readable before it broke off stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from doisoat.errors import ConfigError
from doisoat.land import fields
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.drop import Drop, Marker, look_into, state_of, suffix_of
from doisoat.land.exports.formats import ROWS_A_PAGE, Entry, Reader, Rows, Undecodable, csv_rows, jsonl_rows
from doisoat.land.exports.parquet_tables import parquet_rows
from doisoat.land.exports.workbooks import xlsx_rows
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Closing, Page, Record
from doisoat.model import VIETNAM
from doisoat.rules.values import read_instant

EXPORT_NOTE = "_export.json"
READERS: dict[str, Reader] = {
    ".csv": csv_rows,
    ".csv.gz": csv_rows,
    ".csv.zst": csv_rows,
    ".jsonl": jsonl_rows,
    ".jsonl.gz": jsonl_rows,
    ".jsonl.zst": jsonl_rows,
    ".xlsx": xlsx_rows,
    ".parquet": parquet_rows,
}


class FilesSource:
    """Exports below `folder` (a Path, or a zipfile.Path, so that a download need not touch the disk).

    `columns` (wire name -> their name) comes before the wire's own names. `extracted_at` (instant, or its text)
    is used where the folder has no `_export.json`. `address` is what the report calls it. `marker`: what says that a
    file is whole. `all_sheets`: unite the sheets of a workbook that have the same columns. Read from the start each
    time: `done` is not asked for.
    """

    kind = "files"
    observed_at: datetime | None = None  # a folder has no clock

    def __init__(
        self,
        folder: Entry,
        columns: Mapping[str, str] | None = None,
        extracted_at: datetime | str | None = None,
        *,
        address: str | None = None,
        marker: Marker | None = None,
        all_sheets: bool = False,
    ) -> None:
        self.address = address or str(folder)
        self._place = str(folder) if isinstance(folder, Path) else self.address  # for errors: where to look
        self._folder = folder
        self._names = ColumnNames(columns or {})
        self._extracted_at = _instant(extracted_at, "extracted_at", None)
        self._marker = marker
        self._readers = READERS | {".xlsx": partial(xlsx_rows, all_sheets=all_sheets)}
        self._drop = Drop([])
        self._rows: dict[str, int] = {}

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        """Pieces of up to `ROWS_A_PAGE` rows, file by file in name order; those of the side table `steps` come last."""
        self._drop = look_into(self._folder, self._place, self._readers, self._marker)
        self._rows = {file.name: 0 for file in self._drop.files}
        steps: list[Iterator[Page]] = []
        for file in self._drop.files:
            pieces = self._pieces(file, self._readers[suffix_of(file.name)])
            for first in itertools.islice(pieces, 1):
                if first.steps:
                    steps.append(itertools.chain([first], pieces))
                else:
                    yield first
                    yield from pieces
        yield from itertools.chain.from_iterable(steps)

    def closing(self) -> Closing:
        note = self._note()
        expected = note.get("expected_rows")
        reasons = list(self._drop.reasons)
        copies = self._drop.copies
        read = sum(self._rows.values()) + sum(self._rows[same] for same in copies.values())
        if note.get("complete") is False:
            reasons.append("Bản xuất tự ghi là chưa đầy đủ")
        if expected is not None and read < expected:
            reasons.append(f"Bản xuất thiếu {expected - read} dòng so với số đã báo")
        extracted_at = _instant(note.get("extracted_at"), "extracted_at", self._place) or self._extracted_at
        notes = [f"Tệp {name} có cùng nội dung với {same}, chỉ đọc một lần" for name, same in copies.items()]
        return Closing(
            extracted_at, not reasons, tuple(reasons), expected, notes=(*self._drop.notes, *notes), copies=copies
        )

    def _pieces(self, file: Entry, read: Reader) -> Iterator[Page]:
        rows: Rows | None = None
        first: int = 1
        piece: Sequence[Record | None] = ()
        try:
            rows = read(file, self._names)
            for piece in _growing(rows.pieces or rows.records):
                if len(piece) == ROWS_A_PAGE:
                    yield self._page(file, first, piece, rows, whole=True)
                    first, piece = first + len(piece), ()
        except Undecodable as error:
            self._drop.reasons.append(f"Tệp {file.name}: {error}")
            if rows is not None and piece:
                yield self._page(file, first, piece, rows, whole=False)
        else:
            yield self._page(file, first, piece, rows, whole=self._is_as_found(file))
        if rows is not None:
            self._drop.reasons += [f"Tệp {file.name}: {fault}" for fault in rows.faults]
            self._drop.notes += [f"Tệp {file.name}: {note}" for note in rows.notes]

    def _is_as_found(self, file: Entry) -> bool:
        """Whether nobody has written to the file since it was found; says so where somebody has."""
        if state_of(file) == self._drop.states[file.name]:
            return True
        self._drop.reasons.append(f"Tệp {file.name} bị thay đổi trong lúc đang đọc; chạy lại khi bên xuất đã ghi xong")
        return False

    def _page(self, file: Entry, first: int, piece: Sequence[Record | None], rows: Rows, *, whole: bool) -> Page:
        columns, steps = frozenset(rows.columns), fields.are_steps(rows.columns)
        self._rows[file.name] += 0 if steps else len(piece)  # what the exporter counts are dossiers
        return Page(f"{file.name}#{first}", piece, columns, file.name, first, whole, steps)

    def _note(self) -> dict[str, Any]:
        """What the exporter says about the export; ConfigError when it says it in no readable way."""
        entry = self._folder / EXPORT_NOTE
        if not entry.is_file():
            return {}
        where = f"{self._place}/{EXPORT_NOTE}"
        try:
            note = orjson.loads(entry.read_bytes())
        except orjson.JSONDecodeError:
            raise ConfigError(f"{where}: not JSON; correct or remove it") from None
        types = {"extracted_at": str, "complete": bool, "expected_rows": int}
        if not isinstance(note, dict):
            raise ConfigError(f"{where}: expected an object with {', '.join(types)}")
        for name, kind in types.items():
            value = note.get(name)
            if value is not None and type(value) is not kind:
                raise ConfigError(f"{where}: {name} should be {kind.__name__}", key=name)
        return note


def _growing(pieces: Iterator[Record | RecordColumns | None]) -> Iterator[Sequence[Record | None]]:
    """The piece that is being read, as often as it grows; after `ROWS_A_PAGE` rows a new one."""
    piece: list[Record | None] = []
    for one in pieces:
        if isinstance(one, RecordColumns):
            yield one
            continue
        piece.append(one)
        yield piece
        if len(piece) == ROWS_A_PAGE:
            piece = []


def _instant(value: datetime | str | None, key: str, where: str | None) -> datetime | None:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=VIETNAM)
    if value is None or isinstance(value, datetime):
        return value
    try:
        return read_instant(value)
    except ValueError:
        prefix = f"{where}/{EXPORT_NOTE}: " if where else ""
        raise ConfigError(f"{prefix}no instant like 2026-09-03T23:30:00+07:00", key=key) from None
