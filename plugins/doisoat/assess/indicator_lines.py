"""Counts of a period become lines: every unit's indicators on both sides, and the causes of every difference.

Values in, values out; scores and shares are exact until they are put into a line. Counting is `counting`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from doisoat.assess.counting import Caused, PeriodCounts
from doisoat.config import Province
from doisoat.model import Side
from doisoat.rules.attribution import Counts, add_changes, comparable, explain
from doisoat.rules.indicators import Counting, Indicator
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reference import root
from doisoat.rules.reporting_periods import Length, ReportingPeriod
from doisoat.rules.scoring import rounded, score

if TYPE_CHECKING:
    from doisoat.store.reference import Reference

Published = Mapping[tuple[str, str, str], Decimal | None]  # (month, unit, figure) -> value
Units = Mapping[str, Mapping[Side, Mapping[str, Counts]]]  # unit -> side -> indicator -> counts
_SHARE = Decimal("0.000001")


@dataclass(frozen=True)
class IndicatorLine:
    """One line of indicators.parquet; None = that side (or the publication) says nothing."""

    period: str
    agency_code: str
    indicator: str
    part_shop: int | None
    whole_shop: int | None
    score_shop: Decimal | None
    part_portal: int | None
    whole_portal: int | None
    score_portal: Decimal | None
    part_published: int | None
    whole_published: int | None
    score_published: Decimal | None
    why_not: str  # Vietnamese; empty where both sides are there


@dataclass(frozen=True)
class CauseLine:
    """One line of causes.parquet: what one cause adds to shop less portal."""

    period: str
    agency_code: str
    indicator: str
    cause: str
    dossiers: int
    part: int
    whole: int
    points: Decimal | None
    gain: Decimal | None


@dataclass(frozen=True)
class Reading:
    """What the indicators of a night are computed with beside the dossiers."""

    province: Province
    reference: Reference
    absent: Mapping[Side, frozenset[str]]  # wire names a side does not have
    published: Published
    published_by: PeriodDefinition | None = None  # how the published months are cut

    def units_of(self, agency: str | None) -> tuple[str, ...]:
        """The agency, all above it, and the province; the province alone for whom it does not know as its own."""
        own = self.province.province
        if agency is None or root(agency) not in self.province.province_roots:
            return (own,)
        line = [agency]
        while (above := self._above(line[-1])) and above not in line:
            line.append(above)
        return (*(one for one in line if one not in self.province.province_roots), own)

    def _above(self, code: str) -> str:
        return self.reference.agencies.parent(code) or code.rpartition(".")[0]

    def is_below_province(self, unit: str) -> bool:
        """Whether a unit stands directly below the province: a department or a commune."""
        return unit != self.province.province and self.units_of(unit)[0] == unit and len(self.units_of(unit)) == 2

    def published_for(self, period: ReportingPeriod, unit: str, indicator: Indicator) -> tuple[Decimal | None, ...]:
        """Published numerator, denominator and score; only months are published."""
        if period.length is not Length.MONTH or period.definition is not self.published_by:
            return (None, None, None)
        names = (*(indicator.figures or ("", "")), indicator.score_figure or "")
        return tuple(self.published.get((str(period), unit, name)) for name in names)

    def lacks(self, indicator: Indicator, side: Side) -> str:
        """Why a side cannot say anything about an indicator, Vietnamese; empty where it can."""
        levels = (one.online_level for one in self.reference.procedures)
        if indicator.counting is Counting.FULL_PROCESS and not any(levels):
            return "bảng TTHC không ghi mức độ DVCTT (muc_do)"
        missing = [names for names in indicator.columns if self.absent[side].issuperset(names)]
        return f"{side.label} không có cột {' và '.join(names[0] for names in missing)}" if missing else ""


def indicator_lines(period: ReportingPeriod, units: Units, reading: Reading) -> Iterator[IndicatorLine]:
    """Every computed indicator of every unit, and once, for the province, each that is not and why."""
    for indicator in reading.province.indicators.in_force:
        whys = {side: why_not(indicator, side, period, reading) for side in Side}
        why = "; ".join(dict.fromkeys(one for one in whys.values() if one))
        if all(whys.values()):
            yield _line(period, reading.province.province, indicator, {}, reading, why)
            continue
        for unit, sides in units.items():
            yield _line(period, unit, indicator, _sides(indicator, sides, whys), reading, why)


def why_not(indicator: Indicator, side: Side, period: ReportingPeriod, reading: Reading) -> str:
    if indicator.counting is None:
        return indicator.why_not
    if not indicator.applies(period.first_day, period.last_day):
        return f"chưa có hiệu lực trong cả kỳ ({indicator.source})"
    return reading.lacks(indicator, side)


def unit_totals(counts: PeriodCounts, reading: Reading) -> Units:
    """What either side counts of every agency, of those above it and of the province; by code."""
    units: dict[str, dict[Side, dict[str, Counts]]] = defaultdict(lambda: {side: {} for side in Side})
    for (side, agency), found in counts.totals.items():
        for unit in reading.units_of(agency):
            own = units[unit][side]
            for code, one in found.items():
                own[code] = own.get(code, Counts()) + one
    return dict(sorted(units.items()))


def _sides(
    indicator: Indicator, sides: Mapping[Side, Mapping[str, Counts]], whys: Mapping[Side, str]
) -> dict[Side, Counts]:
    """Counts of the sides that can say something, as they are scored."""
    shop, portal = (sides[side].get(indicator.code, Counts()) for side in (Side.SHOP, Side.PORTAL))
    if not any(whys.values()):
        shop, portal = comparable(indicator, shop, portal)
    return {side: one for side, one in ((Side.SHOP, shop), (Side.PORTAL, portal)) if not whys[side]}


def _line(
    period: ReportingPeriod,
    unit: str,
    indicator: Indicator,
    sides: Mapping[Side, Counts],
    reading: Reading,
    why: str,
) -> IndicatorLine:
    shop, portal = sides.get(Side.SHOP), sides.get(Side.PORTAL)
    part, whole, points = reading.published_for(period, unit, indicator)
    return IndicatorLine(
        period=str(period),
        agency_code=unit,
        indicator=indicator.code,
        part_shop=None if shop is None else shop.part,
        whole_shop=None if shop is None else shop.whole,
        score_shop=None if shop is None else _points(indicator, shop),
        part_portal=None if portal is None else portal.part,
        whole_portal=None if portal is None else portal.whole,
        score_portal=None if portal is None else _points(indicator, portal),
        part_published=None if part is None else int(part),
        whole_published=None if whole is None else int(whole),
        score_published=points,
        why_not=why,
    )


def _points(indicator: Indicator, counts: Counts) -> Decimal | None:
    points = score(indicator, counts.part, counts.whole)
    return None if points is None or not indicator.is_scored else rounded(points)


def cause_lines(
    period: ReportingPeriod, units: Units, caused: Sequence[Caused], reading: Reading
) -> Iterator[CauseLine]:
    """Why the sides differ, per unit and indicator; the points of one add up to the difference."""
    changes = unit_changes(caused, reading)
    for indicator in reading.province.indicators.in_force:
        if any(why_not(indicator, side, period, reading) for side in Side):
            continue
        for unit, sides in units.items():
            found = add_changes(changes.get((unit, indicator.code), ()))
            shop, portal = (sides[side].get(indicator.code, Counts()) for side in (Side.SHOP, Side.PORTAL))
            for part in explain(indicator, shop, portal, found):
                yield CauseLine(
                    *(str(period), unit, indicator.code, part.cause, part.dossiers),
                    *(part.change.part, part.change.whole, _share(part.points), _share(part.gain)),
                )


def unit_changes(caused: Sequence[Caused], reading: Reading) -> Mapping[tuple[str, str], list[tuple[str, int, Counts]]]:
    """(unit, indicator) -> (cause, dossiers, shop less portal)."""
    found: dict[tuple[str, str], list[tuple[str, int, Counts]]] = defaultdict(list)
    for one in caused:
        at_shop = set(reading.units_of(one.agency_shop)) if one.whole_shop else set()
        at_portal = set(reading.units_of(one.agency_portal)) if one.whole_portal else set()
        for unit in sorted(at_shop | at_portal):
            is_apart = one.is_apart and not (unit in at_shop and unit in at_portal)
            cause = one.cause_apart if is_apart else one.cause_together
            if cause is not None:
                found[unit, one.indicator].append((cause, *_change(one, unit in at_shop, unit in at_portal)))
    return found


def _change(one: Caused, at_shop: bool, at_portal: bool) -> tuple[int, Counts]:
    shop = Counts(one.part_shop, one.whole_shop) if at_shop else Counts()
    portal = Counts(one.part_portal, one.whole_portal) if at_portal else Counts()
    dossiers = one.dossiers if at_shop and at_portal else one.whole_shop if at_shop else one.whole_portal
    return dossiers, shop - portal


def _share(points: Fraction | None) -> Decimal | None:
    if points is None:
        return None
    return (Decimal(points.numerator) / Decimal(points.denominator)).quantize(_SHARE)
