"""Which of a file's columns is which field. Names match after NFC, trim and case-folding."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from doisoat.errors import ConfigError
from doisoat.land import fields


class ColumnNames:
    """Their column names -> the wire's (`allowed`); `columns` (wire name -> their name) comes first."""

    def __init__(self, columns: Mapping[str, str], allowed: Iterable[str] = fields.ALLOWED) -> None:
        known = {_folded(name): name for name in allowed}
        self._by_name = dict(known)
        for wire, theirs in columns.items():
            if _folded(wire) not in known:
                raise ConfigError(f"{wire} is no field of the wire", key=f"columns.{wire}")
            self._by_name[_folded(theirs)] = known[_folded(wire)]
        self._mapped = {known[_folded(wire)]: _folded(theirs) for wire, theirs in columns.items()}
        self._seen: dict[str, str | None] = {}

    def wire_name(self, name: str) -> str | None:
        """The wire's name of one of their columns; None if it is not allow-listed."""
        if name not in self._seen:
            self._seen[name] = self._by_name.get(_folded(name))
        return self._seen[name]

    def of_header(self, header: Sequence[str], file: str) -> tuple[list[tuple[int, str]], frozenset[str]]:
        """(position, wire name) of what may land, and all columns; ConfigError if a field stands twice."""
        places: dict[str, list[int]] = {}
        for position, name in enumerate(header):
            if (wire := self.wire_name(name)) is not None:
                places.setdefault(wire, []).append(position)
        taken = sorted((self._one_of(wire, found, header, file), wire) for wire, found in places.items())
        others = frozenset(name for name in header if self.wire_name(name) is None)
        return taken, others | frozenset(places)

    def _one_of(self, wire: str, places: list[int], header: Sequence[str], file: str) -> int:
        mapped = [place for place in places if self._is_mapped(wire, header[place])]
        found = mapped or places
        if len(found) > 1:
            raise ConfigError(f"{file}: two columns are {wire}; remove one of them", key=f"columns.{wire}")
        return found[0]

    def _is_mapped(self, wire: str, name: str) -> bool:
        return self._mapped.get(wire) == _folded(name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("\ufeff", "").strip().casefold()
