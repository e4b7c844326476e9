"""The indicators of a whole night over a planted world: as the simulator counts them, and nothing left unexplained."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from doisoat.cli import app
from doisoat.errors import ConfigError
from doisoat_simulator.published import Counts, count_side, last_month, published_units
from doisoat_simulator.world import build_world
from tests.e2e.fixtures import Ran
from tests.e2e.nights import DAY
from tests.e2e.simulated import DOSSIERS, SEED

MONTH = last_month(DAY).name
# (indicator, column of the line, measure of the simulator); what it calls synced leaves out what the portal lacks.
COUNTED = (
    ("PROGRESS_ON_TIME", "part", "on_time"),
    ("PROGRESS_ON_TIME", "whole", "received"),
    ("DOSSIER_RECEIVING_SATISFACTION", "part", "on_time"),
    ("ORIGINAL_RESULT_AVAILABLE", "whole", "received"),
    ("DOSSIERS_PAID_ONLINE", "part", "paid_online"),
)


def lines(night: Ran, name: str) -> list[dict[str, Any]]:
    """The rows of one of the files of the night's indicators."""
    (folder,) = Path(night.night.home).glob("runs/*/*/indicators")
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return rows


def compute(ran: Ran, *words: str) -> Any:
    """What `doisoat indicators compute` does over that night."""
    given = ["indicators", "compute", "phu_tho", DAY.isoformat(), "--config", str(ran.config)]
    return CliRunner().invoke(app, [*given, "--home", str(ran.night.home), *words], env={"COLUMNS": "160"})


def test_any_period_of_a_night_can_be_computed(files_night: Ran) -> None:
    told = json.loads(compute(files_night, "--period", MONTH, "--json").stdout)
    assert (told["period"], told["first_day"], told["is_running"]) == (MONTH, "2026-08-01", False)
    expected = [row for row in lines(files_night, "indicators") if row["period"] == MONTH]
    assert len(told["indicators"]) == len(expected)
    for found, row in zip(told["indicators"], expected, strict=True):
        assert found == {name: float(v) if isinstance(v, Decimal) else v for name, v in row.items() if name != "period"}
    quarter = json.loads(compute(files_night, "--period", "2026-Q3", "--statutory", "--json").stdout)
    assert (quarter["first_day"], quarter["last_day"], quarter["is_running"]) == ("2026-06-15", "2026-09-03", True)


def test_the_indicators_of_one_agency_in_words(files_night: Ran) -> None:
    done = compute(files_night, "--period", MONTH, "--agency", "H44.106")
    assert done.exit_code == 0 and done.stdout.startswith("H44.106, Tháng 8/2026 (01/08/2026–31/08/2026)")
    assert "2.1 Hồ sơ xử lý trước hạn, đúng hạn" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--period", "2027"), "begins after"),
        (("--period", "2026-8"), "--period is like"),
        (("--period", MONTH, "--agency", "H99"), "H99 has no dossier"),
    ],
)
def test_a_period_or_agency_there_is_not(files_night: Ran, words: tuple[str, ...], says: str) -> None:
    done = compute(files_night, *words)
    assert isinstance(done.exception, ConfigError) and says in str(done.exception)


def test_every_unit_is_counted_as_the_simulator_does(files_night: Ran) -> None:
    world = build_world(DOSSIERS, SEED, DAY)
    expected: dict[str, Counts] = {side: count_side(world, side, last_month(DAY)) for side in ("shop", "portal")}
    found = {(row["agency_code"], row["indicator"]): row for row in lines(files_night, "indicators") if _of(row)}
    assert len(found) > 500
    units = {code for code, _, _ in published_units()}
    for code in units:
        for indicator, column, measure in COUNTED:
            for side, counts in expected.items():
                row = found.get((code, indicator), {})
                assert row.get(f"{column}_{side}", 0) == counts[code, measure], (code, indicator, side)
        row = found.get((code, "DOSSIER_SYNC"), {})
        assert row.get("part_portal", 0) == expected["portal"][code, "synced"]


def _of(row: dict[str, Any]) -> bool:
    return row["period"] == MONTH and not row["why_not"]


def test_every_difference_is_fully_attributed(files_night: Ran) -> None:
    """For every agency, indicator and period: numerators, denominators and points add up, nothing is unexplained."""
    sums: dict[tuple[str, ...], list[Any]] = defaultdict(lambda: [0, 0, Decimal(0)])
    for row in lines(files_night, "causes"):
        assert row["cause"] != "unexplained", row
        own = sums[row["period"], row["agency_code"], row["indicator"]]
        for place, name in enumerate(("part", "whole", "points")):
            own[place] += row[name] or 0
    differing = 0
    for row in lines(files_night, "indicators"):
        if row["why_not"] or row["indicator"] == "AVERAGE_DAYS":
            continue
        part, whole, points = sums[row["period"], row["agency_code"], row["indicator"]]
        assert part == row["part_shop"] - row["part_portal"]
        assert whole == row["whole_shop"] - row["whole_portal"]
        if row["score_shop"] is not None and row["score_portal"] is not None:
            assert abs(points - (row["score_shop"] - row["score_portal"])) <= Decimal("0.0101")  # both are rounded
            differing += bool(points)
    assert differing > 100
