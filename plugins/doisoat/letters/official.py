"""The shipped DOCX template: an official letter as NĐ 30/2020/NĐ-CP lays it out, with the names `contents` fills in.

Made in code, so that it can be read and compared; an office may take it (`doisoat letters template FILE`), change it in
a word processor and name it in its province file. Placeholders are Jinja2 as docxtpl reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from doisoat.papers.layout import (
    add_foot,
    add_head,
    add_landscape,
    add_loop,
    add_paragraph_if,
    add_repeated_table,
    add_text,
    new_paper,
    write_line,
)

if TYPE_CHECKING:
    from docx.document import Document


def official_letter() -> Document:
    """A4, margins 20/20/30/20 mm, Times New Roman 13; the annex lies across on pages of its own."""
    document = new_paper()
    add_head(document, "{{ subject }}")
    _body(document)
    add_foot(document)
    _annex(document)
    return document


def _body(document: Document) -> None:
    write_line(document.add_paragraph(), "")
    write_line(
        document.add_paragraph(), "Kính gửi:{% if addressees|length == 1 %} {{ addressees[0] }}{% endif %}", size=14
    )
    add_loop(document, "p", "one in addressees if addressees|length > 1", "- {{ one }};", centred=True)
    write_line(document.add_paragraph(), "")
    add_text(document, "{{ base }} {{ issuer_named }} thông báo và đề nghị như sau:")
    add_text(document, "1. Tình hình", bold=True)
    add_loop(document, "p", "one in figures", "- {{ one }}")
    add_paragraph_if(document, "partial", "{{ partial }}")
    add_text(document, "2. Việc cần làm", bold=True)
    add_loop(document, "p", "one in duties", "{{ letter_of[loop.index0] }}) {{ one }}")
    add_text(document, "Đầu mối kỹ thuật: {{ contact }}.")
    add_text(document, "Đề nghị quý cơ quan quan tâm thực hiện./.")


def _annex(document: Document) -> None:
    """The list, on landscape pages; one line of cells is repeated by docxtpl."""
    add_landscape(document)
    write_line(document.add_paragraph(), "PHỤ LỤC", size=13, bold=True)
    write_line(document.add_paragraph(), "{{ annex_title }}", size=13, bold=True)
    write_line(document.add_paragraph(), "(Kèm theo Công văn số       /{{ symbol }})", size=12, italic=True)
    write_line(document.add_paragraph(), "")
    add_repeated_table(document, "annex_heads", "annex_rows")
