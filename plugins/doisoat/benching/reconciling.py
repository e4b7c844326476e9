"""`doisoat bench reconcile`: a made world, everyone over it in turn, medians, ratios, and whether all agree.

The peers take turns in every round, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any

from doisoat.benching.findings import Findings, findings, planted, told_by
from doisoat.benching.measured import Measured, measure
from doisoat.benching.peers import Peer, Setting
from doisoat.benching.space import require_space
from doisoat.benching.world import World, WorldSize, write_world
from doisoat.errors import ConfigError, DoisoatError

Progress = Callable[[str, int, int | None], None]


class PeerFailed(DoisoatError):
    """A measured process ended with an error; the message carries its last words."""


@dataclass(frozen=True)
class Result:
    """What one peer took (medians; memory the greatest of all runs) and found; or why it was not run."""

    peer: Peer
    runs: tuple[Measured, ...] = ()
    found: Findings | None = None
    obstacle: str = ""

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
    disagreements: Sequence[str] = field(default_factory=tuple)

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
) -> Comparison:
    """Make the world, run everyone `runs` times, hold all counts against what was planted.

    ConfigError where the disk is too small, PeerFailed where a process fails. Below `work` nothing stays unless `keep`.
    """
    obstacles = {peer.name: peer.obstacle(setting, work) for peer in peers}
    able = [peer for peer in peers if not obstacles[peer.name]]
    require_space(work, size, able)
    with _work_folder(work, keep=keep) as folder:
        progress("Tạo hồ sơ", 0, size.dossiers)
        world = write_world(folder / "world", size, lambda done, total: progress("Tạo hồ sơ", done, total))
        measured = _take_turns(world, able, setting, folder / "out", runs, progress)
    results = {
        peer.name: Result(peer, *measured[peer.name]) if peer in able else Result(peer, obstacle=obstacles[peer.name])
        for peer in peers
    }
    expected = planted(world.truth)
    found = {name: result.found for name, result in results.items() if result.found is not None}
    disagreements = [line for name, one in found.items() for line in one.differences(expected, name)]
    return Comparison(size, runs, world.truth, results, disagreements)


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


def _take_turns(
    world: World, peers: Sequence[Peer], setting: Setting, out: Path, runs: int, progress: Progress
) -> dict[str, tuple[tuple[Measured, ...], Findings | None]]:
    """Every peer once a round; what it found is counted, outside the measured process, after its first run."""
    measured: dict[str, list[Measured]] = {peer.name: [] for peer in peers}
    found: dict[str, Findings | None] = {}
    for turn in range(runs * len(peers)):
        peer = peers[turn % len(peers)]
        progress("Chạy", turn, runs * len(peers))
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        run = measure(peer.command(world, setting, out), cwd=world.home)
        if run.code != 0:
            last = "\n".join(run.stderr.strip().splitlines()[-5:])
            raise PeerFailed(f"{peer.name} ended with exit code {run.code} after {run.wall:.0f} s: {last}")
        measured[peer.name].append(run)
        if peer.name not in found:
            found[peer.name] = findings(peer.name, world, out, run)
    progress("Chạy", runs * len(peers), runs * len(peers))
    shutil.rmtree(out, ignore_errors=True)
    return {peer.name: (tuple(measured[peer.name]), found[peer.name]) for peer in peers}
