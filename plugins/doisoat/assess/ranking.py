"""What a fair ranking of agencies stands on: per period and unit the on-time counts of both sides, and the fair ones.

Values in, values out; what they mean is `rules.ranking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from doisoat.assess.counting import Caused
from doisoat.assess.indicator_lines import Reading, Units, unit_changes, why_not
from doisoat.model import Side
from doisoat.rules.attribution import Counts, add_changes
from doisoat.rules.indicators import BY_CODE
from doisoat.rules.ranking import is_charged
from doisoat.rules.reporting_periods import ReportingPeriod

ON_TIME = "PROGRESS_ON_TIME"


@dataclass(frozen=True)
class RankingLine:
    """One line of ranking.parquet."""

    period: str
    agency_code: str
    level: str  # of the agency table; empty = unknown
    on_time_shop: int
    handled_shop: int
    on_time_portal: int
    handled_portal: int
    on_time_fair: int
    handled_fair: int
    set_apart: int  # dossiers that count differently for a reason that is not the agency's


def ranking_lines(
    period: ReportingPeriod, units: Units, caused: Sequence[Caused], reading: Reading
) -> Iterator[RankingLine]:
    """The units directly below the province; nothing where a side cannot tell what was in time."""
    if any(why_not(BY_CODE[ON_TIME], side, period, reading) for side in Side):
        return
    apart = unit_changes([_not_charged(one) for one in caused if one.indicator == ON_TIME], reading)
    for unit, sides in units.items():
        if not reading.is_below_province(unit):
            continue
        shop, portal = (sides[side].get(ON_TIME, Counts()) for side in (Side.SHOP, Side.PORTAL))
        found = add_changes(apart.get((unit, ON_TIME), ()))
        fair = sum((change for _, change in found.values()), portal)
        agency = reading.reference.agencies.get(unit)
        yield RankingLine(
            *(str(period), unit, agency.level if agency else ""),
            *(shop.part, shop.whole, portal.part, portal.whole, fair.part, fair.whole),
            sum(dossiers for dossiers, _ in found.values()),
        )


def _not_charged(one: Caused) -> Caused:
    """The same with those causes only that nobody is charged for."""
    apart, together = one.cause_apart, one.cause_together
    return replace(
        one,
        cause_apart=None if apart is None or is_charged(apart, one.technical_apart) else apart,
        cause_together=None if together is None or is_charged(together, one.technical_together) else together,
    )
