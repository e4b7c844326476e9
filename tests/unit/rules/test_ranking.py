"""Fair ranking: intervals, standings, and how long what is open has lasted."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest

from doisoat.model import DiscrepancyKind
from doisoat.rules.attribution import Circumstance, Counts
from doisoat.rules.ranking import RANKED_FROM, Standing, common_rate, interval, is_charged, lag, standing


@st.composite
def counted(draw: st.DrawFn, least: int = 0, most: int = 100_000) -> Counts:
    whole = draw(st.integers(least, most))
    return Counts(draw(st.integers(0, whole)), whole)


@given(counts=counted(least=1, most=500))
def test_the_interval_is_the_librarys(counts: Counts) -> None:
    theirs = binomtest(counts.part, counts.whole).proportion_ci(confidence_level=0.998, method="wilson")
    ours = interval(counts)
    assert ours.low == pytest.approx(theirs.low, abs=1e-4)
    assert ours.high == pytest.approx(theirs.high, abs=1e-4)


@given(counts=counted())
def test_the_interval_holds_the_rate(counts: Counts) -> None:
    found = interval(counts)
    assert 0 <= found.low <= found.high <= 1
    assert not counts.whole or found.low <= counts.part / counts.whole <= found.high


@given(counts=counted(least=1, most=1000), times=st.integers(2, 50))
def test_more_dossiers_at_the_same_rate_say_more(counts: Counts, times: int) -> None:
    more = interval(Counts(counts.part * times, counts.whole * times))
    assert more.high - more.low < interval(counts).high - interval(counts).low


@pytest.mark.parametrize(
    ("counts", "common", "expected"),
    [
        (Counts(0, RANKED_FROM - 1), 0.9, Standing.FEW),  # the worst rate there is, of too few
        (Counts(0, RANKED_FROM), 0.9, Standing.WORSE),
        (Counts(88, 100), 0.9, Standing.USUAL),
        (Counts(8_800, 10_000), 0.9, Standing.WORSE),
        (Counts(9_300, 10_000), 0.9, Standing.BETTER),
        (Counts(100, 100), None, Standing.FEW),
    ],
)
def test_standing(counts: Counts, common: float | None, expected: Standing) -> None:
    assert standing(counts, common) is expected


def test_equal_agencies_are_almost_never_called_better_or_worse() -> None:
    chance = random.Random(766)
    agencies = [Counts(sum(chance.random() < 0.93 for _ in range(size)), size) for size in range(30, 430)]
    found = [standing(one, common_rate(agencies)) for one in agencies]
    assert sum(one is not Standing.USUAL for one in found) <= 4  # 0.2 % of 400 are expected


def test_a_really_slow_agency_is_found_among_them() -> None:
    chance = random.Random(1)
    slow = Counts(sum(chance.random() < 0.7 for _ in range(300)), 300)
    assert standing(slow, 0.93) is Standing.WORSE


@given(cause=st.sampled_from([*DiscrepancyKind, *Circumstance]))
def test_nobody_is_charged_for_a_technical_fault(cause: str) -> None:
    assert not is_charged(cause, technical=True)


def test_common_rate_of_nothing_is_unknown() -> None:
    assert common_rate([]) is None
    assert common_rate([Counts(), Counts(1, 4), Counts(3, 4)]) == 0.5


days = st.lists(st.integers(0, 60), max_size=40)


@given(closed=days, still_open=days)
def test_lag_counts_everything(closed: list[int], still_open: list[int]) -> None:
    found = lag(closed, still_open)
    if found is None:
        assert not closed and not still_open
        return
    assert (found.closed, found.still_open, found.oldest) == (len(closed), len(still_open), max(still_open, default=0))
    if found.half is not None and found.most is not None:
        assert found.half <= found.most


@given(closed=days, still_open=days, ages=st.lists(st.integers(61, 90), min_size=1, max_size=20))
def test_more_that_stay_open_never_look_quicker(closed: list[int], still_open: list[int], ages: list[int]) -> None:
    assume(closed)
    before, after = lag(closed, still_open), lag(closed, still_open + ages)
    assert before is not None and after is not None
    assert after.half is None or (before.half is not None and before.half <= after.half)


def test_without_open_ones_half_is_the_median() -> None:
    found = lag([5, 1, 3], [])
    assert found is not None
    assert (found.half, found.most) == (3, 5)
