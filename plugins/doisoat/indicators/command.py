"""`doisoat indicators …`: the indicators of QĐ 766 at the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Indicators of QĐ 766: check published figures.", no_args_is_help=True, add_completion=False)


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
def columns() -> None:
    """List the columns `verify` knows, by indicator, with the points of each."""
    from doisoat.indicators.wording import print_columns
    from doisoat.progress import console

    print_columns(console())
