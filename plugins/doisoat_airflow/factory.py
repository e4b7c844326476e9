"""One nightly DAG per province file: one task per stage, only the run key between them.

No reconciliation logic in here. A task calls `pipeline.run_stage`, and says to Airflow whether trying again
can help. A province file that cannot be read becomes a DAG whose only task fails with the reason, so that
one typing error does not take the other provinces' nights away.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pendulum
import yaml
from airflow.sdk import DAG, CronTriggerTimetable, Param, chain, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from doisoat.config import Province, Settings, load_province, province_files, provinces_folder, retry_delay
from doisoat.errors import ConfigError, TerminalError, TransientError
from doisoat_airflow.business_date import business_date
from doisoat_airflow.pools import pool_of
from doisoat_airflow.runbook import BROKEN, FAILURE_MAIL, FAILURE_SUBJECT, NIGHTLY, STAGE_HELP, STAGE_LABELS
from doisoat_airflow.stage_words import stage_sentence
from doisoat_airflow.task_log import NIGHT_LOGGER, error_sentence

LOCAL = pendulum.timezone("Asia/Ho_Chi_Minh")
TAGS = ["doisoat", "nightly"]
_LOG = logging.getLogger(NIGHT_LOGGER)
_TALKATIVE = ("alembic", "great_expectations", "pyrate_limiter")  # what they say below a warning helps nobody


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
            dag = _broken_dag(label, str(error), file)
        dags[dag.dag_id] = dag
    return dags


def nightly_dag(label: str, province: Province) -> DAG:
    """The night of one province as a chain of its stages."""
    with DAG(
        dag_id=f"nightly_{label}",
        dag_display_name=f"Đối soát hằng đêm – {province.name} ({province.province})",
        description=f"Đối soát hồ sơ Một cửa {province.name} với Cổng DVCQG",
        schedule=cron(province.schedule),
        catchup=False,
        max_active_runs=1,
        tags=[*TAGS, province.province],
        params=params(),
        default_args=default_args(),
        on_failure_callback=failure_mail(province.engineers, province.mail.sender),
        doc_md=_doc(label, province),
    ) as dag:
        dag.timezone = LOCAL
        help_texts = [(name, STAGE_LABELS[name], text) for name, text in STAGE_HELP.items()]
        chain(*(stage_task(label, province, name, title, text) for name, title, text in help_texts))
    return dag


def default_args() -> dict[str, Any]:
    """What holds for every task: tried again, bounded, never twice at once."""
    return {
        "owner": "doisoat",
        "retries": 3,
        "retry_delay": retry_delay(),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=4),
        "max_active_tis_per_dag": 1,  # two nights of one province never do the same at once, backfills included
    }


def _doc(label: str, province: Province) -> str:
    home = Settings.from_environment().home
    return NIGHTLY.format(name=province.name, code=province.province, label=label, home=home)


def params() -> dict[str, Param]:
    """What a person may ask a run for."""
    return {
        "business_date": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Ngày đối soát (business_date)",
            description="Ví dụ 2026-09-03; để trống: ngày liền trước lần chạy",
        ),
        "late": Param(
            False,
            type="boolean",
            title="Đọc muộn (late)",
            description="Cho đọc nguồn trực tuyến cho một ngày cũ; báo cáo sẽ nói rõ là đọc muộn",
        ),
        "full": Param(
            False,
            type="boolean",
            title="Đọc toàn bộ (full)",
            description="Đọc lại toàn bộ nguồn liệt kê theo trang, không chỉ phần thay đổi từ đêm trước",
        ),
        "rewind": Param(
            False,
            type="boolean",
            title="Tính lại vòng đời (rewind)",
            description="Lấy lại vòng đời chênh lệch mà các đêm sau đã ghi; rồi phải chạy lại lần lượt các đêm ấy",
        ),
    }


def stage_task(label: str, province: Province, name: str, title: str, help_text: str) -> Any:
    """One stage as a task, in the pool of the system it reads; only the run key comes out of it."""
    file, pool = province.source_file, pool_of(province, name)

    @task(task_id=name, task_display_name=f"{name} · {title}", doc_md=help_text, multiple_outputs=False, pool=pool)
    def run() -> dict[str, str]:
        return run_stage_in_task(label, name, file)

    return run()


def run_stage_in_task(label: str, name: str, file: Path) -> dict[str, str]:
    """Run one stage for the night this DAG run is about; returns the run key, never records.

    Reads the province's own file only: a typing error in another one is that one's business. Says in one line of the
    task's log what the stage did. A terminal error fails the task at once; anything else is left to Airflow's retries.
    """
    from doisoat import pipeline

    for logger in _TALKATIVE:
        logging.getLogger(logger).setLevel(logging.WARNING)
    asked = get_current_context()["params"]
    with told_to_airflow():
        day = day_of_run()
        late, full, rewind = (bool(asked.get(option)) for option in ("late", "full", "rewind"))
        night = pipeline.open_night(label, day.isoformat(), config=file, late=late, full=full, rewind=rewind)
        counts = pipeline.run_stage(night, name)
    _LOG.info("%s, %s: %s", night.key, name, stage_sentence(name, counts))
    return {"province_code": night.key.province_code, "business_date": day.isoformat()}


@contextmanager
def told_to_airflow() -> Iterator[None]:
    """An error of ours as Airflow understands it: whether trying again can help."""
    try:
        yield
    except TerminalError as error:
        raise AirflowFailException(error_sentence(error)) from error
    except TransientError as error:
        raise AirflowException(error_sentence(error)) from error


def day_of_run() -> date:
    """The business date the DAG run of the current task is about."""
    context = get_current_context()
    dag_run: Any = context["dag_run"]
    return business_date(context["params"].get("business_date"), dag_run.logical_date, dag_run.run_after)


def cron(expression: str) -> CronTriggerTimetable:
    """Every night from the next one on.

    Switching a DAG on in the afternoon must not read live systems in office hours at once: that takes a DAG without a
    start date, and a time in which the first night still counts as due (`False` means 10 % of the interval). Without
    any, parsing this file just after the hour would push the first night a day on.
    """
    return CronTriggerTimetable(expression, timezone=LOCAL, run_immediately=timedelta(minutes=10))


def failure_mail(engineers: tuple[str, ...], sender: str) -> Any:
    """Tell the engineers by mail when a night fails; None where the file names nobody."""
    if not engineers:
        return None
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    return SmtpNotifier(
        to=list(engineers), from_email=sender, subject=FAILURE_SUBJECT, html_content=FAILURE_MAIL, mime_subtype="mixed"
    )


def _broken_dag(label: str, reason: str, file: Path) -> DAG:
    engineers, sender = _who_to_tell(file)
    with DAG(
        dag_id=f"nightly_{label}",
        description=f"Tệp cấu hình {file.name} có lỗi: đêm này không chạy được",
        schedule=cron("0 1 * * *"),
        catchup=False,
        max_active_runs=1,
        tags=[*TAGS, "configuration-error"],
        default_args={"owner": "doisoat", "retries": 0},
        on_failure_callback=failure_mail(engineers, sender),
        doc_md=BROKEN.format(file=file.name, reason=reason),
    ) as dag:

        @task(task_id="configuration", doc_md=f"Sửa tệp {file.name} theo thông báo lỗi.")
        def configuration() -> None:
            raise AirflowFailException(f"ConfigError: {reason}")

        configuration()
    return dag


def _who_to_tell(file: Path) -> tuple[tuple[str, ...], str]:
    """Engineers and sender of a province file that is wrong elsewhere, as far as they can be read."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        listed, mail = content.get("engineers") or (), content.get("mail") or {}
        listed = [listed] if isinstance(listed, str) else listed
        engineers = tuple(one for one in listed if isinstance(one, str) and "@" in one)
        return engineers, str(mail.get("sender") or Province.model_fields["mail"].default.sender)
    except (OSError, ValueError, AttributeError, TypeError, yaml.YAMLError):
        return (), ""
