"""The last look at what leaves the house: numbers and addresses that could belong to a person.

Fails closed: whoever finds something here does not send. Says what kind of thing was found, never the thing.
Sources: NĐ 118/2025 Đ5 (nothing about dossiers is disclosed), Luật 91/2025/QH15 (minimum data).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
_GROUPED = re.compile(r"(?<![\d.])\d{3}([ .])\d{3}\1\d{3}(?:\1\d{3})?(?!\d)")
_PHONE = re.compile(
    r"(?<!\d)(?:84|0)\d{9,10}(?!\d)"  # in one piece, whatever stands before
    r"|(?<![\w.\-])(?:\+?84|0)(?:[ .\-]?\d){9,10}(?!\d)",  # in groups, as a word of its own
    re.ASCII,
)
_ADDRESS = re.compile(r"[^\s<>()\"';:,@]+@[^\s<>()\"';:,@]+")

# What was found -> how it looks.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dãy 9 hoặc 12 chữ số", _NUMBER),
    ("dãy số chia nhóm như số giấy tờ", _GROUPED),
    ("số điện thoại", _PHONE),
    ("địa chỉ thư điện tử", _ADDRESS),
)


def personal_in_text(text: str, allowed: Collection[str]) -> list[str]:
    """Kinds of personal data a text seems to contain, apart from the `allowed` passages (codes, contacts)."""
    for passage in sorted(allowed, key=lambda item: (-len(item), item)):
        text = text.replace(passage, " \N{WHITE SQUARE} ")
    return [name for name, pattern in PATTERNS if pattern.search(text)]


def blotted(text: str, allowed: Collection[str]) -> str:
    """The text with everything that looks personal taken out, apart from the `allowed` passages."""
    parts = [text]
    for passage in sorted(allowed, key=lambda item: (-len(item), item)):
        parts = [piece for part in parts for piece in _split(part, passage, allowed)]
    return "".join(part if part in allowed else _without_personal(part) for part in parts)


def _split(part: str, passage: str, allowed: Collection[str]) -> list[str]:
    """The part cut at a passage that stays; one that stays as a whole is not cut."""
    if part in allowed:
        return [part]
    return [piece for piece in re.split(f"({re.escape(passage)})", part) if piece]


def _without_personal(text: str) -> str:
    for _, pattern in PATTERNS:
        text = pattern.sub("\N{WHITE SQUARE}", text)
    return text


def personal_codes(codes: Iterable[str]) -> list[str]:
    """Kinds of personal data among codes: an official code may contain such digits, but not be nothing else."""
    found = {name for code in codes for name, pattern in PATTERNS if pattern.fullmatch(code)}
    return [name for name, _ in PATTERNS if name in found]


def is_official(code: str) -> bool:
    """Whether a code may stand in a mail as it is."""
    return not personal_codes([code])
