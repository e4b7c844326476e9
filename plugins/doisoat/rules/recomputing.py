"""Every ratio and score of one unit, computed again from the other figures of the same publication.

Ratios and scores are published rounded to two decimals, so a recomputed value may differ by the rounding and no more.
Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from doisoat.rules.indicators import INDICATORS, Group, Indicator
from doisoat.rules.published_figures import RESULT_GROUPS
from doisoat.rules.scoring import is_rounding_of, rounded, score

Figures = Mapping[str, Decimal | None]  # figure -> value; a missing one was not published
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Recomputed:
    """One published ratio or score beside the value the unit's other figures give."""

    rule: str  # ratio, score, group_sum
    figure: str
    published: Decimal
    expected: Decimal
    agrees: bool


def recompute(figures: Figures) -> Iterator[Recomputed]:
    """All that can be: a figure that was not published, or lacks what it is made of, is left out."""
    for indicator in INDICATORS:
        yield from _indicator(indicator, figures)
    for group in Group:
        yield from _group(group, figures)
    yield from _overall(figures)


def counts_of(indicator: Indicator, figures: Figures) -> tuple[Fraction, Fraction] | None:
    """Published numerator and denominator; None where either is not known."""
    part, whole = (figures.get(name) for name in indicator.figures or ("", ""))
    return None if part is None or whole is None else (Fraction(part), Fraction(whole))


def _indicator(one: Indicator, figures: Figures) -> Iterator[Recomputed]:
    if (counts := counts_of(one, figures)) is None:
        return
    part, whole = counts
    if one.ratio_figure:
        yield from _rounded(figures, "ratio", one.ratio_figure, 100 * part / whole if whole else Fraction())
    if one.score_figure:
        yield from _rounded(figures, "score", one.score_figure, score(one, part, whole) or Fraction())


def _group(group: Group, figures: Figures) -> Iterator[Recomputed]:
    """A group's score is the sum of its indicators' scores, its ratio the share of its maximum."""
    published = figures.get(f"{group.figure}_score")
    if published is None or group is Group.PROGRESS:  # one indicator, whose figures are the group's
        return
    total = _paid(figures, published) if group is Group.PAYMENT else _sum_of_scores(group, figures, published)
    if total is not None:
        expected, agrees = total
        yield Recomputed("score", f"{group.figure}_score", published, expected.normalize(), agrees)
    yield from _rounded(figures, "ratio", f"{group.figure}_ratio", 100 * Fraction(published) / group.maximum)


def _sum_of_scores(group: Group, figures: Figures, published: Decimal) -> tuple[Decimal, bool] | None:
    """The sum of the published parts, and whether the score is that or the rounded exact one.

    None where a part is not known, or the group has none. A part without a score counts nothing where its denominator
    is 0, and is not known otherwise.
    """
    members = [one for one in INDICATORS if one.group is group and one.score_figure]
    exact, parts = Fraction(), Decimal(0)
    for one in members:
        points, counts = figures.get(one.score_figure or ""), counts_of(one, figures)
        if points is None and (counts is None or counts[1]):
            return None
        if points is not None:
            own = score(one, *counts) if counts else None
            parts, exact = parts + points, exact + (Fraction(points) if own is None else own)
    return (parts, published == parts or is_rounding_of(published, exact)) if members else None


def _paid(figures: Figures, published: Decimal) -> tuple[Decimal, bool] | None:
    """The sum of the three payment indicators, whose own scores are not published; None where one is not known.

    The published sums are those of three rounded terms, some of them made of a share that was rounded before.
    """
    exact, sums = Fraction(), {Decimal(0)}
    for one in INDICATORS:
        if one.group is Group.PAYMENT:
            if (counts := counts_of(one, figures)) is None:
                return None
            exact += score(one, *counts) or Fraction()
            sums = {known + term for known in sums for term in _terms(one, *counts)}
    return rounded(exact), published in sums or is_rounding_of(published, exact)


def _terms(one: Indicator, part: Fraction, whole: Fraction) -> set[Decimal]:
    """What a score can be rounded to, from the exact share and from the share in percent with two decimals."""
    shares = {part / whole, Fraction(rounded(100 * part / whole)) / 100} if whole else {Fraction()}
    points = {score(one, share, 1) or Fraction() for share in shares}
    nearest = {rounded(exact) + cent for exact in points for cent in (_CENT, -_CENT, Decimal(0))}
    return {term for term in nearest if any(is_rounding_of(term, exact) for exact in points)}


def _overall(figures: Figures) -> Iterator[Recomputed]:
    published = figures.get("overall_score")
    scores = [figures.get(f"overall_{group.lower()}") for group in RESULT_GROUPS]
    known = [one for one in scores if one is not None]
    if published is not None and len(known) == len(scores):
        total = sum(known, Decimal(0))
        yield Recomputed("group_sum", "overall_score", published, total, published == total)


def _rounded(figures: Figures, rule: str, figure: str, exact: Fraction) -> Iterator[Recomputed]:
    published = figures.get(figure)
    if published is not None:
        yield Recomputed(rule, figure, published, rounded(exact).normalize(), is_rounding_of(published, exact))
