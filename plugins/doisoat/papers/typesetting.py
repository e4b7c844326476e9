"""Official papers as PDF: what all begin with (`official.typ`), then a paper's own template."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from doisoat.store.typesetting import typeset

_BEGINNING = Path(__file__).parent / "templates" / "official.typ"


def official_pdf(template: Path, values: dict[str, Any], as_of: datetime) -> bytes:
    """The filled paper; the template gets all values in `data`, `as_of` in parts."""
    return typeset(_BEGINNING.read_bytes() + template.read_bytes(), values, as_of)
