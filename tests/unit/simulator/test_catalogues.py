"""The catalogues of a world: large worlds have no larger ones."""

from __future__ import annotations

import pytest

from doisoat_simulator.catalogues import build_catalogues


@pytest.mark.parametrize("dossiers", [200_000, 10_000_000])
def test_a_catalogue_does_not_grow_with_its_dossiers_for_ever(dossiers: int) -> None:
    assert build_catalogues(dossiers, 1) == build_catalogues(20_000, 1)


def test_a_small_world_has_fewer_differences_of_every_sort() -> None:
    small, large = (build_catalogues(dossiers, 1).truth for dossiers in (1_000, 20_000))
    assert {one.plant for one in small} == {one.plant for one in large}
    assert len(small) < len(large)
