"""The night after: one month of the shop has changed, all others are as last night; beside a look at everything."""

from __future__ import annotations

import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copyfile, rmtree
from statistics import median
from tempfile import TemporaryDirectory

from doisoat.benching.world import World, WorldSize, write_world
from doisoat.model import RunKey, Side
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles, link_file, read_json, write_json
from doisoat.store.partitions import describe_partitions
from tests.bench.measured import Measured, measure
from tests.bench.results import Figure, Section, at_most

RUNS = 3
_GOAL = 0.1  # of the time of a full look


def next_night(world: World, changed: str) -> RunFiles:
    """The snapshots of the night after the world's, of which one month of the shop has changed."""
    first = world.files
    night = RunFiles(first.home, RunKey(first.key.province_code, first.key.business_date + timedelta(days=1)))
    for side in Side:
        before, after = first.partition(side).parent, night.partition(side).parent
        after.mkdir(parents=True)
        for path in sorted(before.glob("*.parquet")):
            if (side, path.stem) == (Side.SHOP, changed):
                with engine() as connection:
                    run_query(connection, "bench/next_rows", {"path": str(path)})
                    run_query(connection, "staging/write_month", {"path": str(after / path.name)})
            else:
                link_file(path, after / path.name)
        describe_partitions(before)
        describe_partitions(after)
        copyfile(first.rejections(side), night.rejections(side))
    staged = read_json(first.staged)
    write_json(night.staged, staged | {"as_of": f"{night.key.business_date}T23:59:59+07:00"})
    return night


def reconciled(world: World, night: RunFiles, *more: str) -> Measured:
    """`doisoat reconcile` of one night, as a process of its own; what it found before is gone."""
    rmtree(night.work("reconcile"), ignore_errors=True)
    told = [sys.executable, "-m", "doisoat.cli", "reconcile", "do", night.key.business_date.isoformat(), *more]
    usage = measure([*told, "--config", str(world.config), "--home", str(world.home)])
    if usage.code:
        raise RuntimeError(f"reconcile ended with exit code {usage.code}: {usage.stderr[-2000:]}")
    return usage


def digests(night: RunFiles) -> dict[str, str]:
    """What was found, as one digest a file."""
    files = [*sorted(night.work("reconcile").glob("*.parquet")), night.work("reconcile") / "summary.json"]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def bench_carry(rows: int = 1_000_000) -> Section:
    """Medians; the two take turns, and must leave the same bytes."""
    with TemporaryDirectory() as folder:
        world = write_world(Path(folder) / "world", WorldSize(rows, month_rows=max(rows // 29, 1)))
        months = sorted(path.stem for path in world.files.partition(Side.SHOP).parent.glob("20*.parquet"))
        night = next_night(world, months[len(months) // 2])
        reconciled(world, world.files)
        full, carried = [], []
        for _ in range(RUNS):
            full.append(reconciled(world, night, "--full"))
            whole = digests(night)
            carried.append(reconciled(world, night))
            if digests(night) != whole:
                raise RuntimeError("what was carried over is not what a full look finds")
        kept = sum(path.stat().st_size for path in world.files.work("reconcile").glob("kept/**/*.parquet"))
    ratio = median(one.wall for one in carried) / median(one.wall for one in full)
    cpu = median(one.cpu for one in carried) / median(one.cpu for one in full)
    return Section(
        "carry",
        f"The night after: one of {2 * len(months)} partitions has changed, {rows:,} a side (median of {RUNS})",
        (
            Figure("full look, wall", median(one.wall for one in full), "s"),
            Figure("full look, CPU", median(one.cpu for one in full), "s"),
            Figure("carried over, wall", median(one.wall for one in carried), "s"),
            Figure("carried over, CPU", median(one.cpu for one in carried), "s"),
            at_most("carried over, of the full look's wall time", ratio, "×", _GOAL),
            Figure("carried over, of the full look's CPU time", cpu, "×"),
            Figure("carried over, peak memory", max(one.pss for one in carried), "MiB"),
            Figure("kept for the next night", kept / 2**20, "MiB"),
        ),
    )
