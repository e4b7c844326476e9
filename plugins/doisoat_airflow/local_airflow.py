"""Airflow on this machine: its parts as processes of their own on SQLite, started, watched and ended here.

For `make run`, `make up` and the tests that need a real scheduler. The real deployment is docker-compose.yml.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import requests

from doisoat.errors import SourceUnavailable

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = ("api-server", "scheduler", "dag-processor")
_STOP_SECONDS = 20.0


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def airflow_environment(home: Path, port: int, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment of every part: metadata in SQLite below `home`, LocalExecutor, secrets of this start only."""
    base = f"http://127.0.0.1:{port}"
    settings = {
        "CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        "CORE__PLUGINS_FOLDER": str(CHECKOUT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "CORE__EXECUTION_API_SERVER_URL": f"{base}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "CORE__FERNET_KEY": "",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "API__BASE_URL": base,
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.token_hex(32),
        "API_AUTH__JWT_SECRET": secrets.token_hex(64),
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
    environment |= {f"AIRFLOW__{name}": value for name, value in settings.items()}
    environment["AIRFLOW_HOME"] = str(home)
    environment["PYTHONPATH"] = str(CHECKOUT / "plugins")
    return environment | dict(extra or {})


@dataclass
class LocalAirflow:
    """The running parts and a small client of Airflow's REST API."""

    home: Path
    port: int
    environment: dict[str, str]
    login: tuple[str, str] | None = None  # None: everybody is admin
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _token: str = ""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of `/api/v2`; JSON out."""
        self._token = self._token or self._new_token()
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = requests.request(method, f"{self.base}/api/v2{path}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def _new_token(self) -> str:
        address = f"{self.base}/auth/token"
        if self.login is None:
            answer = requests.get(address, timeout=10)
        else:
            user, password = self.login
            answer = requests.post(address, json={"username": user, "password": password}, timeout=10)
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token

    def wait_for_dag(self, dag_id: str, seconds: float = 120) -> None:
        """Until the API answers and knows the DAG; SourceUnavailable names the part that ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for part, process in self.processes.items():
                if process.poll() is not None:
                    raise SourceUnavailable(f"airflow {part} ended; read {self.home / f'{part}.log'}")
            with contextlib.suppress(requests.RequestException):
                self.call("GET", f"/dags/{dag_id}")
                return
            time.sleep(0.5)
        raise SourceUnavailable(f"Airflow does not know {dag_id} after {seconds:.0f} s; logs are in {self.home}")

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Unpause the DAG and start a run; its run id."""
        self.call("PATCH", f"/dags/{dag_id}", {"is_paused": False})
        answer = self.call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf)})
        run_id: str = answer["dag_run_id"]
        return run_id

    def state(self, dag_id: str, run_id: str) -> str:
        state: str = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
        return state

    def wait(self, dag_id: str, run_id: str, seconds: float, on_poll: Callable[[], None] = lambda: None) -> str:
        """Until the run has ended; its state. SourceUnavailable when it takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            on_poll()
            state = self.state(dag_id, run_id)
            if state in {"success", "failed"}:
                return state
            time.sleep(0.5)
        raise SourceUnavailable(f"{dag_id} {run_id} has not ended after {seconds:.0f} s; logs are in {self.home}")

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        answer = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100")
        instances: list[dict[str, Any]] = answer["task_instances"]
        return instances


@contextlib.contextmanager
def local_airflow(
    home: Path, *, port: int | None = None, extra: Mapping[str, str] | None = None
) -> Iterator[LocalAirflow]:
    """Migrate the metadata database, start the parts, end them (by process group) when the block ends."""
    home.mkdir(parents=True, exist_ok=True)
    chosen = port or free_port()
    airflow = LocalAirflow(home, chosen, airflow_environment(home, chosen, extra))
    with _log(home, "db-migrate") as log:
        done = subprocess.run(_command("db", "migrate"), env=airflow.environment, stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        raise SourceUnavailable(f"airflow db migrate failed; read {home / 'db-migrate.log'}")
    try:
        for part in PARTS:
            with _log(home, part) as log:
                airflow.processes[part] = subprocess.Popen(
                    _command(part), env=airflow.environment, stdout=log, stderr=log, start_new_session=True
                )
        yield airflow
    finally:
        stop_processes(airflow.processes.values())


def stop_processes(processes: Any) -> None:
    """End process groups: politely, then for sure."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
    for process in processes:
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *arguments]


def _log(home: Path, name: str) -> IO[bytes]:
    return (home / f"{name}.log").open("ab")
