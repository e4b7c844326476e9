"""A letter as DOCX: the template filled in by docxtpl, zipped with fixed times.

The same values give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.errors import ConfigError
from doisoat.letters.official import official_letter
from doisoat.papers.columns import ACROSS, set_widths
from doisoat.papers.filling import Unfillable, fill_docx, is_docx, saved_docx

if TYPE_CHECKING:
    from docx.document import Document


def letter_docx(template: Path | None, values: dict[str, Any], as_of: datetime) -> bytes:
    """The filled letter. ConfigError names a template that is no DOCX, or that asks for what a letter does not say."""
    content = template_docx() if template is None else _read(template)
    try:
        return fill_docx(content, values, as_of, lambda document: _set_widths(document, values["widths"]))
    except Unfillable as error:
        raise ConfigError(f"the letter's template cannot be filled in: {error}", file=template) from None


def template_docx() -> bytes:
    """The shipped template, for an office to change."""
    return saved_docx(official_letter())


def _read(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"the letter's template cannot be read: {error.strerror}", file=file) from None
    if not is_docx(content):
        raise ConfigError("the letter's template is no DOCX; 'doisoat letters template FILE' writes one", file=file)
    return content


def _set_widths(document: Document, shares: Sequence[int]) -> None:
    """The annex's columns by what they hold; a template of one's own may have no such table."""
    for table in document.tables[-1:]:
        set_widths(table, shares, ACROSS)
