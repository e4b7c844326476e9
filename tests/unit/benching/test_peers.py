"""Who can run here, and what is said of those who cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from doisoat.benching.peers import PEERS, Setting, chosen
from doisoat.benching.space import needed_bytes
from doisoat.benching.world import WorldSize
from doisoat.errors import ConfigError

HERE = Setting(peers_python=Path("/bin/sh"))


def test_a_peer_that_holds_everything_in_memory_is_not_run_beyond_it() -> None:
    peer = PEERS["datacompy-pandas"]
    assert "GiB bộ nhớ" in peer.obstacle(WorldSize(1_000_000_000_000), HERE, Path("/tmp"))
    assert peer.obstacle(WorldSize(1_000), HERE, Path("/tmp")) == ""


def test_peers_run_in_the_order_asked_for_each_once() -> None:
    assert [peer.name for peer in chosen("join, ours,join")] == ["join", "ours"]


@pytest.mark.parametrize("names", ["", ",", "ours,excel"])
def test_unknown_names_and_none_are_refused_with_the_known_ones(names: str) -> None:
    with pytest.raises(ConfigError, match="datacompy-polars"):
        chosen(names)


def test_the_disk_needed_grows_with_the_rows_and_with_the_greediest_peer() -> None:
    small, large = WorldSize(1_000_000), WorldSize(10_000_000)
    floor, postgresql = chosen("floor"), chosen("floor,postgresql")
    assert needed_bytes(small, floor) < needed_bytes(small, postgresql) < needed_bytes(large, floor)
