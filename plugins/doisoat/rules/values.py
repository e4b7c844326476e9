"""How one value of a source is read: text, codes, statuses, numbers, channels, instants (rules §3).

Pure: a value in, a value out. Values are what JSON, CSV, XLSX and Parquet bring: None, text, numbers,
booleans, dates. What a *record* of such values means (rejections, warnings, reference tables) is decided
elsewhere; instants are read in `rules.instants` and exported here.
Error messages never repeat the value: it may be personal data in the wrong column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from doisoat.model import STATUS_LABELS, DossierStatus
from doisoat.rules.instants import INSTANT_SHAPE, has_day_precision, is_sentinel, read_instant
from doisoat.rules.text import NULL_WORDS, fold, read_text

__all__ = [
    "CODE_MAX",
    "INSTANT_SHAPE",
    "code_problem",
    "fold",
    "has_day_precision",
    "is_sentinel",
    "read_channel",
    "read_code",
    "read_instant",
    "read_integer",
    "read_status",
    "read_text",
]

CODE_MAX = 50  # characters of a normalised code

_DASHES = str.maketrans({chr(point): "-" for point in (*range(0x2010, 0x2016), 0x2212)})
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_ASCII_INVISIBLE = dict.fromkeys((*range(0x21), 0x7F))
_PLAIN_CODE = re.compile(rf"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9._/-]{{0,{CODE_MAX - 1}}}")
_INTEGER = re.compile(r"[+-]?[0-9]+(?:\.0)?")
_STATUS = re.compile(r"0*(10|[1-9])(?:\.0)?")


# --- codes ------------------------------------------------------------------------------------------


def read_code(value: object, *, dashes_as_hyphen: bool = True) -> str | None:
    """A dossier, procedure or agency code as it is compared everywhere; None if nothing is left of it.

    Invisible characters go, dashes become `-` (unless the parameter `dashes_as_hyphen` is off), NFC,
    upper-case. O and 0 stay different. No bound on the length: see `code_problem`.

    >>> read_code(" h21.05\\u2013260820\\u200b-0001 ")
    'H21.05-260820-0001'
    """
    text = read_text(value)
    if text is None:
        return None
    # nearly all are ASCII; the long way gives the same
    code = text.translate(_ASCII_INVISIBLE).upper() if text.isascii() else _normalised(text, dashes_as_hyphen)
    return None if code.lower() in NULL_WORDS else code


def _normalised(text: str, dashes_as_hyphen: bool) -> str:
    seen = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    if dashes_as_hyphen:
        seen = seen.translate(_DASHES)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", seen).upper())


def code_problem(code: str) -> str | None:
    """Why a normalised code cannot be a dossier code (rule `code_malformed`), or None. Never repeats the
    code.

    >>> code_problem("H21.05-260820-0001") is None, code_problem("=CMD()")
    (True, 'không có chữ số')
    """
    if _PLAIN_CODE.fullmatch(code):  # nearly all of them; the long way gives the same
        return None
    if len(code) > CODE_MAX:
        return f"dài quá {CODE_MAX} ký tự"
    if not any(c.isdecimal() for c in code):
        return "không có chữ số"
    if not _letter_or_digit(code[0]):
        return "không bắt đầu bằng chữ cái hoặc chữ số"
    if not all(_letter_or_digit(c) or c in ".-_/" for c in code):
        return "có ký tự ngoài chữ cái, chữ số và . - _ /"
    return None


def _letter_or_digit(character: str) -> bool:
    return character.isalpha() or character.isdecimal()


# --- statuses, numbers, channels ---------------------------------------------------------------------

_LABELS: dict[str, int] = {fold(label): int(status) for status, label in STATUS_LABELS.items()}


def read_status(value: object, status_map: Mapping[str, int]) -> int | None:
    """The portal's status 1..10, or None if the word means none (rule `status_invalid`).

    `status_map` is the source's own list (their word -> 1..10) and decides first; then digits, then the ten
    labels of domain-rules §1.6. Words are compared by `fold`.

    >>> read_status("04", {}), read_status("đã xử lý  XONG", {}), read_status("Chờ ký", {"chờ ký": 4})
    (4, 9, 4)
    >>> read_status("4.5", {}), read_status(0, {}), read_status("Chờ ký", {})
    (None, None, None)
    """
    text = read_text(value)
    if text is None:
        return None
    word = fold(text)
    if status_map:
        own = _folded(tuple(status_map.items())).get(word)
        if own is not None:
            return own
    digits = _STATUS.fullmatch(text)
    return int(digits[1]) if digits else _LABELS.get(word)


@lru_cache(maxsize=64)
def _folded(status_map: tuple[tuple[str, int], ...]) -> Mapping[str, int]:
    return {fold(word): int(DossierStatus(status)) for word, status in status_map}


def read_integer(value: object) -> int | None:
    """A whole number (`.0` allowed), None for nothing; ValueError otherwise (warning `number_unreadable`).

    >>> read_integer("50000.0"), read_integer(None), read_integer(True)
    (50000, None, 1)
    """
    if isinstance(value, bool):
        return int(value)
    text = read_text(value)
    if text is None:
        return None
    if not _INTEGER.fullmatch(text):
        raise ValueError("not a whole number")
    number = int(text.removesuffix(".0"))
    if not -(2**63) <= number < 2**63:
        raise ValueError("too large for a whole number of 64 bits")
    return number


_CHANNELS: dict[str, int] = {
    fold(word): channel
    for word, channel in (("Trực tiếp", 1), ("Trực tuyến", 2), ("Bưu chính", 3), ("Bưu chính công ích", 3))
}


def read_channel(value: object) -> int | None:
    """How the dossier was filed: 1 at the counter, 2 online, 3 by post; nothing = 1; ValueError if unknown.

    Null counts as 1 by the portal's own formula (766 §3.3).

    >>> read_channel(None), read_channel("2.0"), read_channel("bưu chính công ích")
    (1, 2, 3)
    """
    text = read_text(value)
    if text is None:
        return 1
    named = _CHANNELS.get(fold(text))
    if named is not None:
        return named
    if _INTEGER.fullmatch(text) and int(text.removesuffix(".0")) in (1, 2, 3):
        return int(text.removesuffix(".0"))
    raise ValueError("unknown channel")
