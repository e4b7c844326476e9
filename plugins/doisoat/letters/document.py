"""A letter as DOCX: the template filled in by docxtpl, zipped with fixed times.

The same values give the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from doisoat.errors import ConfigError
from doisoat.letters.official import official_letter

_NUMBER_WIDTH = 7  # of the running number, as the columns of the annex are measured
_ANNEX_WIDTH = 15_100  # twentieths of a point between the margins of the landscape pages
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can bear


def letter_docx(template: Path | None, values: dict[str, Any], as_of: datetime) -> bytes:
    """The filled letter. ConfigError names a template that is no DOCX, or that asks for what a letter does not say."""
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]
    from jinja2 import Environment, StrictUndefined, TemplateError

    filled = DocxTemplate(_template(template))
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    try:
        filled.render(_printable(values), environment, autoescape=True)
    except TemplateError as error:
        raise ConfigError(f"the letter's template cannot be filled in: {error}", file=template) from None
    _set_widths(filled.docx.tables, values["widths"])
    facts = filled.docx.core_properties
    facts.author, facts.title, facts.last_modified_by = values["issuer"], values["subject"], "doisoat"
    facts.created = facts.modified = as_of.replace(tzinfo=None)
    made = BytesIO()
    filled.save(made)
    return _zipped_again(made.getvalue())


def template_docx() -> bytes:
    """The shipped template, for an office to change."""
    made = BytesIO()
    official_letter().save(made)
    return _zipped_again(made.getvalue())


def _template(file: Path | None) -> BytesIO:
    if file is None:
        return BytesIO(template_docx())
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"the letter's template cannot be read: {error.strerror}", file=file) from None
    if not _is_docx(BytesIO(content)):
        raise ConfigError("the letter's template is no DOCX; 'doisoat letters template FILE' writes one", file=file)
    return BytesIO(content)


def _set_widths(tables: Sequence[Any], shares: Sequence[int]) -> None:
    """The annex's columns by what they hold; a template of one's own may have no such table."""
    from docx.oxml.ns import qn

    columns = [_NUMBER_WIDTH, *shares]
    for table in (one for one in tables[-1:] if len(one.columns) == len(columns)):
        twips = [round(_ANNEX_WIDTH * share / sum(columns)) for share in columns]
        for row in table._tbl.iter(qn("w:tr")):
            for cell, width in zip(row.iter(qn("w:tcW")), twips, strict=False):
                cell.set(qn("w:type"), "dxa")
                cell.set(qn("w:w"), str(width))
        for column, width in zip(table._tbl.tblGrid.iter(qn("w:gridCol")), twips, strict=True):
            column.set(qn("w:w"), str(width))


def _is_docx(content: BytesIO) -> bool:
    return zipfile.is_zipfile(content) and "word/document.xml" in zipfile.ZipFile(content).namelist()


def _printable(value: Any) -> Any:
    """Without signs XML cannot hold."""
    if isinstance(value, str):
        return "".join(sign for sign in value if sign.isprintable() or sign == "\n")
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return {name: _printable(one) for name, one in value.items()} if isinstance(value, dict) else value


def _zipped_again(content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
