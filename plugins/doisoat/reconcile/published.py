"""The portal's published figures against ours: per agency, month and measure, by the same definition (rules §8.5).

Reads the landing `aggregates` and the night's matched dossiers; the counts are `sql/aggregates`, the judgement is
`rules.published_figures`. Emits discrepancies without a dossier, and says of every figure that was not compared why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.model import DiscrepancyKind, NotCompared, Side
from doisoat.reconcile.case import Case
from doisoat.reconcile.period_counts import PeriodCounter, Units
from doisoat.rules.contradictions import find_contradictions
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.periods import Period, period_of
from doisoat.rules.published_figures import (
    CONFLICTING,
    QUALITY_FLAGS,
    ComparedFigure,
    Counted,
    FigureState,
    Measure,
    Published,
    fits_better,
    judge_figure,
    read_figure,
)
from doisoat.rules.reference import AgencyTable
from doisoat.store.figures import Figure
from doisoat.store.reference import Reference

KIND = DiscrepancyKind.AGGREGATE_MISMATCH
_LISTED = 10  # agencies named in a reason
_COLUMNS = {Measure.ONLINE: "KenhThucHien", Measure.PAID_ONLINE: "DuocThanhToanTrucTuyen"}
Months = dict[str, dict[str, dict[str, Published]]]  # month -> unit -> figure -> what was published


@dataclass(frozen=True, kw_only=True)
class Line(ComparedFigure):
    """One line of aggregates.parquet."""

    period: str


@dataclass(frozen=True)
class Comparison:
    """All lines, what they do not cover, and what people need beside them (`facts`, the content of aggregates.json)."""

    lines: list[Line]
    not_compared: list[NotCompared]
    facts: dict[str, Any]


@dataclass(frozen=True)
class PublishedNight:
    """What the comparison of published figures is given beside the dossiers."""

    province: Province
    reference: Reference
    case: Case
    manifest: Mapping[str, Any]
    figures: list[Figure]

    @property
    def rules(self) -> RuleParameters:
        return self.case.rules


def compare_published(connection: duckdb.DuckDBPyConnection, night: PublishedNight) -> Comparison:
    """Compare every month that was published. The connection has side_rows and the reference tables."""
    assert night.province.aggregates is not None, "only a configured source has figures"
    definition = night.province.aggregates.period
    months = _months(night)
    counter = PeriodCounter(connection, night.case, night.province)
    lines: list[Line] = []
    open_questions = list(_not_read(night))
    told = []
    for name, units in sorted(months.items()):
        period = period_of(name, definition)
        if not period.is_over(night.case.as_of):
            open_questions.append(_not_compared(f"kỳ {period} chưa kết thúc tại thời điểm số liệu"))
            continue
        compared = _compare_month(period, units, counter, night)
        lines += compared
        open_questions += _reasons(period, compared)
        told.append(_month_facts(period, units, compared, counter, night))
    facts = {key: night.manifest[key] for key in ("kind", "source", "captured_at", "complete")}
    facts |= {"definition": definition.value, "periods": told}
    return Comparison(lines, open_questions, facts)


def _compare_month(period: Period, units: Units, counter: PeriodCounter, night: PublishedNight) -> list[Line]:
    counts = counter.count(period, units)
    known = counter.agencies | {agency.code for agency in night.reference.agencies}
    codes = sorted(units.keys() | {unit for unit, _ in counts})
    return [
        _line(period, code, measure, units.get(code), counts.get((code, measure), Counted()), night, code in known)
        for code in codes
        for measure in Measure
    ]


def _line(
    period: Period,
    code: str,
    measure: Measure,
    figures: Mapping[str, Published] | None,
    ours: Counted,
    night: PublishedNight,
    is_known: bool,
) -> Line:
    published = (figures or {}).get(measure.figure)
    if figures is None:
        state = FigureState.ONLY_OURS
    elif not is_known:
        state = FigureState.ONLY_PUBLISHED
    elif not _is_countable(measure, period, night.case):
        state = FigureState.NOT_COUNTABLE
    else:
        rules = night.rules
        state = judge_figure(
            published, ours, absolute=rules.aggregate_tolerance_abs, percent=rules.aggregate_tolerance_pct
        )
    value = published.value if published else None
    is_count = value is not None and state is not FigureState.UNREADABLE
    return Line(
        period=str(period),
        agency_code=code,
        measure=measure.value,
        field=measure.field,
        published=int(value) if is_count and value is not None else None,
        **asdict(ours),
        state=state.value,
        flag=published.flag if published else "",
    )


def _is_countable(measure: Measure, period: Period, case: Case) -> bool:
    """False where a side cannot give the count: read in part, without the column, or outside what was read."""
    column = _COLUMNS.get(measure)
    if column is not None and not case.shop.has(column):
        return False
    needed = (Side.SHOP, Side.PORTAL) if measure is Measure.SYNCED else (Side.SHOP,)
    whole = all(case.coverage(side).is_complete and not case.coverage(side).has_unasked for side in needed)
    return whole and case.rules.scope_start(case.business_date) <= period.first_day


def _months(night: PublishedNight) -> Months:
    """What was published, by month and final agency; the same figure twice with two values is conflicting."""
    months: Months = defaultdict(lambda: defaultdict(dict))
    for one in night.figures:
        if one.agency_code is None:
            continue
        units = months[one.period][_unit(one.agency_code, night.reference.agencies)]
        found = Published(read_figure(one.value), one.flag)
        before = units.setdefault(one.figure, found)
        if before.value != found.value:
            units[one.figure] = Published(None, CONFLICTING)
    return months


def _unit(code: str, agencies: AgencyTable) -> str:
    canonical = agencies.canonical(code) or code
    return agencies.final(canonical)


def _not_read(night: PublishedNight) -> Iterator[NotCompared]:
    """What the landing itself lacks."""
    for reason in night.manifest["incomplete_reasons"]:
        yield _not_compared(f"chưa đọc hết số liệu công bố: {reason}")
    nameless = {one.agency_id for one in night.figures if one.agency_code is None}
    if nameless:
        yield _not_compared(f"{len(nameless)} đơn vị công bố chỉ có mã nội bộ của Cổng, không ghép được cơ quan")


def _not_compared(reason: str) -> NotCompared:
    return NotCompared(KIND.value, None, reason, 0)


def _reasons(period: Period, lines: Iterable[Line]) -> Iterator[NotCompared]:
    """One sentence per reason and measure: how many figures, of which agencies where they are few."""
    groups: dict[tuple[FigureState, str, str], list[str]] = defaultdict(list)
    for line in lines:
        state = FigureState(line.state)
        if not state.is_compared:
            one_sided = state in (FigureState.ONLY_OURS, FigureState.ONLY_PUBLISHED)
            groups[state, "" if one_sided else line.measure, line.flag if line.flag in QUALITY_FLAGS else ""].append(
                line.agency_code
            )
    for (state, measure, flag), codes in sorted(groups.items()):
        named = sorted(set(codes))
        what = KIND_INFO[KIND].subtype_label(measure) if measure else "số liệu"
        listed = ", ".join(named[:_LISTED]) + (" …" if len(named) > _LISTED else "")
        mark = f" {flag}" if flag else ""
        yield _not_compared(f"kỳ {period}: {what} của {len(named)} cơ quan {state.reason}{mark} ({listed})")


def _month_facts(
    period: Period, units: Units, lines: list[Line], counter: PeriodCounter, night: PublishedNight
) -> dict[str, Any]:
    """What the report says about one month beside its lines."""
    other = period.by(period.definition.other)
    own = _deviation(lines)
    hint = ""
    if own and other.is_over(night.case.as_of):
        elsewhere = _deviation(_compare_month(other, units, counter, night))
        if fits_better(own, elsewhere):
            hint = f"số công bố khớp {other.definition.label} hơn {period.definition.label}"
    plain = {unit: {name: one.value for name, one in figures.items()} for unit, figures in units.items()}
    return {
        "period": str(period),
        "definition": period.definition.label,
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "scope_from": night.rules.scope_start(night.case.business_date).isoformat(),
        "hint": hint,
        "contradictions": [
            {**asdict(one), "published": f"{one.published:f}", "expected": f"{one.expected:f}"}
            for one in find_contradictions(night.province.province, plain)
        ],
    }


def _deviation(lines: Iterable[Line]) -> Decimal:
    """How far the published numbers of dossiers are from the shop's, over all agencies."""
    return sum(
        (
            Decimal(abs(line.difference))
            for line in lines
            if FigureState(line.state).is_compared and line.difference is not None
        ),
        Decimal(0),
    )


def write_comparison(comparison: Comparison, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """aggregates.parquet, and its lines as the relation `figure_lines` of the connection."""
    import pyarrow as pa  # type: ignore[import-untyped]

    names = Line.__dataclass_fields__
    numbers = {"published", *Counted.__dataclass_fields__}
    fields = [pa.field(name, pa.int64() if name in numbers else pa.string()) for name in names]
    columns = {name: [getattr(line, name) for line in comparison.lines] for name in names}
    connection.register("figure_lines", pa.table(columns, schema=pa.schema(fields)))
    connection.table("figure_lines").write_parquet(str(path), compression="zstd")
