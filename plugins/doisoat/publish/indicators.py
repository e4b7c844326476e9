"""The report's part about the indicators of QĐ 766: what either side scores, why they differ, what a list would bring.

Types only, for every rendering; `indicator_reading` fills them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from doisoat.model import DiscrepancyKind
from doisoat.rules.attribution import cause_meaning
from doisoat.rules.scoring import Grade

UNIT_CAP = 40  # units in the page's table
LEADING = 3  # causes named in a sentence
FIXES = 3  # lists named for each unit
RANKED_FROM = 30  # dossiers of a period; below that one dossier decides the score, and a rank says nothing
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Count:
    """What one side, or the publication, says; None = nothing."""

    part: int | None
    whole: int | None
    score: Decimal | None

    @property
    def mean(self) -> float | None:
        """Numerator per one of the denominator."""
        return None if self.part is None or not self.whole else self.part / self.whole


@dataclass(frozen=True)
class Part:
    """What one cause adds to the difference, and what putting its dossiers right alone would bring."""

    cause: str
    label: str
    dossiers: int
    points: Decimal
    gain: Decimal

    @property
    def meaning(self) -> str:
        return cause_meaning(self.cause)

    @property
    def is_list(self) -> bool:
        """Whether there is a list of discrepancies that somebody can put right."""
        return self.cause in set(DiscrepancyKind)


@dataclass(frozen=True)
class IndicatorFigure:
    """One indicator of one unit on both sides."""

    agency_code: str
    indicator: str
    paragraph: str
    label: str
    maximum: int
    is_average: bool
    shop: Count
    portal: Count
    published: Count
    parts: tuple[Part, ...]  # the most points first
    caveat: str

    @property
    def handled(self) -> int:
        """The greater denominator of both sides."""
        return max(self.shop.whole or 0, self.portal.whole or 0)

    @property
    def difference(self) -> Decimal | None:
        """Points of the shop less the portal's: what the portal's data costs."""
        if self.shop.score is None or self.portal.score is None:
            return None
        return self.shop.score - self.portal.score

    @property
    def beside_published(self) -> Decimal | None:
        """Points published less those of the portal's own data."""
        if self.published.score is None or self.portal.score is None:
            return None
        return self.published.score - self.portal.score

    @property
    def leading(self) -> tuple[Part, ...]:
        """The parts that are named in a sentence."""
        return self.parts[:LEADING]

    @property
    def rest(self) -> Decimal:
        """Points of all others together."""
        return sum((one.points for one in self.parts[LEADING:]), NOTHING)


@dataclass(frozen=True)
class UnitScore:
    """What a unit scores over the indicators both sides have a score of."""

    agency_code: str
    agency_name: str
    dossiers: int  # handled in the period, the greater number of both sides
    shop: Decimal
    portal: Decimal
    maximum: int
    grade_shop: str
    grade_portal: str
    fixes: tuple[Part, ...]  # the lists that would win the portal's score most

    @property
    def difference(self) -> Decimal:
        return self.shop - self.portal


@dataclass(frozen=True)
class NotComputed:
    """An indicator no dossier tells of."""

    indicator: str
    paragraph: str
    label: str
    maximum: int
    why: str


@dataclass(frozen=True)
class IndicatorPeriod:
    """One period."""

    period: str
    label: str
    first_day: date
    last_day: date
    is_running: bool
    province: UnitScore
    figures: tuple[IndicatorFigure, ...]  # of all units, the province's first
    causes: tuple[Part, ...]  # of the province, over all indicators
    units: tuple[UnitScore, ...]  # below the province, those first that lose most by the portal's data
    not_computed: tuple[NotComputed, ...]

    @property
    def losing(self) -> tuple[UnitScore, ...]:
        """The units with enough dossiers that lose points by the portal's data, most first."""
        return tuple(one for one in self.units if one.difference > 0 and one.dossiers >= RANKED_FROM)

    @property
    def whole(self) -> tuple[IndicatorFigure, ...]:
        """The province's own."""
        return tuple(one for one in self.figures if one.agency_code == self.province.agency_code)


@dataclass(frozen=True)
class IndicatorReport:
    """All periods of a night, those that are over first."""

    definition: str
    grades: tuple[Grade, ...]
    periods: tuple[IndicatorPeriod, ...]
