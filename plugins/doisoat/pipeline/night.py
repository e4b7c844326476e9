"""The night: one run of one province, and all that every stage gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import Province, Settings, find_province
from doisoat.errors import ConfigError
from doisoat.model import RunKey
from doisoat.store.layout import RunFiles

if TYPE_CHECKING:
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse

Counts = dict[str, Any]
Progress = Callable[[str, int, int | None], None]  # (what, done, of how many if known)


def _silent(what: str, done: int, total: int | None) -> None:
    """No terminal, no progress."""


@dataclass(frozen=True)
class Night:
    """One run of one province: what every stage gets."""

    province: Province
    key: RunKey
    settings: Settings
    late: bool = False  # an older date may still be read from a live source
    full: bool = False  # read and compare everything, even where changes would do
    rewind: bool = False  # take later nights' lifecycle back before this one is assessed again
    progress: Progress = field(default=_silent, compare=False)

    @property
    def files(self) -> RunFiles:
        return RunFiles(self.settings.home, self.key)

    @property
    def spill(self) -> Path:
        return self.settings.home / "tmp" / self.key.province_code

    @cached_property
    def reference(self) -> Reference:
        from doisoat.store.reference import load_reference

        return load_reference(self.province)

    def warehouse(self) -> Warehouse:
        """The warehouse, migrated when it is the embedded one, else required to be current."""
        from doisoat.store.warehouse import open_warehouse

        return open_warehouse(self.settings.warehouse_url)


def open_night(
    label: str,
    business_date: str,
    *,
    config: Path | None = None,
    home: Path | None = None,
    late: bool = False,
    full: bool = False,
    rewind: bool = False,
    progress: Progress = _silent,
) -> Night:
    """The night a command or a task means; ConfigError for a wrong province, file or date."""
    province = find_province(label, config)
    key = RunKey(province.province, read_day(business_date, "DATE"))
    settings = Settings.from_environment(home)
    return Night(province, key, settings, late=late, full=full, rewind=rewind, progress=progress)


def read_day(text: str, where: str) -> date:
    """The day an argument or option names; ConfigError says where."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{where} is a day like 2026-09-03, not {text!r}") from None
