"""How an instant is spelled and read (discrepancy-rules §3, "Instants", "Precision"). Pure; +07:00 throughout."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from doisoat.model import VIETNAM
from doisoat.rules.text import read_text

SENTINEL_DATES = frozenset({date(1, 1, 1), date(1900, 1, 1)})  # empty values of .NET and of Excel

_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12][0-9]|3[01])"
_MONTH1, _DAY1 = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12][0-9]|3[01])"
_HOUR, _SIXTY = r"(?:[01][0-9]|2[0-3])", r"[0-5][0-9]"
_HOUR1 = r"(?:[01]?[0-9]|2[0-3])"
# digits alone: only years a dossier can have, or the empty date of .NET
_DIGIT_DATE = rf"(?:(?:19|20)[0-9][0-9]{_MONTH}{_DAY}|00010101)"
_COMPACT = rf"{_DIGIT_DATE}(?:{_HOUR}{_SIXTY}(?:{_SIXTY})?)?"
_EPOCH = r"[1-4][0-9]{12}"  # milliseconds: 2001-09-09 .. 2128-06-11
_TIME = rf"{_HOUR}:{_SIXTY}(?::{_SIXTY}(?:\.[0-9]{{1,9}})?)?"
_OFFSET = rf"(?:Z|[+-](?:0[0-9]|1[0-4]):?{_SIXTY})"
_ISO = rf"[0-9]{{4}}(?:-{_MONTH}-{_DAY}|/{_MONTH}/{_DAY})(?:[T ]{_TIME})?{_OFFSET}?"
_HALF_DAY = r"(?:0?[1-9]|1[0-2])" + rf":{_SIXTY}(?::{_SIXTY})? ?(?:SA|CH)"
_CLOCK1 = rf"{_HOUR1}:{_SIXTY}(?::{_SIXTY})?"
_VIETNAMESE = rf"(?:{_DAY1}/{_MONTH1}/|{_DAY1}-{_MONTH1}-)[0-9]{{4}}(?: (?:{_HALF_DAY}|{_CLOCK1}))?"

INSTANT_SHAPE: re.Pattern[str] = re.compile(rf"(?:{_COMPACT}|{_EPOCH}|{_ISO}|{_VIETNAMESE})")
"""Use with `fullmatch` on `read_text(value)`: a text of this shape can only be a date, so it may land.

Identity numbers (9 or 12 digits), phone and tax numbers never match; RE2 (DuckDB) understands the pattern
too. Days a month does not have (31/02) match and are refused by `read_instant`.
"""

_ISO_PARTS = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_VIETNAMESE_PARTS = re.compile(
    r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))? ?(SA|CH)?)?", re.ASCII
)


def read_instant(value: object) -> datetime | None:
    """The instant in +07:00, whole seconds (fractions cut off); None for nothing and for sentinel dates.

    Day before month, no offset = local; ValueError for anything that is no instant (rule `date_invalid`).

    >>> read_instant("20/08/2026 3:30:00 CH").isoformat(), read_instant("2026-08-19T17:00:00.9Z").isoformat()
    ('2026-08-20T15:30:00+07:00', '2026-08-20T00:00:00+07:00')
    >>> read_instant("0001-01-01T00:00:00") is None
    True
    """
    written = _written(value)
    if written is None or _is_sentinel(written):
        return None
    try:
        return written.astimezone(VIETNAM)
    except OverflowError:
        raise ValueError("outside the years 1..9999") from None


def is_sentinel(value: object) -> bool:
    """Whether this is a date 0001-01-01 or 1900-01-01, the empty values of .NET and Excel (warning).

    >>> is_sentinel("1900-01-01"), is_sentinel("00010101000000"), is_sentinel("1/1/2026"), is_sentinel("x")
    (True, True, False, False)
    """
    try:
        written = _written(value)
    except ValueError:
        return False
    return written is not None and _is_sentinel(written)


def has_day_precision(instant: datetime) -> bool:
    """Exactly 00:00:00 local, as date-only exports leave it (whether it counts: parameter `midnight_is_day`)."""
    return instant.astimezone(VIETNAM).time() == time(0)


def _is_sentinel(written: datetime) -> bool:
    """By the date as written, or the local one (an empty date that went through UTC)."""
    if written.date() in SENTINEL_DATES:
        return True
    try:
        return written.astimezone(VIETNAM).date() in SENTINEL_DATES
    except OverflowError:
        return False


def _written(value: object) -> datetime | None:
    """The instant with the offset it was written with, whole seconds."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=VIETNAM)
        return aware.replace(microsecond=0)
    if isinstance(value, date):
        return datetime.combine(value, time(0), VIETNAM)
    text = read_text(value)
    if text is None:
        return None
    if isinstance(value, bool) or not INSTANT_SHAPE.fullmatch(text):
        raise ValueError("not a date or time in any known form")
    if text.isdigit():
        return _from_digits(text)
    return _from_iso(text) if text[:4].isdigit() else _from_vietnamese(text)


def _from_digits(text: str) -> datetime:
    if len(text) == 13:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text) // 1000)
    return _local(text[:4], text[4:6], text[6:8], text[8:10], text[10:12], text[12:14])


def _from_iso(text: str) -> datetime:
    parts = _ISO_PARTS.fullmatch(text)
    assert parts is not None  # INSTANT_SHAPE is the narrower pattern
    *numbers, offset = parts.groups()
    local = _local(*numbers)
    if offset is None:
        return local
    return local.replace(tzinfo=_zone(offset))


def _zone(offset: str) -> timezone:
    """`Z`, `+0700` or `+07:00`, which INSTANT_SHAPE has checked."""
    if offset == "Z":
        return UTC
    away = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-away if offset[0] == "-" else away)


def _from_vietnamese(text: str) -> datetime:
    parts = _VIETNAMESE_PARTS.fullmatch(text)
    assert parts is not None
    day, month, year, hour, minute, second, half = parts.groups()
    if half:
        hour = str(int(hour) % 12 + (12 if half == "CH" else 0))
    return _local(year, month, day, hour, minute, second)


def _local(year: str, month: str, day: str, *clock: str | None) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    return datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=VIETNAM)
