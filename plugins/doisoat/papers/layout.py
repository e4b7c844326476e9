"""The pieces DOCX templates are made of: lines, paragraphs, loops as docxtpl reads them, tables with repeated rows.

A4 and Times New Roman 13 (NĐ 30/2020/NĐ-CP). What a paper says and in which order belongs to who makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_FONT = "Times New Roman"
_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def new_paper() -> Document:
    """An empty A4 document, margins 20/20/30/20 mm."""
    from docx import Document as new_document
    from docx.shared import Mm

    document = new_document()
    _set_font(document)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(20), Mm(20), Mm(30), Mm(20)
    return document


def add_landscape(document: Document) -> None:
    """From here on pages lie across."""
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Mm

    page = document.add_section(WD_SECTION.NEW_PAGE)
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(15)


def add_head(document: Document, below: str = "") -> None:
    """Who writes, the state's name and motto, number and day left open, and what stands `below` the number.

    A little wider than the text. The template names authority, issuer, symbol, place, year.
    """
    table = _head_table(document)
    left, right = table.rows[0].cells
    write_line(left.paragraphs[0], "{{ authority }}", size=12)
    write_line(left.add_paragraph(), "{{ issuer }}", size=12, bold=True)
    draw_rule(left.add_paragraph(), "────────")
    write_line(right.paragraphs[0], _MOTTO[0], size=12, bold=True)
    write_line(right.add_paragraph(), _MOTTO[1], size=13, bold=True)
    draw_rule(right.add_paragraph(), "─────────────────")
    left, right = table.rows[1].cells
    write_line(left.paragraphs[0], "Số:          /{{ symbol }}", size=13)
    if below:
        write_line(left.add_paragraph(), below, size=12)
    write_line(right.paragraphs[0], "{{ place }}, ngày        tháng        năm {{ year }}", size=13, italic=True)


def _head_table(document: Document) -> Any:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table = document.add_table(rows=2, cols=2)
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, (Mm(75), Mm(99)), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    return table


def add_foot(document: Document) -> None:
    """Who gets copies, and room for the signature; the template names copies, signer."""
    from docx.shared import Mm

    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    left.width, right.width = Mm(80), Mm(80)
    write_line(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True, centred=False)
    write_line(left.add_paragraph(), "{%p for one in copies %}", size=11, centred=False)
    write_line(left.add_paragraph(), "- {{ one }};", size=11, centred=False)
    write_line(left.add_paragraph(), "{%p endfor %}", size=11, centred=False)
    write_line(right.paragraphs[0], "{{ signer }}", size=13, bold=True)
    for _ in range(4):
        write_line(right.add_paragraph(), "")
    write_line(right.add_paragraph(), "(Ký, ghi rõ họ tên, đóng dấu hoặc ký số)", size=12, italic=True)


def add_repeated_table(document: Document, heads: str, rows: str) -> Any:
    """A table of as many columns as `heads` has texts and lines as `rows` has lists of texts, numbered on the left."""
    table = document.add_table(rows=4, cols=2)
    table.style = document.styles["Table Grid"]
    for at, text in enumerate(("STT", f"{{%tc for head in {heads} %}}")):
        _write_cell(table.rows[0].cells[at], text, bold=True)
    row = table.rows[0]
    for text in ("{{ head }}", "{%tc endfor %}"):
        _write_cell(_add_cell(row), text, bold=True)
    _write_cell(table.rows[1].cells[0], f"{{%tr for row in {rows} %}}")
    row = table.rows[2]
    _keep_together(row)
    for at, text in enumerate(("{{ loop.index }}", "{%tc for value in row %}")):
        _write_cell(row.cells[at], text)
    for text in ("{{ value }}", "{%tc endfor %}"):
        _write_cell(_add_cell(row), text)
    _write_cell(table.rows[3].cells[0], "{%tr endfor %}")
    _repeat_head(table.rows[0])
    return table


def _set_font(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(0)


def _add_cell(row: Any) -> Any:
    from copy import deepcopy

    from docx.table import _Cell

    element = deepcopy(row.cells[0]._tc)
    row._tr.append(element)
    return _Cell(element, row._parent)


def _keep_together(row: Any) -> None:
    """No line of a table goes on over the page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat_head(row: Any) -> None:
    from docx.oxml import OxmlElement

    mark = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(mark)


def _write_cell(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    write_line(paragraph, text, size=10, bold=bold, centred=bold)


def write_line(
    paragraph: Paragraph, text: str, *, size: float = 13, bold: bool = False, italic: bool = False, centred: bool = True
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def draw_rule(paragraph: Paragraph, sign: str) -> None:
    from docx.shared import Pt

    write_line(paragraph, sign, size=6)
    paragraph.paragraph_format.space_after = Pt(4)


def add_text(document: Document, text: str, *, bold: bool = False, centred: bool = False) -> None:
    """A paragraph of the body: justified, first line indented, six points apart; a bold one stays with the next."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    write_line(paragraph, text, bold=bold, centred=False)
    form = paragraph.paragraph_format
    form.space_before, form.line_spacing, form.keep_with_next = Pt(6), 1.1, bold
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    if not centred:
        form.first_line_indent = Mm(10)


def add_loop(document: Document, tag: str, over: str, text: str, *, centred: bool = False) -> None:
    document.add_paragraph(f"{{%{tag} for {over} %}}")
    add_text(document, text, centred=centred)
    document.add_paragraph(f"{{%{tag} endfor %}}")


def add_paragraph_if(document: Document, condition: str, text: str) -> None:
    document.add_paragraph(f"{{%p if {condition} %}}")
    add_text(document, text)
    document.add_paragraph("{%p endif %}")
