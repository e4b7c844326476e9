"""A folder of exports as a source: every file is read and the rows are united (`discrepancy-rules` §2).

How single formats are read stands in `formats` (text) and `workbooks` (XLSX, Parquet). A file that cannot be
decoded makes the landing incomplete; what was readable before it broke off stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from doisoat.errors import ConfigError
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.formats import Entry, Reader, Rows, Undecodable, csv_rows, jsonl_rows
from doisoat.land.exports.workbooks import parquet_rows, xlsx_rows
from doisoat.land.source import Closing, Page, Record
from doisoat.model import VIETNAM
from doisoat.rules.values import read_instant

ROWS_A_PAGE = 10_000
EXPORT_NOTE = "_export.json"
READERS = {
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
    is used where the folder has no `_export.json`. Read from the start each time: `done` is not asked for.
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
    ) -> None:
        self.address = address or str(folder)
        self._folder = folder
        self._names = ColumnNames(columns or {})
        self._extracted_at = _instant(extracted_at, "extracted_at", None)
        self._reasons: list[str] = []
        self._rows = 0

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        """Pieces of up to `ROWS_A_PAGE` rows, file by file in name order."""
        self._reasons, self._rows = [], 0
        for file in self._files():
            yield from self._pieces(file, READERS[suffix_of(file.name)])

    def closing(self) -> Closing:
        note = self._note()
        expected = note.get("expected_rows")
        reasons = list(self._reasons)
        if note.get("complete") is False:
            reasons.append("Bản xuất tự ghi là chưa đầy đủ")
        if expected is not None and self._rows < expected:
            reasons.append(f"Bản xuất thiếu {expected - self._rows} dòng so với số đã báo")
        extracted_at = _instant(note.get("extracted_at"), "extracted_at", self.address) or self._extracted_at
        return Closing(extracted_at, not reasons, tuple(reasons), expected)

    def _files(self) -> list[Entry]:
        if not self._folder.is_dir():
            raise ConfigError(f"{self.address}: no such folder; put the exports there or correct path:", key="path")
        files = [
            entry for entry in self._folder.iterdir() if entry.is_file() and not entry.name.startswith(("_", ".", "~$"))
        ]
        for entry in files:
            if suffix_of(entry.name) not in READERS:
                raise ConfigError(
                    f"{self.address}/{entry.name}: not an export this program reads ({', '.join(READERS)}); "
                    "remove it, or let its name start with _",
                    key="path",
                )
        return sorted(files, key=lambda entry: entry.name)

    def _pieces(self, file: Entry, read: Reader) -> Iterator[Page]:
        rows: Rows | None = None
        first, piece = 1, list[Record | None]()
        try:
            rows = read(file, self._names)
            for record in rows.records:
                piece.append(record)
                if len(piece) == ROWS_A_PAGE:
                    yield self._page(file, first, piece, rows, whole=True)
                    first, piece = first + len(piece), []
        except Undecodable as error:
            self._reasons.append(f"Tệp {file.name}: {error}")
            if rows is not None and piece:
                yield self._page(file, first, piece, rows, whole=False)
        else:
            yield self._page(file, first, piece, rows, whole=True)
        self._reasons += [f"Tệp {file.name}: {fault}" for fault in (rows.faults if rows else ())]

    def _page(self, file: Entry, first: int, piece: list[Record | None], rows: Rows, *, whole: bool) -> Page:
        self._rows += len(piece)
        return Page(f"{file.name}#{first}", piece, frozenset(rows.columns), file.name, first, whole)

    def _note(self) -> dict[str, Any]:
        """What the exporter says about the export; ConfigError when it says it in no readable way."""
        entry = self._folder / EXPORT_NOTE
        if not entry.is_file():
            return {}
        where = f"{self.address}/{EXPORT_NOTE}"
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


def suffix_of(name: str) -> str:
    """How a name ends as far as it tells the format, e.g. `.csv.gz`."""
    suffixes = Path(name.lower()).suffixes
    return "".join(suffixes[-2:]) if suffixes[-1:] in ([".gz"], [".zst"]) else "".join(suffixes[-1:])


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
