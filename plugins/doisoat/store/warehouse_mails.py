"""The warehouse's part about mails: the send ledger, what earlier mails mean for tonight's, muted agencies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from sqlalchemy import Engine

from doisoat.model import RunKey
from doisoat.store import ledger, mail_memory, mutes
from doisoat.store.ledger import Mail, MailState
from doisoat.store.mail_memory import MailMemory
from doisoat.store.mutes import Mute
from doisoat.store.warehouse_engine import reading, writing


class MailTables:
    """Methods of `Warehouse`; each is one transaction."""

    _engine: Engine
    _clock: Callable[[], datetime]

    def mails(self, key: RunKey) -> dict[str, Mail]:
        """The night's mails by receiver, in code order."""
        with reading(self._engine) as connection:
            return ledger.read_mails(connection, key)

    def unclear_mails(self, province: str) -> list[Mail]:
        """Mails of any night of which nobody knows whether they went, oldest night first."""
        with reading(self._engine) as connection:
            return ledger.unsettled(connection, province)

    def mail_memory(self, key: RunKey) -> MailMemory:
        """What earlier nights mean for this night's mails."""
        with reading(self._engine) as connection:
            return mail_memory.remember(connection, key)

    def plan_mails(self, key: RunKey, planned: Iterable[Mail], escalated: Iterable[tuple[str, str, str]] = ()) -> None:
        """Note mails before any is sent; those that were sent (or may have been) stay as they are.

        `escalated`: (receiver, rung, fingerprint) of what the mails to leaders name.
        """
        with writing(self._engine, f"mails {key}") as connection:
            ledger.plan_mails(connection, key, planned, self._clock())
            mail_memory.note_escalations(connection, key, escalated)

    def plan_mail(self, key: RunKey, mail: Mail) -> None:
        """Note one more mail beside those that are planned."""
        with writing(self._engine, f"mails {key}") as connection:
            ledger.plan_mails(connection, key, [mail], self._clock(), only=mail.agency_code)

    def claim_mail(self, key: RunKey, agency_code: str) -> bool:
        """Move a planned or failed mail to `sending`; False if another process was faster."""
        with writing(self._engine, f"mails {key}") as connection:
            return ledger.claim_mail(connection, key, agency_code, self._clock())

    def claim_again(self, key: RunKey, agency_code: str) -> bool:
        """Move a mail of unknown outcome to `sending`, because a person says so."""
        with writing(self._engine, f"mails {key}") as connection:
            return ledger.claim_again(connection, key, agency_code, self._clock())

    def finish_mail(self, key: RunKey, agency_code: str, state: MailState, reason: str = "") -> None:
        """Note how a claimed mail went."""
        with writing(self._engine, f"mails {key}") as connection:
            ledger.finish_mail(connection, key, agency_code, state, reason, self._clock())

    def mutes(self, province: str) -> list[Mute]:
        """Every mute there ever was, in the order they were said."""
        with reading(self._engine) as connection:
            return mutes.read_mutes(connection, province)

    def mute(self, province: str, agency_code: str, *, reason: str, ticket: str, until: date) -> Mute:
        """No reminder to an agency until the end of a day."""
        word = Mute(agency_code, reason, ticket, until, self._clock())
        with writing(self._engine, province) as connection:
            mutes.mute(connection, province, word)
        return word

    def unmute(self, province: str, agency_code: str) -> None:
        """Remind it again from now on; ConfigError where it is not muted."""
        with writing(self._engine, province) as connection:
            mutes.unmute(connection, province, agency_code, self._clock())
