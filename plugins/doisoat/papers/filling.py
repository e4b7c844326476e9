"""DOCX templates filled in by docxtpl and zipped with fixed times: the same values give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can bear


class Unfillable(Exception):
    """The template asks for what the paper does not say, or is wrong in itself; the message says what."""


def fill_docx(
    template: bytes, values: dict[str, Any], as_of: datetime, finish: Callable[[Document], None] = lambda document: None
) -> bytes:
    """The filled paper; its author and title are `issuer` and `subject` of the values. `finish`: a last touch."""
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]
    from jinja2 import Environment, StrictUndefined, TemplateError

    filled = DocxTemplate(BytesIO(template))
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    try:
        filled.render(printable(values), environment, autoescape=True)
    except TemplateError as error:
        raise Unfillable(str(error)) from None
    finish(filled.docx)
    facts = filled.docx.core_properties
    facts.author, facts.title, facts.last_modified_by = values["issuer"], values["subject"], "doisoat"
    facts.created = facts.modified = as_of.replace(tzinfo=None)
    made = BytesIO()
    filled.save(made)
    return zipped_again(made.getvalue())


def saved_docx(document: Document) -> bytes:
    """A document as a file."""
    made = BytesIO()
    document.save(made)
    return zipped_again(made.getvalue())


def is_docx(content: bytes) -> bool:
    return zipfile.is_zipfile(BytesIO(content)) and "word/document.xml" in zipfile.ZipFile(BytesIO(content)).namelist()


def printable(value: Any) -> Any:
    """Without signs XML cannot hold."""
    if isinstance(value, str):
        return "".join(sign for sign in value if sign.isprintable() or sign == "\n")
    if isinstance(value, list):
        return [printable(one) for one in value]
    return {name: printable(one) for name, one in value.items()} if isinstance(value, dict) else value


def zipped_again(content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
