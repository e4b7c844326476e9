"""A PostgreSQL of our own while a peer runs: own folder, own port on 127.0.0.1, ended with the peer."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from doisoat.benching.peers import postgresql_binary

_ACCOUNT = "postgres"  # the server refuses to run as root
_START_SECONDS = 60.0
_SHARE = 6  # of the machine's memory, for the shared buffers and for one sort or hash


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """The URL of a fresh, empty server whose data lie in `folder`; tuned for one large query, safe against nothing."""
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, _ACCOUNT, _ACCOUNT)
    data, port = folder / "data", _free_port()
    locale = ["-U", _ACCOUNT, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(
        [_binary("initdb"), "-D", data, *locale], check=True, stdout=subprocess.DEVNULL, cwd="/", **_account()
    )
    server = subprocess.Popen(
        [_binary("postgres"), "-D", data, "-p", str(port), *_settings()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        **_account(),
    )
    url = f"postgresql://{_ACCOUNT}@127.0.0.1:{port}/postgres"
    try:
        _await_answer(server, url)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown
        server.wait()


def _settings() -> list[str]:
    """What one large comparison wants; nothing has to survive a crash."""
    memory = psutil.virtual_memory().total // 1024**2 // _SHARE
    values = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "shared_buffers": f"{memory}MB",
        "work_mem": f"{memory}MB",
        "jit": "off",
        "fsync": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "8GB",
    }
    return [word for name, value in values.items() for word in ("-c", f"{name}={value}")]


def _await_answer(server: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _account() -> dict[str, Any]:
    return {"user": _ACCOUNT, "group": _ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


def _binary(name: str) -> Path:
    found = postgresql_binary(name)
    if found is None:
        raise FileNotFoundError(f"{name} is missing: apt-get install postgresql")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
