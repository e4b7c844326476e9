"""A page of records as the JSON lines that land: column by column, with the bytes that record by record would give.

A record with a value that `columns_at_once` cannot place (a fault, a mark of secrecy) goes through the `Projection` by
itself, which decides for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any, cast

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
    identities: frozenset[str] = frozenset()  # of secret records: digests of the source's own ids
    useless: int = 0  # lines of the side table `steps` without a code or a time


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
        self._looked_at = frozenset(self._columns).union(self._secret, fields.RESULTS)

    def take(self, page: Page) -> Taken:
        """The lines of a page, each with its end, in the order of its records."""
        records = [_NO_RECORD if record is None else record for record in page.records]
        values = _by_field(records, self._looked_at)
        apart = {row for row, record in enumerate(page.records) if record is None} | self._secret_rows(values)
        columns = self._pieces(values, apart)
        columns[_RESULT] = _result_flags([values[name] for name in fields.RESULTS if name in values], len(records))
        return self._with(_joined(columns, page, len(records)), page, sorted(apart))

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

    def _secret_rows(self, values: Mapping[str, Sequence[Any]]) -> set[int]:
        secret = set[int]()
        for name in values.keys() & self._secret.keys():
            marks = self._secret[name].read(values[name])
            if True in marks:
                secret.update(row for row, is_secret in enumerate(marks) if is_secret)
        return secret

    def _pieces(self, values: Mapping[str, Sequence[Any]], apart: set[int]) -> dict[str, list[str]]:
        """The pieces of each field by its name; rows that have to be read by themselves are added to `apart`."""
        columns = {}
        for name in values.keys() & self._columns.keys():
            pieces = self._columns[name].pieces(values[name])
            if None in pieces:
                apart.update(row for row, piece in enumerate(pieces) if piece is None)
                pieces = [piece or "" for piece in pieces]
            columns[name] = cast(list[str], pieces)
        return columns

    def _with(self, lines: list[str], page: Page, apart: list[int]) -> Taken:
        """With the rows that were read by themselves; without the secret ones."""
        secret, digests, identities = set[int](), set[str](), set[str | None]()
        for row in apart:
            record = page.records[row]
            known = None if record is None else self._projection.secret_digests(record)
            if record is None or known is None:
                lines[row] = self._line(record, page, row)
            else:
                secret.add(row)
                digests |= known
                identities.add(self._projection.identity_digest(record))
        kept = [line for row, line in enumerate(lines) if row not in secret] if secret else lines
        return Taken(kept, len(secret), frozenset(digests), frozenset(filter(None, identities)))

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


def _by_field(records: Sequence[Record], wanted: frozenset[str]) -> dict[str, Sequence[Any]]:
    """The values of each wanted field that any of the records has, None where a record has none."""
    present = set[str]().union(*records)
    names = sorted(present & wanted)
    if len(names) > 1 and set(map(len, records)) == {len(present)}:  # a table: every record has every field
        return dict(zip(names, zip(*map(itemgetter(*names), records), strict=True), strict=True))
    return {name: [record.get(name) for record in records] for name in names}


def _result_flags(columns: Sequence[Sequence[Any]], rows: int) -> list[str]:
    """Whether a row has a result in one of the fields for it, as pieces."""
    yes, no = (f'"{_RESULT}":{flag}' for flag in ("true", "false"))
    if not columns:
        return [no] * rows
    if len(columns) == 1:
        return [yes if _is_result(value) else no for value in columns[0]]
    return [yes if any(map(_is_result, values)) else no for values in zip(*columns, strict=True)]


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


def take_steps(page: Page, projection: Projection, secret: Set[str]) -> Taken:
    """Lines of the side table; those of dossiers that an earlier page has told to be secret (by digest) stay out."""
    lines, useless = list[str](), 0
    for record in page.records:
        try:
            step = projection.project_step(record or _NO_RECORD, secret)
        except ValueError:
            useless += 1
        else:
            lines += [] if step is None else [record_line(step)]
    return Taken(lines, 0, frozenset(), useless=useless)
