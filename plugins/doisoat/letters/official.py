"""The shipped DOCX template: an official letter as NĐ 30/2020/NĐ-CP lays it out, with the names `contents` fills in.

Made in code, so that it can be read and compared; an office may take it (`doisoat letters template FILE`), change it in
a word processor and name it in its province file. Placeholders are Jinja2 as docxtpl reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_FONT = "Times New Roman"
_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def official_letter() -> Document:
    """A4, margins 20/20/30/20 mm, Times New Roman 13; the annex lies across on pages of its own."""
    from docx import Document as new_document
    from docx.shared import Mm

    document = new_document()
    _set_font(document)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(20), Mm(20), Mm(30), Mm(20)
    _head(document)
    _body(document)
    _foot(document)
    _annex(document)
    return document


def _set_font(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(0)


def _head(document: Document) -> None:
    """Who writes, the state's name and motto, number and day left open, subject; a little wider than the text."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table = document.add_table(rows=2, cols=2)
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, (Mm(75), Mm(99)), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    left, right = table.rows[0].cells
    _line(left.paragraphs[0], "{{ authority }}", size=12)
    _line(left.add_paragraph(), "{{ issuer }}", size=12, bold=True)
    _rule(left.add_paragraph(), "────────")
    _line(right.paragraphs[0], _MOTTO[0], size=12, bold=True)
    _line(right.add_paragraph(), _MOTTO[1], size=13, bold=True)
    _rule(right.add_paragraph(), "─────────────────")
    left, right = table.rows[1].cells
    _line(left.paragraphs[0], "Số:          /{{ symbol }}", size=13)
    _line(left.add_paragraph(), "{{ subject }}", size=12)
    _line(right.paragraphs[0], "{{ place }}, ngày        tháng        năm {{ year }}", size=13, italic=True)


def _body(document: Document) -> None:
    _line(document.add_paragraph(), "")
    _line(document.add_paragraph(), "Kính gửi:{% if addressees|length == 1 %} {{ addressees[0] }}{% endif %}", size=14)
    _loop(document, "p", "one in addressees if addressees|length > 1", "- {{ one }};", centred=True)
    _line(document.add_paragraph(), "")
    _text(document, "{{ base }} {{ issuer_named }} thông báo và đề nghị như sau:")
    _text(document, "1. Tình hình", bold=True)
    _loop(document, "p", "one in figures", "- {{ one }}")
    _paragraph_if(document, "partial", "{{ partial }}")
    _text(document, "2. Việc cần làm", bold=True)
    _loop(document, "p", "one in duties", "{{ letter_of[loop.index0] }}) {{ one }}")
    _text(document, "Đầu mối kỹ thuật: {{ contact }}.")
    _text(document, "Đề nghị quý cơ quan quan tâm thực hiện./.")


def _foot(document: Document) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    left.width, right.width = Mm(80), Mm(80)
    _line(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True, centred=False)
    _line(left.add_paragraph(), "{%p for one in copies %}", size=11, centred=False)
    _line(left.add_paragraph(), "- {{ one }};", size=11, centred=False)
    _line(left.add_paragraph(), "{%p endfor %}", size=11, centred=False)
    _line(right.paragraphs[0], "{{ signer }}", size=13, bold=True)
    for _ in range(4):
        _line(right.add_paragraph(), "")
    _line(right.add_paragraph(), "(Ký, ghi rõ họ tên, đóng dấu hoặc ký số)", size=12, italic=True)


def _annex(document: Document) -> None:
    """The list, on landscape pages; one line of cells is repeated by docxtpl."""
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Mm

    page = document.add_section(WD_SECTION.NEW_PAGE)
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(15)
    _line(document.add_paragraph(), "PHỤ LỤC", size=13, bold=True)
    _line(document.add_paragraph(), "{{ annex_title }}", size=13, bold=True)
    _line(document.add_paragraph(), "(Kèm theo Công văn số       /{{ symbol }})", size=12, italic=True)
    _line(document.add_paragraph(), "")
    table = document.add_table(rows=4, cols=2)
    table.style = document.styles["Table Grid"]
    for at, text in enumerate(("STT", "{%tc for head in annex_heads %}")):
        _cell(table.rows[0].cells[at], text, bold=True)
    row = table.rows[0]
    for text in ("{{ head }}", "{%tc endfor %}"):
        _cell(_add_cell(row), text, bold=True)
    _cell(table.rows[1].cells[0], "{%tr for row in annex_rows %}")
    row = table.rows[2]
    for at, text in enumerate(("{{ loop.index }}", "{%tc for value in row %}")):
        _cell(row.cells[at], text)
    for text in ("{{ value }}", "{%tc endfor %}"):
        _cell(_add_cell(row), text)
    _cell(table.rows[3].cells[0], "{%tr endfor %}")
    _repeat_head(table.rows[0])


def _add_cell(row: Any) -> Any:
    from copy import deepcopy

    from docx.table import _Cell

    element = deepcopy(row.cells[0]._tc)
    row._tr.append(element)
    return _Cell(element, row._parent)


def _repeat_head(row: Any) -> None:
    from docx.oxml import OxmlElement

    mark = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(mark)


def _cell(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    _line(paragraph, text, size=10, bold=bold, centred=bold)


def _line(
    paragraph: Paragraph, text: str, *, size: float = 13, bold: bool = False, italic: bool = False, centred: bool = True
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _rule(paragraph: Paragraph, sign: str) -> None:
    from docx.shared import Pt

    _line(paragraph, sign, size=6)
    paragraph.paragraph_format.space_after = Pt(4)


def _text(document: Document, text: str, *, bold: bool = False, centred: bool = False) -> None:
    """A paragraph of the body: justified, first line indented, six points apart."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    _line(paragraph, text, bold=bold, centred=False)
    form = paragraph.paragraph_format
    form.space_before, form.line_spacing = Pt(6), 1.1
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    if not centred:
        form.first_line_indent = Mm(10)


def _loop(document: Document, tag: str, over: str, text: str, *, centred: bool = False) -> None:
    document.add_paragraph(f"{{%{tag} for {over} %}}")
    _text(document, text, centred=centred)
    document.add_paragraph(f"{{%{tag} endfor %}}")


def _paragraph_if(document: Document, condition: str, text: str) -> None:
    document.add_paragraph(f"{{%p if {condition} %}}")
    _text(document, text)
    document.add_paragraph("{%p endif %}")
