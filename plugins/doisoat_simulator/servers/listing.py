"""A side's dossiers as ready-made JSON items, sorted and filtered; pages are cut elsewhere.

Items are serialised once, at start: a page of 1,000 is then a join of bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from doisoat_simulator.servers.spellings import read_local, status_number
from doisoat_simulator.servers.world_protocol import Row

Period = tuple[str | None, str | None]
Bounds = tuple[datetime | None, datetime | None]
_KEPT_ORDERS = 16  # orders kept in memory; each is one reference per dossier
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?")
_SLASHED = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?: (\d{2}:\d{2}:\d{2}))?")


class BadQuery(ValueError):
    """A query parameter has the wrong type; the message names it."""


def whole_number(query: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    """A parameter as an integer of at least `least` and less than 2^31."""
    text = query.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10) or not least <= int(text) < 2**31:
        raise BadQuery(f"{name}: expected a whole number of at least {least}")
    return int(text)


def read_bound(text: str | None, *, end: bool) -> datetime | None:
    """A bound of a period: `yyyy-MM-dd`, `dd/MM/yyyy`, either with a time; a bare `to` date includes its day."""
    if not text:
        return None
    if found := _SLASHED.fullmatch(text):
        day, month, year, clock = found.groups()
        text = f"{year}-{month}-{day}" + (f"T{clock}" if clock else "")
    # A `+` of the offset that nobody quoted arrives as a blank.
    found = _INSTANT.fullmatch(re.sub(r" (?=\d{2}:?\d{2}$)", "+", text))
    if found is None:
        raise BadQuery("a date: expected yyyy-MM-dd or yyyy-MM-ddTHH:mm:ss.SSS+0700")
    day, clock, zone = found.groups()
    try:
        value = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{zone or '+07:00'}")
        return value + timedelta(days=1, seconds=-1) if end and not clock else value
    except (ValueError, OverflowError):
        raise BadQuery("a date: no such day or time") from None


class Listing:
    """All rows of a side in the order of the world, with their items.

    `shapeless` items that are no objects stand at the end of the unfiltered listing, whatever its order.
    """

    def __init__(self, rows: Sequence[Row], serialise: Callable[[Row], bytes], shapeless: int = 0) -> None:
        self._rows = rows
        # Copied, because what orjson returns keeps the greater part of its working buffer from being used again.
        self._items = [bytes(memoryview(serialise(row))) for row in rows]
        self._shapeless = [_shapeless_item(rows[number % len(rows)]) for number in range(shapeless if rows else 0)]
        self._orders: dict[Any, list[bytes]] = {}

    def select(
        self,
        column: str,
        descending: bool,
        periods: Mapping[str, Period],
        statuses: frozenset[int] | None = None,
        equal: Mapping[str, str] | None = None,
        without: Mapping[str, frozenset[str]] | None = None,
    ) -> list[bytes]:
        """Items within every period (column -> from, to), of the statuses, with equal texts, `without` some; sorted."""
        equal, without = equal or {}, without or {}
        periods_key = tuple(sorted(periods.items()))
        key = (column, descending, periods_key, statuses, tuple(equal.items()), tuple(without.items()))
        if key not in self._orders:
            bounds = _read_periods(periods)
            places = self._filtered(bounds, statuses, equal, without)
            ordered = [self._items[place] for place in self._sorted(places, column, descending)]
            if not bounds and statuses is None and not equal and not without:
                ordered += self._shapeless
            if len(self._orders) >= _KEPT_ORDERS:
                self._orders.pop(next(iter(self._orders)))
            self._orders[key] = ordered
        return self._orders[key]

    def _filtered(
        self,
        bounds: Mapping[str, Bounds],
        statuses: frozenset[int] | None,
        equal: Mapping[str, str],
        without: Mapping[str, frozenset[str]],
    ) -> list[int]:
        return [
            place
            for place, row in enumerate(self._rows)
            if (statuses is None or status_number(row.get("TrangThaiHoSo")) in statuses)
            and all(str(row.get(column)) == wanted for column, wanted in equal.items())
            and not any(str(row.get(column)) in unwanted for column, unwanted in without.items())
            and all(_within(row.get(column), *pair) for column, pair in bounds.items())
        ]

    def _sorted(self, places: list[int], column: str, descending: bool) -> list[int]:
        """Ties in the order of ids; rows without a sortable value last, whatever the direction."""
        rows = self._rows
        places = sorted(places, key=lambda place: str(rows[place].get("source_id")))
        if column == "source_id":
            return places[::-1] if descending else places
        keys = {place: key for place in places if (key := _sort_key(rows[place].get(column))) is not None}
        unknown = [place for place in places if place not in keys]
        return sorted(keys, key=keys.__getitem__, reverse=descending) + unknown


def _read_periods(periods: Mapping[str, Period]) -> dict[str, Bounds]:
    return {
        column: (read_bound(start, end=False), read_bound(stop, end=True))
        for column, (start, stop) in periods.items()
        if start or stop
    }


def _shapeless_item(row: Row) -> bytes:
    """Cells of somebody's dossier without their names, as a broken export of the shop's own would show them."""
    return orjson.dumps([str(row.get(name)) for name in ("TrangThaiHoSo", "ChuHoSo", "SoGiayToChuHoSo", "Email")])


def _sort_key(value: Any) -> str | None:
    """Instants and texts as comparable text: an instant as yyyyMMddHHmmss in +07:00."""
    instant = read_local(value)
    if instant is not None:
        return instant.strftime("%Y%m%d%H%M%S")
    return None if value is None else str(value)


def _within(value: Any, start: datetime | None, stop: datetime | None) -> bool:
    instant = read_local(value)
    if instant is None:
        return False
    return (start is None or instant >= start) and (stop is None or instant <= stop)
