"""What stands on a form beside its figures: header lines, notes, marks. Vietnamese; values in, texts out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from doisoat.forms.filling import Figures, FilledForm
from doisoat.model import Side
from doisoat.rules.statutory_forms import TOTAL, UNKNOWN_FIELD, Form
from doisoat.rules.text import drawable, number, signed
from doisoat.store.work_items import day, moment

Checks = Mapping[str, Any]  # the content of checks.json
PREPARED_BY, SIGNED_BY = ("NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"), ("THỦ TRƯỞNG ĐƠN VỊ", "(Ký số)")
PLACE_AND_DAY = "………, ngày …… tháng …… năm ……"
ROMAN = ("I", "II", "III", "IV")
CLOCKS = {
    "luat": (
        "theo pháp luật (NĐ 118/2025/NĐ-CP Điều 17, 19): ngày kết thúc so với ngày hẹn trả; {supplement}; "
        "hạn rơi vào ngày nghỉ thì chuyển sang ngày làm việc kế tiếp"
    ),
    "dvcqg": (
        "theo công thức của Cổng DVCQG (QĐ 766/QĐ-TTg mục 2.1): hạn như đã đồng bộ, trừ thời gian chờ công dân bổ sung"
    ),
    "mot_cua": "theo phần mềm một cửa: ngày kết thúc so với ngày hẹn trả",
}
_SUPPLEMENTS = {
    "reset": "sau khi bổ sung hồ sơ, thời hạn tính lại từ đầu",
    "pause": "thời gian chờ bổ sung hồ sơ được trừ",
}
_NOT_COMPARED = {
    "not_published": "chưa có biểu kỳ trước do hệ thống lập để đối chiếu cột “Từ kỳ trước”",
    "provisional": "biểu kỳ trước mới là số liệu tạm tính, chưa đối chiếu được cột “Từ kỳ trước”",
}
PROVISIONAL = "SỐ LIỆU TẠM TÍNH"
PARTIAL = "DỮ LIỆU CHƯA ĐẦY ĐỦ"
CARRIED = "CHƯA KHỚP KỲ TRƯỚC"


def printable(text: str) -> str:
    """A name as it may be drawn: no control, private or direction-changing characters, runs of blanks as one.

    >>> printable("Đất\\u202e đai\\x07"), printable("\\u200b")
    ('Đất đai', '(không tên)')
    """
    return " ".join(drawable(text).split()) or "(không tên)"


def clock_text(figures: Figures) -> str:
    """By which clock a form was filled, after "tính"."""
    return CLOCKS[figures["clock"]].format(supplement=_SUPPLEMENTS[figures["law_supplement"]])


def period_line(one: FilledForm) -> str:
    return f"Kỳ báo cáo: {one.label}"


def days_line(one: FilledForm) -> str:
    return f"(Từ ngày {day(one.first_day)} đến ngày {day(one.last_day)})"


def section_title(place: int, title: str) -> str:
    return f"{ROMAN[place]}. {title}"


def marks_of(one: FilledForm, figures: Figures, checks: Checks) -> list[str]:
    """What says at first sight that a form is not to be filed as it is; empty where nothing speaks against it."""
    marks = [PROVISIONAL] if figures["is_provisional"] else []
    marks += [PARTIAL] if figures["partial_reasons"] else []
    marks += [CARRIED] if _differences(one, checks, one.filed) else []
    return marks


def notes_of(one: FilledForm, figures: Figures, checks: Checks) -> list[str]:
    """The sentences below a form: whose figures, by which clock, what was counted how, and what differs."""
    return [
        f"Số liệu của {one.filed.label}, đọc đêm {day(date.fromisoformat(figures['business_date']))}, tính đến "
        f"{_until(datetime.fromisoformat(figures['as_of']))}; trước hạn, đúng hạn, "
        f"quá hạn tính {clock_text(figures)}.",
        *_state_notes(figures),
        *_mark_notes(one),
        _other_side(one),
        *_carried_notes(one, figures, checks),
    ]


def _until(instant: datetime) -> str:
    is_day_end = (instant.hour, instant.minute, instant.second) == (23, 59, 59)
    return f"hết ngày {day(instant.date())}" if is_day_end else moment(instant)


def _state_notes(figures: Figures) -> Iterator[str]:
    if figures["is_provisional"]:
        last, seen = date.fromisoformat(figures["last_day"]), date.fromisoformat(figures["business_date"])
        yield f"{PROVISIONAL}: kỳ báo cáo kết thúc ngày {day(last)}, số liệu mới đến ngày {day(seen)}."
    if figures["partial_reasons"]:
        yield f"{PARTIAL}: {'; '.join(map(printable, figures['partial_reasons']))}."


def _mark_notes(one: FilledForm) -> Iterator[str]:
    block, form = one.blocks[one.filed], one.form
    columns = {name: form.column(name).number for name in ("online_partial", "direct", "on_due", "open_in")}
    texts = {
        "level_unknown": (
            "nộp trực tuyến nhưng danh mục TTHC không ghi mức độ toàn trình hay một phần: ở cột "
            f"({columns['online_partial']})"
        ),
        "channel_unknown": f"không đọc được hình thức nộp: ở cột ({columns['direct']})",
        "due_unknown": (
            "không xác định được hạn hoặc ngày kết thúc, không có căn cứ coi là quá hạn: ở cột "
            f"({columns['on_due']}) hoặc ({columns['open_in']})"
        ),
        "unit_unknown": "chưa rõ cơ quan giải quyết: ở mục I, không có trong biểu của cơ quan nào",
    }
    for name, text in texts.items():
        if block.marks[name]:
            yield f"{number(block.marks[name])} hồ sơ {text}."
    unknown = sum(row.counts.received for part in block.parts for row in part.rows if row.field == UNKNOWN_FIELD)
    if unknown:
        yield f"{number(unknown)} hồ sơ có mã TTHC chưa ánh xạ hoặc không ghi lĩnh vực: ở dòng “{UNKNOWN_FIELD}”."


def _other_side(one: FilledForm) -> str:
    other = one.blocks[one.filed.other].total
    mine = one.blocks[one.filed].total
    parts = (
        f"{label} {number(getattr(other, name))} ({signed(getattr(mine, name) - getattr(other, name), 0)})"
        for name, label in (("received", "tiếp nhận"), ("resolved", "đã giải quyết"), ("open", "đang giải quyết"))
    )
    return f"Cùng cách tính, {one.filed.other.label} (trong ngoặc: biểu này nhiều hơn, ít hơn): {', '.join(parts)}."


def _carried_notes(one: FilledForm, figures: Figures, checks: Checks) -> Iterator[str]:
    basis = figures["carried"]["basis"]
    if reason := _NOT_COMPARED.get(basis):
        yield f"{reason[:1].upper()}{reason[1:]}."
    for found in _differences(one, checks, one.filed):
        named, more = found["examples"], found["dossiers"] - len(found["examples"])
        rest = f"; và {number(more)} hồ sơ khác (trang “Kỳ trước chuyển sang” của comparison.xlsx)" if more > 0 else ""
        yield f"{CARRIED}: {found['sentence']}. Hồ sơ làm nên chênh lệch: {'; '.join(named)}{rest}."


def _differences(one: FilledForm, checks: Checks, side: Side) -> list[dict[str, Any]]:
    return [
        found
        for found in checks["carried"]
        if found["side"] == side.value and found["unit_code"] == one.unit_code and found["form"] == one.form.short
    ]


def shown_rows(one: FilledForm, parts: Sequence[Any], total: Any) -> list[tuple[str, str, str, tuple[int, ...]]]:
    """The body: (sort, number, text, figures); sort = `section`, `row`, `total`."""
    form: Form = one.form
    rows: list[tuple[str, str, str, tuple[int, ...]]] = []
    for place, part in enumerate(parts):
        if part.title:
            rows.append(("section", f"{ROMAN[place]}.", part.title, ()))
        for index, row in enumerate(part.rows, start=1):
            rows.append(("row", str(index), printable(row.field), form.cells(row.counts)))
    return [*rows, ("total", "", TOTAL, form.cells(total))]
