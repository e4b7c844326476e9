"""A register as reports and pages see it, made of a few literals: no database."""

from __future__ import annotations

from datetime import date
from typing import Any

from doisoat.inspection.contents import Told
from doisoat.rules.inspection import CheckState, FindingState, Form, Proof, Standing
from doisoat.store.decisions import Known
from doisoat.store.inspections import Basis, Check, Finding, Opening, Snapshot
from tests.unit.publish import factory

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> {{ 7 * 7 }} #panic()\x07 \u202eRTL"
DAY = factory.DAY  # 3 September 2026
FOUND = [
    ["H44.05", "stuck", "officer", False, 3],
    ["H44.05", "missing_on_portal", "transport", True, 1],
    ["H44.05.02", "stuck", "undetermined", False, 2],
]


def basis(**other: Any) -> Basis:
    counts = {"agencies": 2, "dossiers_shop": 60, "dossiers_portal": 57, "finished_shop": 41, "late_law": 5}
    counts |= {"late_portal": 9, "late_province": 4, "false_overdue": 2}
    given: dict[str, Any] = {
        "business_date": DAY,
        "as_of": factory.KEY.day_end,
        "verdict": "complete",
        "rule_versions": {"rules": "doisoat 1.0 sha256:aa", "agencies": "agencies.csv sha256:bb"},
        "figures": {**counts, "found": FOUND},
        "snapshots": (
            Snapshot("shop", "http://mot-cua", factory.at("03/09 22:30"), 1_454, "ab" * 32, "cd" * 32),
            Snapshot("portal", "exports/portal", None, 1_450, "ef" * 32, ""),
        ),
    }
    return Basis(**{**given, **other})


def opening(**other: Any) -> Opening:
    given: dict[str, Any] = {
        "agency_code": "H44.05",
        "subject": "Giải quyết TTHC",
        "form": Form.REMOTE,
        "period_from": date(2026, 1, 1),
        "period_to": DAY,
        "person": "Lan",
        "opened_on": DAY,
        "unplanned_reason": "phản ánh của báo chí",
        "basis": basis(),
    }
    return Opening(**{**given, **other})


def finding(number: int, state: FindingState = FindingState.OPEN, *, of: str = "2026-002", **other: Any) -> Finding:
    standing = Standing(state, DAY, **{"due_on": date(2026, 9, 17), **other})
    return Finding(of, number, "Hồ sơ treo: 3 hồ sơ", "stuck", standing, Proof(3, 1, 2, 2))


def check(name: str = "2026-002", findings: tuple[Finding, ...] = (), **other: Any) -> Check:
    state = other.pop("state", CheckState.OPEN)
    return Check(name, opening(**other), state, None, findings)


def member(dossier_code: str, **other: Any) -> Known:
    given = dict.fromkeys(Known.__dataclass_fields__)
    given |= {"fingerprint": "f" * 64, "kind": "stuck", "subtype": "", "dossier_code": dossier_code, "period": ""}
    given |= {"agency_code": "H44.05", "procedure_code": "1.001612", "field": "TrangThaiHoSo", "value_shop": "5"}
    given |= {"value_portal": None, "cause": "officer", "side": "shop", "severity": "medium", "technical": False}
    given |= {"state": "open", "first_seen_on": DAY, "last_seen_on": DAY, "opened_on": DAY, "reopened": 0}
    return Known(**{**given, **other})


def told(**other: Any) -> Told:
    given: dict[str, Any] = {
        "check": check(findings=(finding(1), finding(2))),
        "earlier": [check("2026-001", (finding(1, FindingState.VERIFIED, of="2026-001", verified_on=DAY),))],
        "members": [(1, member("H44.05-260803-0001")), (1, member("H44.05-260803-0002", state="resolved"))],
        "night": DAY,
        "planned": "",
    }
    return Told(**{**given, **other})
