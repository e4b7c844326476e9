"""The register against its targets, and what a night knows of the other targets of the founding documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from doisoat.config import Inspection, Province
from doisoat.model import Side
from doisoat.rules.indicators import BY_CODE
from doisoat.rules.inspection_targets import GOALS, DigitalShare, Goal, digital_share
from doisoat.rules.text import number
from doisoat.store.engine import engine, run_query
from doisoat.store.inspections import Check
from doisoat.store.layout import RunFiles
from doisoat.store.work_items import EMPTY

_NO_DATA = "không có dữ liệu"


@dataclass(frozen=True)
class GoalLine:
    """One other target with its value; `value` None = unknown, and `note` says why."""

    code: str
    label: str
    target: Fraction | None
    source: str
    value: Fraction | None
    note: str

    @property
    def is_met(self) -> bool | None:
        return None if self.value is None or self.target is None else self.value >= self.target


@dataclass(frozen=True)
class Count:
    """A figure of the founding documents that has no target."""

    label: str
    value: int | None  # None = unknown
    note: str


@dataclass(frozen=True)
class Targets:
    """A year of the register against its targets, as a night saw the rest (None = no night of that year)."""

    share: DigitalShare
    definition: str
    night: date | None
    goals: tuple[GoalLine, ...]
    counts: tuple[Count, ...]


def percent(share: Fraction | None) -> str:
    """A share as people read it; an unknown one is a dash.

    >>> percent(Fraction(1, 3)), percent(None)
    ('33,3 %', '–')
    """
    return EMPTY if share is None else f"{number(float(100 * share), 1)} %"


def read_targets(year: int, checks: Iterable[Check], province: Province, files: RunFiles | None) -> Targets:
    """The targets of a year; `files` of the last night in it, None = there is none."""
    section = province.inspection or Inspection()
    opened = [(one.opening.form, one.state) for one in checks if one.opening.opened_on.year == year]
    share = digital_share(year, opened, section.targets)
    known, refused = {}, None
    if files is not None:
        known, refused = _indicators(files, province.province, str(year)), _refusals(files, year)
    return Targets(
        share,
        section.definition,
        files.key.business_date if files else None,
        tuple(_goal(goal, section, known.get(goal.indicator or "")) for goal in GOALS),
        _counts(refused),
    )


def _goal(goal: Goal, section: Inspection, row: Mapping[str, Any] | None) -> GoalLine:
    own = section.goals.get(goal.code)
    target = goal.target if own is None else Fraction(str(own))
    source = goal.source if own is None else "tệp cấu hình của tỉnh"
    counts = row is not None and bool(row["whole"]) and (row["is_published"] or not goal.only_published)
    if row is None or not counts or row["part"] is None:
        return GoalLine(goal.code, goal.label, target, source, None, goal.why_not)
    whose = "Cổng DVCQG công bố" if row["is_published"] else "tính từ Một cửa"
    caveat = "" if row["is_published"] or goal.indicator is None else BY_CODE[goal.indicator].caveat
    note = f"{number(row['part'])} trên {number(row['whole'])}, {whose}{f'; {caveat}' if caveat else ''}"
    return GoalLine(goal.code, goal.label, target, source, Fraction(row["part"], row["whole"]), note)


def _indicators(files: RunFiles, province: str, period: str) -> dict[str, Mapping[str, Any]]:
    path = files.work("indicators") / "indicators.parquet"
    if not path.is_file():
        return {}
    wanted = {"province": province, "period": period, "indicators": [goal.indicator for goal in GOALS]}
    with engine(threads=1) as connection:
        connection.read_parquet(str(path)).create_view("indicator_lines")
        found = run_query(connection, "inspection/goals", wanted)
        names = [column[0] for column in found.description or ()]
        return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def _refusals(files: RunFiles, year: int) -> tuple[int, int] | None:
    if not files.partition(Side.SHOP).is_file():
        return None
    with engine(threads=1) as connection:
        connection.read_parquet(str(files.dossiers(Side.SHOP))).create_view("shop_rows")
        days = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}
        not_received, stopped = run_query(connection, "inspection/refusals", days).fetchall()[0]
    return not_received, stopped


def _counts(refused: tuple[int, int] | None) -> tuple[Count, ...]:
    not_received, stopped = refused or (None, None)
    note = "theo Một cửa, hồ sơ nộp trong năm" if refused else _NO_DATA
    return (
        Count("Hồ sơ không được tiếp nhận (trạng thái 3)", not_received, note),
        Count("Hồ sơ dừng xử lý (trạng thái 8)", stopped, note),
        Count("… trong đó có ghi lý do từ chối", None, f"{_NO_DATA}: lý do là văn bản tự do, không lấy về"),
        Count("Hạng của tỉnh so với kỳ trước (PAR INDEX)", None, f"{_NO_DATA}: không nguồn nào được nối"),
    )
