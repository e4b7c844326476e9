"""The order of names in a Vietnamese list: by letter of the Vietnamese alphabet, then by tone. Pure."""

from __future__ import annotations

import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # ngang huyền hỏi ngã sắc nặng
Order = tuple[list[tuple[int, int]], list[int], str]


def vietnamese_order(text: str) -> Order:
    """A sort key; signs and digits before letters, whatever the case, the text itself between equals.

    >>> sorted(["Xây dựng", "Đất đai", "Dược", "Ăn uống", "An toàn", "Âm nhạc"], key=vietnamese_order)
    ['An toàn', 'Ăn uống', 'Âm nhạc', 'Dược', 'Đất đai', 'Xây dựng']
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for character in unicodedata.normalize("NFC", text.casefold()):
        marks = unicodedata.normalize("NFD", character)
        letter = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
        place = _ALPHABET.find(letter)
        letters.append((0, ord(character)) if place < 0 or not letter else (1, place))
        tones.append(next((_TONES[mark] for mark in marks if mark in _TONES), 0))
    return letters, tones, text
