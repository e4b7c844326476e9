"""What was read, what was compared, and what the verdict is: from `staged.json` and the comparison's summary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from doisoat.model import NotCompared, Side, Verdict
from doisoat.publish.report import Coverage, LookUps, Reading, Recheck, SideReading
from doisoat.publish.wording import side_label

_RECHECK = ("asked", "confirmed", "vanished", "unknown", "unchecked", "failed_look_ups")


def read_coverage(staged: Mapping[str, Any], comparison: Mapping[str, Any]) -> Coverage:
    """Coverage of a night; partial only for the three reasons of discrepancy-rules §5 "Verdict"."""
    sides = tuple(_side(side, staged["sides"][side.value]) for side in Side)
    counted = comparison.get("recheck", {})
    recheck = Recheck(**{name: int(counted.get(name) or 0) for name in _RECHECK})
    reasons = _reasons(sides, recheck)
    return Coverage(
        verdict=Verdict.PARTIAL if reasons else Verdict.COMPLETE,
        reasons=reasons,
        skewed=bool(staged.get("skewed")),
        late=bool(staged.get("late")),
        sides=sides,
        matched=comparison["matched"],
        shop_only=comparison["shop_only"],
        portal_only=comparison["portal_only"],
        not_compared=_not_compared(comparison.get("not_compared", [])),
        recheck=recheck,
        look_ups=_look_ups(staged["sides"][Side.PORTAL.value].get("look_ups")),
    )


def _look_ups(counted: Mapping[str, Any] | None) -> LookUps | None:
    """The coverage of a portal read by look-ups, ages in ascending order."""
    if counted is None:
        return None
    ages = tuple(sorted((int(age), int(number)) for age, number in counted["carried"].items()))
    return LookUps(**{**counted, "carried": ages})


def _side(side: Side, read: Mapping[str, Any]) -> SideReading:
    extracted_at = read.get("extracted_at")
    return SideReading(
        side=side.value,
        source=str(read.get("source") or ""),
        extracted_at=datetime.fromisoformat(extracted_at) if extracted_at else None,
        landed=read["landed"],
        staged=read["staged"],
        repeated=read["repeated"],
        rejected=sum(read["rejected"].values()),
        complete=bool(read["complete"]),
        partial=bool(read["partial"]),
        reasons=tuple(read.get("partial_reasons", ())),
        unattributable=int(read.get("unattributable") or 0),
        absent_columns=tuple(sorted(read.get("absent_columns", ()))),
        notes=tuple(read.get("notes", ())),
        has_secrecy_mark=bool(read.get("has_secrecy_mark")),
        reading=_reading(read),
    )


def _reading(read: Mapping[str, Any]) -> Reading:
    said = read.get("reading") or {"read": read["landed"]}
    return Reading(
        read=said["read"],
        carried_over=said.get("carried_over", 0),
        base=date.fromisoformat(said["base"]) if said.get("base") else None,
        full_on=date.fromisoformat(said["full_on"]) if said.get("full_on") else None,
        why_full=said.get("why_full") or "",
    )


def _reasons(sides: tuple[SideReading, ...], recheck: Recheck) -> tuple[str, ...]:
    found: list[str] = []
    for side in sides:
        if side.partial or not side.complete:
            why = "; ".join(side.reasons) or "dữ liệu chưa được đọc hết"
            found.append(f"{side_label(side.side)}: {why}")
    if recheck.failed_look_ups:
        found.append(f"Có {recheck.failed_look_ups} lần tra cứu lại không nhận được trả lời")
    return tuple(found)


def _not_compared(entries: list[Mapping[str, Any]]) -> tuple[NotCompared, ...]:
    read = [
        NotCompared(entry.get("kind"), entry.get("side"), str(entry["reason"]), int(entry.get("dossiers") or 0))
        for entry in entries
    ]
    return tuple(sorted(read, key=lambda one: (-one.dossiers, one.kind or "", one.side or "", one.reason)))
