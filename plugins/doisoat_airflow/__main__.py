"""`make run` and `make up`: a real Airflow and the simulator on this machine, and one night through them.

`python -m doisoat_airflow run` ends with the report's path; `… up` serves the UI until Ctrl-C; `… pools` makes a real
deployment's pools.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from doisoat.errors import DoisoatError, ExitCode, SourceUnavailable
from doisoat.outcome import EXIT_WORDS, night_outcome, print_outcome
from doisoat.pipeline import Night, open_night
from doisoat.rules.text import number
from doisoat_airflow.local_airflow import LocalAirflow, local_airflow
from doisoat_airflow.night_watch import NightWatch
from doisoat_airflow.pools import make_missing_pools
from doisoat_airflow.processes import ended_like_ctrl_c, free_port, port_or_free
from doisoat_airflow.replay import Before
from doisoat_airflow.task_log import exit_code
from doisoat_simulator.run import simulator_process

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console(stderr=False, highlight=False, soft_wrap=True)
Home = Annotated[Path, typer.Option(help="Thư mục dữ liệu / all data")]
Dossiers = Annotated[int, typer.Option(min=1, help="Số hồ sơ mô phỏng / dossiers of the simulator")]
Date = Annotated[str, typer.Option(help="Ngày đối soát / business date")]
_PATIENCE_SECONDS = 6 * 3600
_FAILED = 1  # a bug or a kill: no exit code of the command line fits


@app.command()
def run(
    province: str = "phu_tho",
    date: Date = "2026-09-03",
    dossiers: Dossiers = 20_000,
    seed: int = 1,
    home: Home = Path("var"),
) -> None:
    """Run one night of one province through Airflow's scheduler against the simulator."""
    started = time.monotonic()
    with _told_in_words():
        night = open_night(province, date, home=home.resolve())
        before = Before.of(night)
        for line in before.lines(night):
            console.print(escape(line))
        with _surroundings(night, dossiers, seed) as (airflow, _):
            watch = _run_night(airflow, f"nightly_{province}", date)
            published = watch.states().get("publish") == "success"
        seconds = f"make run: {time.monotonic() - started:.0f} s"
        if not published:
            raise typer.Exit(_tell_failure(watch, seconds))
        _tell_outcome(night, before, watch.failure, seconds)


@app.command()
def up(
    province: str = "phu_tho",
    date: Date = "2026-09-03",
    dossiers: Dossiers = 20_000,
    seed: int = 1,
    port: Annotated[int, typer.Option(help="Cổng của giao diện / port of the UI")] = 8080,
    home: Home = Path("var"),
) -> None:
    """Start Airflow with its UI and the simulator, until Ctrl-C."""
    with _told_in_words(interrupted=ExitCode.CLEAN):
        night = open_night(province, date, home=home.resolve())
        chosen = port_or_free(port)
        if chosen != port:
            console.print(f"Cổng {port} đang có chương trình khác dùng: lấy cổng {chosen}.")
        with _surroundings(night, dossiers, seed, port=chosen) as (airflow, simulator):
            airflow.wait_for_dag(f"nightly_{province}")
            console.print(f"\nAirflow:       [bold]{airflow.base}/dags/nightly_{province}[/]   (không cần đăng nhập)")
            console.print(f"Bộ mô phỏng:   {simulator}   ({number(dossiers)} hồ sơ, đứng yên ở cuối ngày {date})")
            console.print(f"Chạy một đêm:  nút Trigger, đặt business_date = {date}")
            console.print("Dừng:          Ctrl-C")
            while True:
                airflow.require_parts()
                time.sleep(1)


@app.command()
def pools() -> None:
    """Make the Airflow pools of the outside systems that are missing; DOISOAT_POOL_SLOTS switches them on."""
    with _told_in_words():
        made = make_missing_pools()
        console.print(f"Đã tạo {len(made)} pool: {', '.join(made)}" if made else "Không thiếu pool nào.")


@contextmanager
def _told_in_words(interrupted: ExitCode = ExitCode.INTERRUPTED) -> Iterator[None]:
    """Errors a user may see become one sentence and an exit code; Ctrl-C and SIGTERM end everything."""
    try:
        with ended_like_ctrl_c():
            yield
    except DoisoatError as error:
        console.print(f"[red]{type(error).__name__}[/]: {escape(str(error))}")
        raise typer.Exit(int(error.exit_code)) from None
    except KeyboardInterrupt:
        console.print("\nĐã dừng; mọi tiến trình đã kết thúc.")
        raise typer.Exit(int(interrupted)) from None


@contextmanager
def _surroundings(
    night: Night, dossiers: int, seed: int, port: int | None = None
) -> Iterator[tuple[LocalAirflow, str]]:
    """Airflow and the simulator, started side by side; the simulator's address with it."""
    console.print(f"Khởi động Airflow và bộ mô phỏng ({number(dossiers)} hồ sơ)…")
    simulator_port = free_port()
    address = f"http://127.0.0.1:{simulator_port}"
    home = night.settings.home
    with local_airflow(home / "airflow", port=port, extra=simulator_environment(address, home)) as airflow:
        try:
            with simulator_process(
                dossiers=dossiers, seed=seed, business_date=night.key.business_date, port=simulator_port
            ):
                yield airflow, address
        except RuntimeError as error:
            raise SourceUnavailable(str(error)) from None


def simulator_environment(base_url: str, home: Path) -> dict[str, str]:
    """What the province file's `…_env` names are set to when the simulator plays both sides."""
    password = os.environ.get("DOISOAT_SIMULATOR_PASSWORD", "mat-khau-thu")
    return {
        "DOISOAT_HOME": str(home),
        "DOISOAT_RETRY_SECONDS": os.environ.get("DOISOAT_RETRY_SECONDS", "10"),
        "DOISOAT_SHOP_URL": f"{base_url}/igate",
        "DOISOAT_PORTAL_EXPORT_URL": f"{base_url}/portal-export",
        "DOISOAT_PORTAL_URL": f"{base_url}/adapter/XrdAdapter/RestService/forward",
        "DOISOAT_PORTAL_REPORTS_URL": base_url,
        "DOISOAT_SHOP_USER": "doisoat",
        "DOISOAT_SHOP_PASSWORD": password,
        "DOISOAT_PORTAL_USER": "doisoat",
        "DOISOAT_PORTAL_PASSWORD": password,
    }


def _run_night(airflow: LocalAirflow, dag_id: str, date: str) -> NightWatch:
    """One run of the DAG from trigger to end, told as it goes; the DAG is paused again afterwards."""
    airflow.wait_for_dag(dag_id)
    for left in airflow.end_unfinished(dag_id):
        console.print(f"Lần chạy trước bị ngắt giữa chừng ({left}): đã đánh dấu hỏng, chạy lại từ chỗ dừng.")
    run_id = airflow.trigger(dag_id, {"business_date": date})
    console.print(f"Airflow chạy {dag_id}, {run_id}:")
    watch = NightWatch(airflow, dag_id, run_id, console)
    try:
        airflow.wait(dag_id, run_id, seconds=_PATIENCE_SECONDS, on_poll=watch.look)
        watch.look()
    finally:
        with suppress(SourceUnavailable):
            airflow.set_paused(dag_id, True)
    return watch


def _tell_outcome(night: Night, before: Before, failure: str, seconds: str) -> None:
    """The night in one screen; the exit code in words and the report's path come last."""
    outcome = night_outcome(night)
    print_outcome(console, outcome)
    for line in before.mail_lines(night):
        console.print(escape(line))
    if failure:  # of a stage after the report
        console.print(f"[red]Báo cáo đã có, nhưng chặng sau đó hỏng[/]: {escape(failure)}")
    code = ExitCode(outcome["exit_code"])
    console.print(f"\n{seconds}, {EXIT_WORDS[code]} (mã thoát {int(code)})")
    console.print(escape(str(night.files.report / "report.html")))


def _tell_failure(watch: NightWatch, seconds: str) -> int:
    """No report this time: why, and the exit code the command line would have ended with."""
    code = exit_code(watch.failure)
    words = f"{EXIT_WORDS[code]} (mã thoát {int(code)})" if code else "lỗi ngoài dự kiến"
    console.print(f"\n{seconds}, [red]không có báo cáo[/]: {words}")
    console.print(f"{escape(watch.failure)}\nNhật ký của Airflow: {escape(str(watch.airflow.home / 'logs'))}")
    return int(code) if code else _FAILED


if __name__ == "__main__":
    sys.exit(app())
