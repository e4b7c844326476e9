"""The page `report.html`: `ReportData` poured into one template, with style and drawings inside it.

One self-contained file: no address outside, no script (its own policy forbids both). Charts are drawn by the
template from `Bar`s; this module only turns counts into shares and picks what the page shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.model import Verdict
from doisoat.pages import environment, share, style
from doisoat.pages.charts import Bar, Mark, Range, Segment, segments, spot
from doisoat.publish.aggregates import FIGURE_CAP, Month
from doisoat.publish.contents import contents
from doisoat.publish.indicators import RANKED_FROM, UNIT_CAP
from doisoat.publish.ranking import LevelRanking, RankedAgency
from doisoat.publish.report import AGENCY_CAP, AGENCY_CHART, CAP, AgencyCount, ReportData, RuleCount
from doisoat.publish.wording import (
    CLOCKS,
    capitalised,
    how_read,
    kind_text,
    lag_text,
    lowered,
    points_text,
    side_label,
    signed_text,
)
from doisoat.rules.ranking import Standing
from doisoat.rules.text import number, signed
from doisoat.store.spreadsheets import TECHNICAL

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


def render_page(report: ReportData) -> str:
    """The whole page; the same report gives the same text."""
    template = _environment().get_template("report.html.j2")
    return template.render(
        report=report,
        contents=contents(report),
        numbered={one.anchor: one.heading for one in contents(report)},
        complete=report.coverage.verdict is Verdict.COMPLETE,
        style=style(),
        cap=CAP,
        technical_note=TECHNICAL,
        agencies=report.agencies[:AGENCY_CAP],
        matching=matching_bar(report),
        kind_bars=kind_bars(report),
        agency_bars=agency_bars(report),
        cause_bars=cause_bars(report),
        clock_bars=clock_bars(report),
        clock_texts=CLOCKS,
        figure_bars=figure_bars,
        figure_cap=FIGURE_CAP,
        ranges=ranges,
        axis_begin=_axis_begin,
        standings=[(one.value, one.label) for one in Standing],
        standing_bar=standing_bar,
        unit_cap=UNIT_CAP,
        ranked_from=RANKED_FROM,
        by_rule=by_rule,
    )


@cache
def _environment() -> Environment:
    named: dict[str, Callable[..., str]] = {
        "how_read": how_read,
        "side": side_label,
        "kind": kind_text,
        "points": points_text,
        "signed": signed_text,
        "lowered": lowered,
        "capitalised": capitalised,
        "percent": _percent,
        "percent_points": _percent_points,
        "lag": lag_text,
    }
    return environment(_TEMPLATES, named)


def _percent_points(change: float | None) -> str:
    """How far a rate moved, with its sign."""
    return "–" if change is None else f"{signed(100 * change, 1)} điểm %"


@dataclass(frozen=True)
class RuleLine:
    """A rule with its records on both sides."""

    label: str
    rule: str
    shop: int
    portal: int


def by_rule(counts: Sequence[RuleCount]) -> tuple[RuleLine, ...]:
    """Counts of both sides beside each other, most frequent first."""
    labels = {count.rule: count.label for count in counts}
    found: Counter[tuple[str, str]] = Counter()
    for count in counts:
        found[count.rule, count.side] += count.records
    lines = [RuleLine(label, rule, found[rule, "shop"], found[rule, "portal"]) for rule, label in labels.items()]
    return tuple(sorted(lines, key=lambda line: (-line.shop - line.portal, line.rule)))


def matching_bar(report: ReportData) -> Bar:
    """How many dossiers stand on both sides, or on one alone."""
    coverage = report.coverage
    total = coverage.matched + coverage.shop_only + coverage.portal_only
    parts = (
        ("both", "Có ở cả hai bên", coverage.matched),
        ("shop", "Chỉ có ở Một cửa", coverage.shop_only),
        ("portal", "Chỉ có trên Cổng DVCQG", coverage.portal_only),
    )
    return Bar("Hồ sơ theo mã", segments(parts, total), number(total))


def kind_bars(report: ReportData) -> tuple[Bar, ...]:
    """One bar per kind that is charged to agencies, coloured by severity."""
    full = max((kind.discrepancies for kind in report.kinds), default=0)
    return tuple(
        Bar(
            kind.label,
            segments(_severities(kind.high, kind.medium, kind.low), full),
            number(kind.discrepancies),
        )
        for kind in report.kinds
    )


def cause_bars(report: ReportData) -> tuple[Bar, ...]:
    """One bar per cause; sure ones darker."""
    full = max((one.discrepancies for one in report.causes), default=0)
    return tuple(
        Bar(
            one.label,
            segments((("shop", "chắc", one.sure), ("low", "có cơ sở", one.discrepancies - one.sure)), full),
            share(one.discrepancies, report.totals.discrepancies),
            f"{number(one.discrepancies)} chênh lệch",
        )
        for one in report.causes
    )


def agency_bars(report: ReportData) -> tuple[Bar, ...]:
    """The agencies with most to do, worst first, technical discrepancies left out."""
    worst = [one for one in report.agencies if one.charged][:AGENCY_CHART]
    full = max((one.charged for one in worst), default=0)
    return tuple(
        Bar(
            one.agency_name,
            segments(_severities(one.high, one.medium, one.low), full),
            number(one.charged),
            _rate(one),
        )
        for one in worst
    )


def _rate(agency: AgencyCount) -> str:
    rate = agency.per_thousand
    return "" if rate is None else f"{number(rate, 1)} trên 1.000 hồ sơ"


def _severities(high: int, medium: int, low: int) -> tuple[tuple[str, str, int], ...]:
    return (
        ("high", "mức cao", high),
        ("medium", "mức trung bình", medium),
        ("low", "mức thấp", low),
    )


def clock_bars(report: ReportData) -> tuple[Bar, ...]:
    """Each clock over the same dossiers, so that the bars can be compared."""
    bars = []
    for clock in report.clocks:
        parts = (
            ("late", "quá hạn", clock.late),
            ("on-time", "đúng hạn", clock.on_time),
            ("not-counted", "không tính", clock.not_counted),
            ("unknown", "chưa xác định được", clock.unknown),
        )
        total = sum(count for _, _, count in parts)
        label, meaning = CLOCKS[clock.clock]
        figure = f"{number(clock.late)} quá hạn ({share(clock.late, clock.judged)})"
        bars.append(Bar(label, segments(parts, total), figure, meaning))
    return tuple(bars)


def standing_bar(level: LevelRanking) -> Bar:
    """How many agencies of a level are surely better, surely worse, or neither."""
    total = len(level.agencies)
    parts = [(one.value, lowered(one.label), level.counts[one]) for one in Standing]
    return Bar(level.label, segments(parts, total), f"{number(total)} cơ quan")


def ranges(level: LevelRanking) -> tuple[Range, ...]:
    """The surely worse and the surely better, each with where its rate may lie; the drawing ends at 100 %."""
    shown = level.pictured
    begin = _axis_begin(level)
    common = Mark("common", f"mức chung {_percent(level.common or 0)}", spot(level.common or 0, begin))
    return tuple(_range(one, begin, common) for one in shown)


def _axis_begin(level: LevelRanking) -> float:
    """Where the drawing of a level begins: the ten percent below all that is shown."""
    lowest = [min(one.interval.low, one.portal_rate if one.portal_rate is not None else 1) for one in level.pictured]
    return int(10 * min(lowest, default=0.9)) / 10


def _range(one: RankedAgency, begin: float, common: Mark) -> Range:
    start, end = spot(one.interval.low, begin), spot(one.interval.high, begin)
    marks = [common]
    if one.portal_rate is not None:
        marks.append(Mark("portal", f"DVCQG đang hiện {_percent(one.portal_rate)}", spot(one.portal_rate, begin)))
    marks.append(Mark(one.standing.value, f"tỷ lệ công bằng {_percent(one.rate)}", spot(one.rate, begin)))
    return Range(
        one.agency_name,
        start,
        round(end - start, 3),
        tuple(marks),
        _percent(one.rate),
        f"{number(one.fair.whole)} hồ sơ",
    )


def _percent(rate: float) -> str:
    return f"{number(100 * rate, 1)} %"


def figure_bars(month: Month) -> tuple[Bar, ...]:
    """One bar per measure: how many published figures agree with ours."""
    full = max((one.equal + one.mismatch + one.not_compared for one in month.measures), default=0)
    return tuple(
        Bar(
            f"{one.label[:1].upper()}{one.label[1:]}",
            segments(
                (
                    ("late", "lệch", one.mismatch),
                    ("on-time", "khớp", one.equal),
                    ("not-counted", "chưa so", one.not_compared),
                ),
                full,
            ),
            f"{number(one.mismatch)} lệch",
        )
        for one in month.measures
    )


__all__ = ["Bar", "Segment", "agency_bars", "clock_bars", "figure_bars", "kind_bars", "matching_bar", "render_page"]
