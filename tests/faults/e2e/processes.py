"""`doisoat run` as a process that is watched and struck at a chosen moment, without sleeping."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from tests.e2e.nights import DAY, night_command

DEADLINE_S = 120.0
Moment = Callable[[], bool]


@dataclass(frozen=True)
class Struck:
    """How the process ended."""

    code: int
    stdout: str
    stderr: str


def strike(
    config: Path,
    home: Path,
    environment: dict[str, str],
    moment: Moment,
    *,
    with_signal: signal.Signals = signal.SIGKILL,
    command: str = "run",
) -> Struck:
    """Start a night and send the signal as soon as `moment()` is true; AssertionError if it ends or lasts too long."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            night_command(config, home, DAY, command), stdout=out, stderr=errors, env=os.environ | environment
        )
        try:
            _wait(process, moment)
            process.send_signal(with_signal)
            code = process.wait(DEADLINE_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        out.seek(0)
        errors.seek(0)
        return Struck(code, out.read(), errors.read())


def _wait(process: subprocess.Popen[bytes], moment: Moment) -> None:
    end = time.monotonic() + DEADLINE_S
    while not moment():
        assert time.monotonic() < end, "the moment never came"
        try:
            process.wait(0.002)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the night ended (code {process.returncode}) before the moment came")
