"""Which days a published month covers, by both definitions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import VIETNAM
from doisoat.rules.periods import Period, PeriodDefinition, finished_months, period_of, read_month

STATUTORY = PeriodDefinition.STATUTORY


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period(2026, 8), date(2026, 8, 1), date(2026, 8, 31)),
        (Period(2028, 2), date(2028, 2, 1), date(2028, 2, 29)),
        (Period(2026, 8, STATUTORY), date(2026, 7, 15), date(2026, 8, 14)),
        (Period(2026, 1, STATUTORY), date(2025, 12, 15), date(2026, 1, 14)),
    ],
)
def test_days(period: Period, first: date, last: date) -> None:
    assert (period.first_day, period.last_day) == (first, last)


def test_over_to_the_second() -> None:
    last = datetime(2026, 8, 31, 23, 59, 59, tzinfo=VIETNAM)
    assert Period(2026, 8).is_over(last)
    assert not Period(2026, 8).is_over(last - timedelta(seconds=1))
    assert Period(2026, 8, STATUTORY).is_over(datetime(2026, 8, 14, 23, 59, 59, tzinfo=VIETNAM))


def test_names() -> None:
    assert str(period_of("2026-01", STATUTORY)) == "2026-01 (15/12–14/1)"
    assert read_month("bc_2025-12_den_2026-01.csv") == "2026-01"
    assert read_month("thang-8.csv") is None
    assert read_month("2026-13.csv") is None


@given(st.dates(date(2020, 3, 1), date(2035, 1, 1)), st.sampled_from(PeriodDefinition), st.integers(1, 12))
def test_finished_months_follow_each_other_and_are_the_last(day: date, definition: PeriodDefinition, n: int) -> None:
    months = finished_months(day, definition, n)
    assert len(months) == n
    assert all(later.first_day - earlier.last_day == timedelta(days=1) for earlier, later in pairwise(months))
    assert months[-1].last_day <= day < months[-1].last_day + timedelta(days=31)
