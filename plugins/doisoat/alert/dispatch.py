"""Sending the drafts of a night, each at most once, and telling where each stands.

The ledger is asked before and told after every message: a crash in between leaves `sending`, and only a mailer
that can prove what became of it (a maildir can, SMTP cannot) settles it; otherwise it is listed, never sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from doisoat.alert.messages import Draft
from doisoat.errors import MailNotAccepted, TerminalError
from doisoat.model import RunKey
from doisoat.store.ledger import MAY_BE_SENT, UNSETTLED, Mail, MailState
from doisoat.store.mailers import Mailer, MailOutcomeUnknown, MailServerGone
from doisoat.store.mutes import Mute
from doisoat.store.reference_rows import RejectedRow

if TYPE_CHECKING:
    from doisoat.store.warehouse import Warehouse

UNKNOWN_REASON = "không rõ đã gửi: kết nối hoặc chương trình dừng giữa chừng; không tự gửi lại"


@dataclass(frozen=True)
class Unsent:
    """A receiver that gets no mail, and why."""

    agency_code: str
    agency_name: str
    dossiers: int
    reason: str


@dataclass
class Outbox:
    """The night's mails while they are being sent."""

    drafts: list[Draft] = field(default_factory=list)
    held: list[Unsent] = field(default_factory=list)
    skipped: list[Unsent] = field(default_factory=list)
    undeliverable: list[Unsent] = field(default_factory=list)
    escalated: list[tuple[str, str, str]] = field(default_factory=list)  # receiver, rung, fingerprint
    contacts_rejected: tuple[RejectedRow, ...] = ()
    muted: tuple[Mute, ...] = ()
    unclear_before: tuple[Mail, ...] = ()  # of earlier nights
    ledger: dict[str, Mail] = field(default_factory=dict)
    sent_now: int = 0

    def add(self, draft: Draft) -> None:
        """Keep a draft; one that seems to contain personal data is held back."""
        if draft.findings:
            reason = ", ".join(draft.findings)
            self.held.append(Unsent(draft.agency_code, draft.agency_name, draft.dossiers, reason))
        else:
            self.drafts.append(draft)

    def skip(self, receiver: str, name: str, dossiers: int, reason: str) -> None:
        self.skipped.append(Unsent(receiver, name, dossiers, reason))

    def cannot_deliver(self, receiver: str, name: str, dossiers: int, reason: str) -> None:
        self.undeliverable.append(Unsent(receiver, name, dossiers, reason))

    def keep_planned(self, ledger: Mapping[str, Mail]) -> None:
        """Only the drafts the ledger knows, as they stand there."""
        self.ledger = dict(ledger)
        self.drafts = [draft for draft in self.drafts if draft.agency_code in ledger]

    def by_state(self) -> dict[str, list[dict[str, Any]]]:
        """Mails per state of the ledger, in agency order; without a ledger all are planned.

        Last those that went (or may have) and would not be written any more: they say nothing but where they stand.
        """
        listed: dict[str, list[dict[str, Any]]] = {state.value: [] for state in MailState}
        for draft in self.drafts:
            entry = self.ledger.get(draft.agency_code) or mail_of(draft)
            said = {"subject": draft.subject, "dossiers": draft.dossiers, "false_overdue": draft.false_overdue}
            listed[entry.state.value].append(_line(entry, draft.agency_name, draft.message_id) | said)
        written = {draft.agency_code for draft in self.drafts}
        for code, entry in self.ledger.items():
            if code not in written and entry.state not in MAY_BE_SENT:
                said = {"subject": "", "dossiers": 0, "false_overdue": 0}
                listed[entry.state.value].append(_line(entry, "", entry.message_id) | said)
        return listed

    def as_json(self, mode: str) -> dict[str, Any]:
        """The content of mails.json."""
        unsent = {name: getattr(self, name) for name in ("held", "skipped", "undeliverable")}
        return {
            "mode": mode,
            **self.by_state(),
            **{name: [vars(item) for item in items] for name, items in unsent.items()},
            "unclear_before": [
                {"business_date": mail.business_date, **_line(mail, "", mail.message_id)}
                for mail in self.unclear_before
            ],
            "contacts_rejected": [vars(row) for row in self.contacts_rejected],
            "muted": [
                {"agency_code": one.agency_code, "until": one.until, "ticket": one.ticket, "reason": one.reason}
                for one in self.muted
            ],
        }

    def counts(self) -> dict[str, Any]:
        """How many stand where; `sent_now` by this run, `sent` in all."""
        unsent = {name: len(getattr(self, name)) for name in ("held", "skipped", "undeliverable")}
        return {state: len(mails) for state, mails in self.by_state().items()} | unsent | {"sent_now": self.sent_now}


def _line(entry: Mail, name: str, message_id: str) -> dict[str, Any]:
    return {
        "agency_code": entry.agency_code,
        "agency_name": name,
        "recipients": list(entry.recipients),
        "message_id": message_id,
        "reason": entry.reason,
    }


def dispatch(
    outbox: Outbox, key: RunKey, warehouse: Warehouse, mailer: Mailer | None
) -> MailNotAccepted | TerminalError | None:
    """Send what was not sent yet; returns (not raises) what kept mails from going, so that it can be told.

    The server out of reach, or a refusal that concerns every mail, ends the round; the rest stays planned.
    """
    if mailer is None:
        return None
    warehouse.plan_mails(key, [mail_of(draft) for draft in outbox.drafts], outbox.escalated)
    return _round(outbox, outbox.drafts, key, warehouse, mailer)


def dispatch_more(
    outbox: Outbox, draft: Draft, key: RunKey, warehouse: Warehouse, mailer: Mailer | None
) -> MailNotAccepted | TerminalError | None:
    """The same for one mail that depends on how the others went."""
    outbox.add(draft)
    if mailer is None or draft not in outbox.drafts:
        return None
    warehouse.plan_mail(key, mail_of(draft))
    return _round(outbox, [draft], key, warehouse, mailer)


def _round(
    outbox: Outbox, drafts: Sequence[Draft], key: RunKey, warehouse: Warehouse, mailer: Mailer
) -> MailNotAccepted | TerminalError | None:
    before = warehouse.mails(key)
    problem: MailNotAccepted | TerminalError | None = None
    try:
        for draft in drafts:
            settle(draft, before[draft.agency_code], key, warehouse, mailer)
            if not warehouse.claim_mail(key, draft.agency_code):
                continue
            state, error = hand_over(draft, key, warehouse, mailer)
            outbox.sent_now += state is MailState.SENT
            problem = problem or error
            if isinstance(error, MailServerGone | TerminalError):
                break
    finally:
        mailer.close()
        outbox.ledger = warehouse.mails(key)
    return problem


def hand_over(
    draft: Draft, key: RunKey, warehouse: Warehouse, mailer: Mailer, *, may_have_gone: bool = False
) -> tuple[MailState, MailNotAccepted | TerminalError | None]:
    """Send a mail that was claimed, and note how it went; one that may have gone before stays so until it is taken."""
    state, reason, error = _send(draft, mailer)
    if may_have_gone and state is MailState.FAILED:
        state, reason = MailState.UNKNOWN, f"{UNKNOWN_REASON} ({reason})"
    warehouse.finish_mail(key, draft.agency_code, state, reason)
    return state, error


def mail_of(draft: Draft) -> Mail:
    """A draft as the ledger begins with it."""
    return Mail(draft.agency_code, draft.message_id, draft.recipients, draft.sha256)


def settle(draft: Draft, entry: Mail, key: RunKey, warehouse: Warehouse, mailer: Mailer) -> None:
    """A mail found `sending` (a crash) or `unknown`: what became of it, if anyone can tell."""
    if entry.state not in UNSETTLED:
        return
    delivered = mailer.delivered(draft.message)
    if delivered is None:
        warehouse.finish_mail(key, draft.agency_code, MailState.UNKNOWN, UNKNOWN_REASON)
    else:
        state = MailState.SENT if delivered else MailState.FAILED
        warehouse.finish_mail(key, draft.agency_code, state)


def _send(draft: Draft, mailer: Mailer) -> tuple[MailState, str, MailNotAccepted | TerminalError | None]:
    try:
        refused = mailer.send(draft.message, draft.recipients)
    except MailOutcomeUnknown as error:
        return MailState.UNKNOWN, f"{UNKNOWN_REASON} ({error})", None
    except (MailNotAccepted, TerminalError) as error:
        return MailState.FAILED, str(error), error
    words = "; ".join(f"{mailbox}: {said}" for mailbox, said in sorted(refused.items()))
    if len(refused) == len(draft.recipients):
        return MailState.REFUSED, words, None
    return MailState.SENT, words, None
