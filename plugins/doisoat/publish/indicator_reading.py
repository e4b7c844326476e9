"""Reads the indicators a night has left into the report's data: names, order, sums over indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from doisoat.publish.indicators import (
    FIXES,
    NOTHING,
    Count,
    IndicatorFigure,
    IndicatorPeriod,
    IndicatorReport,
    NotComputed,
    Part,
    UnitScore,
)
from doisoat.publish.inputs import Inputs, rows
from doisoat.rules.attribution import cause_label
from doisoat.rules.indicators import BY_CODE, INDICATORS
from doisoat.rules.scoring import Grade, grade

_ORDER = {one.code: place for place, one in enumerate(INDICATORS)}
_LEAST = Decimal("0.005")  # points that are worth a word
Parts = Mapping[tuple[str, str], list[Part]]  # (agency, indicator) -> parts


def read_indicators(inputs: Inputs, province_code: str, agency_name: Callable[[str], str]) -> IndicatorReport | None:
    """The indicators of a night; None for a night assessed before there were any."""
    facts = inputs.indicators
    if facts is None:
        return None
    reader = _Reader(facts, province_code, agency_name)
    lines = _by_period(rows(inputs, "indicators"))
    causes = _by_period(rows(inputs, "indicator_causes"))
    periods = (reader.period(one, lines[one["period"]], causes[one["period"]]) for one in facts["periods"])
    return IndicatorReport(facts["definition"], reader.grades, tuple(periods))


def _by_period(found: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    periods: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        periods[row["period"]].append(row)
    return periods


class _Reader:
    """What is the same for all periods of a night."""

    def __init__(self, facts: Mapping[str, Any], province_code: str, agency_name: Callable[[str], str]) -> None:
        self._maxima = {one.code: facts["points"].get(one.code, one.maximum) for one in INDICATORS}
        self._province, self._agency_name = province_code, agency_name
        self.grades = tuple(Grade(label, begins) for label, begins in facts["grades"])

    def period(
        self, facts: Mapping[str, Any], lines: list[dict[str, Any]], causes: list[dict[str, Any]]
    ) -> IndicatorPeriod:
        parts: dict[tuple[str, str], list[Part]] = defaultdict(list)
        for row in causes:
            parts[row["agency_code"], row["indicator"]].append(_part(row))
        figures = sorted(
            (self._figure(row, parts) for row in lines if _says_something(row)),
            key=lambda one: (one.agency_code != self._province, one.agency_code, _ORDER[one.indicator]),
        )
        units = _by_unit(figures)
        scores = [self._score(unit, own) for unit, own in units.items() if unit != self._province]
        whole = self._score(self._province, units.get(self._province, []))
        return IndicatorPeriod(
            period=facts["period"],
            label=facts["label"],
            first_day=date.fromisoformat(facts["first_day"]),
            last_day=date.fromisoformat(facts["last_day"]),
            is_running=facts["is_running"],
            province=whole,
            figures=tuple(figures),
            causes=_over_indicators(units.get(self._province, []), key=lambda one: (-abs(one.points), one.cause)),
            units=tuple(sorted(scores, key=lambda one: (-one.difference, one.agency_code))),
            not_computed=tuple(self._not_computed(lines)),
        )

    def _figure(self, row: Mapping[str, Any], parts: Parts) -> IndicatorFigure:
        one = BY_CODE[row["indicator"]]
        counts = {side: Count(*(row[f"{name}_{side}"] for name in ("part", "whole", "score"))) for side in _SAYING}
        return IndicatorFigure(
            agency_code=row["agency_code"],
            indicator=one.code,
            paragraph=one.paragraph,
            label=one.label,
            maximum=self._maxima[one.code],
            is_average=one.is_average,
            **counts,
            parts=tuple(sorted(parts.get((row["agency_code"], one.code), ()), key=lambda part: -abs(part.points))),
            caveat="; ".join(text for text in (one.caveat, row["why_not"]) if text),
        )

    def _score(self, unit: str, figures: list[IndicatorFigure]) -> UnitScore:
        scored = [one for one in figures if one.difference is not None]
        maximum = sum(one.maximum for one in scored)
        shop = sum((one.shop.score or NOTHING for one in scored), NOTHING)
        portal = sum((one.portal.score or NOTHING for one in scored), NOTHING)
        fixes = _over_indicators(scored, key=lambda one: (-one.gain, one.cause))
        return UnitScore(
            agency_code=unit,
            agency_name=self._agency_name(unit),
            dossiers=max((one.handled for one in figures), default=0),
            shop=shop,
            portal=portal,
            maximum=maximum,
            grade_shop=grade(Fraction(shop), maximum, self.grades),
            grade_portal=grade(Fraction(portal), maximum, self.grades),
            fixes=tuple(one for one in fixes if one.is_list and one.gain >= _LEAST)[:FIXES],
        )

    def _not_computed(self, lines: list[dict[str, Any]]) -> Iterator[NotComputed]:
        silent = (row for row in lines if not _says_something(row))
        for row in sorted(silent, key=lambda row: _ORDER[row["indicator"]]):
            one = BY_CODE[row["indicator"]]
            yield NotComputed(one.code, one.paragraph, one.label, self._maxima[one.code], row["why_not"])


_SAYING = ("shop", "portal", "published")


def _part(row: Mapping[str, Any]) -> Part:
    points, gain = row["points"] or NOTHING, row["gain"] or NOTHING
    return Part(row["cause"], cause_label(row["cause"]), row["dossiers"], points, gain)


def _says_something(row: Mapping[str, Any]) -> bool:
    return row["part_shop"] is not None or row["part_portal"] is not None


def _by_unit(figures: Iterable[IndicatorFigure]) -> dict[str, list[IndicatorFigure]]:
    units: dict[str, list[IndicatorFigure]] = defaultdict(list)
    for one in figures:
        units[one.agency_code].append(one)
    return units


def _over_indicators(figures: Iterable[IndicatorFigure], *, key: Callable[[Part], Any]) -> tuple[Part, ...]:
    """The parts of all indicators by cause. A dossier of one cause stands in several: their greatest number counts."""
    found: dict[str, Part] = {}
    for part in (part for one in figures for part in one.parts):
        known = found.get(part.cause, Part(part.cause, part.label, 0, NOTHING, NOTHING))
        found[part.cause] = Part(
            part.cause,
            part.label,
            max(known.dossiers, part.dossiers),
            known.points + part.points,
            known.gain + part.gain,
        )
    return tuple(sorted(found.values(), key=key))
