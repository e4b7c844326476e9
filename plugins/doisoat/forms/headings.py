"""The head of a form as cells, for whoever draws it: a grid of rows and columns, counted from 0. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from doisoat.rules.statutory_forms import FIELD_HEADING, Form

ROWS = 3  # of headings, above the line of formulas
_FIRST = 2  # columns before the figures


@dataclass(frozen=True)
class HeadingCell:
    """One cell: where it begins, how far it reaches, what it says."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


def heading_cells(form: Form) -> list[HeadingCell]:
    """All cells of the head, the line of formulas last."""
    cells = [HeadingCell(0, 0, ROWS, 1, "STT"), HeadingCell(0, 1, ROWS, 1, FIELD_HEADING)]
    at = _FIRST
    for group, members in groupby(form.columns, key=lambda column: column.group):
        columns = list(members)
        cells.append(HeadingCell(0, at, 1, len(columns), group))
        for inner, below in groupby(columns, key=lambda column: column.inner):
            own = list(below)
            if inner:
                cells.append(HeadingCell(1, at, 1, len(own), inner))
            for column in own:
                row = 2 if inner else 1
                cells.append(HeadingCell(row, at, ROWS - row, 1, column.heading))
                at += 1
    formulas = ["(1)", "(2)", *(column.formula for column in form.columns)]
    cells += [HeadingCell(ROWS, place, 1, 1, text) for place, text in enumerate(formulas)]
    return sorted(cells, key=lambda cell: (cell.row, cell.column))
