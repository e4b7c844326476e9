"""Why an indicator differs between the sides: every dossier that makes a difference has exactly one cause.

A cause is a kind of discrepancy of the dossier, the first that fits what differs, in the order below; where it has none
that fits, one of the circumstances of `Circumstance`. Parts are exact: those of one indicator add up to the whole
difference. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from doisoat.model import DiscrepancyKind
from doisoat.rules.indicators import Indicator
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.scoring import ratio, score


class Circumstance(StrEnum):
    """Why a dossier counts differently although no kind of discrepancy says so."""

    NOT_COMPARED = "not_compared"
    IN_FLIGHT = "in_flight"
    OUT_OF_SCOPE = "out_of_scope"
    OTHER_FIELD = "other_field"
    UNEXPLAINED = "unexplained"

    @property
    def label(self) -> str:
        return _CIRCUMSTANCES[self][0]

    @property
    def meaning(self) -> str:
        """In one clause, Vietnamese."""
        return _CIRCUMSTANCES[self][1]


_CIRCUMSTANCES = {
    Circumstance.NOT_COMPARED: ("Chưa đối chiếu được", "bản ghi bị loại, trùng mã, chưa tra được hoặc một bên đọc dở"),
    Circumstance.IN_FLIGHT: ("Đang chờ đồng bộ", "còn trong thời gian cho phép, chưa phải là lệch"),
    Circumstance.OUT_OF_SCOPE: ("Sát mốc đầu phạm vi", "bên kia có thể nằm ngoài phạm vi đối soát"),
    Circumstance.OTHER_FIELD: ("Khác ở mục không xét riêng", "trong dung sai, ở lần bổ sung hoặc dấu hiệu số hóa"),
    Circumstance.UNEXPLAINED: ("Chưa giải thích được", "hai bên ghi như nhau nhưng được tính khác nhau"),
}


class Aspect(StrEnum):
    """What differs about a dossier between the sides."""

    PLACE = "place"  # both count it, for different agencies
    MEMBERSHIP = "membership"  # one counts it in the denominator, the other does not
    COUNT = "count"  # both count it, one of them in the numerator


_KIND = DiscrepancyKind
_STATUS = (_KIND.FINISHED_NOT_SYNCED, _KIND.STATUS_LAG, _KIND.STATUS_CONFLICT)
_DATES = (_KIND.DUE_AT_MISMATCH, _KIND.FINISHED_AT_MISMATCH, _KIND.RECEIVED_AT_MISMATCH)
_MEMBERSHIP = (
    *(_KIND.MISSING_ON_PORTAL, _KIND.MISSING_IN_SHOP, _KIND.RECEIVED_AT_MISMATCH),
    *(*_STATUS, _KIND.FINISHED_AT_MISMATCH, _KIND.PAYMENT_MISMATCH, _KIND.AGENCY_MISMATCH),
)
_ON_TIME = (*_STATUS, *_DATES, _KIND.SECOND_SUPPLEMENT, _KIND.LATENESS_DISAGREEMENT)
_COUNTED: dict[str, tuple[DiscrepancyKind, ...]] = {
    "PROGRESS_ON_TIME": _ON_TIME,
    "DOSSIER_RECEIVING_SATISFACTION": _ON_TIME,
    "ONLINE_DOSSIERS": (_KIND.CHANNEL_MISMATCH, _KIND.RESULT_MISSING, *_STATUS),
    "FULL_PROCESS_DOSSIERS": (_KIND.CHANNEL_MISMATCH,),
    "DOSSIERS_PAID_ONLINE": (_KIND.PAYMENT_MISMATCH,),
    "ORIGINAL_RESULT_AVAILABLE": (_KIND.RESULT_MISSING, *_STATUS),
}


def fitting_kinds(indicator: str, aspect: Aspect) -> tuple[DiscrepancyKind, ...]:
    """The kinds that can be the cause, the first found of a dossier is."""
    if aspect is Aspect.PLACE:
        return (_KIND.AGENCY_MISMATCH, _KIND.AGENCY_LEGACY_CODE)
    return _MEMBERSHIP if aspect is Aspect.MEMBERSHIP else _COUNTED.get(indicator, ())


def cause_label(cause: str) -> str:
    """In Vietnamese, of a kind or a circumstance."""
    if cause in set(Circumstance):
        return Circumstance(cause).label
    return KIND_INFO[DiscrepancyKind(cause)].label


def cause_meaning(cause: str) -> str:
    """What a circumstance is; empty for a kind, whose meaning stands in `rules.kinds`."""
    return Circumstance(cause).meaning if cause in set(Circumstance) else ""


@dataclass(frozen=True)
class Counts:
    """Numerator and denominator of one side."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.part + other.part, self.whole + other.whole)

    def __sub__(self, other: Counts) -> Counts:
        return Counts(self.part - other.part, self.whole - other.whole)


@dataclass(frozen=True)
class Part:
    """What one cause contributes to shop less portal.

    `points`: its share of the difference in points, shares add up to it. `gain`: how many points the portal's score
    would win if the dossiers of this cause alone were put right. None where the indicator has no points.
    """

    cause: str
    dossiers: int
    change: Counts
    points: Fraction | None
    gain: Fraction | None


def comparable(indicator: Indicator, shop: Counts, portal: Counts) -> tuple[Counts, Counts]:
    """Both sides' counts as they are scored: with one denominator where the indicator takes the greater one."""
    if not indicator.is_capped_by_both:
        return shop, portal
    return shop, Counts(portal.part, max(shop.whole, portal.whole))


def explain(
    indicator: Indicator, shop: Counts, portal: Counts, changes: Mapping[str, tuple[int, Counts]]
) -> list[Part]:
    """One part per cause, the most points first. `changes`: cause -> (dossiers, shop less portal).

    The ratio's difference is linear in the dossiers: with p, P and s, S the numerators and denominators of portal and
    shop, s/S − p/P = Σ (Δpart − p/P · Δwhole) / S. Where the score is cut off the shares shrink in proportion.
    """
    if not changes:
        return []
    shared = indicator.is_capped_by_both and shop.whole >= portal.whole
    shop, portal = comparable(indicator, shop, portal)
    changes = {
        cause: (dossiers, Counts(change.part, 0) if shared else change) for cause, (dossiers, change) in changes.items()
    }
    weights = _weights(shop, portal, {cause: change for cause, (_, change) in changes.items()})
    slope = _slope(indicator, shop, portal, sum(weights.values(), Fraction()))
    before = score(indicator, portal.part, portal.whole)
    parts = [
        Part(
            cause,
            dossiers,
            change,
            None if slope is None else weights[cause] * slope,
            _gain(indicator, portal, change, before),
        )
        for cause, (dossiers, change) in changes.items()
    ]
    return sorted(parts, key=lambda one: (-abs(one.points or 0), -one.dossiers, one.cause))


def _weights(shop: Counts, portal: Counts, changes: Mapping[str, Counts]) -> dict[str, Fraction]:
    """What each cause adds to the ratio; where a side counts nothing, its part of the dossiers."""
    share = ratio(portal.part, portal.whole)
    if share is None or not shop.whole:
        return {cause: Fraction(change.whole) for cause, change in changes.items()}
    return {cause: (change.part - share * change.whole) / shop.whole for cause, change in changes.items()}


def _slope(indicator: Indicator, shop: Counts, portal: Counts, total: Fraction) -> Fraction | None:
    """Points per unit of weight; None where there are no points to share."""
    scores = [score(indicator, side.part, side.whole) for side in (shop, portal)]
    if not indicator.is_scored or None in scores:
        return None
    difference = (scores[0] or 0) - (scores[1] or 0)
    if total:
        return Fraction(difference) / total
    share = ratio(portal.part, portal.whole) or Fraction()
    return Fraction(0) if share >= indicator.full_at else indicator.maximum / indicator.full_at


def _gain(indicator: Indicator, portal: Counts, change: Counts, before: Fraction | None) -> Fraction | None:
    after = portal + change
    points = score(indicator, after.part, after.whole)
    if not indicator.is_scored or points is None or before is None:
        return None
    return points - before


def add_changes(changes: Iterable[tuple[str, int, Counts]]) -> dict[str, tuple[int, Counts]]:
    """Cause -> (dossiers, change), summed."""
    found: dict[str, tuple[int, Counts]] = {}
    for cause, dossiers, change in changes:
        known, before = found.get(cause, (0, Counts()))
        found[cause] = (known + dossiers, before + change)
    return found
