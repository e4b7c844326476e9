"""A PostgreSQL server of our own for the tests: own port on 127.0.0.1, own folder, ended by its own pid."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SERVER_USER = "postgres"  # the server refuses to run as root
GUARDED = "co_mat_khau"  # the one role that would have to give a password, if a test makes it


def _binary(name: str) -> str:
    """Where initdb and pg_ctl are: on the path, else where Debian puts them."""
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    assert found, f"{name} is missing: apt-get install postgresql"
    return found


def _run(*command: str) -> None:
    account = {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryFile() as output:
        code = subprocess.run(command, stdout=output, stderr=output, cwd="/", **account).returncode
        output.seek(0)
        assert code == 0, f"{command[0]}: {output.read().decode(errors='replace')}"


def _ask_for_a_password(rules: Path) -> None:
    """Everybody is let in as he says, but `GUARDED`, once a test has made that role."""
    first = f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n"
    rules.write_text(first + rules.read_text(encoding="utf-8"), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running server; `new_database` gives the URL of an empty database."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._made = 0

    def url(self, database: str, *, user: str = SERVER_USER, password: str = "") -> str:
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def new_database(self) -> str:
        self._made += 1
        name = f"doisoat_{self._made}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """A fresh server, gone with its folder at the end; `durable` makes it write as a real one does."""
    root = Path(tempfile.mkdtemp(prefix="doisoat-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(root, SERVER_USER, SERVER_USER)
    data, port = str(root / "data"), _free_port()
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync={'on' if durable else 'off'}"
    )
    try:
        _run(_binary("initdb"), "-D", data, "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        _ask_for_a_password(root / "data" / "pg_hba.conf")
        _run(_binary("pg_ctl"), "-D", data, "-o", options, "-l", str(root / "log"), "-w", "start")
        try:
            yield Server(port)
        finally:
            _run(_binary("pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)
