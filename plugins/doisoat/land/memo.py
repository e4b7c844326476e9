"""Results that are computed once for each different value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_REMEMBERED = 16_384  # different values; beyond that all are forgotten, so that memory stays flat


class Memo(dict[Any, Any]):
    """Results of `read` by value; only for values of one type."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> Any:
        result = self[value] = self._read(value)
        return result

    def each(self, values: Iterable[Any]) -> list[Any]:
        """The result of each value, in order."""
        if len(self) > _REMEMBERED:
            self.clear()
        return list(map(self.__getitem__, values))
