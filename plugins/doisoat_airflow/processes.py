"""Processes this program starts and ends: whole sessions of them, so that no task outlives its scheduler.

Nothing about Airflow in here but one fact: it puts every task into a process group of its own, so ending a part's
group is not enough; all of them stay in the session of the part that was started.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import psutil

from doisoat.errors import ConfigError

STOP_SECONDS = 10.0  # what a process gets between SIGTERM and SIGKILL
_LIKE_CTRL_C = (signal.SIGTERM, signal.SIGHUP)


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_or_free(wanted: int) -> int:
    """`wanted` if nobody listens on it on this machine, else a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except (OSError, OverflowError):
            return free_port()
    return wanted


@contextlib.contextmanager
def ended_like_ctrl_c() -> Iterator[None]:
    """SIGTERM, and SIGHUP of a closed terminal, end the block by KeyboardInterrupt; an ignored signal stays ignored."""
    heard = [number for number in _LIKE_CTRL_C if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, signal.default_int_handler) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """A second Ctrl-C does not end the ending."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, *_LIKE_CTRL_C)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_processes(processes: Iterable[subprocess.Popen[bytes]], seconds: float = STOP_SECONDS) -> None:
    """End the sessions the processes lead (`start_new_session=True`): politely, after `seconds` for sure."""
    leaders = list(processes)
    sessions = {process.pid for process in leaders}
    with _uninterrupted():
        for group in {_group(pid) for pid in session_members(sessions)}:
            _signal_group(group, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and _left(leaders, sessions):
            time.sleep(0.1)
        while left := _left(leaders, sessions):
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


def _left(leaders: Iterable[subprocess.Popen[bytes]], sessions: Collection[int]) -> list[int]:
    for process in leaders:
        process.poll()
    return session_members(sessions)


def session_members(sessions: Collection[int]) -> list[int]:
    """Ids of the live processes in these sessions."""
    members = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(pid) in sessions and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                members.append(pid)
    return members


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return pid


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[int]:
    """The lock of a folder, as an open file: held as long as this process, or one it was handed to, lives.

    ConfigError names the process that holds it.
    """
    file = folder / ".lock"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 100).decode(errors="replace").strip() or "?"
            raise ConfigError(
                f"an Airflow already runs in this folder (started by process {holder}); end it, or choose another home",
                file=folder,
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield descriptor
    finally:
        os.close(descriptor)
