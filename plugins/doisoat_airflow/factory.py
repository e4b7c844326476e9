"""One nightly DAG per province file: one task per stage, only the run key between them.

No reconciliation logic in here. A task calls `pipeline.run_stage`, and says to Airflow whether trying again
can help. A province file that cannot be read becomes a DAG whose only task fails with the reason, so that
one typing error does not take the other provinces' nights away.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pendulum
from airflow.sdk import DAG, Param, chain, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from doisoat.config import Province, load_province, province_files, provinces_folder, retry_delay
from doisoat.errors import ConfigError, TerminalError
from doisoat_airflow.business_date import business_date
from doisoat_airflow.runbook import NIGHTLY, STAGE_HELP

LOCAL = pendulum.timezone("Asia/Ho_Chi_Minh")
FIRST_NIGHT = pendulum.datetime(2026, 1, 1, tz=LOCAL)
TAGS = ["doisoat", "nightly"]


def nightly_dags(folder: Path | None = None) -> dict[str, DAG]:
    """DAG id -> DAG for every province file of the folder."""
    dags: dict[str, DAG] = {}
    owners: dict[str, str] = {}
    for label, file in province_files(folder or provinces_folder()):
        try:
            province = load_province(file)
            if province.province in owners:
                raise ConfigError(f"the code stands in {owners[province.province]} as well", file=file, key="province")
            owners[province.province] = file.name
            dag = nightly_dag(label, province)
        except ConfigError as error:
            dag = _broken_dag(label, str(error))
        dags[dag.dag_id] = dag
    return dags


def nightly_dag(label: str, province: Province) -> DAG:
    """The night of one province as a chain of its stages."""
    with DAG(
        dag_id=f"nightly_{label}",
        dag_display_name=f"Đối soát hằng đêm – {province.name} ({province.province})",
        description=f"Đối soát hồ sơ Một cửa {province.name} với Cổng DVCQG",
        schedule=_cron(province.schedule),
        start_date=FIRST_NIGHT,
        catchup=False,
        max_active_runs=1,
        tags=[*TAGS, province.province],
        params={
            "business_date": Param(
                None,
                type=["null", "string"],
                format="date",
                description="Ngày đối soát, ví dụ 2026-09-03; để trống: ngày hôm trước",
            ),
            "late": Param(False, type="boolean", description="Cho phép đọc muộn nguồn trực tuyến cho ngày cũ"),
        },
        default_args={
            "owner": "doisoat",
            "retries": 3,
            "retry_delay": retry_delay(),
            "retry_exponential_backoff": True,
            "max_retry_delay": timedelta(minutes=30),
            "execution_timeout": timedelta(hours=4),
        },
        on_failure_callback=_failure_mail(province),
        doc_md=NIGHTLY.format(name=province.name, code=province.province, label=label),
    ) as dag:
        chain(*(_stage_task(label, name, text) for name, text in STAGE_HELP.items()))
    return dag


def _stage_task(label: str, name: str, help_text: str) -> Any:
    @task(task_id=name, doc_md=help_text)
    def run() -> dict[str, str]:
        return run_stage_in_task(label, name)

    return run()


def run_stage_in_task(label: str, name: str) -> dict[str, str]:
    """Run one stage for the night this DAG run is about; returns the run key, never records."""
    from doisoat import pipeline

    context = get_current_context()
    dag_run = context["dag_run"]
    try:
        day = business_date(context["params"].get("business_date"), dag_run.logical_date, _run_after(dag_run))
        night = pipeline.open_night(label, day.isoformat(), late=bool(context["params"].get("late")))
        pipeline.run_stage(night, name)
    except TerminalError as error:
        raise AirflowFailException(f"{type(error).__name__}: {error}") from error
    return {"province_code": night.key.province_code, "business_date": day.isoformat()}


def _run_after(dag_run: Any) -> datetime:
    moment: datetime = dag_run.run_after
    return moment


def _cron(expression: str) -> Any:
    from airflow.sdk import CronTriggerTimetable

    return CronTriggerTimetable(expression, timezone=LOCAL)


def _failure_mail(province: Province) -> Any:
    """Tell the engineers by mail when a night fails; None where the file names nobody."""
    if not province.engineers:
        return None
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    return SmtpNotifier(
        to=list(province.engineers),
        from_email=province.mail.sender,
        subject="[doisoat] {{ dag.dag_id }} hỏng: {{ run_id }}",
        html_content=(
            "<p>Đêm đối soát <b>{{ dag.dag_id }}</b> ({{ run_id }}) không hoàn thành.</p>"
            "<p>Mở Airflow, xem nhật ký tác vụ đầu tiên bị đỏ; phần mô tả DAG ghi rõ cách chạy lại.</p>"
        ),
    )


def _broken_dag(label: str, reason: str) -> DAG:
    with DAG(
        dag_id=f"nightly_{label}",
        description=f"Tệp cấu hình {label}.yaml có lỗi",
        schedule=_cron("0 1 * * *"),
        start_date=FIRST_NIGHT,
        catchup=False,
        max_active_runs=1,
        tags=[*TAGS, "configuration-error"],
        default_args={"owner": "doisoat", "retries": 0},
        doc_md=f"**Tệp cấu hình có lỗi, đêm này không chạy được:**\n\n    {reason}\n",
    ) as dag:

        @task(task_id="configuration")
        def configuration() -> None:
            raise AirflowFailException(reason)

        configuration()
    return dag
