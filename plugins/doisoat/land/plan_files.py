"""A plan of inspections as a file: XLSX or CSV, read by the readers of exports; its columns by name.

Values are handed on as they are; what a line means is the wing `inspection`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doisoat.errors import ConfigError
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.drop import suffix_of
from doisoat.land.exports.formats import Rows, Undecodable, csv_rows
from doisoat.land.exports.workbooks import xlsx_rows

_READERS = {".csv": csv_rows, ".xlsx": xlsx_rows}

# Field of a line -> headings it may stand under; the first one is what messages call it.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "line_id": ("Mã dòng", "Mã dòng kế hoạch", "ma_dong"),
    "plan_code": ("Mã kế hoạch", "Số kế hoạch", "Kế hoạch", "ma_ke_hoach"),
    "agency": ("Cơ quan được kiểm tra", "Đơn vị được kiểm tra", "Mã cơ quan", "Cơ quan", "co_quan"),
    "subject": ("Nội dung", "Nội dung kiểm tra", "noi_dung"),
    "year": ("Năm", "nam"),
    "first_year": ("Từ năm", "tu_nam"),
    "last_year": ("Đến năm", "den_nam"),
    "quarter": ("Quý dự kiến", "Quý", "quy"),
    "month": ("Tháng dự kiến", "Tháng", "thang"),
    "day": ("Ngày dự kiến", "ngay"),
    "form": ("Hình thức dự kiến", "Hình thức", "hinh_thuc"),
}
_FIELDS = {heading: field for field, headings in HEADINGS.items() for heading in headings}
_NEEDED = ("line_id", "agency", "subject")


@dataclass(frozen=True)
class PlanFile:
    """The lines of a file: None for one without a shape (more or fewer cells than the header)."""

    source: str  # name and digest of the file
    lines: Sequence[Mapping[str, Any] | None]
    notes: tuple[str, ...]  # Vietnamese; what was passed over


def read_plan_file(file: Path) -> PlanFile:
    """All lines; ConfigError for a file that is none, cannot be read to its end, or has no header of a plan."""
    rows, lines = _rows(file)
    if missing := [
        HEADINGS[field][0] for field in _NEEDED if field not in {_FIELDS.get(name) for name in rows.columns}
    ]:
        raise ConfigError(
            f"no column {', '.join(missing)}: a plan has a header with {', '.join(_wanted())}; name the columns so",
            file=file,
        )
    if not lines:
        raise ConfigError("the plan has a header and no line below it", file=file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return PlanFile(f"{file.name[:150]} sha256:{digest}", lines, tuple(rows.notes))


def _rows(file: Path) -> tuple[Rows, list[Mapping[str, Any] | None]]:
    reader = _READERS.get(suffix_of(file.name))
    if reader is None:
        raise ConfigError(f"a plan is one of {', '.join(_READERS)}; save it as XLSX", file=file)
    if not file.is_file():
        raise ConfigError("no such file", file=file)
    names = ColumnNames({}, allowed=frozenset(_FIELDS), keys=frozenset(HEADINGS["line_id"]))
    try:
        rows = reader(file, names)
        lines: list[Mapping[str, Any] | None] = [
            None if record is None else _line(record, file) for record in rows.records
        ]
    except Undecodable as error:
        raise ConfigError(f"cannot be read ({error}); save it as XLSX, or as CSV in UTF-8", file=file) from None
    except ConfigError as error:
        if error.file is not None:
            raise
        wanted = ", ".join(_wanted())
        raise ConfigError(f"no readable header; a plan has the columns {wanted}, each once", file=file) from None
    if rows.faults:
        raise ConfigError(f"the plan cannot be read whole: {'; '.join(rows.faults)}", file=file)
    return rows, lines


def _line(record: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """By field; two headings of one field must not both say something."""
    line: dict[str, Any] = {}
    for heading, value in record.items():
        field = _FIELDS[heading]
        if field in line:
            raise ConfigError(f"two columns are {HEADINGS[field][0]}; remove one of them", file=file)
        line[field] = value
    return line


def _wanted() -> list[str]:
    return [headings[0] for headings in HEADINGS.values()]
