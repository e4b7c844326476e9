"""The tables of days off and worked Saturdays: read, checked, laid over each other, named by what is in force.

Three layers (docs/data-contracts.md): the base, generated from the library `holidays` (`store.library_days`) or a
province's own; the shipped overrides, with the document behind each row; a province's own overrides. A base of its own
is taken at its word: of the shipped overrides only rows count whose parameter the province has changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from doisoat.errors import ConfigError
from doisoat.rules.calendar_days import OFF, SORTS, WORKED, CalendarDays, DayRow, days_in_force, read_switch
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.reference_rows import Cells, read_rows

_BASE_COLUMNS = ("ngay", "loai", "can_cu")
_OVERRIDE_COLUMNS = (*_BASE_COLUMNS, "dieu_kien", "ghi_chu", "da_kiem_chung")
_YES, _NO = "co", "khong"


@dataclass(frozen=True)
class CalendarFiles:
    """Where the layers lie; `own`: a province's overrides, if it has any."""

    base: Path
    overrides: Path
    own: Path | None = None
    base_is_shipped: bool = True


def load_days(files: CalendarFiles, parameters: RuleParameters) -> CalendarDays:
    """The days in force; ConfigError names file, line and column of a row that cannot be right."""
    shipped = _read(files.overrides, parameters)
    if not files.base_is_shipped:
        changed = parameters.changed()
        shipped = [row for row in shipped if row.switch and row.switch[0] in changed]
    layers = [_read(files.base, parameters, is_base=True), shipped]
    if files.own is not None:
        layers.append(_read(files.own, parameters))
    return days_in_force(layers, parameters)


def working_calendar(days: CalendarDays, parameters: RuleParameters) -> WorkingCalendar:
    """The calendar of these days at the parameter `working_hours`."""
    try:
        return days.calendar(parameters.working_hours)
    except ValueError as error:
        raise ConfigError(str(error), key="rules.working_hours") from None


def calendar_version(calendar: WorkingCalendar) -> str:
    """A digest of what is in force: days off, worked days, hours."""
    parts = [*(f"-{day}" for day in sorted(calendar.off)), *(f"+{day}" for day in sorted(calendar.worked))]
    text = "\n".join([*parts, *(f"{begin}-{end}" for begin, end in calendar.hours)])
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _read(file: Path, parameters: RuleParameters, *, is_base: bool = False) -> list[DayRow]:
    """The rows of one table; rows that hold at once must not contradict each other."""
    columns, make = (_BASE_COLUMNS, _base_row) if is_base else (_OVERRIDE_COLUMNS, _override)
    rows = list(read_rows(file, columns, make))
    seen: dict[object, DayRow] = {}
    for line, row in rows:
        if not row.holds(parameters):
            continue
        earlier = seen.setdefault(row.day, row)
        if earlier.contradicts(row):
            raise ConfigError(_contradiction(row, earlier), file=file, line=line, key="ngay")
    return [row for _, row in rows]


def _contradiction(row: DayRow, earlier: DayRow) -> str:
    if {row.sort, earlier.sort} == {OFF, WORKED}:
        return f"{row.day} is both off and worked"
    return f"{row.day} is both {earlier.sort} and {row.sort}; keep one of the rows"


def _base_row(cells: Cells) -> DayRow:
    day, sort = cells.day("ngay"), cells.one_of("loai", (OFF, WORKED))
    if day is None or sort is None:
        raise ValueError("ngay" if day is None else "loai", "must not be empty")
    return DayRow(day, sort, cells.text("can_cu") or "")


def _override(cells: Cells) -> DayRow:
    day, sort, document = cells.day("ngay"), cells.one_of("loai", SORTS), cells.text("can_cu")
    verified = cells.one_of("da_kiem_chung", (_YES, _NO))
    if day is None or sort is None:
        raise ValueError("ngay" if day is None else "loai", "must not be empty")
    if document is None:
        raise ValueError("can_cu", "name the document behind this row")
    if verified is None:
        raise ValueError("da_kiem_chung", f"say whether the document was read: {_YES} or {_NO}")
    return DayRow(day, sort, document, _switch(cells), cells.text("ghi_chu") or "", verified == _YES)


def _switch(cells: Cells) -> tuple[str, str] | None:
    text = cells.text("dieu_kien")
    if text is None:
        return None
    try:
        return read_switch(text)
    except ValueError as error:
        raise ValueError("dieu_kien", str(error)) from None
