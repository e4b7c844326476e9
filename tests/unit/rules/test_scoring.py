"""Points, rounding and grades; the published scores of Phú Thọ, August 2026, are the golden cases."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import doisoat_simulator
from doisoat.rules.indicators import INDICATORS, Group, Indicator
from doisoat.rules.scoring import Grade, grade, is_rounding_of, ratio, rounded, score

REAL = Path(doisoat_simulator.__file__).parent / "data" / "national_scores_phu_tho_2026-08.csv"
PUBLISHED = [one for one in INDICATORS if one.figures and one.score_figure]


@pytest.mark.parametrize("indicator", PUBLISHED, ids=lambda one: one.code)
def test_every_published_score_of_an_indicator(indicator: Indicator) -> None:
    """Exactly as published, half up to two decimals; a denominator of 0 has the published score, or none."""
    part, whole = indicator.figures or ("", "")
    with REAL.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row[whole]]
    assert len(rows) >= 77
    for row in rows:
        points = score(indicator, int(row[part]), int(row[whole]))
        published = row[indicator.score_figure or ""]
        assert (None if points is None else rounded(points)) == (Decimal(published) if published else None)


def test_the_groups_add_up_to_a_hundred_and_their_indicators_to_them() -> None:
    assert sum(group.maximum for group in Group) == 100
    for group in set(Group) - {Group.ONLINE}:  # whose formula is not known
        assert sum(one.maximum for one in INDICATORS if one.group is group) == group.maximum


def test_every_indicator_is_counted_or_says_why_not() -> None:
    for one in INDICATORS:
        assert (one.counting is None) == bool(one.why_not)
    assert len({one.code for one in INDICATORS}) == len(INDICATORS)


@pytest.mark.parametrize(
    ("points", "maximum", "expected"),
    [
        *((90, 100, "Xuất sắc"), (Fraction(8999, 100), 100, "Tốt"), (16, 20, "Tốt"), (14, 20, "Khá")),
        *((50, 100, "Trung bình"), (Fraction(4999, 100), 100, "Yếu"), (0, 5, "Yếu"), (0, 0, "")),
    ],
)
def test_grades(points: int | Fraction, maximum: int, expected: str) -> None:
    assert grade(Fraction(points), maximum) == expected


def test_other_grades() -> None:
    scale = (Grade("Không đạt", 0), Grade("Đạt", 65))
    assert (grade(Fraction(65), 100, scale), grade(Fraction(64), 100, scale)) == ("Đạt", "Không đạt")


@given(part=st.integers(0, 10**9), whole=st.integers(1, 10**9), cents=st.integers(-3, 3))
def test_rounding(part: int, whole: int, cents: int) -> None:
    exact = 100 * Fraction(part, whole)
    published = rounded(exact)
    assert is_rounding_of(published, exact) and abs(Fraction(published) - exact) <= Fraction(1, 200)
    assert is_rounding_of(published + cents * Decimal("0.01"), exact) == (
        abs(Fraction(published) + Fraction(cents, 100) - exact) <= Fraction(1, 200)
    )
    assert ratio(part, whole) == exact / 100
    assert ratio(part, 0) is None
