"""DAG integrity and policy: they parse, say who they are, retry, and are about the right day."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2
import pytest
import time_machine

from doisoat import errors
from doisoat.config import load_province
from doisoat.errors import ConfigError, DoisoatError, TerminalError, TransientError
from doisoat.model import VIETNAM
from doisoat.pipeline import CATALOGUE_STAGES, STAGES
from doisoat_airflow.business_date import business_date
from doisoat_airflow.catalogue_runbook import CATALOGUE_HELP, CATALOGUE_LABELS
from doisoat_airflow.runbook import FAILURE_MAIL, FAILURE_SUBJECT, STAGE_HELP, STAGE_LABELS

ROOT = Path(__file__).resolve().parents[2]
KNOWN_TAGS = {"doisoat", "nightly"}


@pytest.fixture(scope="module")
def dags() -> Iterator[dict[str, Any]]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags"))
    assert bag.import_errors == {}
    yield {name: dag for name, dag in bag.dags.items() if name.startswith("nightly_")}


@pytest.fixture(scope="module")
def catalogue_dags() -> dict[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags"))
    return {name: dag for name, dag in bag.dags.items() if name.startswith("catalogue_")}


def test_one_catalogue_dag_per_province_file_with_the_section(catalogue_dags: dict[str, Any]) -> None:
    provinces = ((file.stem, load_province(file)) for file in (ROOT / "dags" / "provinces").glob("*.yaml"))
    assert set(catalogue_dags) == {f"catalogue_{stem}" for stem, province in provinces if province.catalogue}
    assert "catalogue_phu_tho" in catalogue_dags


def test_the_catalogue_dag_keeps_the_same_policy(catalogue_dags: dict[str, Any]) -> None:
    for dag in catalogue_dags.values():
        order = [task.task_id for task in dag.topological_sort()]
        assert order == list(CATALOGUE_STAGES) == list(CATALOGUE_HELP) == list(CATALOGUE_LABELS)
        assert all(before.downstream_list == [after] for before, after in pairs(dag))
        assert set(dag.tags) >= {"doisoat", "catalogue"}
        assert dag.max_active_runs == 1 and dag.catchup is False and dag.start_date is None
        assert dag.timezone.name == dag.timetable.timezone.name == "Asia/Ho_Chi_Minh"
        assert dag.timetable.expression == "0 2 * * 0" and set(dag.params) == {"business_date", "late"}
        for task in dag.tasks:
            assert (task.owner, task.retries, task.multiple_outputs) == ("doisoat", 3, False)
            assert task.execution_timeout == timedelta(hours=4) and task.max_active_tis_per_dag == 1
            assert task.doc_md == CATALOGUE_HELP[task.task_id]
        assert not re.search(r"[{}]", dag.doc_md), "a placeholder was left"
        assert f"doisoat confirm {dag.dag_id.removeprefix('catalogue_')} <ngày> --catalogue" in dag.doc_md


def test_a_broken_province_file_takes_no_other_catalogue_away(tmp_path: Path) -> None:
    from doisoat_airflow.catalogue_factory import catalogue_dags

    good = (ROOT / "dags" / "provinces" / "phu_tho.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("province: nonsense", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(good.split("catalogue:")[0] + "rules: {}", encoding="utf-8")
    assert list(catalogue_dags(tmp_path)) == ["catalogue_a"]


def test_one_dag_per_province_file(dags: dict[str, Any]) -> None:
    files = {path.stem for path in (ROOT / "dags" / "provinces").glob("*.yaml")}
    assert set(dags) == {f"nightly_{stem}" for stem in files}
    assert "phu_tho" in files


def test_the_tasks_are_the_stages_in_their_order(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        order = [task.task_id for task in dag.topological_sort()]
        assert order == list(STAGES) == list(STAGE_HELP) == list(STAGE_LABELS)
        assert all(before.downstream_list == [after] for before, after in pairs(dag))


def pairs(dag: Any) -> Iterator[tuple[Any, Any]]:
    tasks = dag.topological_sort()
    return itertools.pairwise(tasks)


def test_policy(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert set(dag.tags) >= KNOWN_TAGS
        assert dag.max_active_runs == 1 and dag.catchup is False and dag.start_date is None
        assert dag.timezone.name == dag.timetable.timezone.name == "Asia/Ho_Chi_Minh"
        assert dag.description and set(dag.params) == {"business_date", "late", "full", "rewind"}
        for task in dag.tasks:
            assert task.owner == "doisoat"
            assert task.retries == 3 and task.retry_delay == timedelta(minutes=5)
            assert task.retry_exponential_backoff == 2.0 and task.max_retry_delay == timedelta(minutes=30)
            assert task.execution_timeout == timedelta(hours=4) and task.max_active_tis_per_dag == 1
            assert task.multiple_outputs is False  # or the run key would go on three times
            assert task.doc_md == STAGE_HELP[task.task_id] and task.task_id in task.task_display_name


def test_engineers_are_told_exactly_where_the_file_names_some(dags: dict[str, Any], tmp_path: Path) -> None:
    from doisoat_airflow.factory import nightly_dag

    for label, dag in dags.items():
        file = ROOT / "dags" / "provinces" / f"{label.removeprefix('nightly_')}.yaml"
        assert bool(dag.on_failure_callback) == bool(load_province(file).engineers)
    text = (ROOT / "dags" / "provinces" / "phu_tho.yaml").read_text(encoding="utf-8")
    file = tmp_path / "phu_tho.yaml"
    file.write_text(f"{text}\nengineers: [truc@phutho.example]\n", encoding="utf-8")
    notifier = nightly_dag("phu_tho", load_province(file)).on_failure_callback
    assert (notifier.to, notifier.from_email) == (["truc@phutho.example"], "doisoat@phutho.example")


@pytest.mark.parametrize(
    "context", [{}, {"ti": {"task_id": "stage", "log_url": "http://a/b"}, "params": {"business_date": "2026-09-03"}}]
)
def test_the_mail_about_a_failure_can_be_written_with_little_known(context: dict[str, Any]) -> None:
    strict = jinja2.Environment(undefined=jinja2.StrictUndefined)
    known = {"dag": {"dag_id": "nightly_x"}, "run_id": "manual__1"} | context
    subject, body = (strict.from_string(text).render(known) for text in (FAILURE_SUBJECT, FAILURE_MAIL))
    assert subject.startswith("[doisoat] nightly_x hỏng") and "\n" not in subject
    assert ("stage" in subject) == bool(context) == ("http://a/b" in body) == ("2026-09-03" in body)
    assert "nightly_x" in body and "manual__1" in body


SWITCHED_ON = {  # at this local time: the first night that runs by itself
    "2026-09-04 00:59:59": "2026-09-04 01:00",
    "2026-09-04 01:00:00": "2026-09-04 01:00",
    "2026-09-04 01:00:09": "2026-09-04 01:00",  # parsed a moment after the hour, before the scheduler looked
    "2026-09-04 01:30:00": "2026-09-05 01:00",
    "2026-09-04 15:00:00": "2026-09-05 01:00",
}


@pytest.mark.parametrize(("now", "first"), SWITCHED_ON.items())
def test_a_dag_switched_on_waits_for_the_night(dags: dict[str, Any], now: str, first: str) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    scheduled = DagSerialization.from_dict(DagSerialization.to_dict(dags["nightly_phu_tho"]))
    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=VIETNAM), tick=False):
        info = scheduled.next_dagrun_info(last_automated_run_info=None)
    assert info is not None and f"{info.run_after.astimezone(VIETNAM):%Y-%m-%d %H:%M}" == first


def test_the_text_of_a_dag_knows_every_stage_every_error_and_no_gap(dags: dict[str, Any]) -> None:
    bases = {DoisoatError, TerminalError, TransientError}
    kinds = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, DoisoatError)} - bases
    assert len(kinds) > 8
    for dag in dags.values():
        text = dag.doc_md
        assert [kind.__name__ for kind in kinds if f"`{kind.__name__}`" not in text] == []
        named = set(re.findall(r"`(?:doisoat )?([a-z_]+)`", text))
        assert {
            "land_shop",
            "stage",
            "validate",
            "publish",
            "alert",
            "recheck",
            "business_date",
            "late",
            "rewind",
        } <= named
        assert f"doisoat confirm {dag.dag_id.removeprefix('nightly_')} " in text
        assert f"backfill create --dag-id {dag.dag_id} --max-active-runs 1" in text
        assert not re.search(r"[{}]", text), "a placeholder was left"


def test_a_broken_province_file_takes_only_its_own_dag_away(tmp_path: Path) -> None:
    from doisoat_airflow.factory import nightly_dags

    good = (ROOT / "dags" / "provinces" / "phu_tho.yaml").read_text(encoding="utf-8")
    (tmp_path / "a_good.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "b_bad.yaml").write_text(
        good.replace("province: H44", "province: H99\nshopp: 1").replace("[H44,", "[H99, H44,"), encoding="utf-8"
    )
    (tmp_path / "c_twice.yaml").write_text(good, encoding="utf-8")
    found = nightly_dags(tmp_path)
    assert [task.task_id for task in found["nightly_a_good"].tasks] == list(STAGES)
    assert [task.task_id for task in found["nightly_b_bad"].tasks] == ["configuration"]
    assert "b_bad.yaml:" in found["nightly_b_bad"].doc_md and "shopp" in found["nightly_b_bad"].doc_md
    assert "a_good.yaml" in found["nightly_c_twice"].doc_md
    assert found["nightly_b_bad"].on_failure_callback is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("province: H99\nengineers: [a@b.vn, 7, nobody]\nmail: {sender: c@d.vn}\n", (["a@b.vn"], "c@d.vn")),
        ("engineers: [a@b.vn]\nmail: nonsense\n", None),
        ("engineers: a@b.vn\n", (["a@b.vn"], "doisoat@localhost")),
        ("- just\n- a list\n", None),
        ("engineers: [a@b.vn\n", None),
        ("\x00\x01", None),
        ("", None),
    ],
)
def test_a_broken_file_tells_whom_it_still_can(tmp_path: Path, text: str, told: tuple[list[str], str] | None) -> None:
    from doisoat_airflow.factory import nightly_dags

    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    notifier = nightly_dags(tmp_path)["nightly_bad"].on_failure_callback
    assert (notifier and (notifier.to, notifier.from_email)) == told


def test_a_file_that_is_no_text_breaks_its_own_dag_only(tmp_path: Path) -> None:
    from doisoat_airflow.factory import nightly_dags

    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00province")
    assert [task.task_id for task in nightly_dags(tmp_path)["nightly_bad"].tasks] == ["configuration"]


FIRED = datetime(2026, 9, 3, 18, tzinfo=UTC)  # 01:00 on 4 September in Vietnam


def test_scheduled_run_is_about_the_day_that_just_ended() -> None:
    assert business_date(None, FIRED, FIRED) == date(2026, 9, 3)


def test_manual_run_without_logical_date_takes_the_day_before_it_was_asked_for() -> None:
    assert business_date(None, None, datetime(2026, 9, 4, 9, tzinfo=VIETNAM)) == date(2026, 9, 3)


def test_backfill_is_about_its_logical_date_not_about_today() -> None:
    assert business_date(None, datetime(2026, 8, 1, 1, tzinfo=VIETNAM), FIRED) == date(2026, 7, 31)


def test_the_parameter_wins() -> None:
    assert business_date("2026-01-31", FIRED, FIRED) == date(2026, 1, 31)


def test_a_parameter_that_is_no_day_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="business_date"):
        business_date("31/01/2026", FIRED, FIRED)
