"""What `doisoat calendar` and `doisoat clocks` say: one JSON object, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from doisoat.deadlines.calendar_year import CalendarYear
from doisoat.model import STATUS_LABELS, DossierStatus, Side, local_iso
from doisoat.pipeline.dossier_clocks import DossierClocks, SideRow
from doisoat.rules.calendar_days import DayRow
from doisoat.rules.clock_reasons import OUTCOMES, Explanation
from doisoat.rules.text import day, moment, number

if TYPE_CHECKING:
    from rich.console import Console

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
CLOCK_LABELS = {"luat": "Theo luật", "dvcqg": "Theo Cổng DVCQG", "mot_cua": "Theo Một cửa"}


def calendar_object(shown: CalendarYear) -> dict[str, Any]:
    """What `doisoat calendar --json` prints."""
    return {
        "year": shown.year,
        "province": shown.province or None,
        "version": shown.version,
        "working_days": shown.working_days,
        "off": [_day_object(row) for row in shown.off],
        "worked": [_day_object(row) for row in shown.worked],
        "switches": [{"name": one.name, "value": one.value, "values": list(one.values)} for one in shown.switches],
    }


def _day_object(row: DayRow) -> dict[str, Any]:
    return {
        "day": row.day.isoformat(),
        "document": row.document,
        "switch": None if row.switch is None else "=".join(row.switch),
        "verified": row.is_verified,
        "note": row.note,
    }


def print_calendar(console: Console, shown: CalendarYear) -> None:
    """The year as a table, then what hangs on a parameter."""
    from rich.text import Text

    of = f" của {shown.province}" if shown.province else ""
    console.print(Text(f"Lịch làm việc {shown.year}{of}: {shown.working_days} ngày làm việc ({shown.version})"))
    console.print(_days_table("Nghỉ", shown.off))
    if shown.worked:
        console.print(_days_table("Làm bù", shown.worked))
    for one in shown.switches:
        others = ", ".join(value for value in one.values if value != one.value)
        console.print(Text(f"rules: {one.name}: {one.value}  (có thể đổi: {others})", style="dim"))


def _days_table(heading: str, rows: Iterable[DayRow]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in (heading, "", "Căn cứ"):
        table.add_column(column, overflow="fold")
    for row in rows:
        doubt = "" if row.is_verified else f" [chưa kiểm chứng{f': {row.note}' if row.note else ''}]"
        table.add_row(day(row.day), _WEEKDAYS[row.day.weekday()], Text(row.document + doubt))
    return table


def dossier_object(told: DossierClocks) -> dict[str, Any]:
    """What `doisoat clocks --json` prints."""
    limit = told.term.limit
    return {
        "dossier_code": told.dossier_code,
        "as_of": local_iso(told.as_of),
        "limit": None if limit is None else {"amount": limit[0], "unit": limit[1]},
        "excludes_payment_wait": told.term.excludes_payment_wait,
        "late_starts_next_day": told.term.late_starts_next_day,
        "law": {
            "one_stop": told.period.one_stop,
            "amended_by": told.period.amended_by,
            "portal_statute": told.period.portal_statute,
            "limits": told.period.limits,
        },
        "sides": {side.value: _side_object(one) for side, one in told.rows.items()},
        "clocks": {clock: _said(one) for clock, one in told.explanations.items()},
    }


def _side_object(one: SideRow) -> dict[str, Any]:
    row = one.row
    return {
        "status": row.status,
        "agency_code": one.agency_code,
        "procedure_code": one.procedure_code,
        "received_at": _iso(row.received_at),
        "due_at": _iso(row.due_at),
        "end_at": _iso(row.end_at),
        "step_at": _iso(row.step_at),
        "supplement_count": row.supplement_count,
        "extension_count": row.extension_count,
        "rows": one.repeated,
    }


def _said(one: Explanation | None) -> dict[str, Any] | None:
    if one is None:
        return None
    judgement = one.judgement
    return {
        "verdict": judgement.verdict.value,
        "reason": judgement.reason.value,
        "sentence": one.sentence,
        "article": one.article,
        "due_at": _iso(judgement.due_at),
        "end_at": _iso(judgement.end_at),
        "begins_at": _iso(judgement.begins_at),
        "paused_at": _iso(judgement.paused_at),
    }


def _iso(instant: Any) -> str | None:
    return None if instant is None else local_iso(instant)


def print_dossier(console: Console, told: DossierClocks) -> None:
    """What both sides say, then one line a clock."""
    from rich.table import Table
    from rich.text import Text

    console.print(Text(f"Hồ sơ {told.dossier_code}, số liệu đến {moment(told.as_of)}"))
    for side in Side:
        console.print(Text(f"{side.label}: {_side_text(told.rows.get(side))}"))
    period = told.period
    amended = f", sửa bởi {period.amended_by}" if period.amended_by else ""
    console.print(
        Text(f"Văn bản theo ngày tiếp nhận: {period.one_stop}{amended}; {period.portal_statute}", style="dim")
    )
    table = Table(box=None, pad_edge=False)
    for column in ("Cách tính", "Kết luận", "Vì sao", "Căn cứ"):
        table.add_column(column, overflow="fold")
    for clock, one in told.explanations.items():
        if one is None:
            table.add_row(CLOCK_LABELS[clock], "–", "Bên này không có hồ sơ", "")
        else:
            outcome = OUTCOMES[one.judgement.verdict]
            sentence = one.sentence.removesuffix(f": {outcome}")
            table.add_row(CLOCK_LABELS[clock], outcome, Text(sentence), Text(one.article))
    console.print(table)


def _side_text(one: SideRow | None) -> str:
    if one is None:
        return "không có hồ sơ này"
    row = one.row
    parts = [
        f"{row.status} · {STATUS_LABELS[DossierStatus(row.status)]}",
        f"tiếp nhận {moment(row.received_at)}",
        f"hẹn trả {moment(row.due_at)}",
        f"kết thúc {moment(row.end_at)}",
        *([f"bổ sung {number(row.supplement_count)} lần"] if row.supplement_count else []),
        *([f"hẹn lại {number(row.extension_count)} lần"] if row.extension_count else []),
        *([f"{one.repeated} bản ghi cùng mã, xét bản ghi đầu"] if one.repeated > 1 else []),
    ]
    return "; ".join(parts)
