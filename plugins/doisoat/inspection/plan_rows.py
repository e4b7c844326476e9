"""What a line of a plan means: a wrong one is rejected with the column and the reason, the rest goes on.

Reasons are Vietnamese, for those who wrote the plan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from doisoat.rules.inspection import FORM_LABELS, Form
from doisoat.rules.text import fold, holds_personal, plain, read_text
from doisoat.store.inspection_plans import PlanLine

LINE_ID, SUBJECT = 50, 2_000  # signs
YEARS = range(2015, 2101)
_LONGEST = 5  # years of a plan
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_FORMS = {fold(label): form for form, label in FORM_LABELS.items()} | {form.value: form for form in Form}
_FORMS |= {"từ xa": Form.REMOTE, "qua dữ liệu": Form.REMOTE}

Labels = Mapping[str, str]  # field -> what its column is called


@dataclass(frozen=True)
class PlanRejection:
    """A line that was not taken; `row` counts the lines below the header."""

    row: int
    line_id: str
    column: str
    reason: str


@dataclass(frozen=True)
class PlanRead:
    """What a file came to."""

    lines: tuple[PlanLine, ...]
    rejected: tuple[PlanRejection, ...]


class _Wrong(Exception):
    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason


def read_plan_rows(rows: Iterable[Mapping[str, Any] | None], labels: Labels, agency: Callable[[str], str]) -> PlanRead:
    """The lines of a plan; `agency` gives the code of an agency (ValueError says why there is none)."""
    lines: dict[str, PlanLine] = {}
    rejected = []
    for number, row in enumerate(rows, 1):
        try:
            line = _line(row, agency)
            if line.line_id in lines:
                raise _Wrong("line_id", "mã dòng đã có ở một dòng trên; mỗi dòng kế hoạch một mã riêng")
            lines[line.line_id] = line
        except _Wrong as wrong:
            named = _said((row or {}).get("line_id"))[:LINE_ID]
            rejected.append(PlanRejection(number, named, labels.get(wrong.field, wrong.field), wrong.reason))
    return PlanRead(tuple(lines.values()), tuple(rejected))


def _line(row: Mapping[str, Any] | None, agency: Callable[[str], str]) -> PlanLine:
    if row is None:
        raise _Wrong("line_id", "số ô khác với tiêu đề, các ô có thể đã lệch cột")
    line_id = _required(row, "line_id", LINE_ID)
    first, last = _years(row)
    quarter, month = _when(row, first)
    return PlanLine(
        line_id=line_id,
        plan_code=_required(row, "plan_code", LINE_ID) if _said(row.get("plan_code")) else str(first),
        agency_code=_agency(row, agency),
        subject=_required(row, "subject", SUBJECT),
        first_year=first,
        last_year=last,
        quarter=quarter,
        month=month,
        form=_form(row),
    )


def _said(value: Any) -> str:
    """A cell as one line of text; nothing that turns the direction of writing."""
    text = read_text(value) or ""
    return plain("".join(sign for sign in text if unicodedata.category(sign) != "Cf"))


def _required(row: Mapping[str, Any], field: str, limit: int) -> str:
    text = _said(row.get(field))
    if not text:
        raise _Wrong(field, "bỏ trống")
    if len(text) > limit:
        raise _Wrong(field, f"dài {len(text)} ký tự, tối đa {limit}")
    if holds_personal(text):
        raise _Wrong(field, "có địa chỉ thư hoặc dãy số như của cá nhân; bỏ phần đó đi")
    return text


def _agency(row: Mapping[str, Any], agency: Callable[[str], str]) -> str:
    text = _said(row.get("agency"))
    if not text:
        raise _Wrong("agency", "bỏ trống")
    try:
        return agency(text)
    except ValueError as error:
        raise _Wrong("agency", str(error)) from None


def _years(row: Mapping[str, Any]) -> tuple[int, int]:
    """First and last year of the line."""
    one, first, last = (_number(row, field, YEARS) for field in ("year", "first_year", "last_year"))
    if one is not None and (first is not None or last is not None):
        raise _Wrong("year", "ghi Năm, hoặc Từ năm – Đến năm, không ghi cả hai")
    first = one if one is not None else first
    if first is None:
        raise _Wrong("year", "bỏ trống: ghi Năm, hoặc Từ năm – Đến năm")
    last = first if last is None else last
    if not 0 <= last - first < _LONGEST:
        raise _Wrong("last_year", f"từ {first} đến {last}: kế hoạch dài 1 đến {_LONGEST} năm")
    return first, last


def _number(row: Mapping[str, Any], field: str, allowed: range) -> int | None:
    value = row.get(field)
    text = str(value.year) if isinstance(value, date) and field != "month" else _said(value)
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or int(text) not in allowed:
        raise _Wrong(field, f"{text[:40]!r} không phải số từ {allowed.start} đến {allowed.stop - 1}")
    return int(text)


def _when(row: Mapping[str, Any], year: int) -> tuple[int | None, int | None]:
    """Quarter and month expected; a day gives both."""
    day = _day(row)
    if day is not None:
        if day.year != year:
            raise _Wrong("day", f"ngày {day:%d/%m/%Y} không thuộc năm {year}")
        return (day.month - 1) // 3 + 1, day.month
    month = _number({"month": _bare(row.get("month"), "tháng")}, "month", range(1, 13))
    said = _bare(row.get("quarter"), "quý")
    quarter = _ROMAN.get(said) or _number({"quarter": said}, "quarter", range(1, 5))
    if month is not None:
        if quarter is not None and quarter != (month - 1) // 3 + 1:
            raise _Wrong("quarter", f"tháng {month} không thuộc quý {quarter}")
        quarter = (month - 1) // 3 + 1
    return quarter, month


def _bare(value: Any, word: str) -> str:
    """`Quý II/2026` as `ii`: without the word, and without a year behind it."""
    return re.sub(r"\s*/\s*20\d\d$", "", fold(_said(value)).removeprefix(word).strip())


def _day(row: Mapping[str, Any]) -> date | None:
    value = row.get("day")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _said(value)
    if not text:
        return None
    shape = _DAY.fullmatch(text)
    try:
        return date(int(shape[3]), int(shape[2]), int(shape[1])) if shape else date.fromisoformat(text)
    except ValueError:
        raise _Wrong("day", f"{text[:40]!r} không phải ngày có thật, ví dụ 15/06/2026") from None


def _form(row: Mapping[str, Any]) -> Form | None:
    text = _said(row.get("form"))
    if not text:
        return None
    form = _FORMS.get(fold(text))
    if form is None:
        known = ", ".join(label.lower() for label in FORM_LABELS.values())
        raise _Wrong("form", f"{text[:40]!r} không phải hình thức kiểm tra; dùng: {known}")
    return form
