"""The steps of a period's forms in their order: counted from a night, checked, published; its DAG calls them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from doisoat.errors import ConfigError
from doisoat.model import RunKey, Side
from doisoat.pipeline.night import Counts, Night, open_night
from doisoat.rules.reporting_periods import ReportingPeriod
from doisoat.store.counted_night import partial_reasons
from doisoat.store.layout import PeriodFiles, RunFiles, read_json
from doisoat.store.turns import in_turn


class NoNight(ConfigError):
    """There is no night yet the forms could be counted from; there may be one later."""


@dataclass(frozen=True)
class PeriodRun:
    """The forms of one period, counted from one night; `agency` = only the form of this one is published."""

    night: Night
    period: ReportingPeriod
    agency: str | None = None

    @property
    def places(self) -> PeriodFiles:
        return PeriodFiles(self.night.files, self.period)


def open_period(
    label: str, period: ReportingPeriod, *, night: date | None = None, agency: str | None = None, **options: Any
) -> PeriodRun:
    """The forms a command or a task means; `night` = None: the last complete one on or after the period's end.

    NoNight where there is none; ConfigError for a named night that was not compared or lies before the period.
    """
    opened = open_night(label, (night or period.last_day).isoformat(), **options)
    day = night or _last_complete(opened.files, period)
    found = replace(opened, key=RunKey(opened.key.province_code, day))
    if day < period.first_day:
        raise ConfigError(f"{period} begins after {day}; name a night of the period, or a later one")
    if not (found.files.work("reconcile") / "pairs.parquet").is_file():
        raise NoNight(f"{found.key} was not compared; run this night first ('doisoat run')")
    return PeriodRun(found, period, agency)


def _last_complete(files: RunFiles, period: ReportingPeriod) -> date:
    """The last night on or after the period's end that was compared and whose sides were read whole."""
    nights = [one for one in compared_nights(files) if one >= period.last_day]
    whole = [one for one in nights if not _reasons(files, one)]
    if whole:
        return whole[-1]
    if nights:
        reason = _reasons(files, nights[-1])[0]
        raise NoNight(f"no complete night since {period.last_day} (the last, {nights[-1]}: {reason}); --date takes it")
    last = compared_nights(files)[-1:]
    known = f"the last one compared is {last[0]}, --date takes it for provisional figures" if last else "there is none"
    raise NoNight(f"{period} ends on {period.last_day} and no night on or after that day was compared; {known}")


def _reasons(files: RunFiles, day: date) -> list[str]:
    return partial_reasons(read_json(RunFiles(files.home, RunKey(files.key.province_code, day)).staged))


def compared_nights(files: RunFiles) -> list[date]:
    """Business dates of the province that were compared, earliest first."""
    root = files.home / "runs" / files.key.province_code
    return sorted(date.fromisoformat(path.parents[1].name) for path in root.glob("*/reconcile/pairs.parquet"))


def compute_period(run: PeriodRun) -> Counts:
    """Count both sides' dossiers for the forms."""
    from doisoat.forms.computing import compute_period as compute

    night = run.night
    figures = compute(
        *(night.files, night.province, night.reference, run.period),
        spill=night.spill,
        memory_limit=night.settings.memory_limit,
    )
    sums = {row["side"]: row for row in figures["figures"] if row["scope"] == "province"}
    names = ("received", "resolved", "open")
    return {side.value: {name: sums.get(side, {}).get(name, 0) for name in names} for side in Side}


def check_period(run: PeriodRun) -> Counts:
    """Hold the figures against the rules; sums that do not add up stop here (exit 3)."""
    from doisoat.forms.checking import check_period as check

    _require(run, "figures.json", "compute_period")
    checks = check(run.places)
    return {"forms": checks["forms"], "checks": len(checks["passed"]), "carried": len(checks["carried"])}


def publish_period(run: PeriodRun) -> Counts:
    """Write forms, comparison and numbers into the period's folder."""
    from doisoat.forms.publishing import publish_period as publish

    def report(done: int, total: int) -> None:
        run.night.progress("publish_period: biểu", done, total)

    _require(run, "checks.json", "check_period")
    return {"artefacts": {name: str(path) for name, path in publish(run.places, report, agency=run.agency).items()}}


PERIOD_STAGES: dict[str, Callable[[PeriodRun], Counts]] = {
    "compute_period": compute_period,
    "check_period": check_period,
    "publish_period": publish_period,
}


def run_period_stage(run: PeriodRun, name: str) -> Counts:
    """Run one step; two processes never do the forms of one province at once: the second waits."""
    lock = run.night.settings.home / f".{run.night.key.province_code}.period.lock"
    waits = f"{name}: chờ tiến trình khác đang lập biểu cho {run.night.key.province_code}"
    with in_turn(lock, lambda holder: run.night.progress(f"{waits} (pid {holder})", 0, None)):
        return PERIOD_STAGES[name](run)


def _require(run: PeriodRun, name: str, before: str) -> None:
    file: Path = run.places.work / name
    if not file.is_file():
        raise ConfigError(f"{run.places.name} of {run.night.key} needs what {before} leaves; run it first", file=file)
