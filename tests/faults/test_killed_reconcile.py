"""A large comparison killed at any moment and run again leaves the bytes of one that was not."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from random import Random

import pytest

from doisoat.benching.snapshots import DAY
from doisoat.benching.world import World, WorldSize, write_world
from doisoat.reconcile.comparison import SCREENED_FROM
from tests.e2e.nights import DOISOAT

KILLS = 20
ROWS = int(os.environ.get("DOISOAT_KILLED_ROWS", SCREENED_FROM // 2 + 50_000))  # a side; 10 million: docs/figures.md
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 + ROWS // 2_000)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Large enough to be compared month by month."""
    made = write_world(tmp_path_factory.mktemp("worlds") / "world", WorldSize(ROWS))
    assert sum(made.truth["rows"].values()) > SCREENED_FROM
    return made


def start(world: World) -> subprocess.Popen[bytes]:
    words = ["reconcile", "do", DAY.isoformat(), "--config", str(world.config), "--home", str(world.home), "--json"]
    return subprocess.Popen([DOISOAT, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def written(world: World) -> dict[str, str]:
    """What the stage has left, by file; what it has kept for later nights is theirs to judge."""
    files = sorted(path for path in world.files.work("reconcile").glob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_killed_at_random_moments(world: World) -> None:
    began = time.monotonic()
    assert start(world).wait() in (0, 1)
    whole, seconds, random = written(world), time.monotonic() - began, Random(1)
    assert whole.keys() > {"discrepancies.parquet", "pairs.parquet", "summary.json"}
    for _ in range(KILLS):
        run = start(world)
        try:
            run.wait(timeout=random.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
        assert written(world) in ({}, whole), "half a result"  # {}: between the two renames
    assert start(world).wait() in (0, 1)
    assert written(world) == whole
    leftovers = {path.name for path in world.files.work("reconcile").parent.iterdir()} - {"reconcile", "seconds.json"}
    assert leftovers == set()
