"""`doisoat mail …`: look at a night's mails before they go, see where they stand, send an unclear one again, mute."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from doisoat.errors import ExitCode
from doisoat.options import Config, Day, Home, Json, Province

if TYPE_CHECKING:
    from doisoat.store.ledger import Mail
    from doisoat.store.mutes import Mute

app = typer.Typer(name="mail", help="Mails: preview, list, resend, mute, unmute.", no_args_is_help=True)

Agency = Annotated[str, typer.Argument(help="Code of the agency, e.g. H44.05", metavar="AGENCY")]


@app.command()
def preview(province: Province, date: Day, config: Config = None, home: Home = None, as_json: Json = False) -> None:
    """Write a page of all mails of a night as they would go now; sends nothing, notes nothing."""
    from doisoat.pipeline import open_night
    from doisoat.pipeline.mailing import preview as write

    path, outbox = write(open_night(province, date, config=config, home=home))
    counts = {"mails": len(outbox.drafts), "skipped": len(outbox.skipped), "undeliverable": len(outbox.undeliverable)}
    if as_json:
        _print_json({"preview": str(path), **counts, "held": len(outbox.held)})
    else:
        typer.echo(f"{counts['mails']} thư, {counts['skipped']} nơi không gửi, chưa gửi gì: {path}")


@app.command("list")
def list_mails(
    province: Province,
    date: Annotated[
        str | None,
        typer.Argument(help="Business date; without it: unclear mails of all nights, mutes", metavar="DATE"),
    ] = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say where every mail of a night stands.

    Without a date: every mail of unknown outcome of any night, and which agencies are or were muted.
    """
    if date is None:
        _list_standing(province, config, home, as_json)
        return
    from doisoat.alert.preview import state_words
    from doisoat.alert.recipients import to_whom
    from doisoat.pipeline import open_night

    night = open_night(province, date, config=config, home=home)
    with night.warehouse() as warehouse:
        mails = warehouse.mails(night.key)
    if as_json:
        keys = ("message_id", "recipients", "state", "reason", "sent_at")
        _print_json({"mails": {code: {key: getattr(mail, key) for key in keys} for code, mail in mails.items()}})
        return
    for code, mail in mails.items():
        reason = f" – {mail.reason}" if mail.reason else ""
        typer.echo(f"{state_words(mail.state):<18} {to_whom(code):<28} {mail.message_id}{reason}")
    if not mails:
        typer.echo("Đêm này không có thư nào trong sổ gửi.")


def _list_standing(province: str, config: Any, home: Any, as_json: bool) -> None:
    from doisoat.pipeline.mailing import open_mail_desk
    from doisoat.rules.text import day

    with open_mail_desk(province, config=config, home=home) as desk:
        said, unclear = desk.mutes(), desk.unclear()
    if as_json:
        keys = ("business_date", "agency_code", "message_id", "recipients", "state", "reason")
        listed = [{key: getattr(mail, key) for key in keys} | {"resend": command} for mail, command in unclear]
        _print_json({"unclear": listed, "mutes": [vars(one) for one in said]})
        return
    _print_unclear(unclear)
    for one in said:
        typer.echo(f"{one.agency_code:<12} {_holds(one)} {day(one.until)}  {one.ticket}  {one.reason}")
    if not said:
        typer.echo("Không cơ quan nào đang tạm ngừng nhắc.")


def _print_unclear(unclear: Sequence[tuple[Mail, str]]) -> None:
    from doisoat.alert.recipients import to_whom
    from doisoat.rules.text import day

    for mail, command in unclear:
        boxes = ", ".join(mail.recipients)
        typer.echo(f"không rõ đã gửi: {to_whom(mail.agency_code)}, đêm {day(mail.business_date)}, {boxes}")
        typer.echo(f"  nếu chưa đến nơi: {command}")
    if not unclear:
        typer.echo("Không có thư nào không rõ đã gửi.")


def _holds(one: Mute) -> str:
    return "đến hết ngày" if one.ended_at is None else "(đã bỏ) đến"


@app.command()
def resend(
    province: Province,
    date: Day,
    message_id: Annotated[str, typer.Argument(help="As `mail list` shows it", metavar="MESSAGE_ID")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Send a mail of unknown outcome ("không rõ đã gửi") once more, under the same Message-ID.

    Ask the receiver first: it may have arrived.
    """
    from doisoat.alert.preview import state_words
    from doisoat.pipeline import open_night
    from doisoat.pipeline.mailing import resend as send

    if not yes:
        question = f"{message_id} có thể đã đến nơi. Gửi lại?"
        if not typer.confirm(question, err=True):
            raise typer.Exit(int(ExitCode.USAGE))
    mail, state = send(open_night(province, date, config=config, home=home), message_id)
    if as_json:
        _print_json({"message_id": mail.message_id, "recipients": mail.recipients, "state": state})
    else:
        typer.echo(f"{mail.message_id}: {state_words(state)}")


@app.command()
def mute(
    province: Province,
    agency: Agency,
    reason: Annotated[str, typer.Option(help="Why")],
    ticket: Annotated[str, typer.Option(help="Where it is written down, e.g. the number of a paper")],
    until: Annotated[str, typer.Option(help="Last day without mail, e.g. 2026-12-31")],
    config: Config = None,
    home: Home = None,
) -> None:
    """Do not remind an agency (nor its leaders about it) until a day; ends by itself."""
    from doisoat.model import VIETNAM
    from doisoat.pipeline.mailing import open_mail_desk
    from doisoat.pipeline.night import read_day

    last, today = read_day(until, "--until"), datetime.now(VIETNAM).date()
    with open_mail_desk(province, config=config, home=home) as desk:
        word = desk.mute(agency, reason=reason, ticket=ticket, until=last, today=today)
    typer.echo(f"Tạm ngừng nhắc {word.agency_code} đến hết ngày {last}: {word.reason} ({word.ticket})", err=True)


@app.command()
def unmute(province: Province, agency: Agency, config: Config = None, home: Home = None) -> None:
    """Remind a muted agency again from now on."""
    from doisoat.pipeline.mailing import open_mail_desk

    with open_mail_desk(province, config=config, home=home) as desk:
        desk.unmute(agency)
    typer.echo(f"Nhắc lại {agency} từ đêm nay.", err=True)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
