"""How the value of one field is read at the edge: what of it may land, as text; nothing about its meaning.

Each reader gives the text (or 0/1) that lands, None where there is nothing, `Bounded` for text that is too long or
looks personal, `Unreadable` for a value that cannot be what its field is. Errors never repeat the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from doisoat.land import fields
from doisoat.model import VIETNAM
from doisoat.rules.values import (
    INSTANT_SHAPE,
    code_problem,
    read_channel,
    read_code,
    read_integer,
    read_text,
)

CODE_LENGTH = 50
WORD_LENGTH = 60
_RAW_LENGTH = 2 * CODE_LENGTH  # a code with blanks in it; beyond that its normalised spelling lands
_EXACT = 1e15  # spreadsheets keep 15 digits: a longer number is no longer the one that was typed
_NINE_DIGITS = re.compile(r"\d{9}")
_ONLY_DIGITS = re.compile(r"[\d./+-]+")
_FLAG_WORDS = {"true": 1, "false": 0}


class Bounded(ValueError):
    """Text that is too long or looks personal."""


class Unreadable(ValueError):
    """A value that cannot be what its field is."""


def as_text(value: Any) -> str | None:
    """A scalar as text: whole numbers as digits, dates as ISO (naive = local); ValueError for anything else."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        return _number_text(value)
    if isinstance(value, datetime):
        return _datetime_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    raise Unreadable


def _datetime_text(value: datetime) -> str:
    whole = value.replace(microsecond=0)
    try:
        return (whole.astimezone(VIETNAM) if whole.tzinfo else whole).isoformat()
    except OverflowError:  # the first or last day of the calendar
        return whole.isoformat()


def _number_text(value: float | Decimal) -> str | None:
    if value != value:  # not a number: how tables spell an empty cell
        return None
    if isinstance(value, float) and abs(value) >= _EXACT:  # infinity too
        raise Unreadable
    return str(int(value)) if value == int(value) else str(value)


# --- what is no single text ---


def is_filled(value: Any) -> bool:
    """Whether there is a result: non-blank text, or a list with an element that has an address."""
    if isinstance(value, list | tuple):
        return any(is_filled(element) for element in value)
    if isinstance(value, Mapping):
        return is_filled(value[fields.RESULTS[0]]) if fields.RESULTS[0] in value else bool(value)
    if isinstance(value, str) and value.startswith(("[", "{")):
        try:
            return is_filled(orjson.loads(value))
        except orjson.JSONDecodeError:
            return True
    try:
        return read_text(as_text(value)) is not None
    except ValueError:
        return True


def elements(value: Any) -> list[Mapping[str, Any]] | None:
    if isinstance(value, str):
        text = read_text(value)
        value = None if text is None else orjson.loads(text)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(element, Mapping) for element in value):
        raise Unreadable
    return value


# --- one field each ---


def _dossier_code(value: Any) -> str | None:
    """As spelled, if it is a code at all; whatever else stands there could be anybody's data."""
    try:
        text = as_text(value)
    except ValueError:
        raise Bounded from None
    code = read_code(text)
    if code is None:
        return None
    if code_problem(code) is not None:
        raise Bounded
    return text if text is not None and _is_plain(text) else code


def _is_plain(text: str) -> bool:
    """Short, and without the few letters whose capital is several letters (engines disagree about those)."""
    return len(text) <= _RAW_LENGTH and (text.isascii() or len(text.upper()) == len(text))


@lru_cache(maxsize=65_536)
def _table_code_text(text: str) -> str | None:
    code = _other_code_text(text)
    if code is not None and _ONLY_DIGITS.fullmatch(code) and sum(map(str.isdigit, code)) >= 9:
        raise Bounded
    return code


def _other_code_text(text: str) -> str | None:
    code = read_code(text)
    if code is None:
        return None
    if len(code) > CODE_LENGTH or "@" in code or not code.isascii() or _NINE_DIGITS.search(code):
        raise Bounded
    return read_text(text)


@lru_cache(maxsize=65_536)
def _status_text(text: str) -> str | None:
    word = read_text(text)
    if word is not None and (len(word) > WORD_LENGTH or "@" in word or sum(map(str.isdigit, word)) >= 9):
        raise Bounded
    return word


def _bounded_by(bound: Callable[[str], str | None]) -> Callable[[Any], str | None]:
    def reader(value: Any) -> str | None:
        try:
            text = as_text(value)
        except ValueError:
            raise Bounded from None
        return None if text is None else bound(text)

    return reader


def instant_text(value: Any) -> str | None:
    text = read_text(as_text(value))
    if text is not None and INSTANT_SHAPE.fullmatch(text) is None:
        raise Unreadable
    return text


@lru_cache(maxsize=65_536)
def _small_number_text(text: str) -> str | None:
    number = read_integer(text)
    if number is None:
        return None
    if abs(number) >= 1_000_000:
        raise Unreadable
    return read_text(text)


@lru_cache(maxsize=65_536)
def _fee_text(text: str) -> str | None:
    """An amount; what starts with zero and has nine digits is a telephone or an identity number."""
    word = read_text(text)
    if read_integer(word) is None:
        return None
    if word is not None and (len(word) > 18 or (word.startswith("0") and _NINE_DIGITS.match(word))):
        raise Unreadable
    return word


@lru_cache(maxsize=65_536)
def _channel_text(text: str) -> str | None:
    word = read_text(text)
    read_channel(word)
    return word


@lru_cache(maxsize=65_536)
def _flag_text(text: str) -> int | None:
    word = read_text(text)
    if word is None:
        return None
    if word.lower() in _FLAG_WORDS:
        return _FLAG_WORDS[word.lower()]
    return int((read_integer(word) or 0) > 0)


def _of_text(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    def reader(value: Any) -> Any:
        text = as_text(value)
        return None if text is None else read(text)

    return reader


def _presence(value: Any) -> int | None:
    return 1 if is_filled(value) else None


READERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    (fields.CODE, _dossier_code),
    (fields.STATUS, _bounded_by(_status_text)),
    *((name, _bounded_by(_table_code_text)) for name in fields.TABLE_CODES),
    *((name, _bounded_by(_other_code_text)) for name in fields.ALTERNATIVE_CODES),
    *((name, instant_text) for name in fields.INSTANTS),
    (fields.CHANNEL, _of_text(_channel_text)),
    *((name, _of_text(_small_number_text)) for name in fields.SMALL_NUMBERS),
    (fields.FEE, _of_text(_fee_text)),
    *((name, _of_text(_flag_text)) for name in fields.FLAGS),
    (fields.RESULT_CODE, _presence),
)
