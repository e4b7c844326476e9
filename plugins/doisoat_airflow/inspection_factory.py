"""One inspection DAG per province file that has the section: after the nights and on demand, one task per step.

The same tasks, policies and parameters as the night's (`factory`). A province file that cannot be read has no
inspection DAG; its nightly one tells why.
"""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import DAG, chain

from doisoat.config import Inspection, Province, Settings, load_province, province_files, provinces_folder
from doisoat.errors import ConfigError
from doisoat_airflow.factory import LOCAL, cron, default_args, failure_mail, params, stage_task
from doisoat_airflow.inspection_runbook import INSPECTION, INSPECTION_HELP, INSPECTION_LABELS


def inspection_dags(folder: Path | None = None) -> dict[str, DAG]:
    """DAG id -> DAG for every readable province file that keeps a register."""
    dags: dict[str, DAG] = {}
    for label, file in province_files(folder or provinces_folder()):
        try:
            province = load_province(file)
        except ConfigError:
            continue
        if province.inspection is not None:
            dag = inspection_dag(label, province, province.inspection)
            dags[dag.dag_id] = dag
    return dags


def inspection_dag(label: str, province: Province, section: Inspection) -> DAG:
    """The register's run of one province as a chain of its steps."""
    asked = {name: param for name, param in params().items() if name == "business_date"}
    home = Settings.from_environment().home
    with DAG(
        dag_id=f"inspection_{label}",
        dag_display_name=f"Sổ theo dõi kiểm tra – {province.name} ({province.province})",
        description=f"Kiểm chứng kết quả khắc phục sau kiểm tra, cập nhật trang tổng hợp của {province.name}",
        schedule=cron(section.schedule),
        catchup=False,
        max_active_runs=1,
        tags=["doisoat", "inspection", province.province],
        params=asked,
        default_args=default_args(),
        on_failure_callback=failure_mail(province.engineers, province.mail.sender),
        doc_md=INSPECTION.format(name=province.name, code=province.province, label=label, home=home),
    ) as dag:
        dag.timezone = LOCAL
        steps = [(name, INSPECTION_LABELS[name], text) for name, text in INSPECTION_HELP.items()]
        chain(*(stage_task(label, province, name, title, text) for name, title, text in steps))
    return dag
