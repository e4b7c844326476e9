"""The lines of a JSON lines file: one object each, or many at once as columns where each is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.text_lines import TextLines
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Record

_MARK = b"\xef\xbb\xbf"  # of the byte order


class JsonLines(TextLines):
    """Reads records under the wire's names; `columns` collects what the file offers."""

    def records(self, names: ColumnNames, columns: set[str]) -> Iterator[Record | None]:
        """One by one; a line that is no object has no shape, an empty one is skipped."""
        wire_name = names.wire_name
        for line in self:
            if not line.strip():
                continue
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError:
                value = None
            if not isinstance(value, dict):
                yield None
                continue
            columns.update(wire_name(name) or name for name in value)
            yield {wire: cell for name, cell in value.items() if (wire := wire_name(name)) is not None}

    def columns(self, rows: int, names: ColumnNames, columns: set[str]) -> RecordColumns | None:
        """The next `rows` records (at the end fewer) as columns; None, and nothing taken, where a line is no object."""
        if not self._has_ahead(rows):
            return None
        lines = self._ahead[self._at :].split(b"\n", rows)
        rest = b"" if len(lines) <= rows and lines[-1] else lines.pop()  # "" behind the last end
        size = len(self._ahead) - self._at - len(rest)
        if not lines:
            return None
        if self.number == 0:
            lines[0] = lines[0].removeprefix(_MARK)
        try:
            objects = list(map(orjson.loads, lines))
        except orjson.JSONDecodeError:
            return None
        table = _table(objects, names, columns)
        if table is not None:
            self._take(size, len(lines))
        return table


def _table(objects: Sequence[Any], names: ColumnNames, columns: set[str]) -> RecordColumns | None:
    """The same by columns; None where something is no object, or a field may stand twice in one."""
    if not {dict}.issuperset(map(type, objects)):
        return None
    shapes = set(map(tuple, objects))
    present = set[str]().union(*shapes)
    taken = {name: wire for name in sorted(present) if (wire := names.wire_name(name)) is not None}
    if len(set(taken.values())) < len(taken):
        return None
    columns.update(taken.get(name, name) for name in present)
    return RecordColumns(_values(objects, taken, is_table=len(shapes) == 1), len(objects))


def _values(
    objects: Sequence[Mapping[str, Any]], taken: Mapping[str, str], *, is_table: bool
) -> dict[str, Sequence[Any]]:
    """Wire name -> values; `is_table`: every object has every name."""
    if is_table and len(taken) > 1:
        return dict(zip(taken.values(), zip(*map(itemgetter(*taken), objects), strict=True), strict=True))
    return {wire: [one.get(name) for one in objects] for name, wire in taken.items()}
