"""The overview page of the register: what it counts, what it lists, hostile text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from doisoat.inspection.overview import CAP, Overview, make_overview
from doisoat.inspection.page import render_page
from doisoat.inspection.targets import read_targets
from doisoat.rules.inspection import CheckState, FindingState, Form
from doisoat.store.inspection_plans import PlanLine
from doisoat.store.inspections import Check
from tests.unit.inspection.registers import HOSTILE, check, finding
from tests.unit.publish import factory

DAY = date(2026, 9, 21)
S = FindingState


def overview(
    checks: Sequence[Check], verdict: str | None = "complete", plan: Sequence[PlanLine] = (), **sections: Any
) -> Overview:
    reference, province = factory.reference(), factory.province(**sections)
    targets = read_targets(2026, checks, province, None)
    named = reference.agencies.name
    return make_overview(("H44", "Phú Thọ"), DAY, verdict, checks, plan, targets, reference.calendar, named)


REGISTER = [
    check(
        "2026-001",
        (finding(1, S.VERIFIED, of="2026-001", remedied_on=DAY), finding(2, S.REOPENED, of="2026-001", due_on=None)),
        form=Form.ON_SITE,
    ),
    check(
        "2026-002",
        (finding(1, S.REQUESTED), finding(2, S.NOT_REMEDIED, due_on=date(2026, 9, 10)), finding(3, S.VERIFIED)),
    ),
    check("2026-003", state=CheckState.CANCELLED),
]


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<svg.*?</svg>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_findings_are_counted_and_listed_where_somebody_has_to_act() -> None:
    seen = overview(REGISTER)
    assert (seen.followed, seen.states[S.VERIFIED]) == (3, 2)
    assert [(one.finding.finding_id, one.late_working_days) for one in seen.overdue] == [
        ("2026-002.2", 7),
        ("2026-002.1", 2),
    ]
    assert [one.finding.finding_id for one in seen.unreported] == ["2026-002.3"]
    assert [one.finding.finding_id for one in seen.reopened] == ["2026-001.2"]
    assert [line.check.inspection_id for line in seen.checks] == ["2026-003", "2026-002", "2026-001"]


def test_the_share_stands_over_its_target_with_the_definition_below() -> None:
    page = text_of(render_page(overview(REGISTER, inspection={"targets": {2026: 0.7}, "definition": "Theo KH 5"})))
    assert "50,0 % 1 trên 2 Chỉ tiêu 70,0 % Theo KH 5 Cần thêm 2 cuộc" in page
    assert "không tính 1 cuộc đã hủy" in page


def test_an_empty_register_and_a_partial_night_say_so() -> None:
    empty = text_of(render_page(overview([], None)))
    for expected in ("Chưa có đêm đối soát nào", "Năm 2026 chưa có cuộc kiểm tra nào", "Chưa ghi nhận phát hiện nào"):
        assert expected in empty
    assert "Đêm gần nhất chỉ đọc được một phần" in text_of(render_page(overview(REGISTER, "partial")))
    assert "một phần" not in text_of(render_page(overview(REGISTER)))


def test_the_same_register_gives_the_same_page() -> None:
    assert render_page(overview(REGISTER)) == render_page(overview(REGISTER))


def test_hostile_text_stays_text() -> None:
    page = render_page(overview([check("2026-001", subject=HOSTILE)], inspection={"definition": HOSTILE}))
    assert "<script>" not in page and page.count("&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}") == 2


def test_the_plan_tells_what_was_not_held_yet() -> None:
    plan = [
        PlanLine(f"KH-{number}", "KH", "H44.05", f"Nội dung {number}", 2026, 2026, quarter, month, Form.ONLINE)
        for number, (quarter, month) in enumerate([(None, None), (2, 6), (3, None)], 1)
    ]
    held = check("2026-001", plan_line="KH-1", unplanned_reason=None)
    cancelled = check("2026-002", plan_line="KH-2", unplanned_reason=None, state=CheckState.CANCELLED)
    page = text_of(render_page(overview([held, cancelled], plan=plan)))
    assert "3 dòng kế hoạch, đã mở kiểm tra 1; còn 2 dòng chưa mở:" in page
    assert "KH-2 Nội dung 2 Sở Xây dựng tháng 6 Trực tuyến KH-3 Nội dung 3 Sở Xây dựng quý 3" in page
    assert "Kế hoạch năm" not in text_of(render_page(overview([held])))


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(finding(number, S.NOT_REMEDIED) for number in range(1, CAP + 12))
    page = text_of(render_page(overview([check("2026-002", many)])))
    assert f"Hiển thị {CAP} dòng đầu trong tổng số {CAP + 11}" in page
