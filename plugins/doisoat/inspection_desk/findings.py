"""The commands about findings: finding, request, answer, remedy, verify."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from doisoat.errors import ConfigError
from doisoat.inspection_desk.options import (
    By,
    Check,
    Config,
    Day,
    Home,
    Json,
    Number,
    Province,
    Target,
    Text,
    open_desk,
    tell,
    tell_findings,
)
from doisoat.inspection_desk.said import PERSON, optional_text, read_day, read_document, required_text
from doisoat.model import DiscrepancyKind
from doisoat.rules.inspection import Act


def finding(
    province: Province,
    check: Check,
    by: By,
    kind: Annotated[list[DiscrepancyKind] | None, typer.Option(help="All that stands of this kind; again")] = None,
    discrepancy: Annotated[list[str] | None, typer.Option(help="Id of a discrepancy; may be given again")] = None,
    text: Annotated[str | None, typer.Option(help="What was found; alone: seen by a person, not in data")] = None,
    day: Annotated[str | None, typer.Option(help="Day of what a person has found (default: today)")] = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Add findings to an open check: by kind, of named discrepancies, or in words."""
    from doisoat.store.inspection_acts import NewFinding

    with open_desk(province, config, home) as desk:
        opened, person = desk.check(check), required_text(by, "--by", PERSON)
        title = optional_text(text, "--text")
        if kind and discrepancy:
            raise ConfigError("either --kind or --discrepancy: one finding is one group")
        if kind:
            found = desk.groups(opened.opening.agency_code, [one.value for one in kind], person)
        elif discrepancy:
            found = [desk.group_of(opened, discrepancy, title, person)]
        elif title:
            found = [NewFinding(title, person, read_day(day, "--day", desk.today))]
        else:
            raise ConfigError("what was found? --kind, --discrepancy ID or --text 'in words'")
        tell_findings(desk, desk.add_findings(opened, found), as_json)


def request(
    province: Province,
    target: Target,
    by: By,
    number: Number = None,
    due: Annotated[str | None, typer.Option(help="Last day for the remedy (default: by the province file)")] = None,
    text: Text = None,
    day: Day = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Note that the letter asking for a remedy has gone out; again is a reminder with a new deadline."""
    with open_desk(province, config, home) as desk:
        sent = read_day(day, "--day", desk.today)
        document = read_document(Act.REQUESTED, sent, by=by, number=number, text=text, due=due)
        tell_findings(desk, desk.file_document(target, document), as_json)


def answer(
    province: Province,
    target: Target,
    by: By,
    number: Number = None,
    text: Text = None,
    day: Day = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Note the agency's answer: it has the request, explains, or asks for time."""
    _received(Act.ANSWERED, province, target, config, home, as_json, by=by, number=number, text=text, day=day)


def remedy(
    province: Province,
    target: Target,
    by: By,
    number: Number = None,
    text: Text = None,
    day: Day = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Note the agency's report that it has put things right; the next complete night proves it, or does not."""
    _received(Act.REMEDIED, province, target, config, home, as_json, by=by, number=number, text=text, day=day)


def _received(
    act: Act, province: str, target: str, config: Path | None, home: Path | None, as_json: bool, **said: Any
) -> None:
    with open_desk(province, config, home) as desk:
        sent: date = read_day(said.pop("day"), "--day", desk.today)
        tell_findings(desk, desk.file_document(target, read_document(act, sent, **said)), as_json)


def verify(
    province: Province,
    target: Annotated[str | None, typer.Argument(help="A finding no data tell of", metavar="[FINDING]")] = None,
    by: Annotated[str, typer.Option("--by", help="Who has verified that finding")] = "",
    text: Text = None,
    day: Day = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Move findings by what the last night proves (every night does so by itself); or verify one by a person's word.

    Only a complete night after the one a finding rests on proves anything: verified when every discrepancy is resolved,
    overdue when the deadline has passed, reopened when a discrepancy has come back.
    """
    from doisoat.inspection_desk.wording import print_verification, verification_object
    from doisoat.progress import console

    with open_desk(province, config, home) as desk:
        if target is not None:
            required_text(text or "", "--text")
            done = read_day(day, "--day", desk.today)
            document = read_document(Act.VERIFIED, done, by=by, number=None, text=text)
            tell_findings(desk, desk.file_document(target, document), as_json)
            return
        told = desk.register.verify(desk.code)
        tell(verification_object(desk, told), lambda: print_verification(console(), desk, told), as_json)
