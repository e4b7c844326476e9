"""alert: one mail per agency whose work has changed, once; and whoever else has to know.

Reads what `assess` left, never the systems. Every mail is written and searched for personal data before the first
one goes; the send ledger sees to it that none goes twice. Writes `runs/<p>/<d>/alert/mails.json`, which tells
where every mail of the night stands, the same again on a re-run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doisoat.alert.dispatch import dispatch
from doisoat.alert.planning import write_mails
from doisoat.config import Province
from doisoat.errors import TerminalError
from doisoat.store.layout import RunFiles, replaced_folder, write_json

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
    outbox = write_mails(files, province, reference, warehouse.mail_memory(files.key))
    problem = dispatch(outbox, files.key, warehouse, mailer)
    with replaced_folder(files.work("alert")) as folder:
        write_json(folder / "mails.json", outbox.as_json(province.mail.mode))
    if problem is not None:
        raise problem
    if outbox.held:
        raise TerminalError(
            "mails held back, they look as if they contained personal data: "
            + "; ".join(f"{held.agency_code} ({held.reason})" for held in outbox.held)
            + ". Correct the source or the agency table, then run 'doisoat alert' again"
        )
    return outbox.counts()
