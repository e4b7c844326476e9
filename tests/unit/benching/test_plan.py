"""The plants: every kind that a snapshot can carry, in the share that was asked for."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from doisoat.benching.plan import ALIKE, DIFFERING, LONE, ORDINARY, PLACES, PLANTS, places
from doisoat.model import ROW_KINDS
from doisoat.rules.kinds import KIND_INFO

DIFFERING_NAMES = {plant.name for plant in DIFFERING}


@given(st.integers(min_value=0, max_value=90))
def test_the_places_are_full_and_so_many_differ_as_were_asked_for(differing: int) -> None:
    drawn = places(differing)
    assert len(drawn) == PLACES
    assert sum(one in DIFFERING_NAMES for one in drawn) == differing * PLACES // 100
    assert ORDINARY in drawn


@given(st.integers(min_value=3, max_value=90))
def test_every_plant_is_there_and_those_that_do_not_differ_keep_their_number(differing: int) -> None:
    drawn = Counter(places(differing))
    assert {plant.name for plant in PLANTS} == drawn.keys() - {ORDINARY}
    assert all(drawn[plant.name] == plant.weight for plant in (*ALIKE, *LONE))


def test_where_nothing_differs_both_sides_have_the_same_dossiers() -> None:
    assert set(places(0)) == {ORDINARY, *(plant.name for plant in ALIKE)}


def test_every_kind_about_a_dossier_is_planted_under_subtypes_it_has() -> None:
    assert {plant.kind for plant in PLANTS if plant.kind} == {kind.value for kind in ROW_KINDS}
    known = {kind.value: {"", *info.subtypes} for kind, info in KIND_INFO.items()}
    assert [plant for plant in PLANTS if plant.kind and plant.subtype not in known[plant.kind]] == []
