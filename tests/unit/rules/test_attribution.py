"""What a difference is made of: the parts add up exactly, whatever the counts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.rules.attribution import (
    Aspect,
    Circumstance,
    Counts,
    add_changes,
    cause_label,
    comparable,
    explain,
    fitting_kinds,
)
from doisoat.rules.indicators import BY_CODE, INDICATORS, Indicator
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.scoring import score

COMPUTED = [one for one in INDICATORS if one.counting is not None and not one.is_average]
CHANGE = st.tuples(
    st.sampled_from(["missing_on_portal", "status_lag", "finished_not_synced", "in_flight", "unexplained"]),
    st.lists(
        st.sampled_from([(1, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 1), (0, 0, 0, 1), (1, 1, 0, 1), (0, 1, 1, 1)]),
        min_size=1,
        max_size=6,
    ),
)


@given(
    indicator=st.sampled_from(COMPUTED),
    alike=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    drawn=st.lists(CHANGE, max_size=6),
)
def test_the_parts_are_the_whole(indicator: Indicator, alike: tuple[int, int], drawn: list[tuple[str, list]]) -> None:
    """Dossiers both sides count alike (in and out of the numerator), and some that they do not."""
    shop = portal = Counts(alike[0], sum(alike))
    changes = []
    for cause, dossiers in drawn:
        for part_shop, whole_shop, part_portal, whole_portal in dossiers:
            if indicator.is_capped_by_both:  # numerator = denominator on either side
                part_shop, part_portal = whole_shop, whole_portal
            own, other = Counts(part_shop, whole_shop), Counts(part_portal, whole_portal)
            shop, portal = shop + own, portal + other
            changes.append((cause, 1, own - other))
    if indicator.is_capped_by_both:
        shop, portal = Counts(shop.whole, shop.whole), Counts(portal.whole, portal.whole)
    parts = explain(indicator, shop, portal, add_changes(changes))
    assert sum(part.dossiers for part in parts) == len(changes)
    scored_shop, scored_portal = comparable(indicator, shop, portal)
    assert sum((part.change for part in parts), Counts()) == scored_shop - scored_portal
    scores = [score(indicator, one.part, one.whole) for one in (scored_shop, scored_portal)]
    if indicator.is_scored and None not in scores:
        assert sum((part.points or Fraction() for part in parts), Fraction()) == (scores[0] or 0) - (scores[1] or 0)
    else:
        assert all(part.points is None for part in parts)


def test_the_example_of_a_leader() -> None:
    """138 dossiers not synced and 41 with another status, of 1,000: what each costs, and what each would bring."""
    indicator = BY_CODE["PROGRESS_ON_TIME"]
    shop, portal = Counts(900, 1000), Counts(725, 862)
    parts = explain(
        indicator, shop, portal, {"missing_on_portal": (138, Counts(134, 138)), "finished_not_synced": (41, Counts(41))}
    )
    assert [one.cause for one in parts] == ["finished_not_synced", "missing_on_portal"]
    assert [round(float(one.points or 0), 2) for one in parts] == [0.82, 0.36]
    assert sum(one.points or 0 for one in parts) == Fraction(20 * 900, 1000) - Fraction(20 * 725, 862)
    assert [round(float(one.gain or 0), 2) for one in parts] == [0.95, 0.36]


def test_beyond_the_full_score_nothing_is_won() -> None:
    indicator = BY_CODE["DOSSIER_RECEIVING_SATISFACTION"]
    (part,) = explain(indicator, Counts(98, 100), Counts(95, 100), {"status_lag": (3, Counts(3))})
    assert (part.points, part.gain) == (0, 0)


def test_the_greater_denominator_counts_for_both() -> None:
    indicator = BY_CODE["DOSSIER_SYNC"]
    assert comparable(indicator, Counts(100, 100), Counts(90, 90))[1] == Counts(90, 100)
    assert comparable(indicator, Counts(90, 90), Counts(100, 100))[1] == Counts(100, 100)
    (part,) = explain(indicator, Counts(100, 100), Counts(90, 90), {"missing_on_portal": (10, Counts(10, 10))})
    assert (part.change, part.points, part.gain) == (Counts(10, 0), Fraction(6, 10), Fraction(6, 10))


@pytest.mark.parametrize("indicator", COMPUTED, ids=lambda one: one.code)
def test_every_cause_has_words(indicator: Indicator) -> None:
    for aspect in Aspect:
        kinds = fitting_kinds(indicator.code, aspect)
        assert len(set(kinds)) == len(kinds)
        assert [cause_label(kind.value) for kind in kinds] == [KIND_INFO[kind].label for kind in kinds]
    assert all(cause_label(one.value) for one in Circumstance)
