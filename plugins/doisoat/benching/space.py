"""How much disk a bench needs, and the sentence that refuses it where there is less."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from doisoat.benching.peers import Peer
from doisoat.benching.world import WorldSize
from doisoat.errors import ConfigError

_WORLD_BYTES = 60  # of a row of either side, as Parquet
_MARGIN = 200 * 1024**2
_GIB = 1024**3


def needed_bytes(size: WorldSize, peers: Sequence[Peer]) -> int:
    """Both snapshots, and the most any single peer has on disk while it runs."""
    most = max((peer.bytes_per_row for peer in peers), default=0)
    return size.rows * (2 * _WORLD_BYTES + most) + _MARGIN


def require_space(work: Path, size: WorldSize, peers: Sequence[Peer]) -> None:
    """ConfigError if the disk of `work` has less room than needed."""
    there = next(folder for folder in (work.absolute(), *work.absolute().parents) if folder.exists())
    free, needed = shutil.disk_usage(there).free, needed_bytes(size, peers)
    if free < needed:
        raise ConfigError(
            f"{size.rows:,} rows a side need {needed / _GIB:.1f} GiB of free disk, {there} has {free / _GIB:.1f} GiB; "
            "name another folder with --work, or ask for fewer --rows or --peers"
        )
