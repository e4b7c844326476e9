"""The report of a remote inspection as DOCX to edit and sign, as PDF to look at; same values, same bytes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.papers.columns import ACROSS, UPRIGHT, set_widths
from doisoat.papers.filling import fill_docx, saved_docx
from doisoat.papers.layout import (
    add_foot,
    add_head,
    add_landscape,
    add_loop,
    add_repeated_table,
    add_text,
    draw_rule,
    new_paper,
    write_line,
)
from doisoat.papers.typesetting import official_pdf

if TYPE_CHECKING:
    from docx.document import Document

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def report_docx(values: dict[str, Any], as_of: datetime) -> bytes:
    """The report, number and day left open."""
    parts = [(part, UPRIGHT) for part in values["sections"]] + [(values["annex"], ACROSS)]

    def measure(document: Document) -> None:
        for table in document.tables:
            heads = [cell.text for cell in table.rows[0].cells]
            for part, width in parts:
                if heads == ["STT", *part["heads"]]:
                    set_widths(table, part["widths"], width)

    return fill_docx(saved_docx(_template()), values, as_of, measure)


def report_pdf(values: dict[str, Any], as_of: datetime) -> bytes:
    """The same, marked as a draft."""
    return official_pdf(_TEMPLATE, values, as_of)


def _template() -> Document:
    """Head, title, the parts one after the other, signature; the annex lies across on pages of its own."""
    document = new_paper()
    add_head(document)
    _add_title(document)
    document.add_paragraph("{%p for section in sections %}")
    _add_part(document, "section")
    document.add_paragraph("{%p endfor %}")
    write_line(document.add_paragraph(), "", size=8)
    add_foot(document)
    add_landscape(document)
    _add_part(document, "annex")
    return document


def _add_title(document: Document) -> None:
    write_line(document.add_paragraph(), "")
    write_line(document.add_paragraph(), "BÁO CÁO", size=14, bold=True)
    write_line(document.add_paragraph(), "{{ subject }}", size=14, bold=True)
    draw_rule(document.add_paragraph(), "────────")


def _add_part(document: Document, name: str) -> None:
    """A part with its sentences and, where it has rows, its table."""
    add_text(document, f"{{{{ {name}.title }}}}", bold=True)
    add_loop(document, "p", f"one in {name}.paragraphs", "{{ one }}")
    document.add_paragraph(f"{{%p if {name}.rows %}}")
    write_line(document.add_paragraph(), "", size=6)
    add_repeated_table(document, f"{name}.heads", f"{name}.rows")
    document.add_paragraph("{%p endif %}")
