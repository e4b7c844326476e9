"""A column of typed cells as texts, at once: what `readers.as_text` says of each cell, "" where there is nothing.

Only for types whose cells have one text about which nothing is doubtful; a column of any other comes as Python values,
which are read one by one.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from doisoat.land.record_columns import Values

_EXACT = 1e15  # beyond, a number with a point is not the one that was typed (`readers`)
_BEYOND = ()  # an instant that Python's calendar does not have: no reader can read it
_LOCAL = 7 * 3600  # seconds before UTC, at every date
# Between these all calendars agree about an instant and every part of it has all its digits; seconds since 1970.
_FIRST, _LAST = 0, 253_370_764_800  # 1970, 9999


def cells(column: pa.Array) -> Values:
    """The texts of a column, or its Python values. UnicodeDecodeError where a text is no UTF-8."""
    texts = _texts(column)
    return python_values(column) if texts is None else texts


def python_values(column: pa.Array) -> list[Any]:
    """Python values; nanoseconds are cut off, since Python's own instants do not have them."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
    try:
        return list(column.to_pylist())
    except OverflowError:
        return [_within_calendar(cell) for cell in column]


def _within_calendar(cell: pa.Scalar) -> Any:
    try:
        return cell.as_py()
    except OverflowError:
        return _BEYOND


def _texts(column: pa.Array) -> pa.StringArray | None:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.cast(kind.value_type))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _as_they_are(column)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.string()).fill_null("")
    if pa.types.is_floating(kind):
        return _whole_numbers(column.cast(pa.float64()))
    if pa.types.is_timestamp(kind):
        return _instants(column)
    return _dates(column.cast(pa.date32())) if pa.types.is_date32(kind) else None


def _as_they_are(column: pa.Array) -> pa.StringArray:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        column.to_pylist()  # raises
    return column.cast(pa.string()).fill_null("")


def _whole_numbers(column: pa.DoubleArray) -> pa.StringArray | None:
    """How tables keep whole numbers where some are absent."""
    present = pc.if_else(pc.is_nan(column), None, column)
    are_whole = pc.and_(pc.less(pc.abs(present), _EXACT), pc.equal(pc.floor(present), present))
    if pc.all(are_whole).as_py() is False:
        return None
    return present.cast(pa.int64()).cast(pa.string()).fill_null("")


def _instants(column: pa.TimestampArray) -> pa.StringArray | None:
    units = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    ticks = column.view(pa.int64())
    if not _are_within(ticks, _FIRST * units, _LAST * units):
        return None
    seconds = pc.divide(ticks, units)  # none is negative, so what is cut off lies within the second
    if column.type.tz is None:
        return _iso(seconds)
    return pc.if_else(column.is_valid(), pc.binary_join_element_wise(_iso(pc.add(seconds, _LOCAL)), "+07:00", ""), "")


def _iso(seconds: pa.Int64Array) -> pa.StringArray:
    written = seconds.view(pa.timestamp("s")).cast(pa.string())
    return pc.utf8_replace_slice(written, 10, 11, "T").fill_null("")


def _dates(column: pa.Date32Array) -> pa.StringArray | None:
    days = column.view(pa.int32())
    return column.cast(pa.string()).fill_null("") if _are_within(days, 0, _LAST // 86_400) else None


def _are_within(numbers: pa.Array, first: int, end: int) -> bool:
    """Whether all of them are; nothing is within."""
    limits = pc.min_max(numbers)
    least, most = limits["min"].as_py(), limits["max"].as_py()
    return least is None or (first <= least and most < end)
