"""`doisoat discrepancies …`: what stands open, since when and why, and people's words about it."""

from __future__ import annotations

import json
import sys
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doisoat.errors import ConfigError
from doisoat.model import DiscrepancyKind
from doisoat.rules.lifecycle import STANDING, State, Turn

if TYPE_CHECKING:
    from doisoat.store.decisions import Word

app = typer.Typer(
    name="discrepancies", help="Single discrepancies: list, show, acknowledge, accept, reopen.", no_args_is_help=True
)

Province = Annotated[str, typer.Argument(help="Stem of a file in dags/provinces, e.g. phu_tho", metavar="PROVINCE")]
Id = Annotated[str, typer.Argument(help="Id as `list` shows it; the first 8 digits are enough", metavar="ID")]
Config = Annotated[Path | None, typer.Option("--config", help="Read this province file instead")]
Home = Annotated[Path | None, typer.Option("--home", help="Folder of all data (default: $DOISOAT_HOME or var)")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else")]
By = Annotated[str, typer.Option("--by", help="Who says so")]
Why = Annotated[str, typer.Option("--reason", help="Why")]


@app.command("list")
def list_discrepancies(
    province: Province,
    state: Annotated[list[State] | None, typer.Option(help="Only in this state (may be repeated)")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also what is over")] = False,
    kind: Annotated[DiscrepancyKind | None, typer.Option(help="Only of this kind")] = None,
    agency: Annotated[str | None, typer.Option(help="Only of this agency and those below it")] = None,
    older_than: Annotated[int | None, typer.Option(min=0, help="Known for more than so many working days")] = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List discrepancies, the longest known first; by default what stands (open, acknowledged, accepted, reopened)."""
    from doisoat.discrepancies.wording import list_object, print_list
    from doisoat.pipeline.desk import open_desk
    from doisoat.progress import console
    from doisoat.store.decisions import Wanted

    states = tuple(state or (() if every else STANDING))
    with open_desk(province, config=config, home=home) as desk:
        found = desk.find(Wanted(states, kind and kind.value, agency), older_than)
        if as_json:
            _print_json(list_object(desk, found))
        else:
            print_list(console(), desk, found)


@app.command()
def show(province: Province, short_id: Id, config: Config = None, home: Home = None, as_json: Json = False) -> None:
    """Show one discrepancy: what differs, what to do, and its whole history."""
    from doisoat.discrepancies.wording import print_one, show_object
    from doisoat.pipeline.desk import open_desk
    from doisoat.progress import console

    with open_desk(province, config=config, home=home) as desk:
        known, history = desk.find_one(short_id)
        if as_json:
            _print_json(show_object(desk, known, history))
        else:
            print_one(console(), desk, known, history)


@app.command()
def acknowledge(
    province: Province,
    short_id: Id,
    by: By,
    reason: Why = "",
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Note that somebody works on it; it goes on being mailed, as received ("đã nhận")."""
    from doisoat.store.decisions import Word

    _say(province, short_id, Word(Turn.ACKNOWLEDGED, by, reason or None), config, home, as_json)


@app.command()
def accept(
    province: Province,
    short_id: Id,
    by: By,
    reason: Why,
    until: Annotated[str, typer.Option(help="Last day it may stay, e.g. 2026-12-31")],
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Let it stay until a day: not mailed, not counted for the agency, listed apart; then it reopens by itself."""
    from doisoat.store.decisions import Word

    try:
        last_day = day.fromisoformat(until)
    except ValueError:
        raise ConfigError(f"--until is a day like 2026-12-31, not {until!r}") from None
    _say(province, short_id, Word(Turn.ACCEPTED, by, reason, last_day), config, home, as_json)


@app.command()
def reopen(
    province: Province,
    short_id: Id,
    by: By,
    reason: Why = "",
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take an acknowledgement or acceptance back. What is resolved reopens by itself when it is seen again."""
    from doisoat.store.decisions import Word

    _say(province, short_id, Word(Turn.TAKEN_BACK, by, reason or None), config, home, as_json)


def _say(province: str, short_id: str, word: Word, config: Path | None, home: Path | None, as_json: bool) -> None:
    from doisoat.discrepancies.wording import known_object, state_line
    from doisoat.pipeline.desk import open_desk

    with open_desk(province, config=config, home=home) as desk:
        known = desk.say(short_id, word)
        if as_json:
            _print_json(known_object(desk, known))
        else:
            typer.echo(f"Đã ghi nhận {known.short_id}: {state_line(known)}", err=True)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
