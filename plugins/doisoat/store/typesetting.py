"""PDF by typst: a template and values in, PDF/A out, fonts inside; the same values give the same bytes.

The values reach the template as JSON in `sys.inputs.data` and are set as text, never read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typst import Compiler


def typeset(template: Path, values: Mapping[str, Any], as_of: datetime) -> bytes:
    """The PDF; it bears `as_of` as its own time, and gets it as `as_of` (year … second) among the values."""
    at = {name: getattr(as_of, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    data = json.dumps({**values, "as_of": at}, ensure_ascii=False)
    pdf = _compiler().compile(
        _read(template), format="pdf", sys_inputs={"data": data}, pdf_standards="a-2b", timestamp=as_of
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst returned {type(pdf).__name__} for {template.name}, not one PDF")
    return pdf


@cache
def _compiler() -> Compiler:
    """Only the fonts typst brings (Libertinus Serif has all Vietnamese letters), so that every machine draws alike."""
    from typst import Compiler

    return Compiler(ignore_system_fonts=True)


@cache
def _read(template: Path) -> bytes:
    return template.read_bytes()
