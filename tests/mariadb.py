"""A MariaDB server of our own for the tests: own port on 127.0.0.1, own folder, ended by its own pid."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

SERVER_USER = "mysql"  # the server refuses to run as root
ACCOUNT, PASSWORD = "doisoat", "mat-khau-bi-mat"
_START_SECONDS = 60


def _account() -> dict[str, Any]:
    return {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []} if os.geteuid() == 0 else {}


def _binary(name: str) -> str:
    found = shutil.which(name) or next((path for path in (f"/usr/sbin/{name}",) if Path(path).exists()), None)
    assert found, f"{name} is missing: apt-get install mariadb-server"
    return found


class MariaDb:
    """A running server; `new_database` gives the name of an empty database, `url` the account's URL of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._made = 0

    def url(self, database: str, *, user: str = ACCOUNT, password: str = PASSWORD) -> str:
        return f"mariadb://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str | None = None) -> None:
        """As the server's administrator, each on its own."""
        with self._connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with self._connect(None) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def new_database(self) -> str:
        """An empty database that the account may do everything with."""
        self._made += 1
        name = f"motcua_{self._made}"
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4", f"GRANT ALL ON {name}.* TO {ACCOUNT}@'%'")
        return name

    def _connect(self, database: str | None) -> Any:
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user="quantri", password="q", database=database, autocommit=True
        )


@contextmanager
def running_mariadb() -> Iterator[MariaDb]:
    """A fresh server, gone with its folder at the end."""
    root = Path(tempfile.mkdtemp(prefix="doisoat-mariadb-"))
    if os.geteuid() == 0:
        shutil.chown(root, SERVER_USER, SERVER_USER)
    data, port = root / "data", _free_port()
    grants = root / "init.sql"
    grants.write_text(
        "CREATE USER quantri@'%' IDENTIFIED BY 'q';\nGRANT ALL ON *.* TO quantri@'%' WITH GRANT OPTION;\n"
        f"CREATE USER {ACCOUNT}@'%' IDENTIFIED BY '{PASSWORD}';\n",
        encoding="utf-8",
    )
    try:
        install = [_binary("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db"]
        subprocess.run(install, check=True, capture_output=True, cwd="/", **_account())
        server = subprocess.Popen(_command(root, data, port, grants), cwd="/", **_account())
        try:
            yield _ready(server, port)
        finally:
            server.kill()
            server.wait()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _command(root: Path, data: Path, port: int, grants: Path) -> list[str]:
    return [
        _binary("mariadbd"),
        "--no-defaults",
        f"--datadir={data}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={root / 'socket'}",
        f"--pid-file={root / 'pid'}",
        f"--log-error={root / 'log'}",
        f"--init-file={grants}",
        "--skip-name-resolve",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-buffer-pool-size=64M",
    ]


def _ready(server: subprocess.Popen[bytes], port: int) -> MariaDb:
    """The server once it answers its administrator."""
    running = MariaDb(port)
    until = time.monotonic() + _START_SECONDS
    while True:
        assert server.poll() is None, "mariadbd ended while starting"
        try:
            running.query("SELECT 1")
            return running
        except pymysql.err.OperationalError:
            assert time.monotonic() < until, "mariadbd does not answer"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
