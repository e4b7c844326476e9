"""Which columns a side offers. **Column absent ≠ value null**: a kind that needs an absent one is not evaluated.

A place is one file, or an API as a whole. A column counts for the side only if every place with rows has it:
its absence from one file would otherwise be read as empty values there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doisoat.land import fields

_PLAIN_NAME = re.compile(r"[^\W\d][\w .()/-]{0,59}")
_MANY_DIGITS = re.compile(r"(?:\d\D?){6}")
_NAMES_KEPT = 200


@dataclass(frozen=True)
class Coverage:
    """Columns by place (the allow-listed ones), and the names of what was dropped."""

    by_place: dict[str, frozenset[str]]
    dropped: list[str]

    @classmethod
    def of(cls, receipts: Iterable[Mapping[str, Any]]) -> Coverage:
        """From the receipts of all pages; pages without a record say nothing about columns."""
        by_place: dict[str, frozenset[str]] = {}
        dropped: dict[str, str] = {}  # one spelling of each
        for receipt in receipts:
            if not receipt.get("steps") and (receipt["part"]["rows"] or receipt["secret_rows"]):
                place = receipt["place"]
                by_place[place] = by_place.get(place, frozenset()) | frozenset(receipt["columns"])
            dropped |= {name.strip().casefold(): name.strip() for name in reversed(receipt["dropped"])} | dropped
        return cls(by_place, sorted(dropped.values())[:_NAMES_KEPT])

    @property
    def columns(self) -> frozenset[str]:
        """Columns that every place has."""
        places = list(self.by_place.values())
        return frozenset.intersection(*places) if places else frozenset()

    def places(self) -> Iterator[tuple[str, frozenset[str]]]:
        yield from sorted(self.by_place.items())


def bounded_names(names: Iterable[str]) -> list[str]:
    """Names of dropped columns, sorted; one that could be somebody's data becomes `cột <n>`.

    >>> bounded_names(["ChuHoSo", "0912345678", "a@b.vn"])
    ['cột 1', 'ChuHoSo', 'cột 3']
    """
    ordered = sorted(set(names) - fields.ALLOWED)[:_NAMES_KEPT]
    return [name if _is_plain(name) else f"cột {number}" for number, name in enumerate(ordered, 1)]


def _is_plain(name: str) -> bool:
    return _PLAIN_NAME.fullmatch(name) is not None and _MANY_DIGITS.search(name) is None
