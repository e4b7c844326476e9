"""A letter as PDF to look at, by the template `letter.typ`: fonts inside, marked as a draft.

The same values give the same bytes.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typst import Compiler

_TEMPLATE = Path(__file__).parent / "templates" / "letter.typ"


def letter_pdf(values: dict[str, Any], as_of: datetime) -> bytes:
    """The filled letter; what an officer has changed in the DOCX is not in it."""
    at = {name: getattr(as_of, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    data = values | {"as_of": at}
    pdf = _compiler().compile(
        _TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=as_of
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst returned {type(pdf).__name__}, not one PDF")
    return pdf


@cache
def _compiler() -> Compiler:
    """Only the fonts typst brings (Libertinus Serif has all Vietnamese letters), so that every machine draws alike."""
    from typst import Compiler

    return Compiler(ignore_system_fonts=True)
