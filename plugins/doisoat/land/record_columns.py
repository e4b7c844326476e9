"""Records by their columns: no object a record unless somebody asks for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, overload

from doisoat.land.source import Record

# Of one field, row by row: None where the record does not have it. Or a `pa.StringArray` without nulls, where "" means
# nothing; this module does without pyarrow, which the threads that only fetch pages do not need.
Values = Sequence[Any]

_NO_RECORD: Record = {}


class RecordColumns(Sequence[Record | None]):
    """A `Page.records` by columns: field -> its values, all of one length. `shapeless`: rows that are no records."""

    def __init__(self, columns: Mapping[str, Values], rows: int, shapeless: Collection[int] = frozenset()) -> None:
        self.columns = columns
        self.shapeless = frozenset(shapeless)
        self._rows = rows

    @classmethod
    def of(cls, records: Sequence[Record | None]) -> RecordColumns:
        """The columns of any records."""
        if isinstance(records, cls):
            return records
        shapeless = [row for row, record in enumerate(records) if record is None]
        shaped = [_NO_RECORD if record is None else record for record in records]
        present = set[str]().union(*shaped)
        names = sorted(present)
        columns: dict[str, Values]
        if len(names) > 1 and set(map(len, shaped)) == {len(present)}:  # a table: every record has every field
            columns = dict(zip(names, zip(*map(itemgetter(*names), shaped), strict=True), strict=True))
        else:
            columns = {name: [record.get(name) for record in shaped] for name in names}
        return cls(columns, len(records), shapeless)

    def values(self, name: str) -> Values:
        """The values of a field, None in every row where there is no such column."""
        return self.columns[name] if name in self.columns else [None] * self._rows

    def put(self, name: str, values: Sequence[Any]) -> RecordColumns:
        """The same records with other values of one field; without the field where there is no value at all."""
        others = {other: column for other, column in self.columns.items() if other != name}
        more = {name: values} if values.count(None) < self._rows else {}
        return RecordColumns({**others, **more}, self._rows, self.shapeless)

    def picked(self, rows: Sequence[int]) -> RecordColumns:
        """Only these rows, in this order."""
        if len(rows) == self._rows:
            return self
        columns: dict[str, Values] = {
            name: [values[row] for row in rows] if isinstance(values, Sequence) else values.take(rows)
            for name, values in self.columns.items()
        }
        return RecordColumns(columns, len(rows), [place for place, row in enumerate(rows) if row in self.shapeless])

    def __len__(self) -> int:
        return self._rows

    @overload
    def __getitem__(self, row: int) -> Record | None: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Record | None]: ...
    def __getitem__(self, row: int | slice) -> Record | Sequence[Record | None] | None:
        if isinstance(row, slice):
            return list(self)[row]
        place = range(self._rows)[row]  # negative ones too; IndexError beyond the end
        if place in self.shapeless:
            return None
        return _record(self.columns, (_plain(values[place]) for values in self.columns.values()))

    def __iter__(self) -> Iterator[Record | None]:
        if not self.columns:
            return iter([None if row in self.shapeless else {} for row in range(self._rows)])
        columns = (values if isinstance(values, Sequence) else values.to_pylist() for values in self.columns.values())
        rows = enumerate(zip(*columns, strict=True))
        return (None if row in self.shapeless else _record(self.columns, values) for row, values in rows)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def _record(names: Iterable[str], values: Iterable[Any]) -> Record:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _plain(value: Any) -> Any:
    """A cell of a StringArray as the text it is."""
    return value.as_py() if hasattr(value, "as_py") else value
