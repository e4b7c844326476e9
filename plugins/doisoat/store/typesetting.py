"""PDF by typst: a template and values in, PDF/A out, fonts inside; the same values give the same bytes.

The values reach the template as JSON in `sys.inputs.data` and are set as text, never read as markup; characters that
nothing draws are left out. A text with letters of another script than the fonts have becomes a plain PDF with boxes in
their place: a strange name must not keep a hundred other papers from being made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from doisoat.rules.text import drawable

if TYPE_CHECKING:
    from typst import Compiler

_NO_GLYPH = "could not be displayed with font"  # what typst says where PDF/A needs a letter no font has


def typeset(template: bytes, values: Mapping[str, Any], as_of: datetime) -> bytes:
    """The PDF; it bears `as_of` as its own time, and gets it as `as_of` (year … second) among the values."""
    from typst import TypstError

    at = {name: getattr(as_of, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    data = json.dumps(_drawable({**values, "as_of": at}), ensure_ascii=False)
    make = partial(_compiler().compile, template, format="pdf", sys_inputs={"data": data}, timestamp=as_of)
    try:
        pdf = make(pdf_standards="a-2b")
    except TypstError as error:
        if _NO_GLYPH not in str(error):
            raise
        pdf = make()
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst returned {type(pdf).__name__} instead of one PDF")
    return pdf


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return "\n".join(drawable(line) for line in value.split("\n"))
    if isinstance(value, Mapping):
        return {name: _drawable(one) for name, one in value.items()}
    return [_drawable(one) for one in value] if isinstance(value, list | tuple) else value


@cache
def _compiler() -> Compiler:
    """Only the fonts typst brings (Libertinus Serif has all Vietnamese letters), so that every machine draws alike."""
    from typst import Compiler

    return Compiler(ignore_system_fonts=True)
