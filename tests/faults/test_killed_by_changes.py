"""A night read by changes and killed at any step goes on: no landed page is asked again, the bytes are the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from doisoat.model import Side
from tests.unit.incremental.changing_shop import contents, day, files_of

PROGRAM = Path(__file__).with_name("delta_process.py")
ROOT = Path(__file__).resolve().parents[2]


def run(home: Path, killed_at: int = 0) -> int:
    """The program's return code."""
    command = [sys.executable, str(PROGRAM), str(home), str(killed_at), str(home.with_suffix(".log"))]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'plugins'}:{ROOT}"}
    return subprocess.run(command, env=environment, timeout=120, check=False).returncode


def landed(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in files_of(home, day(1)).landing(Side.SHOP).iterdir()}


@pytest.mark.slow
def test_killed_again_and_again_it_comes_to_the_same_end(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert run(whole) == 0
    attempts = [run(killed, number) for number in (3, 6, 7, 9, 11)]  # the last one while staging
    assert attempts == [-signal.SIGKILL] * 5
    assert run(killed) == 0
    assert landed(killed) == landed(whole)
    assert contents(killed, day(1)) == contents(whole, day(1))
    asked = Counter(killed.with_suffix(".log").read_text(encoding="utf-8").splitlines())
    once = Counter(whole.with_suffix(".log").read_text(encoding="utf-8").splitlines())
    assert once.keys() == asked.keys()
    again = asked - once
    assert again.pop("began") >= 3
    assert sum(again.values()) <= len(attempts)  # at most the page that was on its way when a kill came
