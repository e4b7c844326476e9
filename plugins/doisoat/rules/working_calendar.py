"""Working days, working time and terms (discrepancy-rules §6). Pure; local time +07:00 throughout.

Sources: Bộ luật Lao động Điều 111–112 (holidays, days in lieu), Bộ luật Dân sự 2015 Điều 147–148 (the first
day does not count; a term ends at 24:00 of its last day and moves on when that is a day off), NĐ 118/2025
(limits in working days and working hours). Which days are off stands in `reference/holidays.csv`, read by
`store.reference`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from doisoat.model import VIETNAM
from doisoat.rules.parameters import OFFICE_HOURS, WorkingHours

HOUR = "Giờ"
DAY = "Ngày"
WORKING_DAY = "Ngày làm việc"
MONTH = "Tháng"
UNITS = (HOUR, DAY, WORKING_DAY, MONTH)

_ONE_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class CalendarDay:
    """One row of the calendar table; counts run from the first row of the table."""

    day: date
    is_working: bool
    next_working: date  # `roll(day)`
    working_index: int  # working days up to and including this day
    seconds_before: int  # working seconds before 00:00 of this day


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked and at which hours.

    `off`: days not worked although Monday to Friday. `worked`: days worked although they would be off
    (Saturdays in lieu); `worked` wins. `hours`: intervals of a working day, in order, not overlapping (else
    ValueError).
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    hours: WorkingHours = OFFICE_HOURS

    def __post_init__(self) -> None:
        edges = [edge for interval in self.hours for edge in interval]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise ValueError("working hours must be intervals in order that do not touch or overlap")

    @property
    def day_seconds(self) -> int:
        """Working seconds of one working day (28,800 with the default hours)."""
        return self._seconds_until(86_400)

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def roll(self, day: date) -> date:
        """The day, or the next working day if it is none (BLDS Điều 148 khoản 5)."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def opening(self, day: date) -> datetime:
        """When the working hours of a working day begin."""
        return datetime.combine(day, self.hours[0][0], VIETNAM)

    def add_working_days(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`, which itself does not count; `day` for 0.

        >>> WorkingCalendar().add_working_days(date(2026, 8, 7), 1)  # Friday to Monday
        datetime.date(2026, 8, 10)
        """
        if number < 0:
            raise ValueError("number of working days must not be negative")
        for _ in range(number):
            day = self.roll(day + _ONE_DAY)
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Working days in (a, b]; 0 if b <= a."""
        return sum(self.is_working(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))

    def working_seconds(self, a: datetime, b: datetime) -> int:
        """Seconds of working hours in [a, b), to the second; 0 if b <= a.

        One hour on Friday and half an hour on Monday:

        >>> friday = datetime(2026, 8, 7, 16, tzinfo=VIETNAM)
        >>> WorkingCalendar().working_seconds(friday, datetime(2026, 8, 10, 8, tzinfo=VIETNAM))
        5400
        """
        a, b = _local(a), _local(b)
        if b <= a:
            return 0
        span = (b.date() - a.date()).days
        whole = sum(self.is_working(a.date() + timedelta(days=n)) for n in range(span)) * self.day_seconds
        return whole + self._on_day(b) - self._on_day(a)

    def add_working_seconds(self, start: datetime, seconds: int) -> datetime:
        """The first instant t >= start with `working_seconds(start, t) == seconds`; `start` for 0."""
        start = _local(start)
        if seconds <= 0:
            return start
        day, left = start.date(), seconds + self._on_day(start)
        while not self.is_working(day) or left > self.day_seconds:
            left -= self.day_seconds if self.is_working(day) else 0
            day += _ONE_DAY
        for begin, end in self.hours:
            length = _second_of_day(end) - _second_of_day(begin)
            if left <= length:
                return datetime.combine(day, begin, VIETNAM) + timedelta(seconds=left)
            left -= length
        raise AssertionError("a working day is longer than its hours")

    def term_end(self, start: datetime, amount: float, unit: str) -> datetime:
        """The last second of a term that starts at `start` (the first day does not count).

        `unit` is one of `UNITS`. Terms in days, working days and months end at 24:00, given here as
        23:59:59 of the last day; terms in hours end at an instant. Parts of a day or month count as a whole
        one.

        >>> begin = datetime(2026, 8, 7, 9, tzinfo=VIETNAM)
        >>> WorkingCalendar().term_end(begin, 5, "Ngày làm việc").isoformat()
        '2026-08-14T23:59:59+07:00'
        >>> WorkingCalendar().term_end(begin, 8, "Giờ").isoformat()
        '2026-08-10T09:00:00+07:00'
        """
        if unit == HOUR:
            return self.add_working_seconds(start, round(amount * 3600))
        first, whole = _local(start).date(), math.ceil(amount)
        if unit == WORKING_DAY:
            last = self.add_working_days(first, whole)
        elif unit == DAY:
            last = first + timedelta(days=whole)
        elif unit == MONTH:
            last = _months_on(first, whole)
        else:
            raise ValueError(f"unknown unit of a term: expected one of {', '.join(UNITS)}")
        return end_of_day(self.roll(last))

    def rows(self, first: date, last: date) -> Iterator[CalendarDay]:
        """The calendar as a table, `first` to `last` included, in order."""
        working_index, day_seconds = 0, self.day_seconds
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            seconds_before = working_index * day_seconds
            is_working = self.is_working(day)
            working_index += is_working
            yield CalendarDay(day, is_working, self.roll(day), working_index, seconds_before)

    def _on_day(self, instant: datetime) -> int:
        """Working seconds of the instant's own day before it."""
        return self._seconds_until(_second_of_day(instant.time())) if self.is_working(instant.date()) else 0

    def _seconds_until(self, second: int) -> int:
        """Working seconds of a working day before this second of the day."""
        return sum(max(0, min(second, _second_of_day(end)) - _second_of_day(begin)) for begin, end in self.hours)


def end_of_day(day: date) -> datetime:
    """24:00 of a day, as its last second, so that its date is the day's."""
    return datetime.combine(day, _LAST_SECOND, VIETNAM)


def _local(instant: datetime) -> datetime:
    return instant.astimezone(VIETNAM).replace(microsecond=0)


def _second_of_day(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _months_on(day: date, months: int) -> date:
    """The same day some months on, clipped to the month's end.

    >>> _months_on(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
