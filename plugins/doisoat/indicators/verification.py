"""Holds a table of published figures against itself: every ratio and score recomputed, both values kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from doisoat.errors import ExitCode
from doisoat.indicators.published_table import PublishedTable, Trouble, Unit
from doisoat.indicators.working import working
from doisoat.rules.contradictions import RECOMPUTED, RULES, find_contradictions
from doisoat.rules.indicators import INDICATORS, Group
from doisoat.rules.recomputing import Figures, recompute

# What a published ratio or score cannot be above.
_MOST = {one.score_figure: one.maximum for one in INDICATORS if one.score_figure}
_MOST |= {f"{group.figure}_score": group.maximum for group in Group} | {"overall_score": 100}


@dataclass(frozen=True)
class Deviation:
    """One published ratio or score that the unit's other figures do not give."""

    unit: Unit
    column: str
    published: Decimal
    recomputed: Decimal
    working: str  # how it was recomputed, Vietnamese

    @property
    def difference(self) -> Decimal:
        return self.published - self.recomputed


@dataclass(frozen=True)
class Verification:
    """What became of a table."""

    units: int
    recomputed: int  # ratios and scores that could be
    deviations: tuple[Deviation, ...]
    unreadable: tuple[Trouble, ...]
    remarks: tuple[Trouble, ...]
    ignored: tuple[str, ...]

    @property
    def exit_code(self) -> ExitCode:
        """1 with any deviation; 2 where something could not be checked at all; else 0."""
        if self.deviations:
            return ExitCode.DISCREPANCIES
        return ExitCode.USAGE if self.unreadable or not self.recomputed else ExitCode.CLEAN


def verify(table: PublishedTable) -> Verification:
    """Recompute everything that can be; rows in the order of the file."""
    checked = [(unit, one) for unit in table.units for one in recompute(unit.figures)]
    deviations = (
        Deviation(unit, one.figure, one.published, one.expected, working(one.figure, unit.figures))
        for unit, one in checked
        if not one.agrees
    )
    remarks = [*table.remarks, *_too_large(table.units), *_contradictions(table.units)]
    return Verification(
        units=len(table.units),
        recomputed=len(checked),
        deviations=tuple(deviations),
        unreadable=tuple(table.unreadable),
        remarks=tuple(sorted(remarks, key=lambda one: (one.row, one.column))),
        ignored=tuple(table.ignored),
    )


def _too_large(units: list[Unit]) -> Iterator[Trouble]:
    for unit in units:
        for column, value in unit.figures.items():
            most = 100 if column.endswith("_ratio") else _MOST.get(column)
            if most is not None and value is not None and value > most:
                yield Trouble(unit.row, column, f"{value:f}", f"lớn hơn mức cao nhất ({most})")


def _contradictions(units: list[Unit]) -> Iterator[Trouble]:
    """Counts that do not fit each other: worth a look, but no ratio or score."""
    by_period: dict[str, dict[str, Unit]] = defaultdict(dict)
    for unit in units:
        by_period[unit.period].setdefault(unit.code or f"#{unit.row}", unit)
    for rows in by_period.values():
        root = _root(rows)
        figures: Mapping[str, Figures] = {code: unit.figures for code, unit in rows.items()}
        for one in find_contradictions(root, figures):
            if one.rule not in RECOMPUTED:
                place = rows.get(one.agency_code or root)
                why = f"{RULES[one.rule]} ({one.expected:f})"
                yield Trouble(place.row if place else 0, one.figure, f"{one.published:f}", why)


def _root(rows: Mapping[str, Unit]) -> str:
    """The province: the code all others begin with; empty where there is none."""
    codes = sorted(rows, key=len)
    is_root = len(codes) > 1 and all(code.startswith(f"{codes[0]}.") for code in codes[1:])
    return codes[0] if is_root else ""
