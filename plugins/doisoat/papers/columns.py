"""How wide the columns of a paper's tables are, by what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ACROSS, UPRIGHT = 15_100, 9_070  # twentieths of a point between the margins of a page
_NUMBER_WIDTH = 7  # of the running number, in the shares of `column_shares`
_LONG = 40  # signs in a line; longer texts get no more room
_LOOKED_AT = 500  # rows that decide how wide a column is


def column_shares(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Shares of the page's width: room for the longest word of a column, more where its texts are long."""
    columns = [[head, *(row[at] for row in rows[:_LOOKED_AT])] for at, head in enumerate(heads)]
    words = [max(len(word) for text in texts for word in text.split() or [""]) for texts in columns]
    usual = [sum(map(len, texts)) // len(texts) for texts in columns]
    return [max(word + 4, min(_LONG, length)) for word, length in zip(words, usual, strict=True)]


def set_widths(table: Any, shares: Sequence[int], width: int) -> None:
    """Give the columns of a DOCX table behind its running number these shares; nothing where it has other columns."""
    from docx.oxml.ns import qn

    columns = [_NUMBER_WIDTH, *shares]
    if len(table.columns) != len(columns):
        return
    twips = [round(width * share / sum(columns)) for share in columns]
    for row in table._tbl.iter(qn("w:tr")):
        for cell, one in zip(row.iter(qn("w:tcW")), twips, strict=False):
            cell.set(qn("w:type"), "dxa")
            cell.set(qn("w:w"), str(one))
    for column, one in zip(table._tbl.tblGrid.iter(qn("w:gridCol")), twips, strict=True):
        column.set(qn("w:w"), str(one))
