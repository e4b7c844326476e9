"""How text is read and how words are compared (discrepancy-rules §3). Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime

from doisoat.model import VIETNAM

EMPTY = "–"  # where people would read nothing
NULL_WORDS = frozenset({"", "null", "none", "nan", "nat", "(null)", "\\n"})  # compared in lower case

_NOT_DRAWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # categories of Unicode
_PERSONAL = re.compile(r"@|\d{9}")
_NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def read_text(value: object) -> str | None:
    """Text in NFC without outer blanks, or None for the spellings of nothing.

    >>> read_text("\\u00a0Đang xử lý "), read_text(" NULL "), read_text("\\\\N"), read_text(4.0)
    ('Đang xử lý', None, None, '4')
    """
    if value is None or value != value:  # NaN and NaT are not equal to themselves
        return None
    text = unicodedata.normalize("NFC", _spelled(value)).translate(_NO_BREAK_SPACES).strip()
    return None if text.lower() in NULL_WORDS else text


def _spelled(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def fold(text: str) -> str:
    """Text for comparing words: NFC, case-folded, runs of blanks as one.

    >>> fold("ĐANG  xử\\tlý") == fold("Đang xử lý")
    True
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def plain_word(text: str) -> str:
    """A name as a file is called: lower case, without accents, blanks as `_`.

    >>> plain_word("Phú Thọ"), plain_word("Đắk Lắk"), plain_word("Bà Rịa – Vũng Tàu")
    ('phu_tho', 'dak_lak', 'ba_ria_vung_tau')
    """
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return "_".join(letters.split())


def number(value: float, digits: int = 0) -> str:
    """A figure in Vietnamese form.

    >>> number(1234567), number(6.25, 1)
    ('1.234.567', '6,2')
    """
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def signed(value: float, digits: int = 2) -> str:
    """A difference in Vietnamese form, with its sign; what rounds to nothing has none.

    >>> signed(0.456), signed(-0.456), signed(-0.001)
    ('+0,46', '−0,46', '0,00')
    """
    text = number(abs(value), digits)
    return text if text == number(0, digits) else f"{'+' if value > 0 else '−'}{text}"


def drawable(text: str) -> str:
    """As it can be drawn: composed, blanks as blanks, without control, private or direction-changing characters.

    >>> drawable("Đất\\u202e\\tđai\\x07")
    'Đất đai'
    """
    kept = "".join(" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", text))
    return "".join(sign for sign in kept if unicodedata.category(sign) not in _NOT_DRAWN)


def plain(text: str) -> str:
    """One line without control characters: safe in a header, a heading, a file.

    >>> plain("Sở X\\r\\nBcc: a")
    'Sở X Bcc: a'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def day(value: date | None) -> str:
    """dd/MM/yyyy."""
    return EMPTY if value is None else f"{value.day:02}/{value.month:02}/{value.year:04}"


def moment(value: datetime | None) -> str:
    """dd/MM/yyyy HH:mm, with seconds only where there are some; local time."""
    if value is None:
        return EMPTY
    local = value.astimezone(VIETNAM) if value.tzinfo else value
    clock = f"{local.hour:02}:{local.minute:02}" + (f":{local.second:02}" if local.second else "")
    return f"{day(local.date())} {clock}"


def holds_personal(text: str) -> bool:
    """Whether a text people have written holds an address or a number as people have them: not to be stored.

    >>> holds_personal("hỏi Lan 0912345678"), holds_personal("Công văn 123/UBND-VX")
    (True, False)
    """
    return bool(_PERSONAL.search(text))
