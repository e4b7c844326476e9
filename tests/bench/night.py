"""A whole night by the command line: through the simulator's servers, and from exports beside the floor.

The floor is the least any reconciliation has to do: one process that reads both exports and hashes every row.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from doisoat.config import load_province
from doisoat_airflow.__main__ import simulator_environment
from doisoat_simulator.run import simulator_process
from tests.bench.measured import Measured, measure, repeated
from tests.bench.results import GIB, Figure, Section, at_most, table
from tests.e2e.nights import DAY, DOISOAT, export_world
from tests.e2e.simulated import IGATE

RUNS = 3
_FLOOR = """\
import sys, duckdb
for path in sys.argv[1:]:
    reader = "read_csv(?, all_varchar = true, ignore_errors = true, strict_mode = false)"
    print(duckdb.execute(f"SELECT bit_xor(hash(row)) FROM {reader} AS row", [path]).fetchone())
"""


def night_command(config: Path, home: Path) -> list[str]:
    return [DOISOAT, "run", "phu_tho", DAY.isoformat(), "--config", str(config), "--home", str(home), "--json"]


def measured_night(config: Path, environment: Mapping[str, str] | None = None) -> Measured:
    """A night in a new home."""
    with TemporaryDirectory() as folder:
        night = measure(night_command(config, Path(folder) / "var"), environment)
    if night.code not in (0, 1) or not night.stdout:  # Python itself ends with 1 after a traceback
        raise RuntimeError(f"the night ended with exit code {night.code}: {night.stderr[-2000:]}")
    return night


def outcome(night: Measured) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(night.stdout)
    return value


def bench_http(dossiers: int = 20_000) -> Section:
    """The issue's goal: 20,000 dossiers a side, look-ups at 200 calls a second."""
    with simulator_process(dossiers=dossiers, business_date=DAY) as address:
        environment = simulator_environment(address, Path(os.devnull))
        night = repeated(RUNS, lambda: measured_night(IGATE, environment))
    asked = outcome(night)["recheck"]["asked"]
    waited = asked / _calls_per_second()
    figures = (
        at_most("whole night, wall", night.wall, "s", 45),
        Figure(f"of which the rate limit alone ({asked:,} look-ups)", waited, "s"),
        at_most("own overhead (everything but the rate limit)", night.wall - waited, "s", 15),
        Figure("CPU of the process tree", night.cpu, "s"),
        at_most("peak memory of the process tree, RSS", night.rss, "MiB", GIB),
        Figure("peak memory of the process tree, PSS", night.pss, "MiB"),
    )
    title = f"A night of {dossiers:,} dossiers a side through iGate and the portal's servers (median of {RUNS})"
    return Section("night", title, figures, (_seconds(night),), outcome(night)["seconds"])


def _calls_per_second() -> float:
    look_up = getattr(load_province(IGATE).portal, "look_up", None)
    return float(look_up.calls_per_second) if look_up is not None else float("inf")


def bench_files(name: str, dossiers: int, runs: int) -> Section:
    """The same world from exports, beside the floor of the same files."""
    with TemporaryDirectory() as folder:
        config = export_world(Path(folder), dossiers, seed=1)
        exports = [str(path) for path in sorted(Path(folder, "exports").glob("*/*.csv"))]
        floor = measured_floor(exports)
        night = repeated(runs, lambda: measured_night(config))
    figures = (
        Figure("whole night, wall", night.wall, "s"),
        Figure("CPU of the process tree", night.cpu, "s"),
        Figure("floor: read both exports and hash their rows, wall", floor.wall, "s"),
        Figure("night : floor, wall", night.wall / floor.wall, "times"),
        Figure("night : floor, CPU", night.cpu / floor.cpu, "times"),
        at_most("peak memory of the process tree, RSS", night.rss, "MiB", GIB)
        if dossiers <= 20_000
        else Figure("peak memory of the process tree, RSS", night.rss, "MiB"),
        Figure("peak memory of the process tree, PSS", night.pss, "MiB"),
    )
    title = f"A night of {dossiers:,} dossiers a side from exports ({_runs(runs)})"
    return Section(name, title, figures, (_seconds(night),), outcome(night)["seconds"])


def measured_floor(exports: list[str]) -> Measured:
    """The least there is to do with these files: one process that reads them and hashes every row."""
    floor = repeated(RUNS, lambda: measure([sys.executable, "-c", _FLOOR, *exports]))
    if floor.code != 0:
        raise RuntimeError(f"the floor failed: {floor.stderr[-2000:]}")
    return floor


def _runs(runs: int) -> str:
    return "one run" if runs == 1 else f"median of {runs}"


def _seconds(night: Measured) -> str:
    seconds = outcome(night)["seconds"]
    return table(("stage", "seconds"), [(stage, f"{took:.2f}") for stage, took in seconds.items()])
