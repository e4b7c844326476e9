"""Papers as PDF by templates of typst: fonts inside, the same values give the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typst import Compiler

_BEGINNING = Path(__file__).parent / "templates" / "official.typ"


def typeset(template: Path, values: dict[str, Any], as_of: datetime) -> bytes:
    """The filled paper; the template stands behind `official.typ` and gets all values in `data`, `as_of` in parts."""
    at = {name: getattr(as_of, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    data = json.dumps(values | {"as_of": at}, ensure_ascii=False)
    paper = _BEGINNING.read_bytes() + template.read_bytes()
    pdf = _compiler().compile(paper, format="pdf", sys_inputs={"data": data}, timestamp=as_of)
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst returned {type(pdf).__name__}, not one PDF")
    return pdf


@cache
def _compiler() -> Compiler:
    """Only the fonts typst brings (Libertinus Serif has all Vietnamese letters), so that every machine draws alike."""
    from typst import Compiler

    return Compiler(ignore_system_fonts=True)
