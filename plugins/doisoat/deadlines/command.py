"""`doisoat calendar` and `doisoat clocks`: what an officer asks when a date is disputed."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from doisoat.options import Config, Day, Home, Json, Province

app = typer.Typer(add_completion=False)


@app.command()
def calendar(
    year: Annotated[int, typer.Argument(help="e.g. 2026", metavar="YEAR")],
    province: Annotated[str | None, typer.Option(help="Stem of a file in dags/provinces (default: as shipped)")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show a year's days off and worked Saturdays, with the document behind each and what is not decided yet."""
    from doisoat.config import find_province
    from doisoat.deadlines.calendar_year import calendar_year
    from doisoat.deadlines.wording import calendar_object, print_calendar
    from doisoat.progress import console

    named = find_province(province or "", config) if province or config else None
    shown = calendar_year(year, named)
    if as_json:
        sys.stdout.write(json.dumps(calendar_object(shown), ensure_ascii=False) + "\n")
    else:
        print_calendar(console(), shown)


@app.command()
def clocks(
    province: Province,
    date: Day,
    code: Annotated[str, typer.Argument(help="Code of the dossier", metavar="CODE")],
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say why one dossier is in time or late, by each of the three clocks, with the article; writes nothing."""
    from doisoat.deadlines.wording import dossier_object, print_dossier
    from doisoat.pipeline import open_night
    from doisoat.pipeline.dossier_clocks import clocks_of
    from doisoat.progress import console

    told = clocks_of(open_night(province, date, config=config, home=home), code)
    if as_json:
        sys.stdout.write(json.dumps(dossier_object(told), ensure_ascii=False) + "\n")
    else:
        print_dossier(console(), told)
