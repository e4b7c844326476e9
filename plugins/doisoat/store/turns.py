"""One at a time: who works on a province's runs holds a lock file, and the next one waits for its turn.

The lock is the operating system's and ends with the process that holds it, however that ends; the file stays.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def in_turn(file: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold `file` during the block; `waiting(holder)` is told once, where one has to wait, which process holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(os.read(descriptor, 100).decode(errors="replace").strip() or "?")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
