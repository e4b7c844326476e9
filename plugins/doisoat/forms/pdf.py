"""A filled form as PDF by the template `form.typ`: PDF/A, fonts inside, the same bytes for the same figures."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from doisoat.forms import wording
from doisoat.forms.filling import Block, Figures, FilledForm
from doisoat.forms.headings import heading_cells
from doisoat.rules.statutory_forms import UNIT
from doisoat.store.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "templates" / "form.typ"
_FORMULA_WIDTH = 12  # characters of a line of formulas
_WIDTHS = {13: 1.45, 11: 1.7}  # number of columns of figures -> centimetres of each


def form_pdf(one: FilledForm, block: Block, figures: Figures, checks: wording.Checks) -> bytes:
    """The form with the figures of one side."""
    return typeset(_TEMPLATE.read_bytes(), _data(one, block, figures, checks), datetime.fromisoformat(figures["as_of"]))


def _data(one: FilledForm, block: Block, figures: Figures, checks: wording.Checks) -> dict[str, Any]:
    columns = len(one.form.columns)
    rows = wording.shown_rows(one, block.parts, block.total)
    return {
        "code": f"Biểu số {one.form.code}",
        "title": one.form.title,
        "titles": one.form.title_lines,
        "period": wording.period_line(one),
        "days": wording.days_line(one),
        "marks": wording.marks_of(one, figures, checks),
        "reporter": wording.printable(one.reporter),
        "receiver": wording.printable(one.receiver),
        "unit": UNIT,
        "widths": [_WIDTHS[columns]] * columns,
        "head": [{**vars(cell), "text": _in_lines(cell.text)} for cell in heading_cells(one.form)],
        "rows": [dict(zip(("sort", "number", "text", "figures"), row, strict=True)) for row in rows],
        "remark": one.form.remark,
        "dated": wording.PLACE_AND_DAY,
        "signs": [wording.PREPARED_BY, wording.SIGNED_BY],
        "notes": [wording.printable(note) for note in wording.notes_of(one, figures, checks)],
        "footer": f"Biểu {one.form.code} – {wording.printable(one.reporter)} – {one.label}",
    }


def _in_lines(formula: str) -> str:
    """A line of formulas as narrow as its column, broken before a `+`; any other heading as it is."""
    lines = [""]
    for part in re.split(r"(?=\+\()", formula):
        if lines[-1] and len(lines[-1] + part) > _FORMULA_WIDTH:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)
