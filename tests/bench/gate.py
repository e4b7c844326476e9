"""What the gate costs: the SQL checks over every row, and Great Expectations beside them, at growing sizes."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from doisoat.benching.world import WorldSize, write_world
from tests.bench.gate_parts import BY_ROWS, SWEEP
from tests.bench.measured import measure
from tests.bench.results import Figure, Section, table

SIZES = (20_000, 200_000, 2_000_000)  # dossiers a side


def bench_gate(sizes: Sequence[int] = SIZES) -> Section:
    """One process a size; its parts in CPU seconds, since they use both cores differently."""
    parts = {size: _gate(size) for size in sizes}
    rows = [(part, *(f"{parts[size][part]:.2f}" for size in sizes)) for part in parts[sizes[0]]]
    heading = ("both sides together; CPU s where nothing else is said", *(f"{size:,} a side" for size in sizes))
    last = parts[sizes[-1]]
    figures = (
        Figure(
            f"a row judged by Great Expectations : by SQL, {sizes[-1]:,} a side", last[BY_ROWS] / last[SWEEP], "times"
        ),
    )
    return Section(
        "gate", "What each part of `validate` costs (one run a size)", figures, (table(heading, rows),), parts
    )


def _gate(size: int) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        world = write_world(Path(folder) / "world", WorldSize(size, most_made=1_000_000))
        done = measure([sys.executable, "-m", "tests.bench.gate_parts", str(world.home)])
    if done.code != 0:
        raise RuntimeError(f"the gate ended with exit code {done.code}: {done.stderr[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout)
    return told
