"""Who is measured beside us: each as a command that reads the two snapshots and leaves what it found.

A peer is a process of its own; the modules in `processes/` are what runs inside. Some need an environment of their own
(`requirements-bench.lock`), because datacompy holds pandas and polars back.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from doisoat.benching.snapshots import COMPARED, DAY, REPEATED_FILE, dossiers
from doisoat.benching.world import World, WorldSize
from doisoat.errors import ConfigError
from doisoat.model import Side

_GIB = 1024**3
PEERS_PYTHON = Path(__file__).resolve().parents[3] / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True)
class Setting:
    """What the commands depend on beside the world."""

    memory_limit: str | None = None  # of reconcile; None: as the environment says
    peers_python: Path = PEERS_PYTHON


Command = Sequence[str | Path]
CommandOf = Callable[[World, Setting, Path], Command]  # of the world, the setting, a folder to write into


@dataclass(frozen=True)
class Peer:
    """Whoever reads the two snapshots and says what differs."""

    name: str
    label: str
    command: CommandOf
    needs_own_python: bool = False
    needs_postgresql: bool = False
    needs_spark: bool = False
    bytes_per_row: int = 60  # on disk while it runs, for each of one side's rows
    memory_per_row: int = 0  # bytes, of a peer that holds both sides in memory

    def obstacle(self, size: WorldSize, setting: Setting, work: Path) -> str:
        """Why it cannot run here, below `work`, and the remedy; empty if it can."""
        if self.needs_own_python and not setting.peers_python.is_file():
            return (
                f"chưa có môi trường riêng {setting.peers_python}; tạo bằng: make bench-peers, "
                "hoặc cài requirements-bench.lock vào một môi trường khác và chỉ ra bằng --peers-python"
            )
        if self.needs_spark and find_spec("pyspark") is None:
            return "chưa có Apache Spark; cài bằng: make setup-spark"
        if self.needs_postgresql and postgresql_binary("initdb") is None:
            return "không thấy PostgreSQL; cài bằng: apt-get install postgresql"
        if self.needs_postgresql and os.geteuid() == 0 and (closed := _closed_to_others(work)):
            return f"PostgreSQL không chạy bằng root, và tài khoản của nó không vào được {closed}; chọn --work khác"
        needed, there = size.rows * self.memory_per_row, psutil.virtual_memory().total
        return "" if needed < there else f"cần khoảng {needed / _GIB:.0f} GiB bộ nhớ, máy có {there / _GIB:.0f} GiB"


def _closed_to_others(work: Path) -> Path | None:
    """The folder on the way to `work` that other accounts may not pass, if there is one."""
    way = [folder for folder in (work.absolute(), *work.absolute().parents) if folder.exists()]
    return next((folder for folder in way if not folder.stat().st_mode & stat.S_IXOTH), None)


def postgresql_binary(name: str) -> Path | None:
    """On the path, else where Debian puts it."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name)
    return Path(found) if found else next(iter(debian), None)


def forget_results(world: World) -> None:
    """The world as it was before anyone reconciled it."""
    for name in ("runs", "tmp"):
        shutil.rmtree(world.home / name, ignore_errors=True)


def _ours(world: World, setting: Setting, out: Path) -> Command:
    """The product's own command, on a night whose results are not there yet."""
    forget_results(world)
    limit = [f"DOISOAT_MEMORY_LIMIT={setting.memory_limit}"] if setting.memory_limit else []
    night = [sys.executable, "-m", "doisoat.cli", "reconcile", "do", DAY.isoformat()]
    return ["env", *limit, *night, "--config", world.config, "--home", world.home, "--json"]


def _on_spark(world: World, setting: Setting, out: Path) -> Command:
    return ["env", "DOISOAT_ENGINE=spark", *_ours(world, setting, out)]


def _module(name: str, *words: str) -> list[str | Path]:
    return [sys.executable, "-m", f"doisoat.benching.processes.{name}", *words]


def _duckdb(what: str) -> CommandOf:
    return lambda world, setting, out: [*_module("duckdb_peer", what), world.home, out]


def _datacompy(backend: str) -> CommandOf:
    def command(world: World, setting: Setting, out: Path) -> Command:
        script = Path(__file__).with_name("processes") / "datacompy_peer.py"
        folders = [dossiers(world.home, side).parent for side in Side]
        return [setting.peers_python, script, backend, *folders, REPEATED_FILE, out, *COMPARED]

    return command


def _postgresql(world: World, setting: Setting, out: Path) -> Command:
    return [*_module("postgresql_peer"), world.home, out]


def _reladiff(world: World, setting: Setting, out: Path) -> Command:
    return [*_module("postgresql_peer"), world.home, out, setting.peers_python]


PEERS = {
    peer.name: peer
    for peer in (
        Peer("ours", "doisoat reconcile", _ours, bytes_per_row=500),
        Peer("spark", "doisoat reconcile trên Spark", _on_spark, needs_spark=True, bytes_per_row=1_500),
        Peer("join", "DuckDB: phép nối trần", _duckdb("join")),
        Peer("floor", "DuckDB: đọc và băm (sàn)", _duckdb("floor"), bytes_per_row=0),
        Peer(
            "datacompy-polars",
            "datacompy với Polars",
            _datacompy("polars"),
            needs_own_python=True,
            memory_per_row=1_000,
        ),
        Peer(
            "datacompy-pandas",
            "datacompy với pandas",
            _datacompy("pandas"),
            needs_own_python=True,
            memory_per_row=1_800,
        ),
        Peer("postgresql", "PostgreSQL: nạp và nối", _postgresql, needs_postgresql=True, bytes_per_row=800),
        Peer(
            "reladiff",
            "reladiff: nạp và so sánh",
            _reladiff,
            needs_own_python=True,
            needs_postgresql=True,
            bytes_per_row=900,
        ),
    )
}


def chosen(names: str) -> list[Peer]:
    """The peers of a list like `ours,join`; ConfigError names the ones that are not known."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in PEERS]:
        raise ConfigError(f"--peers knows {', '.join(PEERS)}, not {', '.join(unknown)}")
    if not wanted:
        raise ConfigError(f"--peers names at least one of {', '.join(PEERS)}")
    return [PEERS[name] for name in dict.fromkeys(wanted)]
