"""`python -m doisoat_airflow run`, the job of `make run`: refused, interrupted, resumed, and once more.

One home for all of them, in this order: each goes on from what the one before left.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from doisoat_airflow.processes import session_members
from tests.e2e.nights import DAY
from tests.e2e.run_files import artefacts, mails
from tests.e2e.simulated import IGATE, province_file

pytestmark = pytest.mark.timeout(400)

USUAL_PORTS = (8080, 8793, 18765)


@dataclass(frozen=True)
class Place:
    """A home and a folder of provinces, both with spaces in their names."""

    home: Path
    provinces: Path

    @property
    def report(self) -> Path:
        return self.home / "reports" / "H44" / DAY.isoformat() / "report.html"

    @contextmanager
    def started(self, job: str = "run", *options: str) -> Iterator[subprocess.Popen[str]]:
        """A job under way; ended, if the test has not, when the block ends."""
        command = [sys.executable, "-m", "doisoat_airflow", job, "--dossiers", "1000", "--home", str(self.home)]
        command += options
        environment = os.environ | {"DOISOAT_PROVINCES": str(self.provinces), "DOISOAT_RETRY_SECONDS": "1"}
        with subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.communicate(timeout=60)

    def finished(self) -> tuple[int, list[str]]:
        """Exit code and lines of a run that is left alone."""
        with self.started() as process:
            said, _ = process.communicate(timeout=300)
            return process.returncode, said.splitlines()

    def processes(self) -> list[psutil.Process]:
        """Live processes that belong to this home, whoever started them."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("DOISOAT_HOME") == str(self.home) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found


@contextmanager
def taken_ports() -> Iterator[None]:
    """Somebody else listens on the ports one thinks of first."""
    with ExitStack() as held:
        for port in USUAL_PORTS:
            with suppress(OSError):  # then it is taken already
                held.enter_context(socket.create_server(("127.0.0.1", port)))
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("make run")
    place = Place(folder / "a home", folder / "các tỉnh")
    place.provinces.mkdir()
    shutil.copy(IGATE, place.provinces)
    with taken_ports():
        yield place


@pytest.mark.slow
def test_a_run_that_cannot_succeed_says_why_and_where(place: Place) -> None:
    province_file(place.provinces / "phu_tho.yaml", IGATE, shop={"password_env": "TEST_NOT_SET"})
    code, said = place.finished()
    assert code == 2, said
    failed = next(line for line in said if "✗ land_shop" in line)
    assert "ConfigError: " in failed and "TEST_NOT_SET" in failed
    assert Path(said[said.index(failed) + 1].partition("nhật ký: ")[2]).is_file()
    assert any("không có báo cáo" in line and "(mã thoát 2)" in line for line in said)
    assert not place.report.exists() and place.processes() == []
    shutil.copy(IGATE, place.provinces)


def wait_for_line(process: subprocess.Popen[str], part: str) -> list[str]:
    """What was said up to and with the line that has `part` in it."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if part in line:
            return said
    raise AssertionError(f"{part!r} did not come: {said}")


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_ctrl_c_ends_every_process(place: Place) -> None:
    with place.started() as process:
        wait_for_line(process, "✓ stage")
        family = alive(psutil.Process(process.pid).children(recursive=True))
        names = " ".join(" ".join(one.cmdline()) for one in family)
        assert len(family) > 5 and "scheduler" in names and "doisoat_simulator.run" in names, names
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=240)
        assert process.returncode == 130, said
    assert "Đã dừng" in said and "Traceback" not in said
    assert alive(family) == [] and place.processes() == [] and session_members({process.pid}) == []


def test_the_next_run_goes_on_and_ends_with_the_report(place: Place) -> None:
    code, said = place.finished()
    assert code == 0, said
    text = "\n".join(said)
    assert "đã đọc Một cửa và Cổng DVCQG từ lần trước" in text
    assert "bị ngắt giữa chừng" in text
    assert next(line.split()[1] for line in said if line.strip().startswith("✓")) == "land_shop"
    assert f"Thư gửi lần này: {len(mails(place.home))}" in said
    assert said[-2].startswith("make run: ") and said[-2].endswith("có chênh lệch (mã thoát 1)")
    assert Path(said[-1]) == place.report and place.report.is_file()
    assert place.processes() == []


@pytest.mark.slow
def test_once_more_changes_nothing_and_sends_nothing(place: Place) -> None:
    if not place.report.is_file():  # run by itself, without the tests before it
        assert place.finished()[0] == 0
    before = artefacts(place.home)
    code, said = place.finished()
    assert code == 0, said
    assert artefacts(place.home) == before
    assert f"Thư gửi lần này: 0; {len(mails(place.home))} thư đã gửi lần trước, không gửi lại" in said
    assert Path(said[-1]) == place.report


@pytest.mark.slow
def test_a_second_airflow_in_the_same_home_is_refused(place: Place) -> None:
    with place.started() as first:
        wait_for_line(first, "Airflow chạy")
        code, said = place.finished()
        assert code == 2 and any(f"process {first.pid}" in line for line in said), said
        first.terminate()
        first.communicate(timeout=60)
        assert first.returncode == 130
    assert place.processes() == []


@pytest.mark.slow
def test_make_up_serves_the_dag_to_anybody_on_this_machine_until_ctrl_c(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, place.started("up", "--port", port_of(taken)) as process:
        said = wait_for_line(process, "Airflow:  ")
        address = re.search(r"(http://127\.0\.0\.1:(\d+))/dags/nightly_phu_tho", said[-1])
        assert address is not None and address[2] != port_of(taken), said
        assert any(line.startswith(f"Cổng {port_of(taken)} đang có chương trình khác dùng") for line in said)
        here = requests.Session()
        here.trust_env = False
        token = here.get(f"{address[1]}/auth/token", timeout=30).json()["access_token"]
        dag = here.get(
            f"{address[1]}/api/v2/dags/nightly_phu_tho", headers={"Authorization": f"Bearer {token}"}, timeout=30
        ).json()
        assert dag["dag_display_name"] == "Đối soát hằng đêm – Phú Thọ (H44)" and dag["is_paused"]
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert place.processes() == []


def port_of(listener: socket.socket) -> str:
    return str(listener.getsockname()[1])
