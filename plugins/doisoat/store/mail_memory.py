"""What earlier nights mean for tonight's mails: when an agency was last told, what turned since, who was told more.

Inside the caller's transaction. Only what lies before the night counts, so a night that runs again remembers the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, and_, exists, func, or_, select

from doisoat.model import RunKey, Verdict
from doisoat.rules.lifecycle import COMING_BACK, STANDING, Turn
from doisoat.store.decisions import last_night
from doisoat.store.history import OF_NIGHTS, changed_since
from doisoat.store.ledger import MAY_BE_SENT, UNSETTLED, Mail, MailState, read_mails, unsettled
from doisoat.store.mutes import Mute, holding_on
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history, escalations, mails, runs

_YEAR = timedelta(days=366)  # further back nobody is held to a word
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """A mail that went to a receiver; local day."""

    day: date  # business date
    was_complete: bool  # the night had compared everything


@dataclass(frozen=True)
class Ended:
    """A discrepancy of an agency that was put right."""

    fingerprint: str
    dossier_code: str
    day: date  # business date
    opened_on: date  # the very first time


@dataclass(frozen=True)
class MailMemory:
    """Empty = nothing was ever mailed."""

    tonight: Mapping[str, Mail] = field(default_factory=dict)  # the night's own ledger, by receiver
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)  # receiver -> mails that went, in order
    came_back: Mapping[str, date] = field(default_factory=dict)  # fingerprint -> first night it was seen as back
    resolved: Mapping[str, tuple[Ended, ...]] = field(default_factory=dict)  # agency -> what stays resolved, in order
    escalated: Mapping[tuple[str, str], date] = field(default_factory=dict)  # (rung, fingerprint) -> last told
    turned_away: frozenset[str] = frozenset()  # receivers whose last mail their server refused
    mutes: Mapping[str, Mute] = field(default_factory=dict)  # by agency, those that hold on the day the mail arrives
    unsettled: tuple[Mail, ...] = ()  # of earlier nights
    perhaps_told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)  # the same as `told`, of `unsettled`
    not_compared: frozenset[str] = frozenset()  # agencies of which something stands that was not compared tonight
    later: date | None = None  # the last night, where it is after this one: what this one has to tell is out of date

    def last(self, receiver: str) -> date | None:
        """Business date of the receiver's last mail."""
        told = self.told.get(receiver)
        return told[-1].day if told else None

    def last_complete(self, receiver: str) -> date | None:
        """The same, of nights that had compared everything."""
        return next((one.day for one in reversed(self.told.get(receiver, ())) if one.was_complete), None)

    def put_right(self, receiver: str) -> tuple[Ended, ...]:
        """What the receiver was told of, and has not been told (nor perhaps been told) since that it is put right."""
        told = self.told.get(receiver, ())
        since = max(
            (one.day for one in (*told, *self.perhaps_told.get(receiver, ())) if one.was_complete), default=date.min
        )
        ended = (one for one in self.resolved.get(receiver, ()) if one.day > since)
        return tuple(one for one in ended if any(one.opened_on <= mail.day < one.day for mail in told))

    def went(self, receiver: str) -> bool:
        """Whether tonight's mail has gone already, or may have."""
        mail = self.tonight.get(receiver)
        return mail is not None and mail.state not in MAY_BE_SENT


def remember(connection: Connection, key: RunKey) -> MailMemory:
    """Everything tonight's mails depend on."""
    back, resolved = _turned(connection, key)
    return MailMemory(
        tonight=read_mails(connection, key),
        told=_told(connection, key, [MailState.SENT]),
        came_back=back,
        resolved=resolved,
        escalated=_escalated(connection, key),
        turned_away=_turned_away(connection, key),
        mutes=holding_on(connection, key.province_code, arrival(key.business_date)),
        unsettled=tuple(unsettled(connection, key.province_code, key.business_date)),
        perhaps_told=_told(connection, key, UNSETTLED),
        not_compared=_not_compared(connection, key),
        later=_later(connection, key),
    )


def arrival(business_date: date) -> date:
    """The local day on which the mails of a night arrive: the morning after."""
    return business_date + _ONE_DAY


def _later(connection: Connection, key: RunKey) -> date | None:
    last = last_night(connection, key.province_code)
    return last if last is not None and last > key.business_date else None


def _told(connection: Connection, key: RunKey, states: Sequence[MailState]) -> dict[str, tuple[Told, ...]]:
    table, day = mails.c, key.business_date
    night = and_(runs.c.province == table.province, runs.c.business_date == table.business_date)
    query = (
        select(table.agency_code, table.business_date, func.coalesce(runs.c.verdict, ""))
        .join(runs, night, isouter=True)
        .where(table.province == key.province_code, table.business_date < day, table.business_date >= day - _YEAR)
        .where(table.state.in_([state.value for state in states]))
        .order_by(table.business_date)
    )
    found: dict[str, list[Told]] = defaultdict(list)
    for receiver, sent_on, verdict in connection.execute(query):
        found[receiver].append(Told(sent_on, verdict == Verdict.COMPLETE.value))
    return {receiver: tuple(sent) for receiver, sent in found.items()}


def _turned(connection: Connection, key: RunKey) -> tuple[dict[str, date], dict[str, tuple[Ended, ...]]]:
    """What came back when, and what is charged to agencies and was resolved (and did not come back).

    A person's word after a night is first seen in the next one.
    """
    table, turn, day = discrepancies.c, discrepancy_history.c, key.business_date
    seen_by = or_(turn.changed_on < day, and_(turn.changed_on == day, turn.sequence == 0))
    dossier = (table.agency_code, table.dossier_code, table.opened_on)
    query = (
        select(turn.fingerprint, turn.change, turn.changed_on, turn.sequence, *dossier)
        .join(discrepancies, table.fingerprint == turn.fingerprint)
        .where(turn.province == key.province_code, seen_by, turn.changed_on >= day - _YEAR)
        .where(OF_NIGHTS, or_(turn.change.in_(COMING_BACK), and_(turn.change == Turn.RESOLVED, ~table.technical)))
        .order_by(turn.changed_on, turn.sequence, turn.fingerprint)
    )
    back: dict[str, date] = {}
    ended: dict[str, tuple[str | None, Ended]] = {}
    for name, change, changed_on, sequence, agency, code, opened_on in connection.execute(query):
        ended.pop(name, None)
        if change == Turn.RESOLVED:
            ended[name] = agency, Ended(name, code, changed_on, opened_on)
        else:
            back[name] = changed_on + _ONE_DAY if sequence else changed_on
    resolved: dict[str, list[Ended]] = defaultdict(list)
    for agency, one in ended.values():
        resolved[agency or ""].append(one)
    return back, {agency: tuple(found) for agency, found in resolved.items()}


def _not_compared(connection: Connection, key: RunKey) -> frozenset[str]:
    """Of what is charged to agencies: the last thing a night said is that it was not compared.

    Only of what stands so now or has changed since can that be, which spares reading the whole history.
    """
    table, turn, later = discrepancies.c, discrepancy_history.c, discrepancy_history.alias("later")
    ours, day = table.province == key.province_code, key.business_date
    stands_so = and_(table.state.in_(STANDING), table.last_seen_on.is_not(None))
    since = changed_since(key.province_code, day + _ONE_DAY)
    may_be = and_(ours, OF_NIGHTS, ~table.technical, or_(stands_so, table.fingerprint.in_(since)))
    after = and_(later.c.fingerprint == turn.fingerprint, later.c.changed_on > turn.changed_on)
    said_since = exists().where(after, later.c.changed_on <= day, later.c.sequence == 0)
    said = and_(turn.fingerprint == table.fingerprint, turn.changed_on <= day, turn.sequence == 0)
    unseen = exists().where(said, turn.change == Turn.UNSEEN, ~said_since)
    found = connection.execute(select(table.agency_code).distinct().where(may_be, unseen))
    return frozenset(agency or "" for agency in found.scalars())


def _escalated(connection: Connection, key: RunKey) -> dict[tuple[str, str], date]:
    """Only what really was told: a mail that was refused or never went counts for nothing."""
    table = escalations.c
    mail = and_(
        mails.c.province == table.province,
        mails.c.business_date == table.business_date,
        mails.c.agency_code == table.receiver,
    )
    reached = [MailState.SENT.value, MailState.SENDING.value, MailState.UNKNOWN.value]
    query = (
        select(table.rung, table.fingerprint, func.max(table.business_date))
        .join(mails, mail)
        .where(table.province == key.province_code, table.business_date < key.business_date)
        .where(mails.c.state.in_(reached))
        .group_by(table.rung, table.fingerprint)
    )
    return {(rung, name): last for rung, name, last in connection.execute(query)}


def _turned_away(connection: Connection, key: RunKey) -> frozenset[str]:
    table, day = mails.c, key.business_date
    query = (
        select(table.agency_code, table.state)
        .where(table.province == key.province_code, table.business_date < day, table.business_date >= day - _YEAR)
        .order_by(table.business_date)
    )
    last: dict[str, str] = dict(connection.execute(query).all())
    return frozenset(receiver for receiver, state in last.items() if state == MailState.REFUSED.value)


def note_escalations(connection: Connection, key: RunKey, told: Iterable[tuple[str, str, str]]) -> None:
    """Put down what tonight's mails to the rungs name: (receiver, rung, fingerprint).

    Takes the place of what was put down for tonight, but for mails that went already.
    """
    table = escalations.c
    gone = [mail.agency_code for mail in read_mails(connection, key).values() if mail.state not in MAY_BE_SENT]
    own = and_(table.province == key.province_code, table.business_date == key.business_date)
    connection.execute(escalations.delete().where(own, table.receiver.not_in(gone)))
    night = {"province": key.province_code, "business_date": key.business_date}
    rows = [night | {"receiver": to, "rung": rung, "fingerprint": name} for to, rung, name in told if to not in gone]
    if rows:
        connection.execute(escalations.insert(), rows)
