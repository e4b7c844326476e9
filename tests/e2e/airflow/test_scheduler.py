"""The nights under a real scheduler: processes, retries after a kill, failures told once, backfill in order."""

from __future__ import annotations

import email
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from doisoat.errors import ExitCode, SourceUnavailable
from doisoat.model import VIETNAM
from doisoat.pipeline import STAGES
from doisoat.pipeline.periods import PERIOD_STAGES
from doisoat_airflow.night_watch import NightWatch
from doisoat_airflow.task_log import KILLED, NIGHT_LOGGER, exit_code, failure_sentence, night_sentence, read_events
from tests.e2e.airflow.drill import (
    BACKFILLED,
    BROKEN,
    ENGINEER,
    LOCKED_OUT,
    NIGHTLY,
    SENDER,
    SHAKY,
    WRONG_PASSWORD,
    Drill,
    Row,
    drill,
    wait_until,
)
from tests.e2e.nights import DAY
from tests.e2e.run_files import artefacts, mails, sightings

pytestmark = pytest.mark.timeout(600)

PERIOD_REPORT = "period_report_phu_tho"
KEY = {"province_code": "H44", "business_date": DAY.isoformat()}
NIGHTS = (DAY + timedelta(days=1), DAY + timedelta(days=2))  # 01:00 of these tells about DAY and the day after it
SHOP_503 = {"path": "^/opencps", "kind": "server_error", "times": 1}


@dataclass(frozen=True)
class Ran:
    """A finished run and the bytes it left."""

    run_id: str
    state: str
    left: dict[str, bytes]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    with drill(tmp_path_factory.mktemp("scheduler")) as started:
        yield started


@pytest.fixture(scope="module")
def runs(running: Drill) -> dict[str, str]:
    """All runs but the disturbed one, triggered at once: DAG id -> run id."""
    running.simulator.misbehave(SHOP_503)
    conf = {"business_date": DAY.isoformat()}
    return {dag_id: running.airflow.trigger(dag_id, conf) for dag_id in (NIGHTLY, LOCKED_OUT, SHAKY, BROKEN)}


def _created(running: Drill, asked: dict[str, Any]) -> int:
    """The id of a new backfill. While the scheduler writes, SQLite refuses one at once, so it is asked for again."""
    for _ in range(200):
        try:
            return int(running.airflow.call("POST", "/backfills", asked)["id"])
        except SourceUnavailable as error:
            if "Database is locked" not in str(error):
                raise
    raise AssertionError("the scheduler never let go of its database")


@pytest.fixture(scope="module")
def backfilled(running: Drill, runs: dict[str, str]) -> list[Row]:
    """The finished runs of a backfill of two nights, in the order of their logical dates."""
    running.airflow.set_paused(BACKFILLED, False)
    first, last = (f"{night}T01:00:00+07:00" for night in NIGHTS)
    asked = {"dag_id": BACKFILLED, "from_date": first, "to_date": last, "max_active_runs": 1, "run_backwards": False}
    backfill = _created(running, asked | {"reprocess_behavior": "none", "dag_run_conf": {}})
    query = "SELECT * FROM dag_run WHERE backfill_id = :backfill ORDER BY logical_date"
    run_ids = [row["run_id"] for row in running.rows(query, backfill=backfill)]
    for run_id in run_ids:
        running.finished(BACKFILLED, run_id)
    return running.rows(query, backfill=backfill)


@pytest.fixture(scope="module")
def undisturbed(running: Drill, runs: dict[str, str]) -> Ran:
    state = running.finished(NIGHTLY, runs[NIGHTLY])
    return Ran(runs[NIGHTLY], state, artefacts(running.home))


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that are not the same bytes in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def task_log(running: Drill, dag_id: str, run_id: str, task_id: str, attempt: int = 1) -> Path:
    return running.airflow.task_log(dag_id, run_id, task_id, attempt)


def test_no_run_starts_by_itself_when_a_dag_is_switched_on(running: Drill, undisturbed: Ran) -> None:
    assert running.rows("SELECT run_id FROM dag_run WHERE run_type = 'scheduled' AND dag_id = :dag", dag=NIGHTLY) == []


def test_the_scheduler_ran_every_stage_in_a_process_of_its_own(running: Drill, undisturbed: Ran) -> None:
    run, tasks = running.run(NIGHTLY, undisturbed.run_id), running.tasks(NIGHTLY, undisturbed.run_id)
    schedulers = running.rows("SELECT id FROM job WHERE job_type = 'SchedulerJob'")
    assert undisturbed.state == "success" and run["run_type"] == "manual"
    assert [{"id": run["scheduled_by_job_id"]}] == schedulers
    assert set(tasks) == set(STAGES)
    assert {(row["state"], row["try_number"]) for row in tasks.values()} == {("success", 1)}
    assert {row["queued_by_job_id"] for row in tasks.values()} == {run["scheduled_by_job_id"]}
    pids = [row["pid"] for row in tasks.values()]
    parts = {process.pid for process in running.airflow.processes.values()}
    assert len(set(pids)) == len(STAGES) and not set(pids) & (parts | {os.getpid()})
    ends = [(tasks[name]["start_date"], tasks[name]["end_date"]) for name in STAGES]
    assert all(before[1] <= after[0] for before, after in pairwise(ends))


def test_only_the_run_key_goes_from_task_to_task(running: Drill, undisturbed: Ran) -> None:
    handed_on = running.handed_on(NIGHTLY, undisturbed.run_id)
    assert handed_on == {name: {"return_value": KEY} for name in STAGES}


def test_every_log_says_in_one_line_what_the_stage_did(running: Drill, undisturbed: Ran) -> None:
    logs = {name: task_log(running, NIGHTLY, undisturbed.run_id, name) for name in STAGES}
    for name, log in logs.items():
        said = [event for event in read_events(log) if event.get("logger") == NIGHT_LOGGER]
        assert len(said) == 1 and str(said[0]["event"]).startswith(f"H44/{DAY}, {name}: "), name
        warned = [event for event in read_events(log) if event["level"] in {"warning", "error", "critical"}]
        assert warned == [], name
    assert "trọn vẹn" in night_sentence(logs["land_shop"])
    assert "= dùng " in night_sentence(logs["stage"])
    assert "không so được" in night_sentence(logs["reconcile"])
    assert "đối soát ĐẦY ĐỦ" in night_sentence(logs["assess"])
    assert f"lần này gửi {len(mails(running.home))} thư" in night_sentence(logs["alert"])


def test_a_terminal_error_fails_at_once_and_nothing_follows(running: Drill, runs: dict[str, str]) -> None:
    run_id = runs[LOCKED_OUT]
    assert running.finished(LOCKED_OUT, run_id) == "failed"
    tasks = running.tasks(LOCKED_OUT, run_id)
    assert (tasks["land_shop"]["state"], tasks["land_shop"]["try_number"]) == ("failed", 1)
    assert running.earlier_attempts(LOCKED_OUT, run_id) == {}
    assert {tasks[name]["state"] for name in STAGES if name != "land_shop"} == {"upstream_failed"}
    why = failure_sentence(task_log(running, LOCKED_OUT, run_id, "land_shop"))
    assert why.startswith("SourceRefused: ") and exit_code(why) is ExitCode.UNREACHABLE


def test_a_transient_error_is_tried_again(running: Drill, runs: dict[str, str]) -> None:
    run_id = runs[SHAKY]
    assert running.finished(SHAKY, run_id) == "failed"  # of the portal, which is not there at all
    tasks = running.tasks(SHAKY, run_id)
    assert (tasks["land_shop"]["state"], tasks["land_shop"]["try_number"]) == ("success", 2)
    assert failure_sentence(task_log(running, SHAKY, run_id, "land_shop")).startswith("SourceUnavailable: ")
    assert (tasks["land_portal"]["state"], tasks["land_portal"]["try_number"]) == ("failed", 1)
    assert exit_code(failure_sentence(task_log(running, SHAKY, run_id, "land_portal"))) is ExitCode.USAGE


def test_the_engineers_get_one_mail_for_each_failed_night(
    running: Drill, runs: dict[str, str], undisturbed: Ran
) -> None:
    failing = {LOCKED_OUT: "land_shop", SHAKY: "land_portal", BROKEN: "configuration"}
    for dag_id in failing:
        running.finished(dag_id, runs[dag_id])
    server = running.mail_server
    wait_until(lambda: len(server.accepted) >= len(failing), 60, "the mails about failures")
    told = {str(mail["Subject"]): (sender, to, mail) for sender, to, mail in map(read_mail, server.accepted)}
    assert sorted(told) == sorted(f"[doisoat] {dag_id} hỏng ở chặng {task_id}" for dag_id, task_id in failing.items())
    assert len(server.accepted) == len(failing)
    for subject, (sender, to, mail) in told.items():
        assert (sender, to) == (SENDER, [ENGINEER])
        body = mail.get_body(("html", "plain"))
        assert body is not None
        text = body.get_content()
        dag_id = subject.split()[1]
        assert dag_id in text and f"/dags/{dag_id}/runs/" in text and failing[dag_id] in text
        assert DAY.isoformat() in text


def read_mail(accepted: tuple[str, list[str], bytes]) -> tuple[str, list[str], EmailMessage]:
    sender, recipients, content = accepted
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return sender, recipients, message


def test_a_broken_province_file_says_so_in_its_own_dag_only(running: Drill, runs: dict[str, str]) -> None:
    assert running.finished(BROKEN, runs[BROKEN]) == "failed"
    why = failure_sentence(task_log(running, BROKEN, runs[BROKEN], "configuration"))
    assert why.startswith("ConfigError: ") and "broken.yaml" in why and "shopp" in why


def test_a_person_at_the_terminal_is_told_why(running: Drill, runs: dict[str, str], undisturbed: Ran) -> None:
    told = {}
    for dag_id in (NIGHTLY, LOCKED_OUT, SHAKY):
        running.finished(dag_id, runs[dag_id])
        console = Console(width=2_000, record=True, file=io.StringIO())
        watch = NightWatch(running.airflow, dag_id, runs[dag_id], console)
        watch.look()
        watch.look()
        told[dag_id] = console.export_text()
    assert [line.split()[:2] for line in told[NIGHTLY].splitlines()] == [["✓", name] for name in STAGES]
    first, where, *rest = told[LOCKED_OUT].splitlines()
    assert first.strip().startswith("✗ land_shop: SourceRefused: ")
    assert Path(where.partition(": ")[2]).is_file()
    assert len(rest) == len(STAGES) - 1 and all("không chạy" in line for line in rest)
    again, success, failed, *_ = told[SHAKY].splitlines()
    assert "↻ land_shop: lần 1 hỏng" in again and "SourceUnavailable" in again
    assert success.split()[:2] == ["✓", "land_shop"] and "✗ land_portal: ConfigError" in failed


def test_a_backfill_runs_its_nights_one_after_the_other(running: Drill, backfilled: list[Row]) -> None:
    logical = [datetime.fromisoformat(row["logical_date"]).replace(tzinfo=UTC) for row in backfilled]
    assert [moment.astimezone(VIETNAM).date() for moment in logical] == list(NIGHTS)
    assert [row["run_type"] for row in backfilled] == ["backfill", "backfill"]
    assert [row["state"] for row in backfilled] == ["success", "success"]
    about = [running.handed_on(BACKFILLED, row["run_id"])["alert"]["return_value"] for row in backfilled]
    days = [(DAY + timedelta(days=number)).isoformat() for number in range(2)]
    assert about == [{"province_code": "H48", "business_date": day} for day in days]
    assert backfilled[0]["end_date"] <= backfilled[1]["start_date"]
    for day in days:
        assert (running.home / "reports" / "H48" / day / "report.html").is_file()


def test_nothing_personal_and_no_password_stands_in_any_log(
    running: Drill, undisturbed: Ran, backfilled: list[Row]
) -> None:
    world, logs = running.simulator.world, running.home / "airflow"
    assert len(list(logs.rglob("attempt=*.log"))) > 2 * len(STAGES)
    assert sightings(logs, [*world.canaries, WRONG_PASSWORD], world.secret_codes) == []


@pytest.mark.slow
def test_the_forms_of_a_period_are_made_from_a_finished_night(running: Drill, undisturbed: Ran) -> None:
    """And a run about a day on which nothing has ended is skipped, which is no failure."""
    asked: dict[str, dict[str, Any]] = {"made": {"period": "2026-08"}, "skipped": {"business_date": "2026-07-29"}}
    run_ids = {name: running.airflow.trigger(PERIOD_REPORT, conf) for name, conf in asked.items()}
    assert {running.finished(PERIOD_REPORT, run_id) for run_id in run_ids.values()} == {"success"}
    made, skipped = (running.tasks(PERIOD_REPORT, run_ids[name]) for name in asked)
    assert {name: (row["state"], row["map_index"]) for name, row in made.items()} == {
        "periods_due": ("success", -1),
        **dict.fromkeys(PERIOD_STAGES, ("success", 0)),
    }
    assert {row["state"] for row in skipped.values()} == {"skipped"}
    published = running.home / "periods" / "H44" / "2026-08"
    assert (published / "07b.pdf").is_file() and len(list(published.glob("07a/*.pdf"))) > 100
    told = json.loads((published / "period.json").read_text(encoding="utf-8"))
    assert (told["business_date"], told["is_provisional"]) == (DAY.isoformat(), False)
    logs = (running.home / "airflow" / "logs" / f"dag_id={PERIOD_REPORT}").rglob("map_index=0/attempt=1.log")
    said = {sentence.partition(":")[0] for log in logs if (sentence := night_sentence(log))}
    assert said == {f"H44/{DAY}, 2026-08, {name}" for name in PERIOD_STAGES}


@pytest.mark.slow
def test_killed_tasks_are_tried_again_and_leave_the_same_bytes(
    running: Drill, undisturbed: Ran, backfilled: list[Row]
) -> None:
    """SIGKILL hits a task in the middle of its look-ups, and another in the middle of its mails."""
    running.forget_everything()
    running.simulator.forget()
    running.simulator.misbehave({"path": "^/adapter", "kind": "latency", "seconds": 3})
    run_id = running.airflow.trigger(NIGHTLY, {"business_date": DAY.isoformat()})
    asked = "/adapter/"
    looking = running.kill_task(
        run_id, "recheck", lambda: any(asked in call["path"] for call in running.simulator.asked())
    )
    running.simulator.misbehave()
    outbox = running.home / "outbox" / "new"
    mailing = running.kill_task(run_id, "alert", lambda: any(outbox.glob("*.eml")))
    halfway = {path.name: path.stat() for path in outbox.glob("*.eml")}
    assert running.finished(NIGHTLY, run_id) == "success"

    tasks, earlier = running.tasks(NIGHTLY, run_id), running.earlier_attempts(NIGHTLY, run_id)
    assert {name: row["try_number"] for name, row in tasks.items() if row["try_number"] != 1} == {
        "recheck": 2,
        "alert": 2,
    }
    assert {name: [row["pid"] for row in rows] for name, rows in earlier.items()} == {
        "recheck": [looking],
        "alert": [mailing],
    }
    assert failure_sentence(task_log(running, NIGHTLY, run_id, "recheck")).startswith(KILLED)
    assert differing(artefacts(running.home), undisturbed.left) == []
    after = {name: (outbox / name).stat() for name in halfway}
    assert 0 < len(halfway) < len(mails(running.home))
    assert {name: (one.st_ino, one.st_mtime_ns) for name, one in halfway.items()} == {
        name: (one.st_ino, one.st_mtime_ns) for name, one in after.items()
    }


@pytest.mark.slow
def test_every_task_killed_once_leaves_the_same_bytes(running: Drill, undisturbed: Ran) -> None:
    running.forget_everything()
    run_id = running.airflow.trigger(NIGHTLY, {"business_date": DAY.isoformat()})
    for name in STAGES:
        running.kill_task(run_id, name, lambda: True)
    assert running.finished(NIGHTLY, run_id) == "success"
    assert {row["try_number"] for row in running.tasks(NIGHTLY, run_id).values()} == {2}
    assert differing(artefacts(running.home), undisturbed.left) == []
