"""Reporting periods: which days a published month covers. Values only; local days (+07:00), no clock.

Two definitions of "August 2026" are in use: the calendar month, and the statutory month from the 15th of the month
before to the 14th (NĐ 09/2019/NĐ-CP Điều 12, kept by TT 09/2026/TT-BTP Điều 10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from doisoat.model import VIETNAM

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class PeriodDefinition(StrEnum):
    """How the days of a month are cut."""

    CALENDAR = "calendar"
    STATUTORY = "statutory"

    @property
    def label(self) -> str:
        return {
            "calendar": "tháng dương lịch (từ ngày 1 đến ngày cuối tháng)",
            "statutory": "kỳ báo cáo (từ ngày 15 tháng trước đến ngày 14)",
        }[self.value]

    @property
    def other(self) -> PeriodDefinition:
        return PeriodDefinition.STATUTORY if self is PeriodDefinition.CALENDAR else PeriodDefinition.CALENDAR


@dataclass(frozen=True, order=True)
class Period:
    """One month by one definition.

    >>> str(Period(2026, 8)), str(Period(2026, 8, PeriodDefinition.STATUTORY))
    ('2026-08', '2026-08 (15/7–14/8)')
    """

    year: int
    month: int
    definition: PeriodDefinition = PeriodDefinition.CALENDAR

    @property
    def name(self) -> str:
        """The month as it is published, `2026-08`."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> date:
        first = date(self.year, self.month, 1)
        if self.definition is PeriodDefinition.CALENDAR:
            return first
        return (first - timedelta(days=1)).replace(day=15)

    @property
    def last_day(self) -> date:
        if self.definition is PeriodDefinition.STATUTORY:
            return date(self.year, self.month, 14)
        return (date(self.year, self.month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def ends_at(self) -> datetime:
        """Its last second, tz-aware."""
        return datetime.combine(self.last_day, time(23, 59, 59), VIETNAM)

    def is_over(self, as_of: datetime) -> bool:
        return self.ends_at <= as_of

    def by(self, definition: PeriodDefinition) -> Period:
        """The same month, cut in another way."""
        return Period(self.year, self.month, definition)

    def __str__(self) -> str:
        if self.definition is PeriodDefinition.CALENDAR:
            return self.name
        first, last = self.first_day, self.last_day
        return f"{self.name} ({first.day}/{first.month}–{last.day}/{last.month})"


def read_month(text: str) -> str | None:
    """The last month (`YYYY-MM`) a text names, None if it names none.

    >>> read_month("national_scores_phu_tho_2026-08.csv")
    '2026-08'
    """
    found = _MONTH.findall(text)
    return "-".join(found[-1]) if found else None


def period_of(name: str, definition: PeriodDefinition) -> Period:
    """The period of a month written `YYYY-MM`."""
    year, _, month = name.partition("-")
    return Period(int(year), int(month), definition)


def finished_months(day: date, definition: PeriodDefinition, count: int) -> list[Period]:
    """The last `count` months that are over at the end of `day`, earliest first.

    >>> [str(one) for one in finished_months(date(2026, 9, 3), PeriodDefinition.CALENDAR, 2)]
    ['2026-07', '2026-08']
    """
    found: list[Period] = []
    year, month = day.year, day.month
    while len(found) < count:
        period = Period(year, month, definition)
        if period.last_day <= day:
            found.append(period)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found[::-1]
