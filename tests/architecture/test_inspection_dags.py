"""The DAGs of the inspection register: one per province file with the section, the same policy as the night's."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doisoat.config import load_province
from doisoat.errors import ConfigError
from doisoat.pipeline import INSPECTION_STAGES
from doisoat_airflow.inspection_factory import inspection_dags
from doisoat_airflow.inspection_runbook import INSPECTION_HELP, INSPECTION_LABELS

ROOT = Path(__file__).resolve().parents[2]
PHU_THO = ROOT / "dags" / "provinces" / "phu_tho.yaml"


@pytest.fixture(scope="module")
def dags() -> dict[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags"))
    assert bag.import_errors == {}
    return {name: dag for name, dag in bag.dags.items() if name.startswith("inspection_")}


def test_one_dag_per_province_file_with_the_section(dags: dict[str, Any]) -> None:
    provinces = ((file.stem, load_province(file)) for file in PHU_THO.parent.glob("*.yaml"))
    assert set(dags) == {f"inspection_{stem}" for stem, province in provinces if province.inspection}
    assert "inspection_phu_tho" in dags


def test_policy(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        order = [task.task_id for task in dag.topological_sort()]
        assert order == list(INSPECTION_STAGES) == list(INSPECTION_HELP) == list(INSPECTION_LABELS)
        assert set(dag.tags) >= {"doisoat", "inspection"}
        assert dag.max_active_runs == 1 and dag.catchup is False and dag.start_date is None
        assert dag.timezone.name == dag.timetable.timezone.name == "Asia/Ho_Chi_Minh"
        assert dag.timetable.expression == "30 5 * * *" and set(dag.params) == {"business_date"}
        for task in dag.tasks:
            assert (task.owner, task.retries, task.multiple_outputs) == ("doisoat", 3, False)
            assert task.execution_timeout == timedelta(hours=4) and task.max_active_tis_per_dag == 1
            assert task.doc_md == INSPECTION_HELP[task.task_id]
        assert not re.search(r"[{}]", dag.doc_md), "a placeholder was left"
        assert f"doisoat inspection show {dag.dag_id.removeprefix('inspection_')}" in dag.doc_md


def test_a_broken_province_file_takes_no_other_dag_away(tmp_path: Path) -> None:
    good = PHU_THO.read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(good, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("province: nonsense", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(re.sub(r"(?ms)^inspection:.*?(?=^rules:)", "", good), encoding="utf-8")
    assert list(inspection_dags(tmp_path)) == ["inspection_a"]


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("targets", "{2026: 50}", "a share lies between 0 and 1, like 0.5 for 50 %: 2026"),
        ("targets", "{26: 0.5}", "no year of a plan: 26"),
        ("goals", "{onlin: 0.5}", "no such target: onlin"),
        ("goals", "{online: -1}", "a share lies between 0 and 1"),
        ("remedy_working_days", "0", "greater than or equal to 1"),
        ("deadline", "5", "unknown key"),
    ],
)
def test_the_section_is_checked(tmp_path: Path, key: str, value: str, complaint: str) -> None:
    file = tmp_path / "a.yaml"
    text = PHU_THO.read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^inspection:.*?(?=^rules:)", f"inspection:\n  {key}: {value}\n\n", text)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(complaint)) as error:
        load_province(file)
    assert "inspection" in str(error.value)
