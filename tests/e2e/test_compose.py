"""docker-compose.yml, started natively: every service gets healthy, and a night runs through on PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from doisoat_airflow.local_airflow import LocalAirflow
from tests.e2e.compose_native import COMPOSE, LASTING, native_compose
from tests.unit.warehouse.postgres import running_server

DAG = "nightly_phu_tho"
BEYOND_ONE_MACHINE = (["celery"], ["spark"])  # tests/spark starts Spark; of Celery the settings are checked alone


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_service_starts_gets_healthy_and_runs_a_night(tmp_path: Path) -> None:
    with running_server() as server:
        port = server.port
        server.execute("CREATE ROLE doisoat LOGIN SUPERUSER PASSWORD 'thu'")
        server.execute("CREATE DATABASE doisoat OWNER doisoat")
        server.execute(COMPOSE["configs"]["second_database"]["content"])
        secrets = {
            "POSTGRES_PASSWORD": "thu",
            "AIRFLOW_FERNET_KEY": "TCP_bL6dOTHj4gYtPnSPnxOSbAXhVeuXF4uNJHlfMG0=",
            "AIRFLOW_SECRET_KEY": "k" * 64,
            "AIRFLOW_JWT_SECRET": "j" * 128,
            "DOISOAT_DIGEST_KEY": "d" * 32,
        }
        with native_compose(tmp_path, secrets, port, dossiers=1000) as compose:
            compose.run("migrate")
            for name in LASTING:
                compose.start(name)
            for name in LASTING:
                compose.wait_until_healthy(name)
            elsewhere = {name for name, one in COMPOSE["services"].items() if one.get("profiles") in BEYOND_ONE_MACHINE}
            assert set(LASTING) | {"postgres", "migrate"} == set(COMPOSE["services"]) - elsewhere
            airflow = LocalAirflow(tmp_path, compose.ports["8080"], {}, login=_login(tmp_path))
            airflow.wait_for_dag(DAG)
            run_id = airflow.trigger(DAG, {"business_date": "2026-09-03"})
            assert airflow.wait(DAG, run_id, seconds=300) == "success"
        with psycopg.connect(f"postgresql://doisoat:thu@127.0.0.1:{port}/doisoat") as warehouse:
            row = warehouse.execute("SELECT count(*), count(DISTINCT kind) FROM discrepancies").fetchone()
    assert row is not None and row[0] > 100 and row[1] == 23
    assert (tmp_path / "data" / "reports" / "H44" / "2026-09-03" / "report.html").is_file()


def _login(folder: Path) -> tuple[str, str]:
    """The log-in the simple auth manager made up for `admin`."""
    made_up = json.loads((folder / "airflow" / "simple_auth_manager_passwords.json.generated").read_text())
    return "admin", made_up["admin"]
