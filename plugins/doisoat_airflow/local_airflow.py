"""Airflow on this machine: its parts as processes of their own on SQLite, started, asked and ended here.

For `make run`, `make up` and the tests that need a real scheduler. The real deployment is docker-compose.yml.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import requests

from doisoat.errors import ConfigError, SourceUnavailable
from doisoat_airflow.processes import free_port, only_one, stop_processes

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = {"api-server": (), "scheduler": ("--skip-serve-logs",), "dag-processor": ()}  # the logs are in files here
ENDED = frozenset({"success", "failed"})
_POLL_SECONDS = 0.4
_WATCH_SECONDS = 1.0  # of a run: every look costs the API server as much as it costs us
_NOT_OURS = ("AIRFLOW__", "AIRFLOW_CONFIG", "AIRFLOW_HOME")


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
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    environment |= {f"AIRFLOW__{name}": value for name, value in settings.items()}
    environment |= {
        "AIRFLOW_HOME": str(home),
        "PYTHONPATH": str(CHECKOUT / "plugins"),
        "PYTHONWARNINGS": "ignore::DeprecationWarning",  # Airflow's own, in every task's log
    }
    for name in ("NO_PROXY", "no_proxy"):  # the parts talk to each other
        environment[name] = ",".join(filter(None, [environment.get(name), "127.0.0.1", "localhost"]))
    return environment | dict(extra or {})


@dataclass
class LocalAirflow:
    """The running parts and a small client of Airflow's REST API."""

    home: Path
    port: int
    environment: dict[str, str]
    login: tuple[str, str] | None = None  # None: everybody is admin
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self._session.trust_env = False  # no proxy between us

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of `/api/v2`; JSON out. SourceUnavailable says what Airflow answered."""
        try:
            if "Authorization" not in self._session.headers:
                self._session.headers["Authorization"] = f"Bearer {self._new_token()}"
            answer = self._session.request(method, f"{self.base}/api/v2{path}", json=body, timeout=60)
            answer.raise_for_status()
        except requests.HTTPError as error:
            raise SourceUnavailable(f"Airflow, {method} {path}: {error.response.text[:500]}") from None
        except requests.RequestException as error:
            raise SourceUnavailable(f"Airflow, {method} {path}: {type(error).__name__}") from None
        return answer.json()

    def _new_token(self) -> str:
        address = f"{self.base}/auth/token"
        if self.login is None:
            answer = self._session.get(address, timeout=10)
        else:
            user, password = self.login
            answer = self._session.post(address, json={"username": user, "password": password}, timeout=10)
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token

    def require_parts(self) -> None:
        """SourceUnavailable names the part that ended and its log."""
        for part, process in self.processes.items():
            if process.poll() is not None:
                raise SourceUnavailable(f"airflow {part} ended; read {self.home / f'{part}.log'}")

    def wait_for_dag(self, dag_id: str, seconds: float = 180) -> None:
        """Until the API answers and knows the DAG; ConfigError when the DAG file cannot be imported."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.require_parts()
            with contextlib.suppress(SourceUnavailable):
                self.call("GET", f"/dags/{dag_id}")
                return
            with contextlib.suppress(SourceUnavailable):
                self._require_imports()
            time.sleep(_POLL_SECONDS)
        raise SourceUnavailable(f"Airflow does not know {dag_id} after {seconds:.0f} s; logs are in {self.home}")

    def _require_imports(self) -> None:
        for error in self.call("GET", "/importErrors")["import_errors"]:
            reason = str(error["stack_trace"]).strip().splitlines()[-1]
            raise ConfigError(f"Airflow cannot import this file: {reason}", file=Path(error["filename"]))

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Unpause the DAG and start a run; its run id."""
        self.set_paused(dag_id, False)
        answer = self.call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf)})
        run_id: str = answer["dag_run_id"]
        return run_id

    def set_paused(self, dag_id: str, paused: bool) -> None:
        self.call("PATCH", f"/dags/{dag_id}", {"is_paused": paused})

    def end_unfinished(self, dag_id: str) -> list[str]:
        """Mark runs an earlier, interrupted start left behind as failed, so that none of them runs on; their ids."""
        answer = self.call("GET", f"/dags/{dag_id}/dagRuns?state=running&state=queued&limit=100")
        left = [run["dag_run_id"] for run in answer["dag_runs"]]
        for run_id in left:
            self.call("PATCH", f"/dags/{dag_id}/dagRuns/{run_id}", {"state": "failed"})
        return left

    def state(self, dag_id: str, run_id: str) -> str:
        state: str = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
        return state

    def wait(self, dag_id: str, run_id: str, seconds: float, on_poll: Callable[[], None] = lambda: None) -> str:
        """Until the run has ended; its state. SourceUnavailable when it takes longer, or a part of Airflow ends."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.require_parts()
            state = self.state(dag_id, run_id)
            on_poll()
            if state in ENDED:
                return state
            time.sleep(_WATCH_SECONDS)
        raise SourceUnavailable(f"{dag_id} {run_id} has not ended after {seconds:.0f} s; logs are in {self.home}")

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        answer = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100")
        instances: list[dict[str, Any]] = answer["task_instances"]
        return instances

    def task_log(self, dag_id: str, run_id: str, task_id: str, attempt: int) -> Path:
        """The file of one attempt's log (JSON lines); it may not be there."""
        run = self.home / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}"
        return run / f"task_id={task_id}" / f"attempt={attempt}.log"


@contextlib.contextmanager
def local_airflow(
    home: Path, *, port: int | None = None, extra: Mapping[str, str] | None = None
) -> Iterator[LocalAirflow]:
    """Migrate the metadata database, start the parts, end all of their processes when the block ends.

    ConfigError when another Airflow runs in `home`.
    """
    home.mkdir(parents=True, exist_ok=True)
    chosen = port or free_port()
    airflow = LocalAirflow(home, chosen, airflow_environment(home, chosen, extra))
    with only_one(home) as lock:
        _migrate(airflow)
        try:
            for part, options in PARTS.items():
                with _log(home, part) as log:
                    airflow.processes[part] = subprocess.Popen(
                        _command(part, *options),
                        env=airflow.environment,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                        pass_fds=[lock],
                    )
            yield airflow
        finally:
            stop_processes(airflow.processes.values())


def _migrate(airflow: LocalAirflow) -> None:
    """`airflow db migrate`, unless this version of Airflow has done it to this database."""
    note, now = airflow.home / ".migrated", version("apache-airflow-core")
    if (airflow.home / "airflow.db").exists() and note.exists() and note.read_text().strip() == now:
        return
    with _log(airflow.home, "db-migrate") as log:
        command = _command("db", "migrate")
        done = subprocess.run(command, env=airflow.environment, stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        raise SourceUnavailable(f"airflow db migrate failed; read {airflow.home / 'db-migrate.log'}")
    note.write_text(now + "\n")


def _command(*arguments: str) -> list[str]:
    module = "doisoat_airflow.warm_scheduler" if arguments[0] == "scheduler" else "airflow"
    return [sys.executable, "-m", module, *arguments]


def _log(home: Path, name: str) -> IO[bytes]:
    return (home / f"{name}.log").open("ab")
