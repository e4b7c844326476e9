"""How long the indicators of QĐ 766 take over two million dossiers: a finished month, and all periods of a night.

Run as a module with a world's folder it is the measured process itself: `python -m tests.bench.indicators HOME month|night`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measured import Measured, measure
from tests.bench.results import GIB, Figure, Section, at_most

DOSSIERS = 2_000_000
_GOAL_S, _GOAL_GIB = 30, 2


def bench_indicators(dossiers: int = DOSSIERS) -> Section:
    """The whole process each time: imports, both snapshots read, files written."""
    from doisoat.benching.snapshots import DAY
    from doisoat.benching.world import WorldSize, write_world

    with TemporaryDirectory() as folder:
        world = write_world(Path(folder) / "world", WorldSize(dossiers))
        command = [sys.executable, "-m", "doisoat.cli", "reconcile", "do", DAY.isoformat(), "--json"]
        _checked(measure([*command, "--config", str(world.config), "--home", str(world.home)]))
        month, night = (_checked(measure(_process(world.home, what))) for what in ("month", "night"))
    return Section(
        "indicators",
        f"Indicators of QĐ 766 over {dossiers:,} dossiers a side",
        (
            Figure("a finished month, wall", month.wall, "s"),
            Figure("a finished month, CPU", month.cpu, "s"),
            at_most("five periods of a night (two months, quarter, half-year, year), wall", night.wall, "s", _GOAL_S),
            Figure("five periods, CPU", night.cpu, "s"),
            at_most("five periods, peak memory", night.pss / GIB, "GiB", _GOAL_GIB),
        ),
    )


def _process(home: Path, what: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.indicators", str(home), what]


def _checked(done: Measured) -> Measured:
    if done.code not in (0, 1):
        raise RuntimeError(f"ended with exit code {done.code}: {done.stderr[-2000:]}")
    return done


def assess(home: Path, what: str) -> None:
    """The indicators of a reconciled world."""
    from doisoat.assess.indicators import assess_indicators
    from doisoat.benching.world import open_world
    from doisoat.config import load_province
    from doisoat.config.indicators import Indicators
    from doisoat.store.reference import load_reference

    world = open_world(home)
    wanted = Indicators(periods=()) if what == "month" else Indicators()
    province = load_province(world.config).model_copy(update={"indicators": wanted})
    reference = load_reference(province)
    assess_indicators(world.files, province, reference, spill=home / "tmp", memory_limit="1GB")


if __name__ == "__main__":
    assess(Path(sys.argv[1]), sys.argv[2])
