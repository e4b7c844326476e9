"""What people do about a night's mails beside the stage `alert`: look first, send an unclear one again, mute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.config import Province, Settings, find_province
from doisoat.errors import ConfigError, TerminalError
from doisoat.pipeline.night import Night
from doisoat.store.layout import replaced_folder
from doisoat.store.turns import in_turn

if TYPE_CHECKING:
    from doisoat.alert.dispatch import Outbox
    from doisoat.store.ledger import Mail, MailState
    from doisoat.store.mutes import Mute
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse


def preview(night: Night) -> tuple[Path, Outbox]:
    """Write the page of a night's mails; nothing is sent and the ledger stays as it is."""
    from doisoat.alert import planned_night
    from doisoat.alert.preview import preview_page

    with night.warehouse() as warehouse:
        memory = warehouse.mail_memory(night.key)
    outbox = planned_night(night.files, night.province, night.reference, memory)
    folder = night.files.work("mail_preview")
    with replaced_folder(folder) as fresh:
        page = preview_page(outbox, night.key, night.province)
        (fresh / "preview.html").write_text(page, encoding="utf-8")
    return folder / "preview.html", outbox


def resend(night: Night, message_id: str) -> tuple[Mail, MailState]:
    """Send a mail of unknown outcome once more, under its Message-ID; ConfigError unless it is one.

    Waits for a stage that is running. MailNotAccepted: still of unknown outcome, send it again later by hand.
    """
    from doisoat.alert import planned_night, write_told
    from doisoat.alert.dispatch import hand_over
    from doisoat.store.mailers import open_mailer

    mailer = open_mailer(night.province.mail_settings, night.settings.home)
    if mailer is None:
        raise ConfigError("mail.mode is off: nothing can be sent", file=night.province.source_file, key="mail.mode")
    lock = night.settings.home / f".{night.key.province_code}.night.lock"
    with in_turn(lock, lambda holder: night.progress(f"chờ tiến trình {holder}", 0, None)), night.warehouse() as store:
        entry = _unclear(store, night, message_id)
        outbox = planned_night(night.files, night.province, night.reference, store.mail_memory(night.key))
        draft = next((one for one in outbox.drafts if one.message_id == message_id), None)
        if draft is None:
            raise TerminalError(f"{message_id} can no longer be written: what it was about has changed since")
        if not store.claim_again(night.key, entry.agency_code):
            raise ConfigError(f"{message_id} was settled meanwhile: see 'doisoat mail list'")
        try:
            state, problem = hand_over(draft, night.key, store, mailer, may_have_gone=True)
        finally:
            mailer.close()
        outbox.keep_planned(store.mails(night.key))
        write_told(outbox, night.files, night.province)
    if problem is not None:
        raise problem
    return entry, state


def _unclear(warehouse: Warehouse, night: Night, message_id: str) -> Mail:
    from doisoat.store.ledger import UNSETTLED

    known = {mail.message_id: mail for mail in warehouse.mails(night.key).values()}
    if message_id not in known:
        raise ConfigError(f"no mail {message_id} in the night {night.key}: see 'doisoat mail list'")
    if known[message_id].state not in UNSETTLED:
        state = known[message_id].state
        raise ConfigError(f"{message_id} is {state}: only a mail of unknown outcome is sent again by hand")
    return known[message_id]


@dataclass(frozen=True)
class MailDesk:
    """One province's agencies that are muted, and its mails of unknown outcome."""

    province: Province
    warehouse: Warehouse

    def mutes(self) -> list[Mute]:
        return self.warehouse.mutes(self.province.province)

    def unclear(self) -> list[tuple[Mail, str]]:
        """Of any night, oldest first, each with the command that sends it again."""
        from doisoat.alert.engineers import resend_command

        mails = self.warehouse.unclear_mails(self.province.province)
        return [(mail, resend_command(mail, self.province)) for mail in mails]

    def mute(self, agency: str, *, reason: str, ticket: str, until: date, today: date) -> Mute:
        """No reminder to an agency until a day; ConfigError where a word is missing or the day is over."""
        words = {"--reason": reason.strip(), "--ticket": ticket.strip()}
        for option, word in words.items():
            if not word or not word.isprintable():
                raise ConfigError(f"{option} is one line of text: without reason, ticket and end nobody is muted")
        if len(words["--ticket"]) > 100:
            raise ConfigError("--ticket is longer than 100 characters")
        if until < today:
            raise ConfigError(f"--until {until} is over (today is {today}): give the last day without mail")
        code = _known_agency(self._reference(), agency)
        return self.warehouse.mute(
            self.province.province, code, reason=words["--reason"], ticket=words["--ticket"], until=until
        )

    def unmute(self, agency: str) -> None:
        self.warehouse.unmute(self.province.province, _known_agency(self._reference(), agency))

    def _reference(self) -> Reference:
        from doisoat.store.reference import load_reference

        return load_reference(self.province)


def _known_agency(reference: Reference, agency: str) -> str:
    from doisoat.rules.values import read_code

    code = reference.agencies.canonical(read_code(agency))
    if code is None or not reference.agencies.is_known(code):
        raise ConfigError(f"{agency!r} is no agency of the table of agencies")
    return code


@contextmanager
def open_mail_desk(label: str, *, config: Path | None = None, home: Path | None = None) -> Iterator[MailDesk]:
    """The desk of a province."""
    from doisoat.store.warehouse import open_warehouse

    province, settings = find_province(label, config), Settings.from_environment(home)
    with open_warehouse(settings.warehouse_url) as warehouse:
        yield MailDesk(province, warehouse)
