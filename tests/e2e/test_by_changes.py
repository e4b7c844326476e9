"""Nights of the simulated province read by changes, beside the same nights read whole: over HTTP, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from doisoat import pipeline
from doisoat.model import Side
from doisoat.pipeline.night import Night
from doisoat.store.layout import read_json
from doisoat_airflow.__main__ import simulator_environment
from doisoat_simulator.run import background_server
from doisoat_simulator.servers import create_app
from doisoat_simulator.world import build_world
from tests.e2e.simulated import DOSSIERS, IGATE, OPENCPS, QUICK, SEED, province_file

FIRST = date(2026, 9, 3)
STAGES = ("land_shop", "land_portal", "stage", "reconcile")
# Positions tell the readings apart, nothing else does.
ROWS = "SELECT CAST(COLUMNS(lambda name: name NOT IN ('source_file', 'source_row')) AS VARCHAR) FROM read_parquet(?)"


@dataclass
class Tonight:
    """One address behind which a new day's world is put every night."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def served(day: date) -> Iterator[tuple[Tonight, str]]:
    tonight = Tonight(world_app(day))
    with background_server(tonight) as address:
        yield tonight, address


def world_app(day: date) -> ASGIApp:
    return create_app(build_world(DOSSIERS, SEED, day))


def run(config: Path, home: Path, day: date, *, full: bool) -> Night:
    night = pipeline.open_night("phu_tho", day.isoformat(), config=config, home=home, full=full)
    for name in STAGES:
        pipeline.run_stage(night, name)
    return night


def rows(path: Path) -> list[Any]:
    return duckdb.connect().execute(f"{ROWS} ORDER BY ALL", [str(path)]).fetchall()


def said(night: Night) -> dict[str, list[Any]]:
    """What a night says of the province."""
    files = night.files
    answers = {f"staged {side}": rows(files.dossiers(side)) for side in Side}
    answers |= {f"rejected {side}": rows(files.rejections(side)) for side in Side}
    answers["found"] = rows(files.work("reconcile") / "discrepancies.parquet")
    summary = read_json(files.work("reconcile") / "summary.json")
    return answers | {"not compared": summary["not_compared"], "counts": [summary["counts"]]}


def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: Path, count: int) -> list[str]:
    """Run the nights both ways; how each was read."""
    config = province_file(tmp_path / "phu_tho.yaml", base, shop={"page_size": 50, "concurrency": 2, **QUICK})
    modes = []
    with served(FIRST) as (tonight, address):
        known = simulator_environment(address, Path("/nonexistent"))
        for name, value in (known | {"DOISOAT_OPENCPS_URL": f"{address}/opencps"}).items():
            monkeypatch.setenv(name, value)
        for number in range(count):
            day = FIRST + timedelta(number)
            tonight.app = world_app(day)
            by_changes, whole = (run(config, tmp_path / str(full), day, full=full) for full in (False, True))
            assert said(by_changes) == said(whole), day
            assert said(by_changes)["found"]
            modes.append(read_json(by_changes.files.staged)["sides"]["shop"]["reading"]["mode"])
    return modes


@pytest.mark.slow
@pytest.mark.parametrize("base", [IGATE, OPENCPS], ids=["igate", "opencps"])
def test_three_nights_by_changes_say_what_three_whole_ones_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: Path
) -> None:
    modes = nights(tmp_path, monkeypatch, base, 3)
    assert modes[:2] == ["full", "delta"]  # in the third night dossiers are gone in most months of so small a world


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_thirty_nights_by_changes_say_what_thirty_whole_ones_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = nights(tmp_path, monkeypatch, IGATE, 30)
    assert modes.count("delta") > 10
