"""One DAG of statutory forms per province file: after every cut-off day, one group of tasks per period that ended.

The same tasks' policy as the night's (`factory`). A province file that cannot be read has no such DAG; its nightly one
tells why.
"""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Param, chain, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from doisoat.config import Province, Settings, load_province, province_files, provinces_folder
from doisoat.errors import ConfigError
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reporting_periods import ReportingPeriod, just_ended, read_period
from doisoat_airflow.factory import LOCAL, cron, day_of_run, default_args, failure_mail, told_to_airflow
from doisoat_airflow.period_runbook import DUE_HELP, DUE_LABEL, PERIOD, PERIOD_HELP, PERIOD_LABELS
from doisoat_airflow.stage_words import stage_sentence
from doisoat_airflow.task_log import NIGHT_LOGGER, error_sentence

WITHIN_DAYS = 10  # after the cut-off the forms are of no use: they are due on the 20th
_LOG = logging.getLogger(NIGHT_LOGGER)
_RETRIES = 6  # waits some two hours for a night that is late


def period_dags(folder: Path | None = None) -> dict[str, DAG]:
    """DAG id -> DAG for every readable province file."""
    dags: dict[str, DAG] = {}
    for label, file in province_files(folder or provinces_folder()):
        try:
            dag = period_dag(label, load_province(file))
        except ConfigError:
            continue
        dags[dag.dag_id] = dag
    return dags


def period_dag(label: str, province: Province) -> DAG:
    """Which periods ended, then the steps of each."""
    home, file = Settings.from_environment().home, province.source_file
    with DAG(
        dag_id=f"period_report_{label}",
        dag_display_name=f"Biểu báo cáo giải quyết TTHC – {province.name} ({province.province})",
        description=f"Lập Biểu 07a, 07b của {province.name} sau mỗi kỳ báo cáo",
        schedule=cron(province.forms.schedule),
        catchup=False,
        max_active_runs=1,
        tags=["doisoat", "period_report", province.province],
        params=period_params(),
        default_args={**default_args(), "retries": _RETRIES},
        on_failure_callback=failure_mail(province.engineers, province.mail.sender),
        doc_md=PERIOD.format(name=province.name, code=province.province, label=label, home=home),
    ) as dag:
        dag.timezone = LOCAL

        @task(task_id="periods_due", task_display_name=f"periods_due · {DUE_LABEL}", doc_md=DUE_HELP)
        def due() -> list[str]:
            return periods_due()

        @task_group(group_id="forms", prefix_group_id=False)
        def forms(period: Any) -> None:
            chain(*(_step(label, file, name, period) for name in PERIOD_HELP))

        forms.expand(period=due())
    return dag


def period_params() -> dict[str, Param]:
    """What a person may ask a run for."""
    return {
        "period": Param(
            None,
            type=["null", "string"],
            title="Kỳ báo cáo (period)",
            description="2026-08, 2026-Q3, 2026-H1 hoặc 2026; để trống: các kỳ vừa kết thúc",
        ),
        "calendar": Param(
            False,
            type="boolean",
            title="Theo tháng dương lịch (calendar)",
            description="Thay cho kỳ báo cáo từ ngày 15 đến ngày 14",
        ),
        "business_date": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Đêm lấy số liệu (business_date)",
            description="Ví dụ 2026-09-14; để trống: đêm liền trước lần chạy, hoặc với period: đêm đầy đủ gần nhất",
        ),
    }


def _step(label: str, file: Path, name: str, period: Any) -> Any:
    @task(
        task_id=name,
        task_display_name=f"{name} · {PERIOD_LABELS[name]}",
        doc_md=PERIOD_HELP[name],
        multiple_outputs=False,
    )
    def run(period: str) -> dict[str, str]:
        return run_step_in_task(label, name, file, period)

    return run(period)


def periods_due() -> list[str]:
    """The period a person asked for, else those that ended with the last cut-off; skipped, with why, where none did."""
    asked = get_current_context()["params"]
    with told_to_airflow():
        if asked.get("period"):
            return [str(_period(asked["period"]))]
        day = day_of_run()
        found = just_ended(day, _definition(), WITHIN_DAYS)
    if not found:
        raise AirflowSkipException(f"không có kỳ báo cáo nào kết thúc trong {WITHIN_DAYS} ngày tính đến {day}")
    return [str(one) for one in found]


def run_step_in_task(label: str, name: str, file: Path, text: str) -> dict[str, str]:
    """Run one step for a period; returns what it is about, never figures. A night that is late is waited for."""
    from doisoat.pipeline.periods import NoNight, open_period, run_period_stage

    with told_to_airflow():
        try:
            run = open_period(label, _period(text), night=_night(), config=file)
        except NoNight as error:
            raise AirflowException(error_sentence(error)) from error
        counts = run_period_stage(run, name)
    _LOG.info("%s, %s, %s: %s", run.night.key, run.places.name, name, stage_sentence(name, counts))
    return {"province_code": run.night.key.province_code, "period": run.places.name}


def _night() -> date | None:
    """The night before this run, so that a task cleared later counts from the same one; of a period that was asked for
    alone the last complete one.
    """
    asked = get_current_context()["params"]
    return None if asked.get("period") and not asked.get("business_date") else day_of_run()


def _period(text: str) -> ReportingPeriod:
    found = read_period(text, _definition())
    if found is None:
        raise ConfigError(f"expected 2026-08, 2026-Q3, 2026-H1 or 2026, not {text!r}", key="period")
    return found


def _definition() -> PeriodDefinition:
    by_calendar = bool(get_current_context()["params"].get("calendar"))
    return PeriodDefinition.CALENDAR if by_calendar else PeriodDefinition.STATUTORY
