"""The send ledger: which mail of which night went out, so that none goes out twice.

planned -> sending -> sent | failed (deferred; may be tried again) | refused (by the server, for good) |
unknown (the connection ended before the answer, or the program was killed: never sent again by itself).
A mail is named by its receiver: an agency's code, with a role behind it for whom else it concerns.
Inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
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
UNSETTLED = (MailState.SENDING, MailState.UNKNOWN)
ENGINEERS, TECHNICAL = ":engineers", ":technical"  # receivers that are no agency's; codes have no small letters


def receiver(agency_code: str, role: str) -> str:
    """How the ledger names the mail to a role of an agency: a code never holds small letters, so none is taken."""
    return f"{agency_code}:{role}"


def split_receiver(name: str) -> tuple[str, str]:
    """Agency code and role; the role of the agency itself is empty.

    >>> split_receiver("H44.05:lanh_dao"), split_receiver("H44.05")
    (('H44.05', 'lanh_dao'), ('H44.05', ''))
    """
    code, colon, role = name.rpartition(":")
    return (code, role) if colon and role.islower() else (name, "")


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
    business_date: date | None = field(default=None, compare=False)


def _of(key: RunKey) -> ColumnElement[bool]:
    return and_(mails.c.province == key.province_code, mails.c.business_date == key.business_date)


def read_mails(connection: Connection, key: RunKey) -> dict[str, Mail]:
    """The night's mails by agency, in code order."""
    return {mail.agency_code: mail for mail in _read(connection, _of(key))}


def unsettled(connection: Connection, province: str, before: date = date.max) -> list[Mail]:
    """Mails of nights before a day of which nobody knows whether they went, oldest night first."""
    earlier = and_(mails.c.province == province, mails.c.business_date < before)
    return _read(connection, earlier, mails.c.state.in_([state.value for state in UNSETTLED]))


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Mail]:
    rows = connection.execute(select(mails).where(*conditions))
    found = (
        Mail(
            agency_code=row.agency_code,
            message_id=row.message_id,
            recipients=tuple(row.recipients.split(", ")),
            sha256=row.sha256,
            state=MailState(row.state),
            reason=row.reason,
            sent_at=row.sent_at,
            business_date=row.business_date,
        )
        for row in rows
    )
    return sorted(found, key=lambda mail: (mail.business_date or date.min, mail.agency_code))


def plan_mails(
    connection: Connection, key: RunKey, planned: Iterable[Mail], at: datetime, only: str | None = None
) -> None:
    """Write or renew plans; who no longer gets a mail loses its plan if nothing went out yet.

    `only`: the plans of other receivers stay as they are.
    """
    wanted = {mail.agency_code: mail for mail in planned}
    existing = {code: mail for code, mail in read_mails(connection, key).items() if only in (None, code)}
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


def claim_again(connection: Connection, key: RunKey, agency_code: str, at: datetime) -> bool:
    """sending | unknown -> sending, because a person says so."""
    unclear = mails.c.state.in_([state.value for state in UNSETTLED])
    claimed = connection.execute(
        update(mails)
        .where(_of(key), mails.c.agency_code == agency_code, unclear)
        .values(state=MailState.SENDING.value, updated_at=at)
    )
    return claimed.rowcount == 1


def finish_mail(
    connection: Connection, key: RunKey, agency_code: str, state: MailState, reason: str, at: datetime
) -> None:
    """sending | unknown -> what came of it."""
    under_way = mails.c.state.in_([state.value for state in UNSETTLED])
    sent_at = at if state is MailState.SENT else None
    connection.execute(
        update(mails)
        .where(_of(key), mails.c.agency_code == agency_code, under_way)
        .values(state=state.value, reason=reason, updated_at=at, sent_at=sent_at)
    )
