"""How agencies are ranked fairly: a rate with its volume and its chance, faults of the technique taken out. Pure.

- *Fair counts*: what the portal would count if everything that is not the agency's doing were put right: technical
  discrepancies, and dossiers that were not compared, are on their way, or stand at the edge of the scope. What an
  officer clicked late stays charged.
- *Standing*: an agency is better or worse than the others of its level only if its Wilson interval (99.8 %, the
  outer limits of a funnel plot: two of a thousand equal agencies fall outside by chance) lies wholly beside their
  common rate; with fewer than `RANKED_FROM` dossiers it is not ranked at all.
- *Lag*: working days until a discrepancy is put right. What is still open has lasted at least its age (censored), so
  that an agency which never puts anything right does not look quick (Kaplan-Meier).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from doisoat.rules.attribution import Circumstance, Counts

RANKED_FROM = 30  # dossiers; below that one dossier decides the rate, and a rank says nothing
LIMITS = 3.0902  # standard deviations that leave 0.1 % on either side
NOT_CHARGED = frozenset({Circumstance.NOT_COMPARED, Circumstance.IN_FLIGHT, Circumstance.OUT_OF_SCOPE})


class Standing(StrEnum):
    """Where an agency stands beside the others of its level."""

    WORSE = "worse"
    USUAL = "usual"
    BETTER = "better"
    FEW = "few"

    @property
    def label(self) -> str:
        return {
            "worse": "Kém hơn mức chung",
            "usual": "Không khác mức chung",
            "better": "Tốt hơn mức chung",
            "few": "Quá ít hồ sơ, không xếp",
        }[self.value]


@dataclass(frozen=True)
class Interval:
    """The lowest and highest rate a count can stand for, 0 to 1."""

    low: float
    high: float


def is_charged(cause: str, technical: bool) -> bool:
    """Whether the agency answers for a dossier that counts differently for this cause.

    >>> is_charged("status_lag", False), is_charged(Circumstance.IN_FLIGHT, False)
    (True, False)
    """
    return not technical and cause not in NOT_CHARGED


def interval(counts: Counts) -> Interval:
    """Wilson's score interval of part of whole; all there is where nothing was counted.

    >>> interval(Counts(9, 10)).low < 0.5 < interval(Counts(900, 1000)).low < 0.9 < interval(Counts(900, 1000)).high
    True
    """
    if not counts.whole:
        return Interval(0.0, 1.0)
    share, spread = counts.part / counts.whole, LIMITS**2 / counts.whole
    middle = share + spread / 2
    half = LIMITS * sqrt(share * (1 - share) / counts.whole + spread / (4 * counts.whole))
    low, high = ((middle + way * half) / (1 + spread) for way in (-1, 1))
    return Interval(min(max(low, 0.0), share), max(min(high, 1.0), share))


def common_rate(all_counts: Iterable[Counts]) -> float | None:
    """The rate of all together; None where nothing was counted."""
    total = sum(all_counts, Counts())
    return total.part / total.whole if total.whole else None


def standing(counts: Counts, common: float | None) -> Standing:
    """Beside the common rate of its level."""
    if counts.whole < RANKED_FROM or common is None:
        return Standing.FEW
    found = interval(counts)
    if found.high < common:
        return Standing.WORSE
    return Standing.BETTER if found.low > common else Standing.USUAL


@dataclass(frozen=True)
class Lag:
    """How long discrepancies lasted, working days; None = longer than anything seen so far."""

    half: float | None  # half were put right within so many days
    most: float | None  # nine of ten were
    closed: int
    still_open: int
    oldest: int  # the oldest of those open


def lag(closed: Collection[int], still_open: Collection[int]) -> Lag | None:
    """Of the days that closed ones lasted and the ages of those open; None where there was nothing.

    >>> lag([1, 1, 2, 2], []).half, lag([1], [40, 40, 40]).half
    (1.0, None)
    """
    if not closed and not still_open:
        return None
    half, most = _quantiles(closed, still_open)
    return Lag(half, most, len(closed), len(still_open), max(still_open, default=0))


def _quantiles(closed: Collection[int], still_open: Collection[int]) -> tuple[float | None, float | None]:
    from scipy.stats import CensoredData, ecdf  # type: ignore[import-untyped]

    if not closed:
        return None, None
    found = ecdf(CensoredData(uncensored=list(closed), right=list(still_open)))
    days, remaining = found.sf.quantiles, found.sf.probabilities
    reached = [[day for day, share in zip(days, remaining, strict=True) if share <= left] for left in (0.5, 0.1)]
    half, most = (float(one[0]) if one else None for one in reached)
    return half, most
