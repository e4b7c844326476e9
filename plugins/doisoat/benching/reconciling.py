"""`doisoat bench reconcile`: a made world, everyone over it in turn, medians, ratios, and whether all agree.

The peers take turns in every round, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any

from doisoat.benching.findings import Findings, findings, planted, told_by
from doisoat.benching.measured import Measured, measure
from doisoat.benching.peers import Peer, Setting, forget_results
from doisoat.benching.space import require_space
from doisoat.benching.world import World, WorldSize, write_world
from doisoat.errors import ConfigError

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Result:
    """What one peer took (medians; memory the greatest of all runs) and found; or why there is no result."""

    peer: Peer
    runs: tuple[Measured, ...] = ()
    found: Findings | None = None
    obstacle: str = ""  # why it could not be run
    failure: str = ""  # how it ended, with its last words

    @property
    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def peak_mib(self) -> float:
        return max(run.peak_mib for run in self.runs)

    @property
    def parts(self) -> dict[str, float]:
        """Seconds of single steps, where a peer tells them: medians."""
        told = [parts for run in self.runs if (parts := told_by(run).get("parts"))]
        return {name: median(parts[name] for parts in told) for name in told[0]} if told else {}


@dataclass(frozen=True)
class Comparison:
    """One world, everyone's results in the order asked for, and in what they do not agree (Vietnamese sentences)."""

    size: WorldSize
    runs: int
    truth: Mapping[str, Any]
    results: Mapping[str, Result]
    disagreements: Sequence[str] = ()

    @property
    def has_failed(self) -> bool:
        """Someone counted wrong, or did not come to an end."""
        return bool(self.disagreements) or any(result.failure for result in self.results.values())

    @property
    def counts_agree(self) -> bool | None:
        """None: nobody was run who counts anything."""
        counted = any(result.found is not None for result in self.results.values())
        return not self.disagreements if counted else None

    def times_ours(self, name: str) -> float | None:
        """How many times our wall time a peer needs; None where either was not run."""
        ours, other = self.results.get("ours"), self.results.get(name)
        return other.wall / ours.wall if ours and ours.runs and other and other.runs else None


def bench_reconcile(
    size: WorldSize,
    peers: Sequence[Peer],
    setting: Setting,
    *,
    runs: int,
    work: Path,
    keep: bool,
    progress: Progress,
    kept: World | None = None,
) -> Comparison:
    """Make the world (or take one `kept` earlier), run everyone `runs` times, hold all counts against what was planted.

    ConfigError where the disk is too small. Below `work` nothing stays unless `keep`.
    """
    results = {peer.name: Result(peer, obstacle=peer.obstacle(size, setting, work)) for peer in peers}
    able = [peer for peer in peers if not results[peer.name].obstacle]
    require_space(work, size, able)
    with _work_folder(work, keep=keep) as folder:
        world = kept or _made_world(folder / "world", size, progress)
        turns = _Turns(world, setting, folder / "out")
        try:
            for turn, peer in product(range(runs), able):
                progress(peer.label, turn, runs)
                results[peer.name] = turns.after(results[peer.name])
                progress(peer.label, turn + 1, runs)
        finally:
            if kept:
                forget_results(world)
    return Comparison(size, runs, world.truth, results, tuple(_disagreements(world, results)))


def _made_world(home: Path, size: WorldSize, progress: Progress) -> World:
    progress("Tạo hồ sơ", 0, size.dossiers)
    return write_world(home, size, lambda done, total: progress("Tạo hồ sơ", done, total))


def _disagreements(world: World, results: Mapping[str, Result]) -> Iterator[str]:
    expected = planted(world.truth)
    for name, result in results.items():
        if result.found is not None:
            yield from result.found.differences(expected, name)


@contextmanager
def _work_folder(work: Path, *, keep: bool) -> Iterator[Path]:
    try:
        work.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix="doisoat-bench-", dir=work))
    except OSError as error:
        raise ConfigError(f"--work {work}: no folder could be made there ({error.strerror})") from None
    folder.chmod(0o755)  # PostgreSQL runs as another account
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class _Turns:
    """One run after the other over the same world."""

    world: World
    setting: Setting
    out: Path  # empty at the begin of every run

    def after(self, before: Result) -> Result:
        """The result with one more run in it; what it found is counted outside the measured process."""
        if before.failure:
            return before
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        run = measure(before.peer.command(self.world, self.setting, self.out), cwd=self.world.home)
        if run.code != 0:
            last = " ".join(run.stderr.strip().splitlines()[-3:])
            return replace(before, runs=(), failure=f"mã thoát {run.code} sau {run.wall:.0f} giây: {last}")
        found = findings(before.peer.name, self.world, self.out, run)
        if before.runs and found != before.found:
            return replace(before, runs=(), failure="hai lần chạy trên cùng dữ liệu cho hai kết quả khác nhau")
        return replace(before, runs=(*before.runs, run), found=found)
