"""Reporting periods of every length: month, quarter, half-year, year, by either definition of a month.

A longer period is the months it is made of, so a statutory quarter begins on the 15th of the month before it and ends
on the 14th of its last month (NĐ 09/2019/NĐ-CP Điều 12). Values only; local days (+07:00), no clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from doisoat.rules.periods import Period, PeriodDefinition

_NAME = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2])|-Q([1-4])|-H([12]))?")
_ROMAN = ("I", "II", "III", "IV")


class Length(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.value]


@dataclass(frozen=True, order=True)
class ReportingPeriod:
    """One period; `number` counts periods of its length from 1 January.

    >>> str(ReportingPeriod(2026, Length.QUARTER, 3)), ReportingPeriod(2026, Length.QUARTER, 3).label
    ('2026-Q3', 'Quý III/2026')
    """

    year: int
    length: Length
    number: int = 1
    definition: PeriodDefinition = PeriodDefinition.CALENDAR

    @property
    def first_day(self) -> date:
        return self._month((self.number - 1) * self.length.months + 1).first_day

    @property
    def last_day(self) -> date:
        return self._month(self.number * self.length.months).last_day

    def _month(self, month: int) -> Period:
        return Period(self.year, month, self.definition)

    @property
    def label(self) -> str:
        """What people call it, Vietnamese."""
        if self.length is Length.MONTH:
            return f"Tháng {self.number}/{self.year}"
        if self.length is Length.QUARTER:
            return f"Quý {_ROMAN[self.number - 1]}/{self.year}"
        if self.length is Length.HALF_YEAR:
            return f"6 tháng {('đầu', 'cuối')[self.number - 1]} năm {self.year}"
        return f"Năm {self.year}"

    def before(self) -> ReportingPeriod:
        """The period of the same length that ends when this one begins."""
        return period_around(self.first_day - timedelta(days=1), self.length, self.definition)

    def __str__(self) -> str:
        suffix = {"month": f"-{self.number:02}", "quarter": f"-Q{self.number}", "half_year": f"-H{self.number}"}
        return f"{self.year}{suffix.get(self.length.value, '')}"


def period_around(day: date, length: Length, definition: PeriodDefinition) -> ReportingPeriod:
    """The period a day lies in; the 15th of a month belongs to the next statutory month.

    >>> str(period_around(date(2026, 12, 15), Length.YEAR, PeriodDefinition.STATUTORY))
    '2027'
    """
    year, month = day.year, day.month
    if definition is PeriodDefinition.STATUTORY and day.day > 14:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return ReportingPeriod(year, length, (month - 1) // length.months + 1, definition)


def read_period(text: str, definition: PeriodDefinition) -> ReportingPeriod | None:
    """The period a text like `2026-08`, `2026-Q3`, `2026-H1`, `2026` names; None if it names none.

    >>> read_period("2026-H1", PeriodDefinition.CALENDAR).last_day
    datetime.date(2026, 6, 30)
    """
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    year, *numbers = found.groups()
    for length, number in zip((Length.MONTH, Length.QUARTER, Length.HALF_YEAR), numbers, strict=True):
        if number:
            return ReportingPeriod(int(year), length, int(number), definition)
    return ReportingPeriod(int(year), Length.YEAR, 1, definition)


def nightly_periods(
    day: date, lengths: tuple[Length, ...], definition: PeriodDefinition, finished_months: int
) -> Iterator[ReportingPeriod]:
    """What a night looks at: the last finished months, the latest first, then the running period of every length.

    >>> [str(one) for one in nightly_periods(date(2026, 9, 3), tuple(Length), PeriodDefinition.CALENDAR, 2)]
    ['2026-08', '2026-07', '2026-09', '2026-Q3', '2026-H2', '2026']
    """
    month = period_around(day, Length.MONTH, definition)
    finished: list[ReportingPeriod] = []
    while len(finished) < finished_months:
        month = month.before()
        finished.append(month)
    yield from finished
    yield from (period_around(day, length, definition) for length in Length if length in lengths)


def just_ended(day: date, definition: PeriodDefinition, within_days: int) -> list[ReportingPeriod]:
    """The periods of every length that ended together, last on or before a day; none where that is longer ago.

    >>> [str(one) for one in just_ended(date(2026, 3, 14), PeriodDefinition.STATUTORY, 10)]
    ['2026-03', '2026-Q1']
    >>> just_ended(date(2026, 3, 25), PeriodDefinition.STATUTORY, 10)
    []
    """
    month = period_around(day, Length.MONTH, definition)
    month = month if month.last_day <= day else month.before()
    if (day - month.last_day).days > within_days:
        return []
    around = (period_around(month.last_day, length, definition) for length in Length)
    return [one for one in around if one.last_day == month.last_day]


def period_facts(period: ReportingPeriod, day: date) -> dict[str, Any]:
    """What people need to know about a period, seen on a business date."""
    return {
        "period": str(period),
        "label": period.label,
        "length": period.length.value,
        "first_day": period.first_day.isoformat(),
        "last_day": min(period.last_day, day).isoformat(),
        "is_running": period.last_day > day,
    }
