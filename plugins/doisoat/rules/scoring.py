"""Ratio, points and grade of an indicator: exact fractions in and out, rounded only where they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from doisoat.rules.indicators import Indicator

_CENT = Decimal("0.01")
_HALF_CENT = Fraction(1, 200)


def ratio(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    """The share, None of nothing; above 1 where the figures say so."""
    return Fraction(part, whole) if whole else None


def score(indicator: Indicator, part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    """Points by the indicator's rule, unrounded; None where there is no score.

    >>> from doisoat.rules.indicators import BY_CODE
    >>> rounded(score(BY_CODE["DOSSIER_RECEIVING_SATISFACTION"], 2348, 2971))
    Decimal('5.27')
    """
    share = ratio(part, whole)
    if share is None:
        return None if indicator.of_nothing is None else Fraction(indicator.of_nothing)
    if share >= indicator.full_at:
        return Fraction(indicator.maximum)
    return indicator.maximum * share / indicator.full_at


def rounded(value: Fraction | Decimal) -> Decimal:
    """Half up to two decimals, as published; ties away from zero.

    >>> rounded(Fraction(1, 8)), rounded(Fraction(-1, 8))
    (Decimal('0.13'), Decimal('-0.13'))
    """
    if isinstance(value, Decimal):
        return value.quantize(_CENT, ROUND_HALF_UP)
    cents = (2 * abs(value) * 100 + 1) // 2
    return Decimal(cents if value >= 0 else -cents).scaleb(-2)


def is_rounding_of(published: Decimal, exact: Fraction) -> bool:
    """Whether a published value can be the exact one at two decimals; at a tie either neighbour can.

    >>> is_rounding_of(Decimal("78.38"), Fraction(783821, 10000)), is_rounding_of(Decimal("78.39"), Fraction(7838, 100))
    (True, False)
    """
    return abs(Fraction(published) - exact) <= _HALF_CENT


@dataclass(frozen=True)
class Grade:
    """One grade of a score of 100."""

    label: str
    from_score: int


GRADES = (
    Grade("Xuất sắc", 90),
    Grade("Tốt", 80),
    Grade("Khá", 70),
    Grade("Trung bình", 50),
    Grade("Yếu", 0),
)


def grade(points: Fraction, maximum: int, grades: tuple[Grade, ...] = GRADES) -> str:
    """The grade of some points out of `maximum`; empty where nothing can be reached.

    >>> grade(Fraction(18), 20), grade(Fraction(14), 20), grade(Fraction(0), 0)
    ('Xuất sắc', 'Khá', '')
    """
    if not maximum:
        return ""
    reached = 100 * points / maximum
    return next(one.label for one in sorted(grades, key=lambda g: -g.from_score) if reached >= one.from_score)
