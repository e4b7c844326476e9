"""One listed row under the names of the wire (wire-contract §5) -> one entry, or why it cannot be one.

| a row with | is | other columns |
|---|---|---|
| `MATTHC` | a procedure | `TENTTHC`, `LINHVUC` (or `TENLINHVUC`), `MUCDO`, `PHILEPHI`, `THOIHAN`, `DONVITINH` |
| `MADONVI` | an agency | `TENDONVI` |
| `MALINHVUC` | a sector | `TENLINHVUC` |
| any | | `TRANGTHAI`, `NGAYHETHIEULUC` |

Everything else is dropped. A value that cannot be read is unknown and told; the entry stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from doisoat.rules.catalogue import (
    Entry,
    Sort,
    Unread,
    read_catalogue_code,
    read_fee,
    read_is_active,
    read_level,
    read_limit,
)
from doisoat.rules.values import read_instant, read_text

KEYS: dict[str, Sort] = {"MATTHC": "procedure", "MADONVI": "agency", "MALINHVUC": "sector"}
NAMES: dict[Sort, str] = {"procedure": "TENTTHC", "agency": "TENDONVI", "sector": "TENLINHVUC"}
FIELDS = frozenset(
    [*KEYS, *NAMES.values(), "LINHVUC", "MUCDO", "PHILEPHI", "THOIHAN", "DONVITINH", "TRANGTHAI", "NGAYHETHIEULUC"]
)
_NAME_MAX = 1_000  # characters

Row = Mapping[str, Any]


def sort_of(columns: Iterable[str]) -> Sort | None:
    """What a table with these columns lists: the first of the three keys it has."""
    present = set(columns)
    return next((sort for key, sort in KEYS.items() if key in present), None)


def read_entry(sort: Sort, row: Row, place: str) -> tuple[Entry | None, list[Unread]]:
    """The entry of a row, and what of it could not be read."""
    key = next(name for name, known in KEYS.items() if known == sort)
    code = read_catalogue_code(row.get(key))
    if code is None:
        reason = "không có mã" if read_text(row.get(key)) is None else "mã có ký tự lạ hoặc dài quá 50 ký tự"
        return None, [Unread(place, reason)]
    unread: list[Unread] = []

    def told(name: str, read: Callable[[Any], Any], reason: str) -> Any:
        value = row.get(name)
        found = None if read_text(value) is None else read(value)
        if found is None and read_text(value) is not None:
            unread.append(Unread(place, f"{reason} không đọc được"))
        return found

    entry = Entry(
        sort,
        code,
        name=told(NAMES[sort], _name, "tên"),
        is_active=told("TRANGTHAI", read_is_active, "trạng thái"),
        valid_to=told("NGAYHETHIEULUC", _day, "ngày hết hiệu lực"),
        **(_procedure_values(row, told) if sort == "procedure" else {}),
    )
    return entry, unread


def _procedure_values(row: Row, told: Callable[[str, Callable[[Any], Any], str], Any]) -> dict[str, Any]:
    amount, unit = told("THOIHAN", lambda value: _limit(value, row.get("DONVITINH")), "thời hạn") or (None, None)
    return {
        "sector": told("LINHVUC" if read_text(row.get("LINHVUC")) else "TENLINHVUC", _name, "lĩnh vực"),
        "level": told("MUCDO", read_level, "mức độ dịch vụ công trực tuyến"),
        "fee": told("PHILEPHI", read_fee, "phí, lệ phí"),
        "limit": amount,
        "unit": unit,
    }


def _limit(amount: Any, unit: Any) -> tuple[float, str] | None:
    found = read_limit(amount, unit)
    return None if found[0] is None else found


def _name(value: Any) -> str | None:
    text = " ".join((read_text(value) or "").split())
    return text if 0 < len(text) <= _NAME_MAX else None


def _day(value: Any) -> date | None:
    try:
        instant = read_instant(value)
    except ValueError:
        return None
    return instant.date() if instant else None
