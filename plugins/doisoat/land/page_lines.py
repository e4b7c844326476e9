"""A page of records as the JSON lines that land: column by column, with the bytes that record by record would give.

A record with a value that `columns_at_once` cannot place (a fault, a mark of secrecy) goes through the `Projection` by
itself, which decides for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from doisoat.land import fields
from doisoat.land.columns_at_once import FieldColumn, RememberedColumn, as_texts, joined, plain_texts
from doisoat.land.projection import Projection, change_time, supplement_dates
from doisoat.land.readers import READERS, is_filled
from doisoat.land.record_columns import RecordColumns, Values
from doisoat.land.source import Page, Record
from doisoat.store.landing import record_line

_RESULT = "has_result"
_NO_RECORD: Record = {}


@dataclass(frozen=True)
class Taken:
    """What is taken over of one page: open records as lines, of secret ones only digests."""

    content: bytes | memoryview  # the lines, each with its end
    rows: int
    secret_rows: int = 0
    digests: frozenset[str] = frozenset()
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
        self._columns = {name: FieldColumn(name, read, is_last=name > _RESULT) for name, read in readers.items()}
        self._secret = {name: RememberedColumn(test, pa.bool_()) for name, test in projection.secret_tests.items()}
        self._looked_at = frozenset(self._columns).union(self._secret, fields.RESULTS)

    def take(self, page: Page) -> Taken:
        """The lines of a page, in the order of its records."""
        records = RecordColumns.of(page.records)
        values = {name: as_texts(column) for name, column in sorted(records.columns.items()) if name in self._looked_at}
        plain = plain_texts(values)
        columns = {
            name: self._columns[name].pieces(values[name], plain.get(name))
            for name in values.keys() & self._columns.keys()
        }
        columns[_RESULT] = _result_flags([values[name] for name in fields.RESULTS if name in values], len(page.records))
        lines = _joined(columns, page)
        apart = self._secret_rows(values) | set(_rows_where(pc.is_null(lines))) | records.shapeless
        return self._with(lines.to_pylist(), page, sorted(apart)) if apart else Taken(_content(lines), len(lines))

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
        return Taken("".join(lines).encode(), len(lines), secret_rows, frozenset(digests))

    def _secret_rows(self, values: Mapping[str, Values]) -> set[int]:
        marks = [self._secret[name].read(values[name]) for name in values.keys() & self._secret.keys()]
        return set[int]().union(*(_rows_where(column) for column in marks))

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
        told = frozenset(digests), frozenset(filter(None, identities))
        return Taken("".join(kept).encode(), len(kept), len(secret), *told)

    def _line(self, record: Record | None, page: Page, row: int) -> str:
        landed = {"_shape": True} if record is None else self._projection.project(record)
        return record_line(_position(page, row) | landed)


def _rows_where(mask: pa.BooleanArray) -> list[int]:
    rows: list[int] = pc.indices_nonzero(mask).to_pylist()
    return rows


def _joined(columns: Mapping[str, pa.StringArray], page: Page) -> pa.StringArray:
    """The lines of the page; null where a piece is."""
    numbers = pa.array(range(page.first_row, page.first_row + len(page.records)), pa.int64())
    placed: dict[str, pa.StringArray | str] = {
        **columns,
        "_file": f'"_file":{orjson.dumps(_place(page)).decode()},',
        "_row": joined('"_row":', pc.cast(numbers, pa.string()), ","),
    }
    return joined("{", *(pieces for _, pieces in sorted(placed.items(), key=itemgetter(0))), "}\n")


def _content(lines: pa.StringArray) -> bytes | memoryview:
    """All of them one after the other, as they lie in memory; there is no null among them."""
    text = lines.buffers()[2]
    return b"" if text is None else memoryview(text)[: pc.sum(pc.binary_length(lines)).as_py() or 0]


def _position(page: Page, row: int) -> dict[str, Any]:
    return {"_file": _place(page), "_row": page.first_row + row}


def _place(page: Page) -> str:
    return page.file or page.name


def _result_flags(columns: Sequence[Values], rows: int) -> pa.StringArray:
    """Whether a row has a result in one of the fields for it, as pieces."""
    found = pa.repeat(False, rows)
    for values in columns:
        found = pc.or_(found, _are_results(values))
    yes, no = (f'"{_RESULT}":{flag}' for flag in ("true", "false"))
    return pc.if_else(found, yes, no)


def _are_results(values: Values) -> pa.BooleanArray:
    if not isinstance(values, pa.StringArray):
        return pa.array([value is not None and value != "" and is_filled(value) for value in values], pa.bool_())
    addresses = pc.starts_with(values, "http")  # nearly all are
    others = pc.and_not(pc.not_equal(values, ""), addresses)
    if not pc.any(others).as_py():
        return addresses
    return pc.replace_with_mask(
        addresses, others, pa.array(map(is_filled, values.filter(others).to_pylist()), pa.bool_())
    )


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
    return Taken("".join(lines).encode(), len(lines), useless=useless)
