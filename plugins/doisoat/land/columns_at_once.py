"""One field of a whole page as pieces of JSON lines: exactly what its reader lands, several times faster.

`readers` decide what lands. A column of few different values asks its reader once for each; a column of ever new
values (codes, times) is compared at once with the shape that lands unchanged, and only the rest is read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from doisoat.land import fields
from doisoat.land.readers import CODE_LENGTH
from doisoat.rules.values import INSTANT_SHAPE

Piece = str | None  # `"name":value,`, "" where nothing lands, None where the record has to be read by itself
Shape = Callable[[pa.StringArray], pa.BooleanArray]  # which texts land as they are; the empty one counts
Read = Callable[[Any], Any]

_REMEMBERED = 65_536  # different values of one field; beyond that all are forgotten
_HASHED_AS_WRITTEN = (str, int, bool)  # equal values of one of these types are the same value
_NOTHING = type(None)


class Memo(dict[Any, Any]):
    """Results of `read` by value; only for values of one type."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> Any:
        result = self[value] = self._read(value)
        return result


class RememberedColumn:
    """Reads a column of few different values: one call of `read` for each of them."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._memos: dict[type, Memo] = {kind: Memo(read) for kind in _HASHED_AS_WRITTEN}

    def read(self, values: Sequence[Any]) -> list[Any]:
        """The results, in order."""
        kinds = set(map(type, values)) - {_NOTHING}
        if len(kinds) > 1 or not kinds.issubset(self._memos):
            return list(map(self._read, values))
        memo = self._memos[kinds.pop() if kinds else str]
        if len(memo) > _REMEMBERED:
            memo.clear()
        return list(map(memo.__getitem__, values))


class FieldColumn:
    """One allow-listed field: `read` as its readers have it, `shape` for texts that land unchanged."""

    def __init__(self, name: str, read: Read, shape: Shape | None = None, *, is_last: bool = False) -> None:
        """`is_last`: the piece carries its comma before it, because no other may follow."""
        self.name = name
        self._before, self._after = (f',"{name}":', "") if is_last else (f'"{name}":', ",")
        self._read = read
        self._shape = shape
        self._remembered = RememberedColumn(self._piece)

    def pieces(self, values: Sequence[Any]) -> list[Piece]:
        """The piece of each value, in order."""
        plain = None if self._shape is None else _matching(self._shape, values)
        if plain is None:
            return self._remembered.read(values)
        before, after = f'{self._before}"', f'"{self._after}'
        if pc.all(plain).as_py() is not False:
            return [f"{before}{value}{after}" if value else "" for value in values]
        return [
            (f"{before}{value}{after}" if value else "") if is_plain else self._piece(value)
            for value, is_plain in zip(values, plain.to_pylist(), strict=True)
        ]

    def _piece(self, value: Any) -> Piece:
        if value is None or value == "":
            return ""
        try:
            kept = self._read(value)
        except ValueError:
            return None
        return "" if kept is None else f"{self._before}{_json(kept)}{self._after}"


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _matching(shape: Shape, values: Sequence[Any]) -> pa.BooleanArray | None:
    """Which values are texts of the shape (null for None); None for a column that is not all text."""
    if not set(map(type, values)).issubset({str, _NOTHING}):
        return None
    try:
        return shape(pa.array(values, type=pa.string()))
    except UnicodeEncodeError:  # half a surrogate pair: no text that could be written
        return None


# --- texts that land as they are spelled (the tests compare them with the readers) --------------------------------


def _matches(texts: pa.StringArray, pattern: str) -> pa.BooleanArray:
    return pc.match_substring_regex(texts, rf"\A(?:{pattern})?\z")


def _is_instant(texts: pa.StringArray) -> pa.BooleanArray:
    return _matches(texts, INSTANT_SHAPE.pattern)


def _is_code(texts: pa.StringArray) -> pa.BooleanArray:
    """A dossier code without blanks: letters and digits of ASCII, with a digit in it."""
    shaped = _matches(texts, r"[A-Za-z][A-Za-z._/-]*[0-9][A-Za-z0-9._/-]*|[0-9][A-Za-z0-9._/-]*")
    return pc.and_(shaped, pc.less_equal(pc.binary_length(texts), CODE_LENGTH))


def _is_alternative_code(texts: pa.StringArray) -> pa.BooleanArray:
    return pc.and_(_is_code(texts), pc.invert(pc.match_substring_regex(texts, "[0-9]{9}")))


def _is_source_id(texts: pa.StringArray) -> pa.BooleanArray:
    return pc.and_(_matches(texts, "[A-Za-z0-9._:-]+"), pc.less_equal(pc.binary_length(texts), 100))


SHAPES: dict[str, Shape] = {
    fields.CODE: _is_code,
    **dict.fromkeys(fields.ALTERNATIVE_CODES, _is_alternative_code),
    **dict.fromkeys(fields.INSTANTS, _is_instant),
    fields.SOURCE_ID: _is_source_id,
    fields.UPDATED: _is_instant,
}
