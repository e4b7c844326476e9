"""Published figures as CSV tables: one row per agency, columns matched by name, everything unknown ignored.

`department_code` is required; the month stands in a column `period` (YYYY-MM) or in the file's name. A column that is
not there was not published; an empty cell was published as null. UTF-8 only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from doisoat.errors import SourceContractBroken, SourceRefused
from doisoat.land.aggregates import Piece
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.formats import Undecodable, csv_rows
from doisoat.rules.periods import read_month
from doisoat.rules.published_figures import FIGURES, FLAG_COLUMNS, SHARES, UNREADABLE, read_figure
from doisoat.rules.values import read_code
from doisoat.store.figures import Figure

_CODE, _PERIOD = "department_code", "period"
_COLUMNS = (_CODE, _PERIOD, *sorted(FIGURES), *FLAG_COLUMNS.values())


class PublishedTables:
    """A `FigureSource` over a folder of `.csv` files; names beginning with `_`, `.` or `~$` are ignored."""

    kind = "files"
    stops_at_trouble = False
    explain = staticmethod(str)  # its errors are Vietnamese sentences about the file

    def __init__(self, folder: Path, *, clock: Callable[[], datetime], address: str = ""):
        self._folder = folder
        self._clock = clock
        self.address = address or str(folder)

    @property
    def captured_at(self) -> datetime:
        """When we read the files: they tell no time of their own."""
        return self._clock()

    def pieces(self) -> list[Piece]:
        """One per file, in name order; SourceRefused when the folder is not there or holds no table."""
        found = self._folder.glob("*") if self._folder.is_dir() else iter(())
        files = sorted(
            path for path in found if path.suffix.lower() == ".csv" and not path.name.startswith(("_", ".", "~$"))
        )
        if not files:
            raise SourceRefused(
                f"{self._folder}: không có tệp .csv nào; kiểm tra aggregates.path trong tệp cấu hình tỉnh"
            )
        return [
            Piece(_content_name(file), read_month(file.name) or "", file.name, partial(_figures_of, file))
            for file in files
        ]


def _content_name(file: Path) -> str:
    """Another content, or the same under another name, is another piece for a reading that is taken up again."""
    return sha256(file.name.encode() + b"\0" + file.read_bytes()).hexdigest()[:32]


def _figures_of(file: Path) -> list[Figure]:
    return list(table_figures(file))


def table_figures(file: Path) -> Iterator[Figure]:
    """The figures of one table; SourceContractBroken where it is none (not UTF-8, cut off, shifted, no month)."""
    month = read_month(file.name)
    try:
        rows = csv_rows(file, ColumnNames({}, allowed=frozenset(_COLUMNS), keys=frozenset({_CODE})))
        if _CODE not in rows.columns:
            raise _broken(f"không có cột {_CODE}")
        for number, row in enumerate(rows.records, start=1):
            if row is None:
                raise _broken(f"dòng {number} thừa hoặc thiếu ô so với tiêu đề")
            yield from _row_figures(number, row, month)
    except Undecodable as error:
        raise _broken(str(error)) from None
    if rows.faults:
        raise _broken(rows.faults[0])


def _row_figures(number: int, row: Mapping[str, Any], month: str | None) -> Iterator[Figure]:
    code = read_code(row.get(_CODE))
    if code is None or len(code) > 50:
        raise _broken(f"dòng {number} không có {_CODE} đọc được")
    written = row.get(_PERIOD)
    period = read_month(str(written)) if written else month
    if period is None:
        raise _broken(f"dòng {number} không cho biết tháng; đặt YYYY-MM vào tên tệp hoặc cột {_PERIOD}")
    for figure in sorted(FIGURES & row.keys()):
        flag = str(row.get(FLAG_COLUMNS.get(figure, "")) or "").strip()[:60]
        try:
            value = read_figure(row[figure], is_share=figure in SHARES)
        except ValueError:
            value, flag = None, UNREADABLE
        yield Figure(period, code, None, figure, None if value is None else f"{value:f}", flag)


def _broken(why: str) -> SourceContractBroken:
    return SourceContractBroken(f"{why}; sửa tệp, xóa thư mục landing/…/aggregates của đêm rồi chạy lại")
