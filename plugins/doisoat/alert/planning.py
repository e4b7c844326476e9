"""Which mails a night has, to whom, and why an agency gets none; nothing is sent here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doisoat.alert.contents import Contents, gather
from doisoat.alert.digest import why_not
from doisoat.alert.dispatch import Outbox
from doisoat.alert.messages import write_draft
from doisoat.alert.recipients import find_recipients
from doisoat.config import Province
from doisoat.rules.text import day as day_text
from doisoat.store.layout import RunFiles
from doisoat.store.mail_memory import MailMemory, arrival

if TYPE_CHECKING:
    from doisoat.store.reference import Reference

QUIET = "ngày nghỉ"


def write_mails(files: RunFiles, province: Province, reference: Reference, memory: MailMemory) -> Outbox:
    """Every mail of the night as it would go, and why an agency gets none."""
    outbox = Outbox()
    for contents in gather(files, province, reference, memory):
        reason = _why_none(contents, province, reference, memory)
        if reason:
            outbox.skip(contents, reason)
            continue
        recipients = find_recipients(reference, contents.agency_code, files.key.business_date)
        if not recipients:
            outbox.cannot_deliver(contents, "không có hộp thư hợp lệ trong danh bạ")
            continue
        outbox.add(write_draft(contents, recipients, files.key, province.mail))
    return outbox


def _why_none(contents: Contents, province: Province, reference: Reference, memory: MailMemory) -> str | None:
    """Why an agency is not written to; None = it is, or was already tonight."""
    code = contents.agency_code or ""
    if not contents.todo:
        return "chỉ có mục đang kiểm tra kỹ thuật"
    if memory.went(code):
        return None
    if code in memory.mutes:
        mute = memory.mutes[code]
        return f"tạm ngừng nhắc đến hết ngày {day_text(mute.until)}: {mute.reason} ({mute.ticket})"
    if province.mail.quiet_days and not reference.calendar.is_working(arrival(contents.business_date)):
        return QUIET
    every = province.mail.remind_every_working_days
    return why_not(contents.digest, contents.business_date, reference.calendar, every)
