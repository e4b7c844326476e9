"""From one item of an API's listing to a record under the canonical wire names; values stay as they are spelled.

Which name stands where is the source's own table of paths (`agency.code`); a province file may add to it or
replace it (`columns:`). `moRong` is an object that carries, under the canonical names, what the wire does not
name; it fills gaps and never overrules the wire. What the values mean is decided in `stage`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Answer, Record
from doisoat.model import VIETNAM
from doisoat.rules.values import read_code, read_instant

EXTENSION = "moRong"
OWN_ID, UPDATED = "_id", "_updated"
_NOTHING: Mapping[str, Any] = {}
# The usual change time: hour, minutes and seconds with milliseconds, offset of whole hours.
_USUAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})(:[0-5][0-9]:[0-5][0-9]\.[0-9]{3})(Z|[+-][0-9]{2}:?00)")
_VIETNAMESE = 228  # language id of translated names


class ItemMap:
    """Reads records out of parsed JSON items. `paths`: canonical name -> keys joined by dots."""

    def __init__(self, paths: Mapping[str, str], columns: Mapping[str, str], *, own_id: str, updated: str):
        self._paths = {name: tuple(path.split(".")) for name, path in {**paths, **columns}.items()}
        self._own_id = own_id
        self._updated = updated

    def records(self, items: Sequence[Any]) -> RecordColumns:
        """The records of the items of a page, without nulls and empty texts; an item that is no object has no shape."""
        shapeless = [row for row, item in enumerate(items) if not isinstance(item, dict)]
        objects = [item if isinstance(item, dict) else {} for item in items] if shapeless else items
        columns = {name: _filled(_column(objects, path)) for name, path in self._paths.items()}
        _extend(columns, [item.get(EXTENSION) for item in objects])
        columns[OWN_ID] = [item.get(self._own_id) for item in objects]
        columns[UPDATED] = [sortable(item.get(self._updated)) for item in objects]
        present = {name: values for name, values in columns.items() if values.count(None) < len(values)}
        return RecordColumns(present, len(items), shapeless)

    def record(self, item: Any) -> Record | None:
        """The record of one item."""
        return self.records([item])[0]

    def identities(self, items: Sequence[Any], number: int) -> list[str]:
        """The source's own id of each item of page `number`; else a digest of its content, or its place."""
        return [self._identity(item, number, row) for row, item in enumerate(items)]

    def _identity(self, item: Any, number: int, row: int) -> str:
        if not isinstance(item, dict):
            return f"place:{number}/{row}"
        own_id = item.get(self._own_id)
        return f"id:{own_id}" if own_id is not None else f"content:{_digest(item)}"

    def columns(self, items: Sequence[Any]) -> frozenset[str]:
        """Names these items offer, canonical where mapped; all the mapped ones where there is no item to ask."""
        shapes = [item for item in items if isinstance(item, dict)]
        if not shapes:
            return frozenset(self._paths)
        offered = {name for name, path in self._paths.items() if any(_offers(item, path) for item in shapes)}
        extensions = (item[EXTENSION] for item in shapes if isinstance(item.get(EXTENSION), dict))
        roots = {path[0] for path in self._paths.values()} | {EXTENSION}
        others = set().union(*shapes) - roots
        return frozenset(offered.union(others, *extensions))


def _column(objects: Iterable[Mapping[str, Any]], path: Sequence[str]) -> list[Any]:
    """The value of each object at the end of the path, None where the path breaks off."""
    first, *others = path
    values = [item.get(first) for item in objects]
    for key in others:
        values = [value.get(key) if isinstance(value, dict) else None for value in values]
    return values


def _filled(values: list[Any]) -> list[Any]:
    return [None if value == "" else value for value in values] if "" in values else values


def _extend(columns: dict[str, list[Any]], extensions: list[Any]) -> None:
    """Fill the gaps of `columns` by what the extensions of the items carry under the canonical names."""
    carried = [one if isinstance(one, dict) else _NOTHING for one in extensions]
    for name in set[str]().union(*carried):
        if not name.startswith("_"):
            more = _filled([one.get(name) for one in carried])
            own = columns.get(name)
            columns[name] = more if own is None else filled_up(own, more)


def filled_up(values: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Each value, or the other one where there is none."""
    return [other if value is None else value for value, other in zip(values, others, strict=True)]


def _offers(item: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether the path exists; a null on the way says nothing against it."""
    value: Any = item
    for key in path:
        if value is None:
            return True
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def name_of(value: Any) -> str | None:
    """The word of `{id, name}`: its name (text, or a list of translations), else `id <id>`, which no map guesses.

    >>> name_of({"id": 4, "name": "Đã trả kết quả"}), name_of({"id": 4, "name": None}), name_of(4), name_of("done")
    ('Đã trả kết quả', 'id 4', 'id 4', 'done')
    """
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, int):
        return f"id {value}"
    if not isinstance(value, dict):
        return None
    name = value.get("name")
    if isinstance(name, list):
        named = [entry for entry in name if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
        if len(named) > 1:
            named.sort(key=lambda entry: entry.get("languageId") != _VIETNAMESE)
        name = named[0]["name"] if named else None
    if isinstance(name, str) and name.strip():
        return name
    return None if value.get("id") is None else f"id {value['id']}"


def sortable(value: Any) -> str | None:
    """A change time as ISO text in +07:00 with milliseconds, so that texts compare as instants; None if unreadable.

    >>> sortable("2026-08-23T17:00:00.500+0000"), sortable("24/08/2026 00:00:00"), sortable("hôm qua")
    ('2026-08-24T00:00:00.500+07:00', '2026-08-24T00:00:00.000+07:00', None)
    """
    usual = _USUAL.fullmatch(value) if isinstance(value, str) else None
    if usual is None:
        return _sortable(value)
    hour = _local_hour(usual[1], usual[3])
    return None if hour is None else f"{hour}{usual[2]}+07:00"


@lru_cache(maxsize=65_536)
def _local_hour(hour: str, offset: str) -> str | None:
    """An hour somewhere as the same hour in +07:00: minutes and what is below them are the same in both."""
    local = _sortable(f"{hour}:00:00.000{offset}")
    return None if local is None else local[: len(hour)]


def _sortable(value: Any) -> str | None:
    try:
        instant = read_instant(value)
    except ValueError:
        return None
    if instant is None:
        return None
    if isinstance(value, str) and "T" in value:  # iGate's form has milliseconds, which `read_instant` cuts off
        written = datetime.fromisoformat(value.strip())
        instant = (written if written.tzinfo else written.replace(tzinfo=VIETNAM)).astimezone(VIETNAM)
    return instant.isoformat(timespec="milliseconds")


def greatest(records: RecordColumns) -> str | None:
    """The latest change time of some records."""
    return max((time for time in records.values(UPDATED) if time is not None), default=None)


_CUT = "nguồn trả về nhiều hồ sơ có mã gần giống và chưa hết danh sách"


def answer_about(code: str, records: Iterable[Record | None], *, is_whole: bool = True) -> Answer:
    """What found records say about one normalised code; absent only if they are all the source has (`is_whole`).

    Of several the last changed one counts as the answer, then the one with the greatest content digest, as `stage`
    decides between two readings; the others come with it, so that a side read by look-ups alone shows duplicates.
    """
    same = [record for record in records if record is not None and is_about(record, code)]
    if not same:
        return Answer("absent") if is_whole else Answer("failed", reason=_CUT)
    *others, record = sorted(same, key=lambda record: (str(record.get("_updated", "")), _digest(record)))
    return Answer("found", record, others=tuple(others))


def is_about(record: Record, code: str) -> bool:
    """Whether a record carries this normalised code."""
    spelled = record.get("MaHoSo")
    return isinstance(spelled, str) and read_code(spelled) == code


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
