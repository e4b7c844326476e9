"""`doisoat run` as a process that is watched and struck at a chosen moment, without sleeping."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e import forked
from tests.e2e.nights import DAY, night_command

DEADLINE_S = 120.0
Moment = Callable[[], bool]


@dataclass(frozen=True)
class Struck:
    """How the process ended."""

    code: int | None
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
    words = night_command(config, home, DAY, command)[1:]
    with TemporaryDirectory() as folder:
        out, errors = Path(folder, "out"), Path(folder, "errors")
        process = forked.begin(words, os.environ | environment, (out, errors))
        try:
            _wait(process, moment)
            assert process.pid is not None
            os.kill(process.pid, with_signal)
            process.join(DEADLINE_S)
        finally:
            process.kill()
        return Struck(process.exitcode, out.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8"))


def _wait(process: BaseProcess, moment: Moment) -> None:
    end = time.monotonic() + DEADLINE_S
    while not moment():
        assert time.monotonic() < end, "the moment never came"
        process.join(0.002)
        assert process.exitcode is None, f"the night ended (code {process.exitcode}) before the moment came"
