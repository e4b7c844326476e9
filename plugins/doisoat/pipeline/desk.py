"""What people do about single discrepancies between the nights; no stage, and no run key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.config import Province, Settings, find_province
from doisoat.errors import ConfigError

if TYPE_CHECKING:
    from doisoat.store.decisions import Known, Line, Wanted, Word
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse


@dataclass(frozen=True)
class Desk:
    """One province's discrepancies as they stand now."""

    province: Province
    warehouse: Warehouse
    _ages: dict[date, int] = field(default_factory=dict, repr=False)  # by the day first seen

    @property
    def code(self) -> str:
        return self.province.province

    @cached_property
    def reference(self) -> Reference:
        from doisoat.store.reference import load_reference

        return load_reference(self.province)

    @cached_property
    def last_night(self) -> date | None:
        """The last business date that was assessed."""
        return self.warehouse.last_night(self.code)

    def age(self, known: Known) -> int:
        """Working days from when it was first seen (this time) to the last night."""
        first, last = known.first_seen_on, self.last_night or known.first_seen_on
        if first not in self._ages:
            self._ages[first] = self.reference.calendar.working_days_between(first, last)
        return self._ages[first]

    def find(self, wanted: Wanted, older_than: int | None = None) -> list[Known]:
        """The longest known first; `older_than` in working days."""
        found = self.warehouse.find(self.code, wanted)
        return found if older_than is None else [one for one in found if self.age(one) > older_than]

    def find_one(self, short_id: str) -> tuple[Known, list[Line]]:
        """One of them with its history."""
        return self.warehouse.find_one(self.code, short_id)

    def say(self, short_id: str, word: Word) -> Known:
        """Add a person's word to one of them."""
        return self.warehouse.say(self.code, short_id, word)


@contextmanager
def open_desk(label: str, *, config: Path | None = None, home: Path | None = None) -> Iterator[Desk]:
    """The desk of a province; ConfigError where no night has ever been run."""
    from doisoat.store.warehouse import open_warehouse

    province, settings = find_province(label, config), Settings.from_environment(home)
    with open_warehouse(settings.warehouse_url) as warehouse:
        desk = Desk(province, warehouse)
        if desk.last_night is None:
            raise ConfigError(f"no night of {desk.code} was ever assessed: run 'doisoat run {label} DATE' first")
        yield desk
