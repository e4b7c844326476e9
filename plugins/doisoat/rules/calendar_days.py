"""Which days are off and which Saturdays are worked: rows of a base table and of overrides become one calendar. Pure.

A row may hang on a parameter (`tet_2027=option_2`), because some days are not decided yet, or were read in no document.
Reading the files is `store.calendar_tables`; computing with the days is `rules.working_calendar`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args, get_origin

from doisoat.rules.parameters import CALENDAR_PARAMETERS, RuleParameters, WorkingHours
from doisoat.rules.working_calendar import WorkingCalendar

OFF, WORKED, NOT_OFF, NOT_WORKED = "nghi", "lam_bu", "bo_nghi", "bo_lam_bu"
SORTS = (OFF, WORKED, NOT_OFF, NOT_WORKED)  # a day off, a worked one, and either taken back
_CONTRARY = ({OFF, WORKED}, {OFF, NOT_OFF}, {WORKED, NOT_WORKED})


@dataclass(frozen=True)
class DayRow:
    """What a table says about one day. `switch`: the parameter and the value it needs; None = always."""

    day: date
    sort: str
    document: str
    switch: tuple[str, str] | None = None
    note: str = ""
    is_verified: bool = True

    def holds(self, parameters: RuleParameters) -> bool:
        if self.switch is None:
            return True
        name, value = self.switch
        return _spelled(getattr(parameters, name)) == value

    def contradicts(self, other: DayRow) -> bool:
        """The same day said to be two things that cannot both be."""
        return self.day == other.day and {self.sort, other.sort} in _CONTRARY


@dataclass(frozen=True)
class CalendarDays:
    """The days in force, each with the row that decided it."""

    off: Mapping[date, DayRow]
    worked: Mapping[date, DayRow]

    def calendar(self, hours: WorkingHours) -> WorkingCalendar:
        """ValueError if the hours are no intervals in order."""
        return WorkingCalendar(frozenset(self.off), frozenset(self.worked), hours)


def days_in_force(tables: Iterable[Iterable[DayRow]], parameters: RuleParameters) -> CalendarDays:
    """The tables laid over each other, a later one decides; rows whose switch is off say nothing."""
    decided: dict[date, DayRow] = {}
    for table in tables:
        for row in table:
            if row.holds(parameters):
                decided[row.day] = row
    return CalendarDays(*({day: row for day, row in decided.items() if row.sort == sort} for sort in (OFF, WORKED)))


def read_switch(text: str) -> tuple[str, str]:
    """`tet_2027=option_1` as (parameter, value); ValueError says which there are.

    >>> read_switch("holiday_24_11 = false")
    ('holiday_24_11', 'false')
    """
    name, _, value = (part.strip() for part in text.partition("="))
    if name not in CALENDAR_PARAMETERS:
        raise ValueError(f"no parameter {name!r} decides about days (there are {', '.join(CALENDAR_PARAMETERS)})")
    if value not in (allowed := switch_values(name)):
        raise ValueError(f"expected {name}= and one of {', '.join(allowed)}")
    return name, value


def switch_values(name: str) -> tuple[str, ...]:
    """The values a calendar parameter can have, as a table spells them.

    >>> switch_values("swap_2026_01")
    ('true', 'false')
    """
    kind = RuleParameters.model_fields[name].annotation
    return get_args(kind) if get_origin(kind) is Literal else ("true", "false")


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
