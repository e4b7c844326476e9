"""Which mails a night has, to whom, and why somebody gets none; nothing is sent here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from doisoat.alert.closing import closing_notice
from doisoat.alert.contents import Contents, gather
from doisoat.alert.digest import why_not
from doisoat.alert.dispatch import Outbox
from doisoat.alert.ladder import escalation_notice, escalations
from doisoat.alert.messages import Draft, write_draft, write_notice
from doisoat.alert.recipients import find_recipients, rung_recipients, technicians
from doisoat.alert.technical import find_faults, technical_notice
from doisoat.config import Province
from doisoat.rules.text import day as day_text
from doisoat.rules.text import plain
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.ledger import TECHNICAL, receiver
from doisoat.store.mail_memory import MailMemory, arrival

if TYPE_CHECKING:
    from doisoat.store.reference import Reference

QUIET = "ngày nghỉ"
NOT_ALL_COMPARED = "có mục đêm nay chưa đối soát được nên chưa báo hết lệch"


def write_mails(files: RunFiles, province: Province, reference: Reference, memory: MailMemory) -> Outbox:
    """Every mail of the night as it would go, and why somebody gets none; but that to the engineers."""
    planner = _Planner(files, province, reference, memory)
    night = list(gather(files, province, reference, memory))
    for contents in night:
        planner.plan_agency(contents)
    planner.plan_technical(night)
    return planner.outbox


def why_silent(day: date, province: Province, reference: Reference, memory: MailMemory) -> str | None:
    """Why a night has no mails at all: a later one has run, or they would arrive on a day off and are not to."""
    if memory.later:
        return f"đã có đêm {day_text(memory.later)} sau đêm này"
    return QUIET if province.mail.quiet_days and not reference.calendar.is_working(arrival(day)) else None


@dataclass
class _Planner:
    """One night's planning; mails that went already tonight are planned again, so that they stay listed."""

    files: RunFiles
    province: Province
    reference: Reference
    memory: MailMemory
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(
            contacts_rejected=self.reference.contacts_rejected,
            muted=tuple(self.memory.mutes.values()),
            unclear_before=self.memory.unsettled,
        )

    @property
    def day(self) -> date:
        return self.files.key.business_date

    def plan_agency(self, contents: Contents) -> None:
        """The agency's own mail, and those up the ladder."""
        code = contents.agency_code or ""
        recipients = find_recipients(self.reference, contents.agency_code, self.day)
        reason = self._why_none(contents)
        if reason:
            self.outbox.skip(code, contents.agency_name, contents.dossiers, reason)
        elif not recipients:
            reason = "không có hộp thư hợp lệ trong danh bạ"
            self.outbox.cannot_deliver(code, contents.agency_name, contents.dossiers, reason)
        else:
            self.outbox.add(self._write(contents, recipients))
        if code:
            self._plan_ladder(contents, can_be_reached=bool(recipients) and code not in self.memory.turned_away)

    def _write(self, contents: Contents, recipients: tuple[str, ...]) -> Draft:
        key, mail = self.files.key, self.province.mail
        if contents.closes:
            return write_notice(closing_notice(contents, key), recipients, key, mail)
        return write_draft(contents, recipients, key, mail)

    def _plan_ladder(self, contents: Contents, *, can_be_reached: bool) -> None:
        ladder, calendar = self.province.mail.escalation, self.reference.calendar
        for one in escalations(contents, ladder, self.memory, calendar, can_be_reached=can_be_reached):
            name = receiver(contents.agency_code or "", one.rung.to)
            if contents.agency_code in self.memory.mutes and not self.memory.went(name):
                continue
            if reason := self._why_not_tonight(name):
                self.outbox.skip(name, contents.agency_name, len(one.late), reason)
                continue
            recipients = rung_recipients(self.reference, self.province, contents.agency_code, self.day, one.rung.to)
            if not recipients:
                reason = f"danh bạ không có đầu mối {one.rung.to}"
                self.outbox.cannot_deliver(name, contents.agency_name, len(one.late), reason)
                continue
            notice = escalation_notice(contents, one, self.files.key)
            self.outbox.add(write_notice(notice, recipients, self.files.key, self.province.mail))
            self.outbox.escalated += [(name, one.rung.to, late.name) for late in one.late]

    def plan_technical(self, night: Sequence[Contents]) -> None:
        """One notice about the technical faults, if there are any."""
        patterns = read_json(self.files.work("assess") / "summary.json").get("patterns", [])
        faults = find_faults(night, patterns, self.memory.last(TECHNICAL))
        if not faults:
            return
        name, dossiers = plain(self.province.name), sum(fault.count for fault in faults)
        recipients = technicians(self.reference, self.province, self.day)
        reason = self._why_no_notice(any(fault.is_new for fault in faults))
        if reason:
            self.outbox.skip(TECHNICAL, name, dossiers, reason)
        elif not recipients:
            reason = "danh bạ không có ky_thuat, tệp tỉnh không có engineers"
            self.outbox.cannot_deliver(TECHNICAL, name, dossiers, reason)
        else:
            notice = technical_notice(faults, night[0], self.files.key)
            self.outbox.add(write_notice(notice, recipients, self.files.key, self.province.mail))

    def _why_none(self, contents: Contents) -> str | None:
        """Why an agency is not written to; None = it is, or was already tonight."""
        code = contents.agency_code or ""
        if not contents.todo and not contents.closes:
            return NOT_ALL_COMPARED if contents.digest.put_right else "chỉ có mục đang kiểm tra kỹ thuật"
        if self.memory.went(code):
            return None
        if code in self.memory.mutes:
            mute = self.memory.mutes[code]
            return f"tạm ngừng nhắc đến hết ngày {day_text(mute.until)}: {mute.reason} ({mute.ticket})"
        if reason := self._why_not_tonight(code):
            return reason
        return why_not(contents.digest, self.day, self.reference.calendar, self.province.mail.remind_every_working_days)

    def _why_no_notice(self, has_news: bool) -> str | None:
        last = self.memory.last(TECHNICAL)
        if self.memory.went(TECHNICAL):
            return None
        if reason := self._why_not_tonight(TECHNICAL):
            return reason
        every = self.province.mail.remind_every_working_days
        if has_news or last is None or self.reference.calendar.working_days_between(last, self.day) >= every:
            return None
        return f"không có gì mới, đã nhắc ngày {day_text(last)}"

    def _why_not_tonight(self, name: str) -> str | None:
        """Why nobody gets anything; what went already stays as it is."""
        return None if self.memory.went(name) else why_silent(self.day, self.province, self.reference, self.memory)
