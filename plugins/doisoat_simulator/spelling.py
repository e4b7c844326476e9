"""The simulator's own reading of dossier codes, for look-ups."""

from __future__ import annotations

import unicodedata

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_DROPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def plain_code(text: str) -> str:
    """A code without blanks and invisible characters, in capitals, with plain hyphens."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text.upper()
    kept = "".join(char for char in text if unicodedata.category(char) not in _DROPPED)
    upper = unicodedata.normalize("NFC", kept.translate(_DASHES)).upper()
    return unicodedata.normalize("NFC", upper)
