"""One field of a whole page as pieces of JSON lines: exactly what its reader lands, several times faster.

`readers` decide what lands. A column of few different values asks its reader once for each; a column of ever new
values (codes, times) is compared at once with the shape that lands unchanged, and only the rest is read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from doisoat.land import fields
from doisoat.land.memo import Memo
from doisoat.land.readers import CODE_LENGTH
from doisoat.land.record_columns import Values
from doisoat.rules.values import INSTANT_SHAPE

Shape = Callable[[pa.StringArray], pa.BooleanArray]  # which texts land as they are; the empty one counts
Read = Callable[[Any], Any]

_HASHED_AS_WRITTEN = (str, int, bool)  # equal values of one of these types are the same value
_NOTHING = type(None)


class RememberedColumn:
    """Reads a column of few different values: one call of `read` for each of them. An empty text counts as no value."""

    def __init__(self, read: Read, kind: pa.DataType) -> None:
        """`kind`: the type of what `read` returns."""
        self._read = read
        self._kind = kind
        self._memos: dict[type, Memo] = {one: Memo(read) for one in _HASHED_AS_WRITTEN}

    def read(self, values: Values) -> pa.Array:
        """The results, in order."""
        if isinstance(values, pa.StringArray):
            different = values.dictionary_encode()
            return pa.array(self._each(different.dictionary.to_pylist()), self._kind).take(different.indices)
        return pa.array(self._each(values), self._kind)

    def _each(self, values: Sequence[Any]) -> list[Any]:
        kinds = set(map(type, values)) - {_NOTHING}
        if len(kinds) > 1 or not kinds.issubset(self._memos):
            return list(map(self._read, values))
        return self._memos[kinds.pop() if kinds else str].each(values)


class FieldColumn:
    """One allow-listed field as pieces of lines; `read` as its readers have it.

    A piece is `"name":value,`, empty where nothing lands, null where the record has to be read by itself.
    """

    def __init__(self, name: str, read: Read, *, is_last: bool = False) -> None:
        """`is_last`: the piece carries its comma before it, because no other may follow."""
        self.name = name
        self._before, self._after = (f',"{name}":', "") if is_last else (f'"{name}":', ",")
        self._read = read
        self._remembered = RememberedColumn(self._piece, pa.string())

    def pieces(self, values: Values, plain: pa.BooleanArray | None = None) -> pa.StringArray:
        """The piece of each value, in order; `plain`: which of them land unchanged, where that is known."""
        if plain is None:
            return self._remembered.read(values)
        pieces = joined(f'{self._before}"', values, f'"{self._after}')
        pieces = pc.if_else(pc.equal(values, ""), "", pieces)
        if pc.all(plain).as_py() is False:
            others = [self._piece(value) for value in pc.filter(values, pc.invert(plain)).to_pylist()]
            pieces = pc.replace_with_mask(pieces, pc.invert(plain), pa.array(others, pa.string()))
        return pieces

    def _piece(self, value: Any) -> str | None:
        if value is None or value == "":
            return ""
        try:
            kept = self._read(value)
        except ValueError:
            return None
        return "" if kept is None else f"{self._before}{_json(kept)}{self._after}"


def plain_texts(columns: Mapping[str, Values]) -> dict[str, pa.BooleanArray]:
    """Of each field of texts with a shape: which of them land unchanged. Fields of one shape are tested together."""
    by_shape = dict[Shape, dict[str, pa.StringArray]]()
    for name, values in columns.items():
        if name in SHAPES and isinstance(values, pa.StringArray):
            by_shape.setdefault(SHAPES[name], {})[name] = values
    plain = dict[str, pa.BooleanArray]()
    for shape, texts in by_shape.items():
        fits = shape(pa.concat_arrays(list(texts.values())))
        for place, (name, values) in enumerate(texts.items()):
            plain[name] = fits.slice(place * len(values), len(values))
    return plain


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def joined(*pieces: pa.StringArray | str) -> pa.StringArray:
    """Row by row one after the other; null where one of them is."""
    return pc.binary_join_element_wise(*pieces, "")


def as_texts(values: Values) -> Values:
    """A column that is all text (or nothing) as an array, "" where there is nothing; any other as it is."""
    if isinstance(values, pa.StringArray) or not set(map(type, values)).issubset({str, _NOTHING}):
        return values
    try:
        texts: Values = pa.array(values, type=pa.string()).fill_null("")
    except UnicodeEncodeError:  # half a surrogate pair: no text that could be written
        return values
    return texts


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
