"""`doisoat period PROVINCE PERIOD`: the statutory forms of a period at the command line, and what is said of them."""

from __future__ import annotations

import json
import sys
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doisoat.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.pipeline.periods import PeriodRun
    from doisoat.rules.reporting_periods import ReportingPeriod


def period(
    province: Annotated[str, typer.Argument(help="Stem of a file in dags/provinces, e.g. phu_tho", metavar="PROVINCE")],
    name: Annotated[str, typer.Argument(help="2026-08, 2026-Q3, 2026-H1 or 2026", metavar="PERIOD")],
    calendar: Annotated[
        bool, typer.Option("--calendar/--statutory", help="By calendar months, or from the 15th to the 14th")
    ] = False,
    agency: Annotated[str | None, typer.Option(help="Only the form of this agency, into a folder of its own")] = None,
    date: Annotated[
        str | None, typer.Option(help="Night to count from (default: the last complete one since the period's end)")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Read this province file instead")] = None,
    home: Annotated[Path | None, typer.Option("--home", help="Folder of all data")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else")] = False,
) -> None:
    """Write the statutory forms of a period: Biểu 07a of every agency, 07b of the province (before 8/2026 II.06).

    From the dossiers of a night that was run, as they stood when the period ended; workbook and PDF each, both sides
    beside each other. A period that is not over needs --date and gives figures marked as provisional.

    Exit codes: 0 written, 1 written, but not what the period before left, 2 wrong use, 3 sums that do not add up
    (nothing is written), 5 written from dossiers that were read in part.
    """
    from doisoat.pipeline.night import read_day
    from doisoat.progress import console
    from doisoat.rules.periods import PeriodDefinition
    from doisoat.rules.reporting_periods import read_period

    wanted = read_period(name, PeriodDefinition.CALENDAR if calendar else PeriodDefinition.STATUTORY)
    if wanted is None:
        raise ConfigError(f"PERIOD is like 2026-08, 2026-Q3, 2026-H1 or 2026, not {name!r}")
    night = read_day(date, "--date") if date else None
    outcome = _made(province, wanted, night=night, agency=agency, config=config, home=home)
    if as_json:
        sys.stdout.write(json.dumps(outcome, ensure_ascii=False) + "\n")
    else:
        print_period(console(), outcome)
    raise typer.Exit(outcome["exit_code"])


def _made(province: str, wanted: ReportingPeriod, **options: Any) -> dict[str, Any]:
    """Count, check, publish, with progress on standard error; `options` are `open_period`'s."""
    from doisoat.pipeline.periods import PERIOD_STAGES, open_period, run_period_stage
    from doisoat.progress import shown_progress

    artefacts: dict[str, str] = {}
    with shown_progress() as progress:
        run = open_period(province, wanted, progress=progress, **options)
        for stage in PERIOD_STAGES:
            progress(stage, 0, None)
            artefacts = run_period_stage(run, stage).get("artefacts", artefacts)
    return period_outcome(run, artefacts)


def period_outcome(run: PeriodRun, artefacts: dict[str, str]) -> dict[str, Any]:
    """What `--json` prints; reads what the steps left."""
    from doisoat.model import Side
    from doisoat.rules.statutory_forms import deadlines, is_required
    from doisoat.store.layout import read_json

    figures, checks = (read_json(run.places.work / name) for name in ("figures.json", "checks.json"))
    differences = [one for one in checks["carried"] if one["side"] == figures["side"]]
    sums = {row["side"]: row for row in figures["figures"] if row["scope"] == "province"}
    names = ("received", "carried", "resolved", "late", "open", "open_over")
    due = deadlines(run.period.last_day) if figures["definition"] == "statutory" and is_required(run.period) else None
    code = ExitCode.PARTIAL if figures["partial_reasons"] else ExitCode(bool(differences))
    return {
        **{name: figures[name] for name in ("province", "period", "definition", "label", "first_day", "last_day")},
        **{name: figures[name] for name in ("business_date", "is_provisional", "partial_reasons", "side", "clock")},
        "figures": {side.value: {name: sums.get(side, {}).get(name, 0) for name in names} for side in Side},
        "forms": checks["forms"],
        "carried": {"basis": figures["carried"]["basis"], "differences": differences},
        "deadlines": [one.isoformat() for one in due] if due else [],
        "artefacts": artefacts,
        "exit_code": int(code),
    }


def print_period(console: Console, outcome: dict[str, Any]) -> None:
    """The same in words."""
    from doisoat.model import Side
    from doisoat.rules.text import number
    from doisoat.store.work_items import day as spelled

    first, last, night = (day.fromisoformat(outcome[name]) for name in ("first_day", "last_day", "business_date"))
    console.print(
        f"{outcome['province']}, {outcome['label']} ({spelled(first)}–{spelled(last)}), theo đêm {spelled(night)}"
    )
    if outcome["is_provisional"]:
        console.print("  SỐ LIỆU TẠM TÍNH: kỳ báo cáo chưa kết thúc")
    for reason in outcome["partial_reasons"]:
        console.print(f"  Một phần: {reason}", markup=False)
    for side, row in outcome["figures"].items():
        console.print(
            f"  {Side(side).label}: tiếp nhận {number(row['received'])} (từ kỳ trước {number(row['carried'])}), "
            f"đã giải quyết {number(row['resolved'])} (quá hạn {number(row['late'])}), "
            f"đang giải quyết {number(row['open'])} (quá hạn {number(row['open_over'])})"
        )
    for found in outcome["carried"]["differences"]:
        console.print(f"  Chưa khớp kỳ trước: {found['sentence']}", markup=False)
    if outcome["deadlines"]:
        agency, up = (spelled(day.fromisoformat(one)) for one in outcome["deadlines"])
        console.print(f"Thời hạn: cơ quan gửi tỉnh trước hết ngày {agency}, tỉnh gửi lên trước hết ngày {up}")
    named = [name for name in outcome["artefacts"] if "/" not in name] or list(outcome["artefacts"])
    console.print(f"{number(len(outcome['artefacts']))} tệp:")
    for name in named:
        console.print(f"  {outcome['artefacts'][name]}", soft_wrap=True, markup=False)
