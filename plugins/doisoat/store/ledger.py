"""The send ledger: which mail of which night went out, so that none goes out twice.

planned -> sending -> sent | failed (deferred; may be tried again) | refused (by the server, for good) |
unknown (the connection ended before the answer, or the program was killed: never sent again by itself).
Inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, select, update

from doisoat.model import RunKey
from doisoat.store.tables_warehouse import mails


class MailState(StrEnum):
    """Where a mail stands."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


MAY_BE_SENT = (MailState.PLANNED, MailState.FAILED)


@dataclass(frozen=True)
class Mail:
    """A mail as the ledger knows it; never its text."""

    agency_code: str
    message_id: str
    recipients: tuple[str, ...]
    sha256: str
    state: MailState = MailState.PLANNED
    reason: str = ""
    sent_at: datetime | None = None


def _of(key: RunKey) -> ColumnElement[bool]:
    return and_(mails.c.province == key.province_code, mails.c.business_date == key.business_date)


def read_mails(connection: Connection, key: RunKey) -> dict[str, Mail]:
    """The night's mails by agency, in code order."""
    rows = connection.execute(select(mails).where(_of(key)).order_by(mails.c.agency_code))
    found = (
        Mail(
            agency_code=row.agency_code,
            message_id=row.message_id,
            recipients=tuple(row.recipients.split(", ")),
            sha256=row.sha256,
            state=MailState(row.state),
            reason=row.reason,
            sent_at=row.sent_at,
        )
        for row in rows
    )
    return dict(sorted((mail.agency_code, mail) for mail in found))


def plan_mails(connection: Connection, key: RunKey, planned: Iterable[Mail], at: datetime) -> None:
    """Write or renew plans; an agency that no longer gets a mail loses its plan if nothing went out yet."""
    wanted = {mail.agency_code: mail for mail in planned}
    existing = read_mails(connection, key)
    renewed = {code for code, mail in existing.items() if _may_be_renewed(mail, wanted.get(code))}
    for code in sorted(renewed):
        connection.execute(mails.delete().where(_of(key), mails.c.agency_code == code))
    rows = [
        {
            "province": key.province_code,
            "business_date": key.business_date,
            "agency_code": code,
            "message_id": mail.message_id,
            "recipients": ", ".join(mail.recipients),
            "state": MailState.PLANNED.value,
            "sha256": mail.sha256,
            "reason": "",
            "updated_at": at,
        }
        for code, mail in wanted.items()
        if code not in existing or code in renewed
    ]
    if rows:
        connection.execute(mails.insert(), rows)


def _may_be_renewed(mail: Mail, wanted: Mail | None) -> bool:
    """Nothing went out yet; or the server refused the mailboxes and there are other ones now."""
    if mail.state in MAY_BE_SENT:
        return True
    return mail.state is MailState.REFUSED and wanted is not None and wanted.recipients != mail.recipients


def claim_mail(connection: Connection, key: RunKey, agency_code: str, at: datetime) -> bool:
    """planned | failed -> sending, for exactly one caller."""
    waiting = mails.c.state.in_([state.value for state in MAY_BE_SENT])
    claimed = connection.execute(
        update(mails)
        .where(_of(key), mails.c.agency_code == agency_code, waiting)
        .values(state=MailState.SENDING.value, reason="", updated_at=at)
    )
    return claimed.rowcount == 1


def finish_mail(
    connection: Connection, key: RunKey, agency_code: str, state: MailState, reason: str, at: datetime
) -> None:
    """sending | unknown -> what came of it."""
    under_way = mails.c.state.in_([MailState.SENDING.value, MailState.UNKNOWN.value])
    sent_at = at if state is MailState.SENT else None
    connection.execute(
        update(mails)
        .where(_of(key), mails.c.agency_code == agency_code, under_way)
        .values(state=state.value, reason=reason, updated_at=at, sent_at=sent_at)
    )
