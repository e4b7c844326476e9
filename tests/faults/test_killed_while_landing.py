"""A landing that was killed goes on: no landed page is asked again, and the bytes are those of an undisturbed one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from doisoat.store.layout import read_json

from .conftest import Simulator

PROGRAM = Path(__file__).with_name("landing_process.py")
PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


def run(simulator: Simulator, folder: Path, killed_after: int = 0) -> int:
    """The program's return code."""
    command = [sys.executable, str(PROGRAM), f"{simulator.address}/igate", str(folder), str(killed_after)]
    environment = os.environ | {"PYTHONPATH": str(PLUGINS)}
    return subprocess.run(command, env=environment, timeout=120, check=False).returncode


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def slices(simulator: Simulator) -> Counter[int]:
    """How often each page of the listing was asked."""
    found = (re.search(r"page=(\d+).*spec=slice", one["path"]) for one in simulator.asked())
    return Counter(int(match[1]) for match in found if match)


def landed_pages(folder: Path) -> set[int]:
    """Pages whose receipt a killed landing left."""
    receipts = folder.with_name(f".{folder.name}.partial").glob("receipt-*.json")
    return {int(read_json(path)["page"].removeprefix("page-")) for path in receipts}


@pytest.mark.parametrize("killed_after", [1, 550, 1_100])
def test_killed_once_it_goes_on(simulator: Simulator, tmp_path: Path, killed_after: int) -> None:
    assert run(simulator, tmp_path / "whole" / "shop") == 0
    folder = tmp_path / "killed" / "shop"
    assert run(simulator, folder, killed_after) == -signal.SIGKILL
    assert not folder.exists()
    landed = landed_pages(folder)
    assert landed
    simulator.forget()
    assert run(simulator, folder) == 0
    assert landed.isdisjoint(slices(simulator))
    assert contents(folder) == contents(tmp_path / "whole" / "shop")
    assert read_json(folder / "manifest.json")["complete"]


def test_killed_again_and_again_it_comes_to_an_end(simulator: Simulator, tmp_path: Path) -> None:
    assert run(simulator, tmp_path / "whole" / "shop") == 0
    folder = tmp_path / "killed" / "shop"
    before: set[int] = set()
    for killed_after in (300, 600, 900, 1_200):
        simulator.forget()
        assert run(simulator, folder, killed_after) == -signal.SIGKILL
        assert before.isdisjoint(slices(simulator))
        assert before < landed_pages(folder)
        before = landed_pages(folder)
    assert run(simulator, folder) == 0
    assert contents(folder) == contents(tmp_path / "whole" / "shop")


def test_a_finished_landing_asks_nothing(simulator: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    assert run(simulator, folder) == 0
    simulator.forget()
    assert run(simulator, folder) == 0
    assert simulator.asked() == []
