"""What the gate costs: the SQL checks over every row, and Great Expectations beside them, at growing sizes."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from doisoat.benching.world import WorldSize, write_world
from tests.bench.measured import Measured, measure
from tests.bench.results import Figure, Section, table

SIZES = (20_000, 200_000, 2_000_000)  # dossiers a side


def bench_gate(sizes: Sequence[int] = SIZES) -> Section:
    """One process a size; its parts in CPU seconds, since they use both cores differently."""
    runs = {size: _gate(size) for size in sizes}
    parts = {size: json.loads(run.stdout) for size, run in runs.items()}
    rows = [(part, *(f"{parts[size][part]:.2f}" for size in sizes)) for part in parts[sizes[0]]]
    rows.append(("whole process, CPU s", *(f"{runs[size].cpu:.2f}" for size in sizes)))
    rows.append(("peak memory, MiB", *(f"{runs[size].rss:.0f}" for size in sizes)))
    heading = ("CPU seconds, both sides together", *(f"{size:,} a side" for size in sizes))
    largest = sizes[-1]
    figures = (
        Figure(f"whole gate at {largest:,} a side, wall", runs[largest].wall, "s"),
        Figure("peak memory, RSS", runs[largest].rss, "MiB"),
    )
    return Section(
        "gate", "What each part of `validate` costs (one run a size)", figures, (table(heading, rows),), parts
    )


def _gate(size: int) -> Measured:
    with TemporaryDirectory() as folder:
        world = write_world(Path(folder) / "world", WorldSize(size, most_made=1_000_000))
        done = measure([sys.executable, "-m", "tests.bench.gate_parts", str(world.home)])
    if done.code != 0:
        raise RuntimeError(f"the gate ended with exit code {done.code}: {done.stderr[-2000:]}")
    return done
