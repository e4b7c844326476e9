"""One real Airflow, the simulator, a mail server and provinces that go wrong in known ways; what its database holds.

Times are short (`DOISOAT_RETRY_SECONDS=1`), the processes are the real ones.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from doisoat_airflow.__main__ import simulator_environment
from doisoat_airflow.local_airflow import ENDED, LocalAirflow, local_airflow
from tests.e2e.nights import FILES_PROVINCE, export_world
from tests.e2e.simulated import IGATE, OPENCPS, Simulated, province_file, simulated
from tests.unit.alert.smtp import Script, smtp_server

DOSSIERS, SEED = 1_000, 7
ENGINEER, SENDER = "truc.dem@phutho.example", "doisoat@phutho.example"
WRONG_PASSWORD = "sai-mat-khau-27"
NIGHTLY = "nightly_phu_tho"
LOCKED_OUT, SHAKY, BROKEN, BACKFILLED = (f"nightly_{name}" for name in ("locked_out", "shaky", "broken", "backfilled"))
Row = dict[str, Any]


def write_provinces(folder: Path, exports: Path) -> None:
    """One that works, one without the right password, one whose shop stumbles once, one with a typing error, one of files."""
    folder.mkdir()
    shutil.copy(IGATE, folder / "phu_tho.yaml")
    told = {"engineers": [ENGINEER], "mail": {"sender": SENDER}}
    refused = {"password_env": "TEST_WRONG_PASSWORD", "attempts": 1}
    province_file(folder / "locked_out.yaml", IGATE, province="H45", province_roots=["H45"], shop=refused, **told)
    gone = {"url": None, "url_env": None, "path": str(folder / "nowhere")}
    province_file(
        folder / "shaky.yaml",
        OPENCPS,
        province="H46",
        province_roots=["H46"],
        shop={"attempts": 1},
        portal=gone,
        **told,
    )
    province_file(folder / "broken.yaml", IGATE, province="H47", province_roots=["H47"], shopp=1, **told)
    text = (
        FILES_PROVINCE.replace("province: H44", "province: H48")
        .replace("[H44,", "[H48, H44,")
        .replace("mode: outbox", 'mode: "off"')
    )
    (folder / "backfilled.yaml").write_text(text.replace("exports/", f"{exports}/"), encoding="utf-8")


@dataclass(frozen=True)
class Drill:
    """The running system."""

    airflow: LocalAirflow
    simulator: Simulated
    home: Path
    mail_server: Script

    def rows(self, query: str, **values: Any) -> list[Row]:
        """Rows of Airflow's own database."""
        with closing(
            sqlite3.connect(f"file:{self.home / 'airflow' / 'airflow.db'}?mode=ro", uri=True, timeout=30)
        ) as con:
            con.row_factory = sqlite3.Row
            return [dict(row) for row in con.execute(query, values)]

    def run(self, dag_id: str, run_id: str) -> Row:
        return self.rows(
            "SELECT * FROM dag_run WHERE dag_id = :dag_id AND run_id = :run_id", dag_id=dag_id, run_id=run_id
        )[0]

    def tasks(self, dag_id: str, run_id: str) -> dict[str, Row]:
        """Task instances by task id, as they stand."""
        query = "SELECT * FROM task_instance WHERE dag_id = :dag_id AND run_id = :run_id"
        return {row["task_id"]: row for row in self.rows(query, dag_id=dag_id, run_id=run_id)}

    def earlier_attempts(self, dag_id: str, run_id: str) -> dict[str, list[Row]]:
        """Attempts that were followed by another, by task id."""
        query = "SELECT * FROM task_instance_history WHERE dag_id = :dag_id AND run_id = :run_id ORDER BY try_number"
        found: dict[str, list[Row]] = {}
        for row in self.rows(query, dag_id=dag_id, run_id=run_id):
            found.setdefault(row["task_id"], []).append(row)
        return found

    def handed_on(self, dag_id: str, run_id: str) -> dict[str, dict[str, Any]]:
        """Everything tasks handed to other tasks: task id -> key -> value."""
        found: dict[str, dict[str, Any]] = {}
        query = "SELECT task_id, key, value FROM xcom WHERE dag_id = :dag_id AND run_id = :run_id"
        for row in self.rows(query, dag_id=dag_id, run_id=run_id):
            found.setdefault(row["task_id"], {})[row["key"]] = json.loads(row["value"])
        return found

    def finished(self, dag_id: str, run_id: str, seconds: float = 200) -> str:
        """The state a run ends with."""
        wait_until(lambda: self.run(dag_id, run_id)["state"] in ENDED, seconds, f"{dag_id} {run_id} to end")
        state: str = self.run(dag_id, run_id)["state"]
        return state

    def kill_task(self, run_id: str, task_id: str, when: Callable[[], bool], seconds: float = 120) -> int:
        """SIGKILL the process of a running task of the night as soon as `when` holds; its id."""

        def running() -> Row | None:
            row = self.tasks(NIGHTLY, run_id)[task_id]
            assert row["state"] not in ENDED, f"{task_id} ended by itself: {row['state']}"
            return row if row["state"] == "running" and row["pid"] and when() else None

        pid: int = wait_until(running, seconds, f"{task_id} to run", step=0.005)["pid"]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), 20, f"{pid} to be gone", step=0.005)
        return pid

    def forget_everything(self) -> None:
        """Empty the home but for Airflow and the digest key, once no run is under way."""
        query = "SELECT run_id FROM dag_run WHERE state IN ('queued', 'running')"
        wait_until(lambda: not self.rows(query), 200, "all runs to end")
        for path in self.home.iterdir():
            if path.is_dir() and path.name != "airflow":
                shutil.rmtree(path)
        (self.home / "warehouse.sqlite").unlink()


T = TypeVar("T")


def wait_until(found: Callable[[], T], seconds: float, what: str, step: float = 0.1) -> T:
    """The first truthy value; an AssertionError names what did not come."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(step)
    return value


@contextmanager
def drill(folder: Path) -> Iterator[Drill]:
    """Everything started, and ended by process when the block ends."""
    home, script = folder / "a home", Script()
    exports = folder / "exports"
    export_world(folder, DOSSIERS, SEED)
    write_provinces(folder / "provinces", exports)
    with smtp_server(script) as mail_port, simulated(DOSSIERS, SEED) as simulator:
        environment = simulator_environment(simulator.address, home) | {
            "DOISOAT_RETRY_SECONDS": "1",
            "DOISOAT_PROVINCES": str(folder / "provinces"),
            "DOISOAT_OPENCPS_URL": f"{simulator.address}/opencps",
            "TEST_WRONG_PASSWORD": WRONG_PASSWORD,
            "AIRFLOW_CONN_SMTP_DEFAULT": f"smtp://127.0.0.1:{mail_port}/?disable_ssl=true&disable_tls=true",
        }
        with local_airflow(home / "airflow", extra=environment) as airflow:
            airflow.wait_for_dag(NIGHTLY)
            for dag_id in (LOCKED_OUT, SHAKY, BROKEN, BACKFILLED):
                airflow.wait_for_dag(dag_id)
            yield Drill(airflow, simulator, home, script)
