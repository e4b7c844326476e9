"""Records of a table that has its columns at hand: no object a record unless somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from doisoat.land.source import Record

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]


class RecordColumns(Sequence[Record]):
    """A `Page.records` by columns: field -> its texts, all of one length, none of them null."""

    def __init__(self, columns: Mapping[str, pa.StringArray], rows: int) -> None:
        self.columns = columns
        self._rows = rows

    def __len__(self) -> int:
        return self._rows

    @overload
    def __getitem__(self, row: int) -> Record: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Record]: ...
    def __getitem__(self, row: int | slice) -> Record | Sequence[Record]:
        if isinstance(row, slice):
            return list(self)[row]
        place = range(self._rows)[row]  # negative ones too; IndexError beyond the end
        return {name: texts[place].as_py() for name, texts in self.columns.items()}

    def __iter__(self) -> Iterator[Record]:
        if not self.columns:
            return iter([{}] * self._rows)
        texts = (column.to_pylist() for column in self.columns.values())
        return (dict(zip(self.columns, row, strict=True)) for row in zip(*texts, strict=True))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]
