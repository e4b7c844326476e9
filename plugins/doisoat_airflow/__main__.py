"""`make run` and `make up`: a real Airflow and the simulator on this machine, and one night through them.

`python -m doisoat_airflow run` ends with the report's path; `… up` serves the UI until Ctrl-C.
"""

from __future__ import annotations

import os
import time
from datetime import date as day
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from doisoat.errors import DoisoatError
from doisoat.outcome import night_outcome, print_outcome
from doisoat.pipeline import open_night
from doisoat_airflow.local_airflow import LocalAirflow, local_airflow
from doisoat_simulator.run import simulator_process

app = typer.Typer(help=__doc__, no_args_is_help=True)
console = Console(stderr=False, highlight=False)
Home = Annotated[Path, typer.Option(help="Thư mục dữ liệu / all data")]


@app.command()
def run(
    province: str = "phu_tho",
    date: str = "2026-09-03",
    dossiers: int = 20_000,
    seed: int = 1,
    home: Home = Path("var"),
) -> None:
    """Run one night of one province through Airflow's scheduler against the simulator."""
    home = home.resolve()
    started = time.monotonic()
    try:
        _run(province, date, dossiers, seed, home)
    except DoisoatError as error:
        console.print(f"[red]{type(error).__name__}[/]: {error}")
        raise typer.Exit(int(error.exit_code)) from None
    console.print(f"make run: {time.monotonic() - started:.0f} s")
    console.print(str(open_night(province, date, home=home).files.report / "report.html"), soft_wrap=True)


def _run(province: str, date: str, dossiers: int, seed: int, home: Path) -> None:
    dag_id = f"nightly_{province}"
    console.print(f"Khởi động bộ mô phỏng ({dossiers:,} hồ sơ) và Airflow…")
    with (
        simulator_process(dossiers=dossiers, seed=seed, business_date=day.fromisoformat(date)) as simulator,
        local_airflow(home / "airflow", extra=simulator_environment(simulator, home)) as airflow,
    ):
        airflow.wait_for_dag(dag_id)
        run_id = airflow.trigger(dag_id, {"business_date": date})
        state = _watch(airflow, dag_id, run_id)
    outcome = night_outcome(open_night(province, date, home=home))
    if state != "success":
        console.print(f"[red]DAG {dag_id}: {state}[/] – nhật ký ở {home / 'airflow' / 'logs'}")
        raise typer.Exit(1)
    print_outcome(console, outcome)


def simulator_environment(base_url: str, home: Path) -> dict[str, str]:
    """What the province file's `…_env` names are set to when the simulator plays both sides."""
    password = os.environ.get("DOISOAT_SIMULATOR_PASSWORD", "mat-khau-thu")
    return {
        "DOISOAT_HOME": str(home),
        "DOISOAT_SHOP_URL": f"{base_url}/igate",
        "DOISOAT_PORTAL_EXPORT_URL": f"{base_url}/portal-export",
        "DOISOAT_PORTAL_URL": f"{base_url}/adapter/XrdAdapter/RestService/forward",
        "DOISOAT_SHOP_USER": "doisoat",
        "DOISOAT_SHOP_PASSWORD": password,
        "DOISOAT_PORTAL_USER": "doisoat",
        "DOISOAT_PORTAL_PASSWORD": password,
    }


def _watch(airflow: LocalAirflow, dag_id: str, run_id: str) -> str:
    """Print each task as it ends; the DAG run's final state."""
    seen: set[tuple[Any, ...]] = set()

    def show() -> None:
        for task in airflow.tasks(dag_id, run_id):
            mark = (task["task_id"], task["try_number"], task["state"])
            if task["state"] in {"success", "failed", "up_for_retry"} and mark not in seen:
                seen.add(mark)
                console.print(f"  {task['task_id']:<12} {task['state']:<13} {task.get('duration') or 0:6.1f} s")

    state = airflow.wait(dag_id, run_id, seconds=6 * 3600, on_poll=show)
    show()
    return state


@app.command()
def up(
    dossiers: int = 20_000,
    seed: int = 1,
    date: str = "2026-09-03",
    port: int = 8080,
    home: Home = Path("var"),
) -> None:
    """Start Airflow with its UI and the simulator, until Ctrl-C."""
    home = home.resolve()
    with (
        simulator_process(dossiers=dossiers, seed=seed, business_date=day.fromisoformat(date)) as simulator,
        local_airflow(home / "airflow", port=port, extra=simulator_environment(simulator, home)) as airflow,
    ):
        airflow.wait_for_dag("nightly_phu_tho")
        console.print(f"Airflow: {airflow.base}   (DAG nightly_phu_tho, business_date = {date})")
        console.print(f"Bộ mô phỏng: {simulator}   Ctrl-C để dừng")
        try:
            while all(process.poll() is None for process in airflow.processes.values()):
                time.sleep(1)
        except KeyboardInterrupt:
            console.print("Đang dừng…")


if __name__ == "__main__":
    app()
