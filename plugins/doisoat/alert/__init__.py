"""alert: one mail per agency that has something to do, once.

Reads what `assess` left, never the systems. Every mail is written and searched for personal data before the first
one goes; the send ledger sees to it that none goes twice. Writes `runs/<p>/<d>/alert/mails.json`, which tells
where every mail of the night stands, the same again on a re-run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doisoat.alert.contents import gather
from doisoat.alert.dispatch import Outbox, dispatch
from doisoat.alert.messages import write_draft
from doisoat.alert.recipients import find_recipients
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
    outbox = write_mails(files, province, reference)
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


def write_mails(files: RunFiles, province: Province, reference: Reference) -> Outbox:
    """Every mail of the night as it would go, and why an agency gets none."""
    outbox = Outbox()
    for contents in gather(files, province, reference):
        if not contents.todo:
            outbox.skip(contents, "chỉ có mục đang kiểm tra kỹ thuật")
            continue
        recipients = find_recipients(reference, contents.agency_code, files.key.business_date)
        if not recipients:
            outbox.cannot_deliver(contents, "không có hộp thư hợp lệ trong danh bạ")
            continue
        outbox.add(write_draft(contents, recipients, files.key, province.mail))
    return outbox
