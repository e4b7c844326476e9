"""One notice about the technical faults of a night, instead of a reminder to every agency they touch.

Each fault: what, since when, how many, which agencies. It goes when there is a new one, else as rarely as a reminder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from doisoat.alert.contents import Contents
from doisoat.alert.notices import Notice, Table
from doisoat.model import RunKey
from doisoat.rules.causes import Cause
from doisoat.rules.text import day as day_text
from doisoat.rules.text import moment, number, plain
from doisoat.store.ledger import TECHNICAL
from doisoat.store.work_items import WorkItem

_NAMED = 10  # agencies named per fault


@dataclass(frozen=True)
class Fault:
    """One fault behind one or many discrepancies."""

    what: str
    why: str
    since: str
    count: int
    agencies: tuple[str, ...]  # names, in order
    is_new: bool  # not in the last notice

    @property
    def places(self) -> str:
        rest = len(self.agencies) - _NAMED
        return "; ".join(self.agencies[:_NAMED]) + (f" và {number(rest)} cơ quan khác" if rest > 0 else "")


def find_faults(
    night: Sequence[Contents], patterns: Iterable[Mapping[str, Any]], last: date | None
) -> tuple[Fault, ...]:
    """The patterns that prove a fault, then the kinds of technical discrepancies no pattern explains."""
    proven = [one for one in patterns if one.get("cause")]
    sentences = {one["sentence"] for one in proven}
    items = [item for contents in night for item in (*contents.todo, *contents.technical)]
    faults = [_of_pattern(one, [item for item in items if item.evidence == one["sentence"]]) for one in proven]
    groups: dict[tuple[str, str, str], list[WorkItem]] = {}
    for item in items:
        if item.technical and item.evidence not in sentences:
            groups.setdefault((item.kind, item.subtype, item.cause), []).append(item)
    ordered = sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return (*faults, *(_of_group(found, last) for _, found in ordered))


def _of_pattern(one: Mapping[str, Any], items: Sequence[WorkItem]) -> Fault:
    began = one.get("began_at")
    return Fault(
        what=Cause(one["cause"]).label,
        why=plain(str(one["sentence"])),
        since=moment(datetime.fromisoformat(began)) if began else "–",
        count=len(items) or int(one["new"]),
        agencies=_names(items),
        is_new=True,
    )


def _of_group(items: Sequence[WorkItem], last: date | None) -> Fault:
    first = items[0]
    what = f"{first.kind_label}" + (f" – {first.subtype_label}" if first.subtype_label else "")
    return Fault(
        what=what,
        why=plain(f"{first.cause_label}. {_evidence(items)}"),
        since=f"đêm {day_text(min(item.first_seen_on for item in items))}",
        count=len(items),
        agencies=_names(items),
        is_new=last is None or any(item.first_seen_on > last for item in items),
    )


def _evidence(items: Sequence[WorkItem]) -> str:
    """What was seen, where it is the same of all; else what their cause means: one's time is no other's."""
    seen = {item.evidence for item in items}
    if len(seen) == 1:
        return seen.pop()
    meaning = Cause(items[0].cause).meaning
    return f"{meaning[:1].upper()}{meaning[1:]}."


def _names(items: Iterable[WorkItem]) -> tuple[str, ...]:
    return tuple(sorted({plain(item.agency_name) for item in items}))


def technical_notice(faults: Sequence[Fault], contents: Contents, key: RunKey) -> Notice:
    """The mail to the technicians; `contents` of any agency, for the night's names and time."""
    total = sum(fault.count for fault in faults)
    head = f"[Đối soát {key.province_code}] {day_text(key.business_date)}"
    return Notice(
        receiver=TECHNICAL,
        agency_name=contents.province_name,
        greeting=f"Bộ phận kỹ thuật ({contents.province_name})",
        subject=f"{head}: {number(len(faults))} lỗi kỹ thuật, {number(total)} chênh lệch",
        lead=(
            f"Đối soát ngày {day_text(key.business_date)} thấy {number(total)} chênh lệch do hệ thống, "
            "không tính cho cơ quan nào. Các cơ quan không bị nhắc về những chênh lệch này; đề nghị xử lý lỗi gốc.",
        ),
        tables=(
            Table(
                "Các lỗi",
                "Lỗi mới hoặc có thêm chênh lệch từ thư trước được ghi là mới.",
                ("Lỗi", "Vì sao", "Từ khi nào", "Số chênh lệch", "Cơ quan", "So với thư trước"),
                tuple(
                    (
                        fault.what,
                        fault.why,
                        fault.since,
                        number(fault.count),
                        fault.places,
                        "Mới" if fault.is_new else "Còn nguyên",
                    )
                    for fault in faults
                ),
            ),
        ),
        as_of=contents.as_of,
    )
