"""The DAGs of the statutory forms: they parse, keep the policy, and know which periods have just ended."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doisoat.config import load_province
from doisoat.errors import ConfigError
from doisoat.model import VIETNAM
from doisoat.pipeline.periods import PERIOD_STAGES
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reporting_periods import just_ended
from doisoat_airflow.period_factory import WITHIN_DAYS, period_dags, periods_due
from doisoat_airflow.period_runbook import PERIOD_HELP, PERIOD_LABELS

ROOT = Path(__file__).resolve().parents[2]
STATUTORY, CALENDAR = PeriodDefinition.STATUTORY, PeriodDefinition.CALENDAR


@pytest.fixture(scope="module")
def dags() -> dict[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags"))
    assert bag.import_errors == {}
    return {name: dag for name, dag in bag.dags.items() if name.startswith("period_report_")}


def test_one_dag_per_province_file(dags: dict[str, Any]) -> None:
    assert set(dags) == {f"period_report_{file.stem}" for file in (ROOT / "dags" / "provinces").glob("*.yaml")}
    assert "period_report_phu_tho" in dags


def test_policy(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        order = [task.task_id for task in dag.topological_sort()]
        assert order == ["periods_due", *PERIOD_STAGES]
        assert list(PERIOD_STAGES) == list(PERIOD_HELP) == list(PERIOD_LABELS)
        assert set(dag.tags) >= {"doisoat", "period_report"}
        assert dag.max_active_runs == 1 and dag.catchup is False and dag.start_date is None
        assert dag.timezone.name == dag.timetable.timezone.name == "Asia/Ho_Chi_Minh"
        assert dag.timetable.expression == "0 3 15 * *"
        assert set(dag.params) == {"period", "calendar", "business_date"}
        for task in dag.tasks:
            assert task.owner == "doisoat" and task.retries == 6 and task.max_active_tis_per_dag == 1
            assert (
                task.execution_timeout == timedelta(hours=4) and task.doc_md and task.task_id in task.task_display_name
            )
        assert not re.search(r"[{}]", dag.doc_md), "a placeholder was left"
        assert f"doisoat period {dag.dag_id.removeprefix('period_report_')} 2026-08" in dag.doc_md


def test_every_step_is_made_once_for_each_period(dags: dict[str, Any]) -> None:
    (dag,) = (dag for name, dag in dags.items() if name == "period_report_phu_tho")
    group = dag.task_group.children["forms"]
    assert type(group).__name__ == "MappedTaskGroup" and set(group.children) == set(PERIOD_STAGES)


def test_a_broken_province_file_takes_no_other_dag_away(tmp_path: Path) -> None:
    good = (ROOT / "dags" / "provinces" / "phu_tho.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(f"{good}\nforms: {{schedule: '30 4 16 * *'}}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("province: nonsense", encoding="utf-8")
    found = period_dags(tmp_path)
    assert list(found) == ["period_report_a"]
    assert found["period_report_a"].timetable.expression == "30 4 16 * *"


ENDED = {  # on the night of this day: what has just ended
    (2026, 1, 14): ["2026-01"],
    (2026, 3, 14): ["2026-03", "2026-Q1"],
    (2026, 6, 14): ["2026-06", "2026-Q2", "2026-H1"],
    (2026, 7, 14): ["2026-07"],
    (2026, 9, 14): ["2026-09", "2026-Q3"],
    (2026, 12, 14): ["2026-12", "2026-Q4", "2026-H2", "2026"],
    (2026, 7, 15): ["2026-07"],  # a run that is late, or a schedule of the 16th
    (2026, 7, 24): ["2026-07"],
    (2026, 7, 25): [],
    (2026, 7, 13): [],
}


@pytest.mark.parametrize(("day", "names"), ENDED.items())
def test_what_has_just_ended(day: tuple[int, int, int], names: list[str]) -> None:
    assert [str(one) for one in just_ended(date(*day), STATUTORY, WITHIN_DAYS)] == names


def test_by_the_calendar_half_a_year_ends_with_june() -> None:
    ended = just_ended(date(2026, 7, 4), CALENDAR, WITHIN_DAYS)
    assert [(str(one), one.last_day) for one in ended] == [
        (name, date(2026, 6, 30)) for name in ("2026-06", "2026-Q2", "2026-H1")
    ]


class Run:
    """What a task sees of its DAG run."""

    def __init__(self, logical: datetime | None) -> None:
        self.logical_date = logical
        self.run_after = logical or datetime(2026, 7, 15, 2, tzinfo=UTC)


def due(monkeypatch: pytest.MonkeyPatch, logical: datetime | None, **asked: Any) -> list[str]:
    context = {"params": {"period": None, "calendar": False, "business_date": None, **asked}, "dag_run": Run(logical)}
    for module in ("factory", "period_factory"):
        monkeypatch.setattr(f"doisoat_airflow.{module}.get_current_context", lambda: context)
    return periods_due()


def test_a_scheduled_run_makes_what_ended_the_day_before(monkeypatch: pytest.MonkeyPatch) -> None:
    fired = datetime(2026, 3, 15, 3, tzinfo=VIETNAM)
    assert due(monkeypatch, fired) == ["2026-03", "2026-Q1"]
    assert due(monkeypatch, fired, business_date="2026-07-14") == ["2026-07"]
    assert due(monkeypatch, fired, period="2026-H1", calendar=True) == ["2026-H1"]


def test_a_run_with_nothing_to_do_is_skipped_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(
        AirflowSkipException, match="không có kỳ báo cáo nào kết thúc trong 10 ngày tính đến 2026-07-29"
    ):
        due(monkeypatch, datetime(2026, 7, 30, 3, tzinfo=VIETNAM))


def test_a_period_there_is_not_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match="ConfigError.*2026-Q3"):
        due(monkeypatch, None, period="2026-13")


def test_the_section_forms_is_checked(tmp_path: Path) -> None:
    good = (ROOT / "dags" / "provinces" / "phu_tho.yaml").read_text(encoding="utf-8")
    file = tmp_path / "a.yaml"
    file.write_text(f"{good}\nforms: {{clock: sundial}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="forms.clock"):
        load_province(file)
