"""One command, measured from outside: wall and CPU seconds, peak memory of its process tree.

Nothing about doisoat here, only processes.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

_SAMPLE_SECONDS = 0.1
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Measured:
    """What one run of a command took; memory in MiB, the peak of the sum over the whole process tree."""

    wall: float
    cpu: float
    rss: float
    pss: float
    code: int
    stdout: str
    stderr: str


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end. CPU counts every child process that ended; bytecode may be written, as in `make`."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(
        command, env=settings | dict(environment or {}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        watch = _Watch(process.pid)
        watch.start()
        stdout, stderr = process.communicate()
        wall = time.perf_counter() - started
        watch.stop()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, watch.rss / _MIB, watch.pss / _MIB, process.returncode, stdout, stderr)


def repeated(times: int, run: Callable[[], Measured]) -> Measured:
    """The run with the middle wall time of an odd number of runs; its memory is the greatest of all."""
    runs = sorted((run() for _ in range(times)), key=lambda one: one.wall)
    middle = runs[len(runs) // 2]
    peaks = {name: max(getattr(one, name) for one in runs) for name in ("rss", "pss")}
    return Measured(**(vars(middle) | peaks | {"cpu": median(one.cpu for one in runs)}))


class _Watch(threading.Thread):
    """Looks at a process tree every tenth of a second and keeps the greatest sums."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.rss = self.pss = 0
        self._root = pid
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            rss, pss = _memory(self._root)
            self.rss, self.pss = max(self.rss, rss), max(self.pss, pss)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _memory(root: int) -> tuple[int, int]:
    """Bytes of a process and everything below it: resident, and with shared pages counted once."""
    rss = pss = 0
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(root)
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                figures: Any = process.memory_full_info()
                rss, pss = rss + figures.rss, pss + figures.pss
    return rss, pss
