"""Which day a DAG run is about. Pure; no Airflow import, so it is tested by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from doisoat.errors import ConfigError
from doisoat.model import VIETNAM


def business_date(parameter: str | None, logical_date: datetime | None, run_after: datetime) -> date:
    """The DAG parameter if given, else the local day before the logical date (or before `run_after`).

    A cron schedule in Airflow 3 fires at its logical date, so the run of 01:00 on 4 September is about
    3 September; a backfill's logical date is the night it stands for; a manual run may have none.
    """
    if parameter:
        try:
            return date.fromisoformat(parameter)
        except ValueError:
            raise ConfigError(f"expected a day like 2026-09-03, not {parameter!r}", key="business_date") from None
    moment = logical_date or run_after
    return moment.astimezone(VIETNAM).date() - timedelta(days=1)
