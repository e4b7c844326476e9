"""alert: one mail per agency whose work has changed, once; and whoever else has to know.

Reads what `assess` left, never the systems. Every mail is written and searched for personal data before the first
one goes; the send ledger sees to it that none goes twice. Writes `runs/<p>/<d>/alert/mails.json`, which tells
where every mail of the night stands, the same again on a re-run.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from doisoat.alert.dispatch import Outbox, dispatch, dispatch_more
from doisoat.alert.engineers import engineers_notice
from doisoat.alert.messages import Draft, write_notice
from doisoat.alert.planning import why_silent, write_mails
from doisoat.alert.recipients import engineers
from doisoat.config import Province
from doisoat.errors import TerminalError
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json
from doisoat.store.ledger import ENGINEERS
from doisoat.store.mail_memory import MailMemory

if TYPE_CHECKING:
    from doisoat.store.mailers import Mailer
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse


def alert_night(
    files: RunFiles, province: Province, reference: Reference, warehouse: Warehouse, mailer: Mailer | None
) -> dict[str, Any]:
    """Send the night's mails; returns how many stand where. `mailer` None: nothing is sent or planned.

    After everything that could go has gone: MailNotAccepted if the server deferred some (run again, those that
    went stay gone), TerminalError naming the agencies whose mail was held back because of its contents.
    """
    memory = warehouse.mail_memory(files.key)
    outbox = write_mails(files, province, reference, memory)
    problem = dispatch(outbox, files.key, warehouse, mailer)
    draft = None if problem else draft_to_engineers(outbox, files, province, reference, memory)
    if draft is not None:
        problem = dispatch_more(outbox, draft, files.key, warehouse, mailer)
    write_told(outbox, files, province)
    if problem is not None:
        raise problem
    if outbox.held:
        raise TerminalError(
            "mails held back, they look as if they contained personal data: "
            + "; ".join(f"{held.agency_code} ({held.reason})" for held in outbox.held)
            + ". Correct the source or the agency table, then run 'doisoat alert' again"
        )
    return outbox.counts()


def write_told(outbox: Outbox, files: RunFiles, province: Province) -> None:
    """Write mails.json: where every mail of the night stands."""
    with replaced_folder(files.work("alert")) as folder:
        write_json(folder / "mails.json", outbox.as_json(province.mail.mode))


def draft_to_engineers(
    outbox: Outbox, files: RunFiles, province: Province, reference: Reference, memory: MailMemory
) -> Draft | None:
    """What the engineers are told after a round that reached its end; None where there is nothing, or nobody."""
    recipients, key = engineers(province), files.key
    is_silent = not memory.went(ENGINEERS) and why_silent(key.business_date, province, reference, memory)
    if not recipients or is_silent:
        return None
    as_of = datetime.fromisoformat(read_json(files.staged)["as_of"])
    notice = engineers_notice(outbox, memory, key, province, as_of)
    return None if notice is None else write_notice(notice, recipients, key, province.mail)


def planned_night(files: RunFiles, province: Province, reference: Reference, memory: MailMemory) -> Outbox:
    """All mails of a night as they would go now, beside what the ledger says of them; sends and notes nothing."""
    outbox = write_mails(files, province, reference, memory)
    outbox.ledger = dict(memory.tonight)
    if draft := draft_to_engineers(outbox, files, province, reference, memory):
        outbox.add(draft)
    return outbox
