"""What `doisoat inspection targets` says: one JSON object, and the same in words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from doisoat.inspection.targets import percent
from doisoat.rules.text import number
from doisoat.store.work_items import EMPTY, day

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.inspection.targets import Targets

_MET = {True: "đạt", False: "chưa đạt", None: EMPTY}


def targets_object(province: str, told: Targets) -> dict[str, Any]:
    """What `targets --json` prints; shares between 0 and 1, null = unknown."""
    share = told.share
    return {
        "province": province,
        "year": share.year,
        "business_date": told.night,
        "checks": share.checks,
        "digital": share.digital,
        "cancelled": share.cancelled,
        "by_form": {form.value: times for form, times in share.by_form.items()},
        "share": _float(share.value),
        "target": _float(share.target),
        "met": share.is_met,
        "definition": told.definition,
        "goals": [
            {
                "code": one.code,
                "label": one.label,
                "target": _float(one.target),
                "value": _float(one.value),
                "met": one.is_met,
                "source": one.source,
                "note": one.note,
            }
            for one in told.goals
        ],
        "counts": [{"label": one.label, "value": one.value, "note": one.note} for one in told.counts],
    }


def _float(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 6)


def print_targets(console: Console, province: str, told: Targets) -> None:
    """The share with its definition, then the other targets."""
    share = told.share
    forms = ", ".join(f"{form.label.lower()} {number(times)}" for form, times in share.by_form.items())
    lines = [
        f"{province}, năm {share.year}: {percent(share.value)} số cuộc kiểm tra qua môi trường số "
        f"({number(share.digital)} trên {number(share.checks)}), "
        f"chỉ tiêu {percent(share.target)}: {_MET[share.is_met]}",
        f"  {told.definition}",
        f"  Theo hình thức: {forms}; đã hủy {number(share.cancelled)}",
    ]
    if share.missing:
        lines.append(f"  Cần thêm {number(share.missing)} cuộc qua môi trường số để đạt chỉ tiêu")
    lines.append(f"Các chỉ tiêu khác, theo đêm {day(told.night)}:")
    for one in told.goals:
        value = f"{percent(one.value)} ({one.note})" if one.value is not None else one.note
        lines.append(f"  {one.label}: {value}; cần {percent(one.target)} [{one.source}]: {_MET[one.is_met]}")
    for count in told.counts:
        lines.append(f"  {count.label}: {number(count.value) if count.value is not None else EMPTY} ({count.note})")
    console.print("\n".join(lines), markup=False, soft_wrap=True)
