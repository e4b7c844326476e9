"""A folder of exports on both sides: the planted truth comes out, all of it and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from doisoat_simulator.exports import write_exports
from doisoat_simulator.officers import COLUMNS, STATUS_WORDS
from doisoat_simulator.world import build_world
from tests.e2e.nights import DAY, FILES_PROVINCE, difference, export_world, run_night, truth


@pytest.mark.parametrize(("dossiers", "seed"), [(2_000, 7), pytest.param(20_000, 1, marks=pytest.mark.slow)])
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


def test_planted_truth_is_found_in_workbooks_as_officers_make_them(tmp_path: Path) -> None:
    """Titles, merged two-line headers, groups, totals and signatures; statuses in the province's own words."""
    world = build_world(1_200, 7, DAY)
    write_exports(world, tmp_path / "exports", formats="officers")
    section = {"columns": COLUMNS, "status_map": STATUS_WORDS}
    province = yaml.safe_load(FILES_PROVINCE)
    for side in ("shop", "portal"):
        province[side] |= section
    config = tmp_path / "phu_tho.yaml"
    config.write_text(yaml.safe_dump(province, allow_unicode=True), encoding="utf-8")
    night = run_night(config, tmp_path / "var")
    assert difference(night.found(), truth(tmp_path, in_flight=True)) == ""
    assert night.outcome["run"]["verdict"] == "complete"
    for side in ("shop", "portal"):
        assert night.outcome["counts"][side]["rejected"] == world.expected_rejections[side]
    report = Path(night.outcome["artefacts"]["report.html"]).read_text(encoding="utf-8")
    assert "dòng không phải hồ sơ (tiêu đề nhóm, dòng cộng, chữ ký) được bỏ qua" in report


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("dossiers", [20_000, 200_000])
def test_planted_truth_is_found_exactly_at_size(tmp_path: Path, dossiers: int, seed: int) -> None:
    config = export_world(tmp_path, dossiers, seed)
    night = run_night(config, tmp_path / "var")
    assert difference(night.found(), truth(tmp_path, in_flight=True)) == ""
