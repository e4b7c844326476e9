"""What has to hold before a form is written, and what of the period before does not agree with it.

Sums that do not add up stop the run (exit 3): nothing of the period is written. What comes over from the period before
is proved twice: against a count of its own, which has to agree, and against that period as it was published, where a
difference is a fact about the sources: the forms are written, marked, and name dossiers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from doisoat.errors import ValidationFailed
from doisoat.forms.carrying import EXAMPLES, REASONS
from doisoat.forms.filling import Figures, FilledForm, counts_of, fill
from doisoat.model import Side
from doisoat.rules.statutory_forms import (
    TOTAL,
    UNKNOWN_FIELD,
    FormCounts,
    Section,
    carry_problem,
    form_for,
    form_problems,
)
from doisoat.rules.text import number
from doisoat.store.layout import PeriodFiles, read_json, write_json

_TOLD = 5  # problems in the sentence of the error; the others as a number
CHECKS = {
    "sums": "Tổng số bằng tổng các cột thành phần, không có số âm",
    "balance": "Tiếp nhận = đã giải quyết + đang giải quyết",
    "total": f"Dòng {TOTAL} bằng tổng các dòng",
    "units": "Biểu của tỉnh bằng tổng biểu của các cơ quan",
    "carried": "Từ kỳ trước = đang giải quyết cuối kỳ trước, tính trên cùng số liệu",
}


def check_period(places: PeriodFiles) -> dict[str, Any]:
    """Hold the counted figures against the rules; the content of checks.json. ValidationFailed says what is wrong."""
    figures = read_json(places.work / "figures.json")
    forms = fill(figures)
    problems = list(period_problems(figures, forms))
    if problems:
        more = f"; và {number(len(problems) - _TOLD)} lỗi khác" if len(problems) > _TOLD else ""
        raise ValidationFailed(f"{places.name}: {'; '.join(problems[:_TOLD])}{more}", failed=tuple(CHECKS))
    checks = {
        "passed": [{"id": name, "meaning": meaning} for name, meaning in CHECKS.items()],
        "forms": len(forms),
        "carried": carry_differences(figures, forms, places),
    }
    write_json(places.work / "checks.json", checks)
    return checks


def period_problems(figures: Figures, forms: Sequence[FilledForm]) -> Iterator[str]:
    """All that speaks against the forms of both sides, one sentence each."""
    for one in forms:
        for side, block in one.blocks.items():
            place = f"Biểu {one.form.short} của {one.reporter} ({side.label})"
            yield from form_problems(one.form, place, block.parts, block.total)
    yield from _unit_problems(figures, forms[-1])
    yield from _carried_problems(figures, forms[-1])


def _unit_problems(figures: Figures, province: FilledForm) -> Iterator[str]:
    """The province's form against the figures of all who report, and of dossiers nobody known reports."""
    summed: dict[tuple[str, str, str], FormCounts] = defaultdict(FormCounts)
    for row in figures["figures"]:
        if row["scope"] == "unit" and not row["is_sum"]:
            summed[row["side"], row["section"], row["field"] or UNKNOWN_FIELD] += counts_of(row)
    for side, block in province.blocks.items():
        for section, part in zip(Section, block.parts, strict=True):
            for line in part.rows:
                units = summed[side.value, section.value, line.field]
                for column in province.form.columns:
                    told, counted = column.value(line.counts), column.value(units)
                    if told != counted:
                        yield (
                            f"Biểu {province.form.short} ({side.label}), dòng “{line.field}”, cột ({column.number}): "
                            f"ghi {number(told)}, cộng các cơ quan được {number(counted)}"
                        )


def _carried_problems(figures: Figures, province: FilledForm) -> Iterator[str]:
    """(8) of every unit and field against what the period before leaves by a count of its own."""
    left = {_place(row): row["dossiers"] for row in figures["left_before"]}
    rows = {_place(row): row["carried"] for row in figures["figures"] if row["scope"] == "unit" and not row["is_sum"]}
    for place in sorted(left.keys() | rows.keys()):
        side, unit, field = place
        where = f"{unit or 'chưa rõ cơ quan'} ({Side(side).label}), dòng “{field or UNKNOWN_FIELD}”"
        form = province.form
        if problem := carry_problem(form, form, where, rows.get(place, 0), left.get(place, 0)):
            yield problem


def _place(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["side"], row["unit_code"] or "", row["field"] or ""


# --- the period before, as it was published ------------------------------------------------------------------


def carry_differences(figures: Figures, forms: Sequence[FilledForm], places: PeriodFiles) -> list[dict[str, Any]]:
    """Forms whose (8) is not what the published form of the period before left, each with dossiers that explain it."""
    told = figures["carried"]
    if told["basis"] != "published":
        return []
    found: list[dict[str, Any]] = []
    for one in forms:
        earlier = form_for(one.form.role, places.before.period.last_day)
        for side, block in one.blocks.items():
            left = sum(
                row["dossiers"]
                for row in told["left"]
                if row["side"] == side and (one.is_of_province or row["unit_code"] == one.unit_code)
            )
            if sentence := carry_problem(one.form, earlier, one.reporter, block.total.carried, left):
                found.append(_difference(one, side, sentence, told))
    return found


def _difference(one: FilledForm, side: Side, sentence: str, told: dict[str, Any]) -> dict[str, Any]:
    """What is said of a form; the dossiers are the first ones by code, `dossiers` says how many there are."""
    rows = [row for row in told["examples"] if row["side"] == side.value]
    if not one.is_of_province:
        rows = [row for row in rows if row["unit_code"] == one.unit_code]
        dossiers = rows[0]["dossiers"] if rows else 0
    else:
        dossiers = sum(row["dossiers"] for row in told["differences"] if row["side"] == side.value)
    examples = list({row["dossier_code"]: f"{row['dossier_code']}: {REASONS[row['reason']]}" for row in rows}.values())
    return {
        "side": side.value,
        "unit_code": one.unit_code,
        "form": one.form.short,
        "sentence": sentence,
        "dossiers": dossiers,
        "examples": examples[:EXAMPLES],
    }
