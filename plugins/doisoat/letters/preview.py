"""A letter as PDF to look at, by the template `letter.typ`; marked as a draft."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from doisoat.papers.typesetting import official_pdf

_TEMPLATE = Path(__file__).parent / "templates" / "letter.typ"


def letter_pdf(values: dict[str, Any], as_of: datetime) -> bytes:
    """The filled letter; what an officer has changed in the DOCX is not in it."""
    return official_pdf(_TEMPLATE, values, as_of)
