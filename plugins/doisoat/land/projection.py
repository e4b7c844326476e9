"""From a record as the source spells it to the little of it that may land.

Pure: no file, no clock. What a value *means* is decided later, in `stage`; here it is only decided whether it
may be written at all: allow-listed field, bounded text, a shape that cannot carry a person's data.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from doisoat.land import fields
from doisoat.land.source import Record
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
_NOT_SECRET = {"0", "false", "không", "thường"}
_NINE_DIGITS = re.compile(r"\d{9}")
_ONLY_DIGITS = re.compile(r"[\d./+-]+")
_SOURCE_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_FLAG_WORDS = {"true": 1, "false": 0}


class _Bounded(ValueError):
    """Text that is too long or looks personal."""


class _Unreadable(ValueError):
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
    raise _Unreadable


def _datetime_text(value: datetime) -> str:
    whole = value.replace(microsecond=0)
    try:
        return (whole.astimezone(VIETNAM) if whole.tzinfo else whole).isoformat()
    except OverflowError:  # the first or last day of the calendar
        return whole.isoformat()


def _number_text(value: float | Decimal) -> str | None:
    if value != value:  # not a number: how tables spell an empty cell
        return None
    if value in (float("inf"), float("-inf")):
        raise _Unreadable
    return str(int(value)) if value == int(value) else str(value)


class Projection:
    """Projects records of one side; knows which of them are secret and keeps nothing of those but a digest."""

    def __init__(self, *, secret_procedures: Iterable[str], secret_agencies: Iterable[str], digest_key: bytes) -> None:
        self._procedures = _codes(secret_procedures)
        self._agencies = _codes(secret_agencies)
        self._key = digest_key

    def secret_digests(self, record: Record) -> frozenset[str] | None:
        """None for an open record; for a secret one the keyed digests of its readable codes (may be empty).

        Its own code as it is; alternative codes with `=` before them, so that they only ever match own codes.
        """
        if not (
            _is_marked(record.get(fields.SECRECY))
            or _is_within(record.get("MaTTHC"), self._procedures)
            or _is_within(_agency_of_today(_code(record.get("MaCoQuan"))), self._agencies)
        ):
            return None
        own = _digestible([record.get(fields.CODE)])
        others = _digestible([record.get(name) for name in fields.ALTERNATIVE_CODES])
        return frozenset(map(self._digest, own)) | {self._digest(f"={code}") for code in others}

    def _digest(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    def project(self, record: Record) -> dict[str, Any]:
        """What lands of an open record, without its position; `docs/data-contracts.md` names the keys."""
        landed: dict[str, Any] = {}
        faults: dict[str, set[str]] = {"_bounded": set(), "_unreadable": set()}
        for name, reader in _READERS:
            value = record.get(name)
            if value is None or value == "":
                continue
            try:
                kept = reader(value)
            except _Bounded:
                faults["_bounded"].add(name)
            except ValueError:
                faults["_unreadable"].add(name)
            else:
                if kept is not None:
                    landed[name] = kept
        landed["has_result"] = any(_is_filled(record.get(name)) for name in fields.RESULTS)
        self._add_supplements(record.get(fields.SUPPLEMENTS), landed, faults["_unreadable"])
        self._add_identity(record, landed)
        return landed | {name: sorted(names) for name, names in faults.items() if names}

    def _add_identity(self, record: Record, landed: dict[str, Any]) -> None:
        """The source's own id (a digest of it where it could be anything) and its time of change."""
        identity = _identity(record.get("_id"))
        if identity:
            safe = _SOURCE_ID.fullmatch(identity)
            landed["_id"] = identity if safe else self._digest(identity)
        try:
            updated = _instant(record.get("_updated"))
        except ValueError:
            updated = None
        if updated is not None:
            landed["_updated"] = updated

    @staticmethod
    def _add_supplements(value: Any, landed: dict[str, Any], unreadable: set[str]) -> None:
        """The list of supplements, each reduced to its two dates; unreadable dates are named by their field."""
        try:
            elements = _elements(value)
        except ValueError:
            unreadable.add(fields.SUPPLEMENTS)
            return
        if elements is None:
            return
        landed[fields.SUPPLEMENTS] = kept = [dict[str, str]() for _ in elements]
        for element, dates in zip(elements, kept, strict=True):
            for name in fields.SUPPLEMENT_DATES:
                try:
                    text = _instant(element.get(name))
                except ValueError:
                    unreadable.add(f"{fields.SUPPLEMENTS}.{name}")
                else:
                    dates |= {} if text is None else {name: text}


def _identity(value: Any) -> str | None:
    try:
        return as_text(value)
    except ValueError:
        return None


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in map(read_code, values) if code is not None)


def _code(value: Any) -> str | None:
    """Normalised code of any value, None where there is none."""
    try:
        return read_code(as_text(value))
    except ValueError:
        return None


def _digestible(values: Iterable[Any]) -> list[str]:
    codes = (_code(value) for value in values)
    return [code for code in codes if code is not None and code_problem(code) is None]


def _is_within(value: Any, secret: tuple[str, ...]) -> bool:
    """Equal to a secret code, or below it (`H21.05.02` is below `H21.05`)."""
    code = _code(value) if secret else None
    return code is not None and any(code == one or code.startswith(f"{one}.") for one in secret)


def _agency_of_today(code: str | None) -> str | None:
    """`000.00.05.H21` as `H21.05`; other spellings are known only to the tables, so `stage` looks again."""
    match = re.fullmatch(r"000\.00\.(\d\d)\.([A-Z]\d\d)", code or "")
    if match is None:
        return code
    return match[2] if match[1] == "00" else f"{match[2]}.{match[1]}"


def _is_marked(value: Any) -> bool:
    try:
        text = read_text(as_text(value))
    except ValueError:
        return True
    return text is not None and text.casefold() not in _NOT_SECRET


def _is_filled(value: Any) -> bool:
    """Non-blank text, or a list with an element that has an address."""
    if isinstance(value, list | tuple):
        return any(_is_filled(element) for element in value)
    if isinstance(value, Mapping):
        return _is_filled(value[fields.RESULTS[0]]) if fields.RESULTS[0] in value else bool(value)
    if isinstance(value, str) and value.startswith(("[", "{")):
        try:
            return _is_filled(orjson.loads(value))
        except orjson.JSONDecodeError:
            return True
    try:
        return read_text(as_text(value)) is not None
    except ValueError:
        return True


def _elements(value: Any) -> list[Mapping[str, Any]] | None:
    if isinstance(value, str):
        text = read_text(value)
        value = None if text is None else orjson.loads(text)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(element, Mapping) for element in value):
        raise _Unreadable
    return value


# --- readers: what may land of one field's value; _Bounded, or another ValueError, if nothing may ----------


def _dossier_code(value: Any) -> str | None:
    """As spelled, if it is a code at all; whatever else stands there could be anybody's data."""
    try:
        text = as_text(value)
    except ValueError:
        raise _Bounded from None
    code = read_code(text)
    if code is None:
        return None
    if code_problem(code) is not None:
        raise _Bounded
    return text if text is not None and _is_plain(text) else code


def _is_plain(text: str) -> bool:
    """Short, and without the few letters whose capital is several letters (engines disagree about those)."""
    return len(text) <= _RAW_LENGTH and (text.isascii() or len(text.upper()) == len(text))


@lru_cache(maxsize=65_536)
def _table_code_text(text: str) -> str | None:
    code = _other_code_text(text)
    if code is not None and _ONLY_DIGITS.fullmatch(code) and sum(map(str.isdigit, code)) >= 9:
        raise _Bounded
    return code


def _other_code_text(text: str) -> str | None:
    code = read_code(text)
    if code is None:
        return None
    if len(code) > CODE_LENGTH or "@" in code or not code.isascii() or _NINE_DIGITS.search(code):
        raise _Bounded
    return read_text(text)


@lru_cache(maxsize=65_536)
def _status_text(text: str) -> str | None:
    word = read_text(text)
    if word is not None and (len(word) > WORD_LENGTH or "@" in word or sum(map(str.isdigit, word)) >= 9):
        raise _Bounded
    return word


def _bounded_by(bound: Callable[[str], str | None]) -> Callable[[Any], str | None]:
    def reader(value: Any) -> str | None:
        try:
            text = as_text(value)
        except ValueError:
            raise _Bounded from None
        return None if text is None else bound(text)

    return reader


def _instant(value: Any) -> str | None:
    text = read_text(as_text(value))
    if text is not None and INSTANT_SHAPE.fullmatch(text) is None:
        raise _Unreadable
    return text


@lru_cache(maxsize=65_536)
def _small_number_text(text: str) -> str | None:
    number = read_integer(text)
    if number is None:
        return None
    if abs(number) >= 1_000_000:
        raise _Unreadable
    return read_text(text)


@lru_cache(maxsize=65_536)
def _fee_text(text: str) -> str | None:
    """An amount; what starts with zero and has nine digits is a telephone or an identity number."""
    word = read_text(text)
    if read_integer(word) is None:
        return None
    if word is not None and (len(word) > 18 or (word.startswith("0") and _NINE_DIGITS.match(word))):
        raise _Unreadable
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
    return 1 if _is_filled(value) else None


_READERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    (fields.CODE, _dossier_code),
    (fields.STATUS, _bounded_by(_status_text)),
    *((name, _bounded_by(_table_code_text)) for name in fields.TABLE_CODES),
    *((name, _bounded_by(_other_code_text)) for name in fields.ALTERNATIVE_CODES),
    *((name, _instant) for name in fields.INSTANTS),
    (fields.CHANNEL, _of_text(_channel_text)),
    *((name, _of_text(_small_number_text)) for name in fields.SMALL_NUMBERS),
    (fields.FEE, _of_text(_fee_text)),
    *((name, _of_text(_flag_text)) for name in fields.FLAGS),
    (fields.RESULT_CODE, _presence),
)
