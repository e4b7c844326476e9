"""The indicators of any period from a night that has been reconciled; writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doisoat.errors import ConfigError
from doisoat.pipeline.night import Night
from doisoat.rules.reporting_periods import ReportingPeriod

if TYPE_CHECKING:
    from doisoat.assess.indicator_lines import CauseLine, IndicatorLine


def indicators_of(night: Night, period: ReportingPeriod) -> tuple[list[IndicatorLine], list[CauseLine]]:
    """Every unit's lines and causes; ConfigError for a period to come, or a night that was not reconciled."""
    from doisoat.assess.indicators import compute_indicators

    if period.first_day > night.key.business_date:
        raise ConfigError(f"{period} begins after {night.key.business_date}; name a period that has begun")
    if not (night.files.work("reconcile") / "summary.json").is_file():
        raise ConfigError(f"{night.key} was not reconciled; run the night first", file=night.files.work("reconcile"))
    settings = night.settings
    found = compute_indicators(
        *(night.files, night.province, night.reference, [period]), spill=night.spill, memory_limit=settings.memory_limit
    )
    return found.lines, found.causes
