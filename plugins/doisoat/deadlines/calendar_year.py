"""One year of the working calendar in force, with the rows of the tables that decided it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from doisoat.config import Province
from doisoat.errors import ConfigError
from doisoat.rules.calendar_days import DayRow, switch_values
from doisoat.rules.parameters import CALENDAR_PARAMETERS, RuleParameters
from doisoat.store.calendar_tables import CalendarFiles, calendar_version, load_days, working_calendar
from doisoat.store.reference import SHIPPED, calendar_files


@dataclass(frozen=True)
class Switch:
    """A parameter that decides about days, its value in force, and the values it can have."""

    name: str
    value: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class CalendarYear:
    """`off`: days off that would be worked (Monday to Friday); `worked`: worked Saturdays; `switches`: of this year."""

    year: int
    province: str  # empty: as shipped
    version: str
    working_days: int
    off: tuple[DayRow, ...]
    worked: tuple[DayRow, ...]
    switches: tuple[Switch, ...]


def calendar_year(year: int, province: Province | None = None) -> CalendarYear:
    """The year as a province judges it; ConfigError for a year of which the tables say nothing."""
    rules = province.rules if province else RuleParameters()
    files = (
        calendar_files(province)
        if province
        else CalendarFiles(SHIPPED / "holidays.csv", SHIPPED / "holiday_overrides.csv")
    )
    days = load_days(files, rules)
    years = sorted({day.year for day in (*days.off, *days.worked)})
    if year not in years:
        known = f"{years[0]}-{years[-1]}" if years else "none"
        raise ConfigError(f"the tables have no day off in {year} (years: {known}); add its rows", file=files.base)
    calendar = working_calendar(days, rules)
    return CalendarYear(
        year=year,
        province=province.province if province else "",
        version=calendar_version(calendar),
        working_days=calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)),
        off=tuple(row for day, row in sorted(days.off.items()) if day.year == year and day.weekday() < 5),
        worked=tuple(row for day, row in sorted(days.worked.items()) if day.year == year),
        switches=tuple(_switch(name, rules) for name in CALENDAR_PARAMETERS if _concerns(name, year)),
    )


def _switch(name: str, rules: RuleParameters) -> Switch:
    value = getattr(rules, name)
    return Switch(name, str(value).lower() if isinstance(value, bool) else value, switch_values(name))


def _concerns(name: str, year: int) -> bool:
    """A parameter whose name has a year is about that year; any other about each from 2026 on."""
    named = [int(part) for part in name.split("_") if len(part) == 4 and part.isdigit()]
    return year in named if named else year >= 2026
