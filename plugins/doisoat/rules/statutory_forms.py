"""The statutory forms on how dossiers are dealt with, as data: columns, sections, who reports to whom; their checks.

Biểu 07a, 07b, 07c/BTP/KSTT (TT 09/2026/TT-BTP, in force from 1/8/2026) and II.06a, II.06b/VPCP/KSTT before it
(TT 01/2020/TT-VPCP). Pure: counts in, cells and sentences out; drawing a form is `doisoat.forms`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from doisoat.rules.reporting_periods import Length, ReportingPeriod
from doisoat.rules.text import number

IN_FORCE_FROM = date(2026, 8, 1)  # TT 09/2026/TT-BTP; a period that ends earlier is reported by the older forms
TOTAL = "TỔNG CỘNG"
UNKNOWN_FIELD = "Lĩnh vực khác (chưa xác định)"
UNIT = "Đơn vị tính: Số hồ sơ TTHC."


class Role(StrEnum):
    """Who makes a form."""

    AGENCY = "agency"  # whoever deals with dossiers itself: a commune, a department
    PROVINCE = "province"
    MINISTRY = "ministry"


class Section(StrEnum):
    """Whose dossiers a part of a province's form counts."""

    PROVINCE = "province"
    COMMUNES = "communes"


@dataclass(frozen=True)
class FormCounts:
    """Dossiers of one row; the three totals are counted by themselves, so that a form can be checked by them."""

    received: int = 0
    online_full: int = 0
    online_partial: int = 0
    post: int = 0
    direct: int = 0
    carried: int = 0
    resolved: int = 0
    early: int = 0
    on_due: int = 0
    late: int = 0
    open: int = 0
    open_in: int = 0
    open_over: int = 0

    def __add__(self, other: FormCounts) -> FormCounts:
        return FormCounts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def __sub__(self, other: FormCounts) -> FormCounts:
        return FormCounts(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class FormColumn:
    """One numbered column of figures: what it counts, and for a total the columns it is the sum of."""

    number: int
    heading: str
    counts: tuple[str, ...]
    sum_of: tuple[int, ...] = ()
    group: str = ""  # the heading over its columns
    inner: str = ""  # a heading between both

    @property
    def formula(self) -> str:
        """The line below the headings: `(4)`, or `(3)=(4)+(5)`."""
        if not self.sum_of:
            return f"({self.number})"
        return f"({self.number})=" + "+".join(f"({one})" for one in self.sum_of)

    def value(self, counts: FormCounts) -> int:
        return sum(int(getattr(counts, name)) for name in self.counts)


_RECEIVED = "Số lượng hồ sơ tiếp nhận"
_RESOLVED = "Số lượng hồ sơ đã giải quyết"
_OPEN = "Số lượng hồ sơ đang giải quyết"

COLUMNS_07 = (
    FormColumn(3, "Tổng số", ("received",), (4, 5, 6, 7, 8), _RECEIVED),
    FormColumn(4, "Trực tuyến toàn trình", ("online_full",), (), _RECEIVED, "Trong kỳ"),
    FormColumn(5, "Trực tuyến một phần", ("online_partial",), (), _RECEIVED, "Trong kỳ"),
    FormColumn(6, "Qua dịch vụ bưu chính", ("post",), (), _RECEIVED, "Trong kỳ"),
    FormColumn(7, "Trực tiếp", ("direct",), (), _RECEIVED, "Trong kỳ"),
    FormColumn(8, "Từ kỳ trước", ("carried",), (), _RECEIVED),
    FormColumn(9, "Tổng số", ("resolved",), (10, 11, 12), _RESOLVED),
    FormColumn(10, "Trước hạn", ("early",), (), _RESOLVED),
    FormColumn(11, "Đúng hạn", ("on_due",), (), _RESOLVED),
    FormColumn(12, "Quá hạn", ("late",), (), _RESOLVED),
    FormColumn(13, "Tổng số", ("open",), (14, 15), _OPEN),
    FormColumn(14, "Trong hạn", ("open_in",), (), _OPEN),
    FormColumn(15, "Quá hạn", ("open_over",), (), _OPEN),
)
COLUMNS_06 = (
    FormColumn(3, "Tổng số", ("received",), (4, 5, 6), _RECEIVED),
    FormColumn(4, "Trực tuyến", ("online_full", "online_partial"), (), _RECEIVED, "Trong kỳ"),
    FormColumn(5, "Trực tiếp, dịch vụ bưu chính", ("post", "direct"), (), _RECEIVED, "Trong kỳ"),
    FormColumn(6, "Từ kỳ trước", ("carried",), (), _RECEIVED),
    FormColumn(7, "Tổng số", ("resolved",), (8, 9, 10), _RESOLVED),
    FormColumn(8, "Trước hạn", ("early",), (), _RESOLVED),
    FormColumn(9, "Đúng hạn", ("on_due",), (), _RESOLVED),
    FormColumn(10, "Quá hạn", ("late",), (), _RESOLVED),
    FormColumn(11, "Tổng số", ("open",), (12, 13), _OPEN),
    FormColumn(12, "Trong hạn", ("open_in",), (), _OPEN),
    FormColumn(13, "Quá hạn", ("open_over",), (), _OPEN),
)
FIELD_HEADING = "Lĩnh vực giải quyết"


@dataclass(frozen=True)
class Form:
    """One form: `sections` are the titles of its parts in their order, none = one list of fields."""

    code: str
    title: str
    role: Role
    receiver: str  # Vietnamese; empty = the province's people's committee
    columns: tuple[FormColumn, ...]
    sections: tuple[str, ...] = ()
    remark: str = ""

    @property
    def short(self) -> str:
        """As people and files call it, `07a`, `II.06b`."""
        return self.code.partition("/")[0]

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The title as it is set: what it is about, then whose."""
        for word in (" TẠI ", " CỦA "):
            about, found, whose = self.title.partition(word)
            if found:
                return about, f"{word.strip()} {whose}"
        return (self.title,)

    def column(self, count: str) -> FormColumn:
        """The column a count stands in."""
        return next(one for one in self.columns if count in one.counts)

    def cells(self, counts: FormCounts) -> tuple[int, ...]:
        return tuple(column.value(counts) for column in self.columns)


_TITLE = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
_DIRECT = f"{_TITLE} TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
_OF_PROVINCE = f"{_TITLE} CỦA UBND CẤP TỈNH"
_WITHIN = "kết quả giải quyết TTHC thuộc phạm vi thẩm quyền của"
_UPRIGHT = f"Tổng hợp tình hình, {_WITHIN} cơ quan trung ương tổ chức theo ngành dọc cấp"
_SECTIONS = (f"Tình hình, {_WITHIN} UBND cấp tỉnh", f"Tổng hợp tình hình, {_WITHIN} UBND cấp xã")
_FROM_COMMUNES = "Lưu ý: Mục II: Số liệu được tổng hợp từ báo cáo của UBND các xã, phường, đặc khu."

FORM_07A = Form("07a/BTP/KSTT", _DIRECT, Role.AGENCY, "", COLUMNS_07)
FORM_07B = Form("07b/BTP/KSTT", _OF_PROVINCE, Role.PROVINCE, "Bộ Tư pháp", COLUMNS_07, _SECTIONS, _FROM_COMMUNES)
FORM_07C = Form(  # a ministry's: told here as it stands in the circular, no province makes it
    "07c/BTP/KSTT",
    f"TỔNG HỢP {_TITLE} CỦA BỘ, CƠ QUAN",
    Role.MINISTRY,
    "Bộ Tư pháp",
    COLUMNS_07,
    (
        "Tổng hợp tình hình, kết quả giải quyết TTHC tại các cơ quan, đơn vị trực thuộc",
        *(f"{_UPRIGHT} {level}" for level in ("trung ương", "khu vực/tỉnh", "xã")),
    ),
    "Lưu ý: Các mục I, II, III, IV: Số liệu được tổng hợp từ báo cáo của các cơ quan, đơn vị trực thuộc.",
)
FORM_06A = Form("II.06a/VPCP/KSTT", _DIRECT, Role.AGENCY, "", COLUMNS_06)
FORM_06B = Form(
    "II.06b/VPCP/KSTT", _OF_PROVINCE, Role.PROVINCE, "Văn phòng Chính phủ", COLUMNS_06, _SECTIONS, _FROM_COMMUNES
)
FORMS = {form.short: form for form in (FORM_07A, FORM_07B, FORM_07C, FORM_06A, FORM_06B)}


def form_for(role: Role, last_day: date) -> Form:
    """The form of a province or of one of its agencies for a period that ends on a day.

    >>> form_for(Role.AGENCY, date(2026, 8, 14)).code, form_for(Role.PROVINCE, date(2026, 7, 14)).code
    ('07a/BTP/KSTT', 'II.06b/VPCP/KSTT')
    """
    agency, province = (FORM_07A, FORM_07B) if last_day >= IN_FORCE_FROM else (FORM_06A, FORM_06B)
    return agency if role is Role.AGENCY else province


# --- when ------------------------------------------------------------------------------------------------

_MONTHLY = frozenset({1, 2, 4, 5, 7, 8, 10, 11})


def is_required(period: ReportingPeriod) -> bool:
    """Whether TT 09/2026 Điều 9 wants a report of this period: months but the last of a quarter, quarters I and III,
    the first half-year, the year.
    """
    wanted = {Length.MONTH: _MONTHLY, Length.QUARTER: {1, 3}, Length.HALF_YEAR: {1}, Length.YEAR: {1}}
    return period.number in wanted[period.length]


def deadlines(last_day: date) -> tuple[date, date]:
    """(agency to the province, province upwards) for a period by the statutory cut, TT 09/2026 Điều 11."""
    return last_day.replace(day=20), last_day.replace(day=23)


# --- checks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FormRow:
    """One line of figures: a field of work."""

    field: str
    counts: FormCounts


@dataclass(frozen=True)
class FormPart:
    """The rows of one section (title empty where the form has none)."""

    title: str
    rows: tuple[FormRow, ...]


def form_problems(form: Form, place: str, parts: Sequence[FormPart], total: FormCounts) -> Iterator[str]:
    """What speaks against filing a form: one Vietnamese sentence each, naming row, column and both numbers."""
    for part in parts:
        for row in part.rows:
            yield from _row_problems(form, f"{place}, dòng “{row.field}”", row.counts)
    yield from _row_problems(form, f"{place}, dòng {TOTAL}", total)
    counted = sum((row.counts for part in parts for row in part.rows), FormCounts())
    for column in form.columns:
        summed, told = column.value(counted), column.value(total)
        if summed != told:
            yield (
                f"{place}, cột ({column.number}): cộng các dòng được {number(summed)}, dòng {TOTAL} ghi {number(told)}"
            )


def _row_problems(form: Form, place: str, counts: FormCounts) -> Iterator[str]:
    values = {column.number: column.value(counts) for column in form.columns}
    for column in form.columns:
        if values[column.number] < 0:
            yield f"{place}, cột ({column.number}): số âm {number(values[column.number])}"
        summed = sum(values[one] for one in column.sum_of)
        if column.sum_of and summed != values[column.number]:
            parts = "+".join(f"({one})" for one in column.sum_of)
            yield f"{place}, cột ({column.number}): ghi {number(values[column.number])}, {parts} = {number(summed)}"
    received, resolved, remaining = (form.column(name).number for name in ("received", "resolved", "open"))
    if values[received] != values[resolved] + values[remaining]:
        yield (
            f"{place}, cột ({received}): ghi {number(values[received])}, ({resolved})+({remaining}) = "
            f"{number(values[resolved] + values[remaining])}"
        )


def carry_problem(form: Form, before: Form, place: str, carried: int, remaining: int) -> str | None:
    """A sentence where what comes over is not what the period before left; column numbers are those of either form."""
    if carried == remaining:
        return None
    return (
        f"{place}: cột ({form.column('carried').number}) kỳ này ghi {number(carried)}, "
        f"cột ({before.column('open').number}) kỳ trước ghi {number(remaining)}"
    )
