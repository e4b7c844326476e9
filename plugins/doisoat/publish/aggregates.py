"""The part of the report about the figures the portal has published: types, and reading them from a night's files.

What was compared and how stands in `reconcile.published`; here it gets names and words. None where the province file
names no source of published figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from doisoat.model import DiscrepancyKind
from doisoat.publish.inputs import Inputs, rows
from doisoat.publish.wording import figure_label
from doisoat.rules.contradictions import RULES
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.published_figures import ComparedFigure, FigureState, Measure

FIGURE_CAP = 40  # differing figures in the page's table
_LABELS = KIND_INFO[DiscrepancyKind.AGGREGATE_MISMATCH].subtypes


@dataclass(frozen=True, kw_only=True)
class FigureLine(ComparedFigure):
    """One published figure beside ours, with names for people."""

    agency_name: str
    label: str

    @property
    def state_label(self) -> str:
        state = FigureState(self.state)
        return {FigureState.EQUAL: "khớp", FigureState.MISMATCH: "lệch"}.get(state, "chưa so")

    @property
    def explanation(self) -> str:
        """In words: which dossiers make the difference, and what no dossier explains; or why nothing was compared."""
        state = FigureState(self.state)
        if not state.is_compared:
            return state.reason
        parts = (
            (self.not_synced, "chưa có trên Cổng"),
            (self.differing, "Cổng ghi khác (trạng thái, ngày, cơ quan)"),
            (self.portal_only, "chỉ Cổng tính"),
        )
        told = [f"{number} hồ sơ {words}" for number, words in parts if number]
        if self.unexplained:
            told.append(f"{abs(self.unexplained)} không giải thích được bằng hồ sơ trên Cổng")
        return "; ".join(told)


@dataclass(frozen=True)
class MeasureCount:
    """How many figures of one measure agreed."""

    measure: str
    label: str
    equal: int
    mismatch: int
    not_compared: int


@dataclass(frozen=True)
class ContradictionLine:
    """A published figure that other published figures refute."""

    agency_code: str | None
    agency_name: str
    label: str
    figure: str
    published: str
    expected: str


@dataclass(frozen=True)
class Month:
    """One published month; `lines` are all its figures, `differing` those that do not agree, worst first."""

    period: str
    definition: str
    first_day: date
    last_day: date
    scope_from: date
    hint: str
    lines: tuple[FigureLine, ...]
    measures: tuple[MeasureCount, ...]
    contradictions: tuple[ContradictionLine, ...]
    province_code: str

    @property
    def differing(self) -> tuple[FigureLine, ...]:
        found = [line for line in self.lines if line.state == FigureState.MISMATCH]
        return tuple(sorted(found, key=lambda line: (-abs(line.difference or 0), line.agency_code, line.measure)))

    @property
    def whole(self) -> tuple[FigureLine, ...]:
        """The province's own figures."""
        own = {line.measure: line for line in self.lines if line.agency_code == self.province_code}
        return tuple(own[measure] for measure in Measure if measure in own)

    @property
    def compared(self) -> int:
        return sum(one.equal + one.mismatch for one in self.measures)


@dataclass(frozen=True)
class Aggregates:
    """What was published, when it was read, and how it compares."""

    source: str
    captured_at: datetime
    complete: bool
    months: tuple[Month, ...]


def read_aggregates(inputs: Inputs, province_code: str, agency_name: Callable[[str], str]) -> Aggregates | None:
    """The published figures of a night; None where none are configured."""
    facts = inputs.aggregates
    if facts is None:
        return None
    lines = {
        period: tuple(_line(row, agency_name) for row in found)
        for period, found in groupby(rows(inputs, "published_figures"), key=lambda row: row["period"])
    }
    return Aggregates(
        source=str(facts["source"]),
        captured_at=datetime.fromisoformat(facts["captured_at"]),
        complete=bool(facts["complete"]),
        months=tuple(_month(one, lines.get(one["period"], ()), province_code, agency_name) for one in facts["periods"]),
    )


def _line(row: dict[str, Any], agency_name: Callable[[str], str]) -> FigureLine:
    values = {name: value for name, value in row.items() if name != "period"}
    return FigureLine(**values, agency_name=agency_name(row["agency_code"]), label=_LABELS[row["measure"]])


def _month(
    facts: dict[str, Any], lines: tuple[FigureLine, ...], province_code: str, agency_name: Callable[[str], str]
) -> Month:
    days = {name: date.fromisoformat(facts[name]) for name in ("first_day", "last_day", "scope_from")}
    return Month(
        period=facts["period"],
        definition=facts["definition"],
        **days,
        hint=facts["hint"],
        lines=lines,
        measures=tuple(_counts(lines)),
        contradictions=tuple(_contradiction(one, agency_name) for one in facts["contradictions"]),
        province_code=province_code,
    )


def _counts(lines: tuple[FigureLine, ...]) -> Iterator[MeasureCount]:
    for measure in Measure:
        states = [FigureState(line.state) for line in lines if line.measure == measure]
        equal, mismatch = states.count(FigureState.EQUAL), states.count(FigureState.MISMATCH)
        yield MeasureCount(measure.value, _LABELS[measure], equal, mismatch, len(states) - equal - mismatch)


def _contradiction(facts: dict[str, Any], agency_name: Callable[[str], str]) -> ContradictionLine:
    code = facts["agency_code"]
    name = "Cả kỳ công bố" if code is None else agency_name(code)
    figures = (figure_label(facts["figure"]), facts["published"].replace(".", ","), facts["expected"].replace(".", ","))
    return ContradictionLine(code, name, RULES[facts["rule"]], *figures)
