"""A folder of exports on both sides: the planted truth comes out, all of it and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.nights import difference, export_world, run_night, truth


@pytest.mark.parametrize(("dossiers", "seed"), [(2_000, 7), (20_000, 1)])
def test_planted_truth_is_found_exactly(tmp_path: Path, dossiers: int, seed: int) -> None:
    config = export_world(tmp_path, dossiers, seed)
    night = run_night(config, tmp_path / "var")
    planted = truth(tmp_path, in_flight=True)
    assert night.code == 1, night.stderr
    assert difference(night.found(), planted) == ""
    assert Counter(kind for _, kind, _ in planted.elements()) == Counter(
        {kind: number for kind, number in night.outcome["discrepancies"].items() if number}
    )
    assert night.outcome["run"]["verdict"] == "complete"
    for side in ("shop", "portal"):
        counts = night.outcome["counts"][side]
        assert counts["landed"] == counts["staged"] + counts["repeated"] + sum(counts["rejected"].values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("dossiers", [20_000, 200_000])
def test_planted_truth_is_found_exactly_at_size(tmp_path: Path, dossiers: int, seed: int) -> None:
    config = export_world(tmp_path, dossiers, seed)
    night = run_night(config, tmp_path / "var")
    assert difference(night.found(), truth(tmp_path, in_flight=True)) == ""
