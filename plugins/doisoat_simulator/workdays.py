"""The simulator's own calendar: which days offices are open, read from ``data/days_off.csv``."""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

DAY = timedelta(days=1)
CLOSING = time(17, 0)
_FIRST, _LAST = date(2023, 6, 1), date(2028, 12, 31)


class Workdays:
    """Open days of the administration, as a sorted list that is searched."""

    def __init__(self, off: frozenset[date], worked: frozenset[date]) -> None:
        count = (_LAST - _FIRST).days + 1
        every = (_FIRST + timedelta(days=n) for n in range(count))
        self._days = [d for d in every if d in worked or (d.weekday() < 5 and d not in off)]
        self._open = frozenset(self._days)

    def is_open(self, day: date) -> bool:
        """Is this a working day?"""
        return day in self._open

    def shift(self, day: date, steps: int) -> date:
        """The n-th working day strictly after (n > 0) or before (n < 0) a day; n = 0 gives the day."""
        if steps == 0:
            return day
        if steps > 0:
            return self._days[bisect_right(self._days, day) + steps - 1]
        return self._days[bisect_left(self._days, day) + steps]

    def roll(self, day: date) -> date:
        """The day itself, or the next working day if it is none."""
        return self._days[bisect_left(self._days, day)]

    def back(self, day: date) -> date:
        """The day itself, or the working day before it if it is none."""
        return day if day in self._open else self.shift(day, -1)

    def between(self, first: date, last: date) -> list[date]:
        """Working days of a closed interval."""
        return self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]

    def older_from(self, moment: datetime) -> date:
        """First date at whose last second more than eight working hours have gone by since a moment.

        A moment before closing time of a working day leaves a rest of that day; with the whole next
        working day that is more than eight hours. From closing time on, the next working day gives
        exactly eight hours, which is not more, so it takes one more.
        """
        day = moment.date()
        if not self.is_open(day) or moment.time() >= CLOSING:
            day = self.shift(day, 1)
        return self.shift(day, 1)

    def term_end(self, start: date, amount: int, unit: str) -> date:
        """Last day of a term that begins the day after ``start``."""
        if unit == "Ngày làm việc":
            return self.shift(start, amount)
        if unit == "Ngày":
            return self.roll(start + timedelta(days=amount))
        months = start.month - 1 + amount
        year, month = start.year + months // 12, months % 12 + 1
        return self.roll(date(year, month, min(start.day, _month_days(year, month))))


def _month_days(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


@cache
def workdays() -> Workdays:
    """The calendar of the package."""
    path = Path(__file__).parent / "data" / "days_off.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [(date.fromisoformat(row["day"]), row["kind"]) for row in csv.DictReader(handle)]
    off = frozenset(day for day, kind in rows if kind == "off")
    return Workdays(off, frozenset(day for day, kind in rows if kind == "worked"))
