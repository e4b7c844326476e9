"""What the commands of `doisoat discrepancies` say: one JSON object, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from doisoat.model import DiscrepancyKind, Side, local_iso
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.lifecycle import TURN_LABELS, State, Turn
from doisoat.rules.text import number
from doisoat.store.work_items import EMPTY, NO_AGENCY, SEVERITY_LABELS, day, moment, plain_value, subtype_label

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.pipeline.desk import Desk
    from doisoat.store.decisions import Known, Line

_LISTED = 200  # rows at a terminal; --json has all
_CAUSES = {"undetermined": "chưa xác định"}


def list_object(desk: Desk, found: Iterable[Known]) -> dict[str, Any]:
    """What `list --json` prints."""
    return {
        "province": desk.code,
        "business_date": desk.last_night,
        "discrepancies": [known_object(desk, known) for known in found],
    }


def known_object(desk: Desk, known: Known) -> dict[str, Any]:
    """One discrepancy with its age in working days."""
    return {"id": known.short_id, **asdict(known), "age_working_days": desk.age(known)}


def show_object(desk: Desk, known: Known, history: Sequence[Line]) -> dict[str, Any]:
    """What `show --json` prints."""
    return {
        "province": desk.code,
        "business_date": desk.last_night,
        "discrepancy": known_object(desk, known),
        "action": KIND_INFO[DiscrepancyKind(known.kind)].action,
        "history": [
            {**asdict(line), "said_at": line.said_at and local_iso(line.said_at), "changed_rules": list(changed)}
            for line, changed in _with_changed_rules(history)
        ],
    }


def print_list(console: Console, desk: Desk, found: Sequence[Known]) -> None:
    """A table, the longest known first."""
    from rich.table import Table
    from rich.text import Text

    table = Table("Mã", "Hồ sơ", "Loại", "Cơ quan", "Trạng thái", "Từ ngày", "Ngày LV", box=None, pad_edge=False)
    table.columns[6].justify = "right"
    for known in found[:_LISTED]:
        table.add_row(
            known.short_id,
            Text(_subject(known)),
            KIND_INFO[DiscrepancyKind(known.kind)].label,
            Text(known.agency_code or NO_AGENCY),
            Text(state_line(known)),
            day(known.first_seen_on),
            number(desk.age(known)),
        )
    console.print(f"{desk.code}, đến đêm {day(desk.last_night)}: {number(len(found))} chênh lệch")
    if found:
        console.print(table)
    if len(found) > _LISTED:
        console.print(f"… còn {number(len(found) - _LISTED)} chênh lệch nữa: lọc thêm, hoặc dùng --json")


def print_one(console: Console, desk: Desk, known: Known, history: Sequence[Line]) -> None:
    """What differs, what to do, and the history as a timeline."""
    info = KIND_INFO[DiscrepancyKind(known.kind)]
    detail = subtype_label(known.kind, known.subtype)
    lines = [
        f"{_subject(known)} · {info.label}{f' ({detail})' if detail else ''}",
        f"Trạng thái: {state_line(known)}; {number(desk.age(known))} ngày làm việc kể từ {day(known.first_seen_on)}",
        f"Cơ quan: {desk.reference.agencies.name(known.agency_code) if known.agency_code else NO_AGENCY}"
        f" [{known.agency_code or EMPTY}] · Thủ tục: {known.procedure_code or EMPTY}",
        f"{known.field}: Một cửa {plain_value(known.field, known.value_shop)}"
        f" | Cổng DVCQG {plain_value(known.field, known.value_portal)}",
        f"Mức độ: {SEVERITY_LABELS[known.severity]} · Bên xử lý: {Side(known.side).label}"
        f" · Nguyên nhân: {_CAUSES.get(known.cause, known.cause)}",
        f"Việc cần làm: {info.action}",
        f"Mã đầy đủ: {known.fingerprint}",
        "Diễn biến:",
        *(f"  {text}" for text in _timeline(history)),
    ]
    console.print("\n".join(lines), markup=False, soft_wrap=True)


def state_line(known: Known) -> str:
    """The state with what belongs to it.

    `Đã chấp nhận đến hết 31/12/2026 (Lan: chờ cấp trên)`
    """
    state = State(known.state)
    text = state.label
    if state is State.ACCEPTED:
        text += f" đến hết {day(known.accepted_until)}"
    if state is State.SUPERSEDED and known.superseded_by:
        text += f": {KIND_INFO[DiscrepancyKind(known.superseded_by)].label}"
    if known.person:
        text += f" ({known.person}{f': {known.reason}' if known.reason else ''})"
    return text + (f", lệch trở lại {number(known.reopened)} lần" if known.reopened else "")


def _subject(known: Known) -> str:
    return known.dossier_code or known.period or known.procedure_code or known.field


def _timeline(history: Sequence[Line]) -> Iterator[str]:
    for line, changed in _with_changed_rules(history):
        turn = Turn(line.change)
        text = f"{day(line.changed_on)}  {TURN_LABELS[turn]}"
        if line.by_kind:
            text += f": {KIND_INFO[DiscrepancyKind(line.by_kind)].label}"
        if line.until:
            text += f" (đến hết {day(line.until)})"
        if line.person:
            text += f" – {line.person}" + (f": {line.reason}" if line.reason else "")
        if line.said_at:
            text += f" – ghi lúc {moment(line.said_at)}"
        if changed:
            text += f" – quy tắc đã đổi so với lần trước: {', '.join(changed)}"
        yield text


def _with_changed_rules(history: Sequence[Line]) -> Iterator[tuple[Line, tuple[str, ...]]]:
    """Every line with the rule versions that differ from the night before it in the history."""
    nights = [line for line in history if line.rule_version]
    before = {id(late): early for early, late in pairwise(nights)}
    for line in history:
        early = before.get(id(line))
        if early is None or early.rule_version == line.rule_version:
            yield line, ()
            continue
        names = early.rule_versions.keys() | line.rule_versions.keys()
        differing = sorted(name for name in names if early.rule_versions.get(name) != line.rule_versions.get(name))
        yield line, tuple(differing) or ("rules",)
