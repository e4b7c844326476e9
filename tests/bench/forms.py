"""How long the statutory forms take: a year's figures over two million dossiers, and every form of a province written.

Run as a module with a world's folder it is the measured process itself: `python -m tests.bench.forms HOME count|write`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measured import Measured, measure
from tests.bench.results import GIB, Figure, Section, at_most

DOSSIERS = 2_000_000
PERIOD = "2026"
_GOAL_S, _GOAL_GIB = 15, 2


def bench_forms(dossiers: int = DOSSIERS) -> Section:
    """The whole process each time: imports, both snapshots read, files written."""
    from doisoat.benching.snapshots import DAY
    from doisoat.benching.world import WorldSize, write_world

    with TemporaryDirectory() as folder:
        world = write_world(Path(folder) / "world", WorldSize(dossiers))
        command = [sys.executable, "-m", "doisoat.cli", "reconcile", "do", DAY.isoformat(), "--json"]
        _checked(measure([*command, "--config", str(world.config), "--home", str(world.home)]))
        counted, written = (_checked(measure(_process(world.home, what))) for what in ("count", "write"))
    return Section(
        "forms",
        f"Statutory forms over {dossiers:,} dossiers a side",
        (
            at_most("a year's figures of both sides, wall", counted.wall, "s", _GOAL_S),
            Figure("a year's figures, CPU", counted.cpu, "s"),
            at_most("a year's figures, peak memory", counted.pss / GIB, "GiB", _GOAL_GIB),
            Figure("all forms checked and written, XLSX and PDF, wall", written.wall, "s"),
            Figure("all forms checked and written, CPU", written.cpu, "s"),
        ),
    )


def _process(home: Path, what: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.forms", str(home), what]


def _checked(done: Measured) -> Measured:
    if done.code != 0 and not (done.code == 1 and done.stdout):
        raise RuntimeError(f"ended with exit code {done.code}: {done.stderr[-2000:]}")
    return done


def make(home: Path, what: str) -> None:
    """One part of the forms of a reconciled world."""
    from doisoat.benching.world import open_world
    from doisoat.config import load_province
    from doisoat.forms.checking import check_period
    from doisoat.forms.computing import compute_period
    from doisoat.forms.publishing import publish_period
    from doisoat.rules.periods import PeriodDefinition
    from doisoat.rules.reporting_periods import read_period
    from doisoat.store.layout import PeriodFiles
    from doisoat.store.reference import load_reference

    world = open_world(home)
    period = read_period(PERIOD, PeriodDefinition.STATUTORY)
    assert period is not None
    province = load_province(world.config)
    if what == "count":
        reference = load_reference(province)
        compute_period(world.files, province, reference, period, spill=home / "tmp", memory_limit="1GB")
        return
    places = PeriodFiles(world.files, period)
    check_period(places)
    publish_period(places, lambda done, total: None)


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
