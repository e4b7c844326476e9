"""DAG integrity and policy: they parse, say who they are, retry, and are about the right day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doisoat.errors import ConfigError
from doisoat.model import VIETNAM
from doisoat.pipeline import STAGES
from doisoat_airflow.business_date import business_date
from doisoat_airflow.runbook import STAGE_HELP

ROOT = Path(__file__).resolve().parents[2]
KNOWN_TAGS = {"doisoat", "nightly"}


@pytest.fixture(scope="module")
def dags() -> Iterator[dict[str, Any]]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags"))
    assert bag.import_errors == {}
    yield dict(bag.dags)


def test_one_dag_per_province_file(dags: dict[str, Any]) -> None:
    files = {path.stem for path in (ROOT / "dags" / "provinces").glob("*.yaml")}
    assert set(dags) == {f"nightly_{stem}" for stem in files}
    assert "phu_tho" in files


def test_the_tasks_are_the_stages_in_their_order(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        order = [task.task_id for task in dag.topological_sort()]
        assert order == list(STAGES) == list(STAGE_HELP)


def test_policy(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert set(dag.tags) >= KNOWN_TAGS
        assert dag.max_active_runs == 1 and dag.catchup is False
        assert dag.timezone.name == "Asia/Ho_Chi_Minh"
        assert "Chạy lại" in dag.doc_md and dag.description
        for task in dag.tasks:
            assert task.owner == "doisoat"
            assert task.retries == 3 and task.retry_exponential_backoff
            assert task.execution_timeout == timedelta(hours=4)
            assert task.doc_md


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
