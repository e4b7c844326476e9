"""How long clocks, duties and the indicators of QĐ 766 take over two million dossiers: a month, all periods of a night.

Run as a module with a world's folder it is the measured process itself: `python -m tests.bench.indicators HOME WHAT`, WHAT
being month, night, or deadlines (the clocks' reasons and the duties, which need what `discrepancies` leaves).
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
        _checked(measure([*command, "--config", str(world.config), "--home", str(world.home)]), ends=(0, 1))
        month, night = (_checked(measure(_process(world.home, what))) for what in ("month", "night"))
        _checked(measure(_process(world.home, "discrepancies")))
        deadlines = _checked(measure(_process(world.home, "deadlines")))
    return Section(
        "indicators",
        f"Indicators of QĐ 766 over {dossiers:,} dossiers a side",
        (
            Figure("a finished month, wall", month.wall, "s"),
            Figure("a finished month, CPU", month.cpu, "s"),
            Figure("five periods of a night (two months, quarter, half-year, year), wall", night.wall, "s"),
            Figure("five periods, CPU", night.cpu, "s"),
            at_most("five periods, peak memory", night.pss / GIB, "GiB", _GOAL_GIB),
            Figure("clocks' reasons and duties, wall", deadlines.wall, "s"),
            Figure("clocks' reasons and duties, CPU", deadlines.cpu, "s"),
            at_most("clocks' reasons and duties, peak memory", deadlines.pss / GIB, "GiB", _GOAL_GIB),
            at_most("all of it, wall", night.wall + deadlines.wall, "s", _GOAL_S),
        ),
    )


def _process(home: Path, what: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.indicators", str(home), what]


def _checked(done: Measured, ends: tuple[int, ...] = (0,)) -> Measured:
    """`ends`: exit codes of a good end; a crash gives 1, so only a command that finds something may."""
    if done.code not in ends:
        raise RuntimeError(f"ended with exit code {done.code}: {done.stderr[-2000:]}")
    return done


def assess(home: Path, what: str) -> None:
    """One part of the stage `assess` over a reconciled world."""
    from doisoat.assess import assess_night
    from doisoat.assess.deadlines import assess_deadlines
    from doisoat.assess.indicators import assess_indicators
    from doisoat.benching.world import open_world
    from doisoat.config import load_province
    from doisoat.config.indicators import Indicators
    from doisoat.store.reference import load_reference
    from doisoat.store.warehouse import Warehouse

    world = open_world(home)
    wanted = Indicators(periods=()) if what == "month" else Indicators()
    province = load_province(world.config).model_copy(update={"indicators": wanted})
    reference = load_reference(province)
    if what == "discrepancies":
        with Warehouse(f"sqlite:///{home / 'warehouse.sqlite'}") as warehouse:
            warehouse.migrate()
            assess_night(world.files, province, reference, warehouse)
        return
    part = assess_deadlines if what == "deadlines" else assess_indicators
    part(world.files, province, reference, spill=home / "tmp", memory_limit="1GB")


if __name__ == "__main__":
    assess(Path(sys.argv[1]), sys.argv[2])
