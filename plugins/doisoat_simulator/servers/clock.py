"""The frozen clock: the simulator lives at 00:30:00 +07:00 of the day after its business date, always."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07:00")


def frozen_now(business_date: date) -> datetime:
    """The only instant the simulator knows; tz-aware, +07:00."""
    return datetime.combine(business_date + timedelta(days=1), time(0, 30), VIETNAM)


def http_date(instant: datetime) -> str:
    """An instant as an RFC 9110 `Date` header.

    >>> http_date(datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM))
    'Thu, 03 Sep 2026 17:30:00 GMT'
    """
    utc = instant.astimezone(UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[utc.weekday()]
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * utc.month - 3 : 3 * utc.month]
    return f"{day}, {utc.day:02d} {month} {utc.year:04d} {utc:%H:%M:%S} GMT"
