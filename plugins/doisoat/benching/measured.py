"""One command as a process of its own, measured by the kernel's own books: wall, CPU, peak memory."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_LAUNCHER = Path(__file__).with_name("processes") / "launcher.py"
_END_SECONDS = 10.0
_KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Measured:
    """One run. CPU counts every child that ended; `peak_mib` is the largest single process among them."""

    wall: float
    cpu: float
    peak_mib: float
    code: int
    stdout: str
    stderr: str


def measure(command: Sequence[str | Path], *, cwd: Path | None = None) -> Measured:
    """Run a command to its end, in a session of its own, of which nothing is left then, nor if we are interrupted."""
    with TemporaryDirectory(prefix="doisoat-measured-") as name:
        folder = Path(name)
        report, texts = folder / "report.json", [folder / "stdout", folder / "stderr"]
        with texts[0].open("wb") as stdout, texts[1].open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCHER), str(report), *map(str, command)],
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
            try:
                process.wait()
            except BaseException:
                _signal(process, signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_END_SECONDS)
                raise
            finally:
                _signal(process, signal.SIGKILL)
                process.wait()
        said, complained = (text.read_text(encoding="utf-8", errors="replace") for text in texts)
        taken = json.loads(report.read_text(encoding="utf-8"))
    return Measured(taken["wall"], taken["cpu"], taken["peak_kib"] / _KIB_PER_MIB, taken["code"], said, complained)


def _signal(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """To the whole session: what a command has started and left behind must not run beside the next one."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
