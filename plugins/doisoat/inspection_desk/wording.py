"""What the commands of `doisoat inspection` say: one JSON object, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from doisoat.model import Side, Verdict, local_iso
from doisoat.rules.inspection import Act, CheckState, possible_acts
from doisoat.rules.text import number
from doisoat.store.work_items import EMPTY, day, moment

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.pipeline.inspection import InspectionDesk, PlanImport
    from doisoat.store.inspection_acts import Verification
    from doisoat.store.inspection_events import Event
    from doisoat.store.inspections import Basis, Check, Finding

_CHECK_ACTS = {
    CheckState.OPEN.value: "Mở cuộc kiểm tra",
    CheckState.CLOSED.value: "Kết thúc cuộc kiểm tra",
    CheckState.CANCELLED.value: "Hủy cuộc kiểm tra",
}
WHY_NOTHING = {
    "no_night": "chưa có đêm đối soát nào: chạy doisoat run trước",
    "partial": "đêm {day} chỉ đọc được một phần, không chứng minh được gì; chờ một đêm đầy đủ",
}


def plan_object(desk: InspectionDesk, read: PlanImport) -> dict[str, Any]:
    """What `plan --json` prints."""
    return {"province": desk.code, **asdict(read.imported), "rejected": [asdict(one) for one in read.rejected]}


def print_plan(console: Console, desk: InspectionDesk, read: PlanImport) -> None:
    """What became of a plan, and why lines were not taken."""
    done = read.imported
    lines = [
        f"{desk.code}: thêm {number(done.added)}, cập nhật {number(done.changed)}, giữ nguyên "
        f"{number(done.unchanged)}, loại {number(len(read.rejected))} dòng kế hoạch",
        *(f"  dòng {one.row} ({one.line_id or EMPTY}), cột {one.column}: {one.reason}" for one in read.rejected),
        *(f"  lưu ý: {note}" for note in read.notes),
    ]
    if done.absent:
        lines.append(f"  không còn trong tệp, vẫn giữ trong sổ: {', '.join(done.absent[:20])}")
    console.print("\n".join(lines), markup=False, soft_wrap=True)


def finding_object(desk: InspectionDesk, finding: Finding) -> dict[str, Any]:
    """One finding with what may happen next."""
    return {
        "id": finding.finding_id,
        "title": finding.title,
        "kind": finding.kind,
        **asdict(finding.standing),
        "overdue": finding.standing.is_overdue(desk.today),
        "lacks_remedy_report": finding.standing.lacks_report,
        "discrepancies": asdict(finding.proof),
        "possible": [act.value for act in possible_acts(finding.state)],
    }


def findings_object(desk: InspectionDesk, findings: Iterable[Finding]) -> dict[str, Any]:
    return {"province": desk.code, "findings": [finding_object(desk, one) for one in findings]}


def check_object(desk: InspectionDesk, check: Check) -> dict[str, Any]:
    """One check with its findings; the data it rests on under `basis`."""
    told = {name: value for name, value in asdict(check.opening).items() if name != "basis"}
    return {
        "id": check.inspection_id,
        **told,
        "agency_name": desk.agency_name(check.opening.agency_code),
        "state": check.state.value,
        "closed_on": check.closed_on,
        "basis": _basis_object(check.opening.basis),
        "findings": [finding_object(desk, one) for one in check.findings],
    }


def _basis_object(basis: Basis | None) -> dict[str, Any] | None:
    if basis is None:
        return None
    sides = {one.side: asdict(one) | {"extracted_at": _iso(one.extracted_at)} for one in basis.snapshots}
    return {**asdict(basis), "as_of": local_iso(basis.as_of), "snapshots": sides}


def _iso(instant: Any) -> str | None:
    return None if instant is None else local_iso(instant)


def list_object(desk: InspectionDesk, checks: Iterable[Check]) -> dict[str, Any]:
    """What `list --json` prints."""
    return {"province": desk.code, "inspections": [check_object(desk, one) for one in checks]}


def show_object(desk: InspectionDesk, check: Check, events: Iterable[Event]) -> dict[str, Any]:
    """What `show --json` prints."""
    told = [{**asdict(event), "recorded_at": local_iso(event.recorded_at)} for event in events]
    return {"province": desk.code, "inspection": check_object(desk, check), "events": told}


def verification_object(desk: InspectionDesk, told: Verification) -> dict[str, Any]:
    """What `verify --json` prints."""
    return {"province": desk.code, **asdict(told)}


def finding_line(desk: InspectionDesk, finding: Finding) -> str:
    """One finding in a line.

    `2026-001.1 Hồ sơ treo: 3 hồ sơ – Đã yêu cầu khắc phục; hạn 18/09/2026; đã hết 1 trên 3 chênh lệch`
    """
    standing, proof = finding.standing, finding.proof
    parts = [finding.state.label]
    if standing.due_on is not None:
        late = ", QUÁ HẠN" if standing.is_overdue(desk.today) else ""
        parts.append(f"hạn {day(standing.due_on)}{late}")
    if proof.is_of_data:
        parts.append(f"đã hết {number(proof.resolved)} trên {number(proof.members)} chênh lệch")
    if standing.lacks_report:
        parts.append("chưa có báo cáo khắc phục")
    if standing.reopened:
        parts.append(f"tái diễn {number(standing.reopened)} lần")
    return f"{finding.finding_id} {finding.title} – {'; '.join(parts)}"


def print_list(console: Console, desk: InspectionDesk, checks: Sequence[Check]) -> None:
    """A line a check, its findings below."""
    console.print(f"{desk.code}: {number(len(checks))} cuộc kiểm tra")
    for check in checks:
        console.print(_check_line(desk, check), markup=False, soft_wrap=True)
        for finding in check.findings:
            console.print(f"    {finding_line(desk, finding)}", markup=False, soft_wrap=True)


def _check_line(desk: InspectionDesk, check: Check) -> str:
    opening = check.opening
    name = desk.agency_name(opening.agency_code)
    told = f"{opening.form.label}; mở {day(opening.opened_on)}; {check.state.label.lower()}"
    return f"{check.inspection_id} {name} [{opening.agency_code}] – {opening.subject} ({told})"


def print_check(console: Console, desk: InspectionDesk, check: Check, events: Sequence[Event]) -> None:
    """What it is and rests on, its findings, its history."""
    opening = check.opening
    planned = f"Kế hoạch: dòng {opening.plan_line}" if opening.plan_line else f"Đột xuất: {opening.unplanned_reason}"
    lines = [
        _check_line(desk, check),
        f"Thời kỳ được kiểm tra: {day(opening.period_from)} – {day(opening.period_to)} · {planned}",
        f"Bước qua môi trường số: {', '.join(opening.online_steps) or EMPTY} · Người phụ trách: {opening.person}",
        *_basis_lines(opening.basis),
        "Phát hiện:" if check.findings else "Chưa ghi nhận phát hiện nào.",
        *(f"  {finding_line(desk, one)}" for one in check.findings),
        "Diễn biến:",
        *(f"  {_event_line(check, event)}" for event in events),
    ]
    console.print("\n".join(lines), markup=False, soft_wrap=True)


def _basis_lines(basis: Basis | None) -> Iterator[str]:
    if basis is None:
        yield "Không dựa trên dữ liệu của đêm nào."
        return
    verdict = "đầy đủ" if basis.verdict == Verdict.COMPLETE.value else "MỘT PHẦN"
    yield f"Dữ liệu đêm {day(basis.business_date)} ({verdict}), số liệu đến {moment(basis.as_of)}:"
    for one in basis.snapshots:
        yield (
            f"  {Side(one.side).label}: {number(one.records)} bản ghi, trích xuất {moment(one.extracted_at)}, "
            f"dấu kiểm {one.manifest_sha256[:16] or EMPTY}"
        )


def _event_line(check: Check, event: Event) -> str:
    what = _CHECK_ACTS.get(event.act) if event.number == 0 else Act(event.act).label
    text = f"{day(event.happened_on)}  {what}"
    if event.number:
        text += f" {check.inspection_id}.{event.number}"
    if event.document:
        text += f", văn bản {event.document}"
    if event.due_on:
        text += f", hạn {day(event.due_on)}"
    if event.text:
        text += f": {event.text}"
    if event.run_on:
        return f"{text} – theo đêm {day(event.run_on)} (quy tắc {event.rule_version})"
    return f"{text} – {event.person}"


def print_verification(console: Console, desk: InspectionDesk, told: Verification) -> None:
    """What the last night moved."""
    if told.why_nothing:
        console.print(f"{desk.code}: {WHY_NOTHING[told.why_nothing].format(day=day(told.business_date))}")
        return
    console.print(f"{desk.code}, đêm {day(told.business_date)}: {number(len(told.moved))} phát hiện đổi trạng thái")
    for moved in told.moved:
        name = desk.agency_name(moved.agency_code)
        line = f"  {moved.finding_id} {name}: {moved.before.label} → {moved.after.label}"
        console.print(line, markup=False, soft_wrap=True)
