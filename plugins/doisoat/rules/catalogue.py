"""What one side's catalogue lists, and how its values are compared (discrepancy-rules §8.5, wire-contract §5).

Values in, values out; which pairs of entries differ is decided in `sql/catalogue/`. None of an attribute means that
the side does not say: unknown, never compared.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from doisoat.rules.values import fold, read_code, read_text

Sort = Literal["procedure", "agency", "sector"]
SORTS: tuple[Sort, ...] = ("procedure", "agency", "sector")
ONLINE_LEVELS = ("toan_trinh", "mot_phan", "khong")
CATALOGUE_CODE = re.compile(r"[A-Z0-9Đ][A-Z0-9Đ._/-]{0,49}")

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_NATIONAL = re.compile(r"\d\.\d{6}", re.ASCII)
_OF_PROVINCE = re.compile(r"\s+-\s+(?:tỉnh|thành phố)\s.*$", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)(?!\d)")
_MONEY = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]0{1,2})?\s*(?:đ|đồng|vnđ|vnd|₫)?")
_HOURS_A_DAY = 8  # one working day (domain-rules §1.2)
_UNITS = {
    "giờ": "Giờ",
    "giờ làm việc": "Giờ",
    "ngày": "Ngày",
    "ngày làm việc": "Ngày làm việc",
    "tháng": "Tháng",
}
_LEVELS = {
    "toan_trinh": ("toan_trinh", "toàn trình", "dịch vụ công trực tuyến toàn trình", "mức độ 4", "4"),
    "mot_phan": ("mot_phan", "một phần", "dịch vụ công trực tuyến một phần", "mức độ 3", "3"),
    "khong": ("khong", "không", "dịch vụ công thông tin trực tuyến", "mức độ 2", "mức độ 1", "2", "1"),
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words}
_ACTIVE = frozenset({"1", "true", "active", "updated", "công khai", "còn hiệu lực", "đang sử dụng"})
_ENDED = frozenset({"0", "false", "inactive", "deleted", "không công khai", "hết hiệu lực", "ngừng sử dụng", "bãi bỏ"})


@dataclass(frozen=True)
class Entry:
    """One procedure, agency or sector as one side lists it; `code` normalised, as spelled there."""

    sort: Sort
    code: str
    name: str | None = None
    sector: str | None = None  # name of the field of a procedure
    level: str | None = None  # one of ONLINE_LEVELS: what the online service covers
    fee: int | None = None  # đồng
    limit: float | None = None
    unit: str | None = None
    is_active: bool | None = None
    valid_to: date | None = None  # last valid day


@dataclass(frozen=True)
class Unread:
    """An entry of a source that could not be taken; never its content."""

    place: str  # file and line, or service
    reason: str  # Vietnamese


@dataclass(frozen=True)
class Listing:
    """What one side says its catalogue is.

    `whole` names the sorts that were read to their end: only of these can something be missing. `nationwide`: the
    list is the whole country's, so that what this province does not use is no discrepancy.
    """

    source: str
    entries: tuple[Entry, ...]
    whole: frozenset[Sort] = frozenset(SORTS)
    nationwide: bool = False
    reasons: tuple[str, ...] = ()  # Vietnamese: what was to be read and could not be; makes a run partial
    left_open: tuple[str, ...] = ()  # Vietnamese: what was not to be read this time
    unread: tuple[Unread, ...] = ()
    extracted_at: datetime | None = None  # by the source's own clock; None = it has none


def same_words(text: str | None) -> str | None:
    """Text for comparing names: NFC, blanks and case folded, the tone mark of a word in one place.

    >>> same_words("Cấp giấy  phép HOÀ bình") == same_words("cấp giấy phép hòa bình")
    True
    """
    return None if text is None else " ".join(_tone_last(word) for word in fold(text).split())


def same_agency(name: str | None) -> str | None:
    """The name of an agency for comparing: the portal appends the province, the province does not.

    >>> same_agency("Sở Y tế - Tỉnh Phú Thọ") == same_agency("sở y tế")
    True
    """
    return None if name is None else same_words(_OF_PROVINCE.sub("", name))


def _tone_last(word: str) -> str:
    marks = unicodedata.normalize("NFD", word)
    tones = "".join(mark for mark in marks if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)) + tones


def comparable_limit(amount: float | None, unit: str | None) -> tuple[float | None, str | None]:
    """(size, family): hours for Giờ and Ngày làm việc (8 h a day), else the amount in its own unit.

    >>> comparable_limit(1, "Ngày làm việc") == comparable_limit(8, "Giờ")
    True
    """
    if amount is None or unit is None:
        return None, None
    return (amount * _HOURS_A_DAY, "Giờ") if unit == "Ngày làm việc" else (amount, unit)


def read_limit(amount: object, unit: object) -> tuple[float, str] | tuple[None, None]:
    """A limit as portals and exports spell it; (None, None) for what is none, without a guess."""
    text, word = read_text(amount), read_text(unit)
    if text is not None and word is None:  # "15 Ngày làm việc" in one cell
        number, _, rest = text.partition(" ")
        text, word = number, rest.strip() or None
    found = _AMOUNT.fullmatch(text or "")
    known = _UNITS.get(fold(word)) if word else None
    return (float(found[1].replace(",", ".")), known) if found and known else (None, None)


def read_fee(value: object) -> int | None:
    """Đồng as an integer: `100000`, `100.000`, `100,000 đồng`; None for anything else.

    >>> read_fee("100.000 đồng"), read_fee(0), read_fee("theo quy định")
    (100000, 0, None)
    """
    text = read_text(value)
    found = _MONEY.fullmatch(fold(text)) if text else None
    return int(re.sub(r"[.,]", "", found[1])) if found else None


def read_level(value: object) -> str | None:
    """toan_trinh, mot_phan or khong, from the words in use; None for others."""
    text = read_text(value)
    return _LEVEL_OF.get(fold(text)) if text else None


def read_is_active(value: object) -> bool | None:
    """Whether a state word means that the entry is in force (`TRANGTHAI` 1 = công khai); None if it is neither."""
    word = fold(read_text(value) or "")
    return True if word in _ACTIVE else False if word in _ENDED else None


def read_catalogue_code(value: object) -> str | None:
    """A code of a catalogue, normalised; None where it cannot be one."""
    code = read_code(value)
    return code if code is not None and CATALOGUE_CODE.fullmatch(code) else None


def is_national(code: str) -> bool:
    """Whether a procedure code has the national form `d.dddddd`."""
    return _NATIONAL.fullmatch(code) is not None


def national_stem(code: str) -> str | None:
    """The national code a local variant starts with.

    >>> national_stem("1.001612.000.00.00.H48"), national_stem("TTHC-77")
    ('1.001612', None)
    """
    stem = code[:8]
    return stem if _NATIONAL.fullmatch(stem) and code[8:9] in ("", ".") else None
