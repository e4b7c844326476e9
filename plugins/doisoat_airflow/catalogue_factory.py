"""One catalogue DAG per province file that has the section: weekly and on demand, one task per step.

The same tasks, policies and parameters as the night's (`factory`). A province file that cannot be read has no catalogue
DAG; its nightly one tells why.
"""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import DAG, chain

from doisoat.config import Catalogue, Province, Settings, load_province, province_files, provinces_folder
from doisoat.errors import ConfigError
from doisoat_airflow.catalogue_runbook import CATALOGUE, CATALOGUE_HELP, CATALOGUE_LABELS
from doisoat_airflow.factory import LOCAL, cron, default_args, failure_mail, params, stage_task


def catalogue_dags(folder: Path | None = None) -> dict[str, DAG]:
    """DAG id -> DAG for every readable province file that names the portal's catalogue."""
    dags: dict[str, DAG] = {}
    for label, file in province_files(folder or provinces_folder()):
        try:
            province = load_province(file)
            if province.catalogue is not None:
                dag = catalogue_dag(label, province, province.catalogue)
                dags[dag.dag_id] = dag
        except ConfigError:
            continue
    return dags


def catalogue_dag(label: str, province: Province, section: Catalogue) -> DAG:
    """The catalogue run of one province as a chain of its steps."""
    asked = {name: param for name, param in params().items() if name not in {"full", "rewind"}}
    home = Settings.from_environment().home
    with DAG(
        dag_id=f"catalogue_{label}",
        dag_display_name=f"Đối soát danh mục – {province.name} ({province.province})",
        description=f"Đối soát danh mục TTHC, dịch vụ công trực tuyến của {province.name} với Cổng DVCQG",
        schedule=cron(section.schedule),
        catchup=False,
        max_active_runs=1,
        tags=["doisoat", "catalogue", province.province],
        params=asked,
        default_args=default_args(),
        on_failure_callback=failure_mail(province.engineers, province.mail.sender),
        doc_md=CATALOGUE.format(name=province.name, code=province.province, label=label, home=home),
    ) as dag:
        dag.timezone = LOCAL
        steps = [(name, CATALOGUE_LABELS[name], text) for name, text in CATALOGUE_HELP.items()]
        chain(*(stage_task(label, province, name, title, text) for name, title, text in steps))
    return dag
