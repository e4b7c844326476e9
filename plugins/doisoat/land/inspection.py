"""What one page of a source is worth: which fields are understood, which words are not, and what that costs.

Pure: records in, counts and names out. No value of a record is kept but status words, and those only where they look
like words of a list. How a page is fetched, and what is said about it, stands elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from doisoat.land import fields
from doisoat.land.coverage import bounded_names
from doisoat.land.projection import Projection
from doisoat.land.source import Record
from doisoat.model import ROW_KINDS, Side
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.values import code_problem, read_code, read_instant, read_status

FIELD_ORDER = (
    fields.CODE,
    fields.STATUS,
    *fields.TABLE_CODES,
    *fields.INSTANTS,
    fields.CHANNEL,
    *fields.SMALL_NUMBERS,
    fields.FEE,
    fields.SUPPLEMENTS,
    *fields.RESULTS,
    *fields.ALTERNATIVE_CODES,
    fields.SECRECY,
    fields.RESULT_CODE,
    *fields.FLAGS,
)
_MOST_WORDS = 40  # different ones; a column with more holds no statuses, and could hold names
_SORT_KEYS = ("_updated", "NgayTiepNhan", "NgayNopHoSo", "MaHoSo")
_ENOUGH = 3  # different values before an order can be told


@dataclass(frozen=True)
class FieldSeen:
    """One column: how many rows have a value, and how many of those read as what the field is."""

    name: str
    filled: int
    readable: int


@dataclass(frozen=True)
class StatusWord:
    """A status as the source spells it; `status` is None where no map knows it."""

    word: str
    rows: int
    status: int | None


@dataclass(frozen=True)
class Cost:
    """A kind that is not judged, or only in part, because of columns this side does not have (any would do)."""

    kind: str
    subtypes: tuple[str, ...]  # labels; empty = the whole kind
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Inspection:
    """One page. `rows` are those that may be looked at; secret ones are only counted."""

    rows: int
    secret_rows: int
    shapeless_rows: int
    fields: tuple[FieldSeen, ...]
    unknown_columns: tuple[str, ...]  # dropped; names only
    absent_required: tuple[str, ...]
    absent_optional: tuple[str, ...]
    costs: tuple[Cost, ...]
    words: tuple[StatusWord, ...]
    words_withheld: int  # different words that are not shown, because they look like no list of statuses
    repeated_codes: int
    has_secrecy_mark: bool
    order: str | None  # a field, with " ↓" where it falls

    @property
    def unmapped(self) -> tuple[StatusWord, ...]:
        return tuple(word for word in self.words if word.status is None)

    @property
    def unreadable(self) -> tuple[FieldSeen, ...]:
        return tuple(field for field in self.fields if field.readable < field.filled)


def inspect_page(
    side: Side,
    records: Sequence[Record | None],
    columns: frozenset[str],
    status_map: Mapping[str, int],
    projection: Projection,
) -> Inspection:
    """Judge the records of one page and the columns it offers."""
    shaped = [record for record in records if record is not None]
    open_records = [record for record in shaped if projection.secret_digests(record) is None]
    landed = [projection.project(record) for record in open_records]
    offered = columns & fields.ALLOWED
    absent = fields.ALLOWED - columns
    words, withheld = _status_words(landed, status_map)
    codes = Counter(code for row in landed if (code := read_code(row.get(fields.CODE))) is not None)
    return Inspection(
        rows=len(landed),
        secret_rows=len(shaped) - len(landed),
        shapeless_rows=len(records) - len(shaped),
        fields=tuple(_field(name, open_records, landed, status_map) for name in FIELD_ORDER if name in offered),
        unknown_columns=tuple(bounded_names(name for name in columns if not name.startswith("_"))),
        absent_required=tuple(name for name in FIELD_ORDER if name in fields.REQUIRED[side] & absent),
        absent_optional=tuple(name for name in FIELD_ORDER if name in absent - fields.REQUIRED[side]),
        costs=tuple(_costs(side, columns)),
        words=words,
        words_withheld=withheld,
        repeated_codes=sum(number - 1 for number in codes.values()),
        has_secrecy_mark=fields.SECRECY in offered,
        order=_order(landed),
    )


def _field(
    name: str, records: Sequence[Record], landed: Sequence[Mapping[str, Any]], status_map: Mapping[str, int]
) -> FieldSeen:
    filled = [row for record, row in zip(records, landed, strict=True) if record.get(name) not in (None, "")]
    return FieldSeen(name, len(filled), sum(_reads(name, row, status_map) for row in filled))


def _reads(name: str, row: Mapping[str, Any], status_map: Mapping[str, int]) -> bool:
    """Whether a filled field of a projected record reads as what it is; nothing and zero read as such."""
    if any(name in row.get(faults, ()) for faults in ("_bounded", "_unreadable")):
        return False
    value = row.get(name)
    if name == fields.CODE:
        code = read_code(value)
        return code is not None and code_problem(code) is None
    if name == fields.STATUS:
        return read_status(value, status_map) is not None
    return not (name in fields.INSTANTS and value is not None) or _is_instant(value)


def _is_instant(value: Any) -> bool:
    try:
        read_instant(value)
    except ValueError:
        return False
    return True


def _status_words(
    landed: Iterable[Mapping[str, Any]], status_map: Mapping[str, int]
) -> tuple[tuple[StatusWord, ...], int]:
    """Status words by frequency. Unknown ones are withheld where there are too many of them to be a list."""
    counted = Counter(row[fields.STATUS] for row in landed if fields.STATUS in row)
    words = [StatusWord(word, rows, read_status(word, status_map)) for word, rows in counted.items()]
    words.sort(key=lambda word: (word.status is not None, -word.rows, word.word))
    unknown = [word for word in words if word.status is None]
    if len(unknown) > _MOST_WORDS:
        return tuple(word for word in words if word.status is not None), len(unknown)
    return tuple(words), 0


def _costs(side: Side, columns: frozenset[str]) -> Iterable[Cost]:
    for kind in ROW_KINDS:
        info = KIND_INFO[kind]
        for need in info.needs:
            if need.side is side and columns.isdisjoint(need.columns):
                yield Cost(kind.value, tuple(map(info.subtype_label, need.subtypes)), need.columns)


def _order(landed: Sequence[Mapping[str, Any]]) -> str | None:
    """The field the page is sorted by, as far as one page tells."""
    for name in _SORT_KEYS:
        try:
            keys = [read_instant(row.get(name)) if name != fields.CODE else read_code(row.get(name)) for row in landed]
        except ValueError:
            continue
        if None in keys or len(set(keys)) < _ENOUGH:
            continue
        for mark, ordered in (("", keys), (" ↓", keys[::-1])):
            if all(before <= after for before, after in pairwise(ordered)):  # type: ignore[operator]
                return f"{name}{mark}"
    return None
