"""`doisoat indicators …`: the indicators of QĐ 766 at the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from doisoat.errors import ConfigError

app = typer.Typer(
    name="indicators",
    help="Indicators of QĐ 766: check published figures, compute our own.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def indicators() -> None:
    """Indicators of QĐ 766 (Bộ chỉ số phục vụ người dân, doanh nghiệp)."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8) or XLSX of published figures", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else")] = False,
) -> None:
    """Recompute every published ratio and score from the other figures of its row, and list what deviates.

    One row a unit, one column a figure; columns are found by name (department_code, progress_total_received,
    progress_total_on_time, progress_ratio, progress_score …: `doisoat indicators columns`). Unknown columns are
    ignored, absent or empty ones skipped. A deviation within the rounding to two decimals is none.

    Exit codes: 0 everything agrees, 1 deviations, 2 wrong use, or cells that could not be read.
    """
    from doisoat.indicators.published_table import read_published_table
    from doisoat.indicators.verification import verify as hold_against_itself
    from doisoat.indicators.wording import print_verification, verification_object
    from doisoat.progress import console

    done = hold_against_itself(read_published_table(file))
    if as_json:
        sys.stdout.write(json.dumps(verification_object(file, done), ensure_ascii=False) + "\n")
    else:
        print_verification(console(), file, done)
    raise typer.Exit(int(done.exit_code))


@app.command()
def compute(
    province: Annotated[str, typer.Argument(help="Stem of a file in dags/provinces, e.g. phu_tho", metavar="PROVINCE")],
    date: Annotated[str, typer.Argument(help="Business date of a night that was run", metavar="DATE")],
    period: Annotated[str, typer.Option(help="2026-08, 2026-Q3, 2026-H1 or 2026")],
    statutory: Annotated[
        bool, typer.Option("--statutory", help="From the 15th to the 14th, not by the calendar")
    ] = False,
    agency: Annotated[str | None, typer.Option(help="Code of an agency (default: the province)")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Read this province file instead")] = None,
    home: Annotated[Path | None, typer.Option("--home", help="Folder of all data")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All units as one JSON object, nothing else")] = False,
) -> None:
    """Compute the indicators of any period from a night's dossiers: both sides, the difference, and its causes.

    Writes nothing. A period that is still running counts up to the night.
    """
    from doisoat.indicators.wording import computed_object, print_computed
    from doisoat.pipeline import open_night
    from doisoat.pipeline.indicators import indicators_of
    from doisoat.progress import console
    from doisoat.rules.periods import PeriodDefinition
    from doisoat.rules.reporting_periods import period_facts, read_period

    wanted = read_period(period, PeriodDefinition.STATUTORY if statutory else PeriodDefinition.CALENDAR)
    if wanted is None:
        raise ConfigError(f"--period is like 2026-08, 2026-Q3, 2026-H1 or 2026, not {period!r}")
    night = open_night(province, date, config=config, home=home)
    lines, causes = indicators_of(night, wanted)
    if as_json:
        sys.stdout.write(json.dumps(computed_object(night.key, wanted, lines, causes), ensure_ascii=False) + "\n")
        return
    unit = agency or night.province.province
    if not any(line.agency_code == unit for line in lines):
        raise ConfigError(f"{unit} has no dossier in {wanted}; --agency is the code of an agency of this province")
    print_computed(console(), period_facts(wanted, night.key.business_date), unit, lines, causes)


@app.command()
def columns() -> None:
    """List the columns `verify` knows, by indicator, with the points of each."""
    from doisoat.indicators.wording import print_columns
    from doisoat.progress import console

    print_columns(console())
