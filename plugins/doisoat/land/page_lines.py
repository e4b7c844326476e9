"""A page of records as the JSON lines that land: column by column, with the bytes that record by record would give.

A record with a value that `columns_at_once` cannot place (a fault, a mark of secrecy) goes through the `Projection` by
itself, which decides for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import orjson

from doisoat.land import fields
from doisoat.land.columns_at_once import SHAPES, FieldColumn, RememberedColumn
from doisoat.land.projection import Projection, change_time, supplement_dates
from doisoat.land.readers import READERS, is_filled
from doisoat.land.source import Page, Record
from doisoat.store.landing import record_line

_RESULT = "has_result"
_NO_RECORD: Record = {}


@dataclass(frozen=True)
class Taken:
    """What is taken over of one page: open records as lines, of secret ones only digests."""

    lines: list[str]
    secret_rows: int
    digests: frozenset[str]


class PageLines:
    """Turns the pages of one landing into lines; remembers readings from page to page."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        readers = {
            **dict(READERS),
            fields.SUPPLEMENTS: _supplements,
            fields.SOURCE_ID: projection.source_id,
            fields.UPDATED: change_time,
        }
        self._columns = {
            name: FieldColumn(name, read, SHAPES.get(name), is_last=name > _RESULT) for name, read in readers.items()
        }
        self._secret = {name: RememberedColumn(test) for name, test in projection.secret_tests.items()}

    def take(self, page: Page) -> Taken:
        """The lines of a page, each with its end, in the order of its records."""
        records = [_NO_RECORD if record is None else record for record in page.records]
        names = set[str]().union(*records)
        apart = {row for row, record in enumerate(page.records) if record is None} | self._secret_rows(records, names)
        columns = self._columns_of(records, names, apart)
        lines = _joined(columns, page, len(records))
        return self._with(lines, page, sorted(apart))

    def carry(self, page: Page) -> Taken:
        """The same for records of an earlier landing, which stay as they are; what is secret by now is left out."""
        lines, digests, secret_rows = list[str](), set[str](), 0
        for row, record in enumerate(page.records):
            known = None if record is None else self._projection.secret_digests(record)
            if known is None:
                lines.append(record_line(dict(record or {"_shape": True}) | _position(page, row)))
            else:
                secret_rows += 1
                digests |= known
        return Taken(lines, secret_rows, frozenset(digests))

    def _secret_rows(self, records: Sequence[Record], names: set[str]) -> set[int]:
        secret = set[int]()
        for name in names & self._secret.keys():
            marks = self._secret[name].read([record.get(name) for record in records])
            if True in marks:
                secret.update(row for row, is_secret in enumerate(marks) if is_secret)
        return secret

    def _columns_of(self, records: Sequence[Record], names: set[str], apart: set[int]) -> dict[str, list[str]]:
        """The pieces of each field by its name; rows that have to be read by themselves are added to `apart`."""
        columns = {}
        for name in names & self._columns.keys():
            pieces = self._columns[name].pieces([record.get(name) for record in records])
            if None in pieces:
                apart.update(row for row, piece in enumerate(pieces) if piece is None)
            columns[name] = [piece or "" for piece in pieces]
        columns[_RESULT] = _result_flags(records, [name for name in fields.RESULTS if name in names])
        return columns

    def _with(self, lines: list[str], page: Page, apart: list[int]) -> Taken:
        """With the rows that were read by themselves; without the secret ones."""
        secret, digests = set[int](), set[str]()
        for row in apart:
            record = page.records[row]
            known = None if record is None else self._projection.secret_digests(record)
            if known is None:
                lines[row] = self._line(record, page, row)
            else:
                secret.add(row)
                digests |= known
        kept = [line for row, line in enumerate(lines) if row not in secret] if secret else lines
        return Taken(kept, len(secret), frozenset(digests))

    def _line(self, record: Record | None, page: Page, row: int) -> str:
        landed = {"_shape": True} if record is None else self._projection.project(record)
        return record_line(_position(page, row) | landed)


def _joined(columns: dict[str, list[str]], page: Page, rows: int) -> list[str]:
    numbers = range(page.first_row, page.first_row + rows)
    placed: dict[str, Iterable[str]] = {
        "_file": repeat(f'"_file":{orjson.dumps(_place(page)).decode()},'),
        "_row": [f'"_row":{number},' for number in numbers],
    }
    ordered = [pieces for _, pieces in sorted((columns | placed).items())]
    return list(map("".join, zip(repeat("{"), *ordered, repeat("}\n"))))


def _position(page: Page, row: int) -> dict[str, Any]:
    return {"_file": _place(page), "_row": page.first_row + row}


def _place(page: Page) -> str:
    return page.file or page.name


def _result_flags(records: Sequence[Record], names: Sequence[str]) -> list[str]:
    yes, no = (f'"{_RESULT}":{flag}' for flag in ("true", "false"))
    return [yes if any(_is_result(record.get(name)) for name in names) else no for record in records]


def _is_result(value: Any) -> bool:
    if value is None or value == "":
        return False
    return (type(value) is str and value.startswith("http")) or is_filled(value)  # nearly all are addresses


def _supplements(value: Any) -> list[dict[str, str]] | None:
    unreadable = set[str]()
    dates = supplement_dates(value, unreadable)
    if unreadable:
        raise ValueError(f"unreadable: {', '.join(sorted(unreadable))}")
    return dates
