"""The lines of a CSV: one by one, or many at once as columns where nothing about their quotes is doubtful.

What a row is, is decided by Python's `csv` alone. A block of lines is taken at once only if each of them is by itself
one row of as many cells as the header has, in the one spelling about which no two CSV readers disagree.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from doisoat.land.exports.text_lines import TextLines
from doisoat.land.record_columns import RecordColumns

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]


class CsvLines(TextLines):
    """The lines of a CSV."""

    def columns(self, rows: int, taken: Sequence[tuple[int, str]], width: int, separator: str) -> RecordColumns | None:
        """The next `rows` rows (at the end fewer) as columns; None, and nothing taken, where they are not so plain."""
        import numpy as np
        import pyarrow as pa

        if not self._has_ahead(rows):
            return None
        block = np.frombuffer(self._ahead, np.uint8, offset=self._at)
        ends = np.flatnonzero(block == ord("\n"))[:rows] + 1
        if len(ends) < rows and (not len(ends) or ends[-1] < len(block)):
            ends = np.append(ends, len(block))  # a last line without its end
        if not len(ends) or ends[-1] == 0 or ends[-1] > np.iinfo(np.int32).max:
            return None
        text = pa.py_buffer(self._ahead).slice(self._at, int(ends[-1]))
        starts = np.concatenate(([0], ends)).astype(np.int32)
        lines = pa.StringArray.from_buffers(len(ends), pa.py_buffer(starts), text)
        if not _are_plain(lines, width, separator):
            return None
        columns = _parsed(text, taken, width, separator)
        self._take(len(text), len(lines))
        return RecordColumns(columns, len(lines))


def _are_plain(lines: pa.StringArray, width: int, separator: str) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc  # type: ignore[import-untyped]

    try:
        lines.validate(full=True)  # UTF-8
    except pa.ArrowInvalid:
        return False
    if width < 2 or pc.max(pc.binary_length(lines)).as_py() > csv.field_size_limit():
        return False
    return bool(pc.all(pc.match_substring_regex(lines, _plain_row(width, separator))).as_py())


@lru_cache(maxsize=8)
def _plain_row(width: int, separator: str) -> str:
    """The pattern of one row on one line: every cell either without quotes, or wholly within them."""
    bare = rf'[^"{re.escape(separator)}\n\r\x00]*'
    cell = rf'(?:{bare}|"[^"\n\r\x00]*(?:""[^"\n\r\x00]*)*")'
    return rf"\A{cell}(?:{re.escape(separator)}{cell}){{{width - 1}}}(?:\r?\n)?\z"


def _parsed(text: pa.Buffer, taken: Sequence[tuple[int, str]], width: int, separator: str) -> dict[str, pa.StringArray]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(width)]
    table = arrow_csv.read_csv(
        pa.BufferReader(text),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
        parse_options=arrow_csv.ParseOptions(delimiter=separator, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[names[place] for place, _ in taken],
            strings_can_be_null=False,
        ),
    )
    return {wire: table.column(names[place]).combine_chunks() for place, wire in taken}
