"""What people look up and say about single discrepancies: acknowledge, accept until a day, take back.

Inside the caller's transaction. A word is one more line of the history, after the last night; whether it is possible is
decided in `rules.lifecycle`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from doisoat.errors import ConfigError
from doisoat.model import APART_KINDS
from doisoat.rules.lifecycle import Entry, ImpossibleTurn, Standing, State, Turn, after, step
from doisoat.rules.text import holds_personal, plain
from doisoat.store import history
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history, runs

SHORT_ID = 12  # digits of a fingerprint that people read; 8 and more are understood
_LEAST = 8
_PERSON_LIMIT = 200


@dataclass(frozen=True)
class Known:
    """One discrepancy as the warehouse has it now."""

    fingerprint: str
    kind: str
    subtype: str
    dossier_code: str
    agency_code: str | None
    procedure_code: str | None
    field: str
    value_shop: str | None
    value_portal: str | None
    cause: str
    side: str
    severity: str
    technical: bool
    period: str
    state: str
    first_seen_on: date
    last_seen_on: date  # the last night, where it was seen then
    opened_on: date
    reopened: int
    accepted_until: date | None
    person: str | None
    reason: str | None
    superseded_by: str | None

    @property
    def short_id(self) -> str:
        return self.fingerprint[:SHORT_ID]


@dataclass(frozen=True)
class Line:
    """One line of a discrepancy's history."""

    changed_on: date
    change: str
    rule_version: str | None
    rule_versions: Mapping[str, str]  # of the run, as it stands now; empty for a person's word
    by_kind: str | None
    person: str | None
    reason: str | None
    until: date | None
    said_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """Which discrepancies to list; empty = all."""

    states: Collection[State] = ()
    kind: str | None = None
    agency_code: str | None = None  # itself and what lies below it


@dataclass(frozen=True)
class Word:
    """What a person says about one discrepancy."""

    turn: Turn
    person: str
    reason: str | None = None
    until: date | None = None  # last day of an acceptance


def last_night(connection: Connection, province: str) -> date | None:
    """The last business date that moved the lifecycle."""
    moved = and_(runs.c.province == province, runs.c.moved_lifecycle)
    found: date | None = connection.execute(select(func.max(runs.c.business_date)).where(moved)).scalar_one()
    return found


def find(connection: Connection, province: str, wanted: Wanted) -> list[Known]:
    """Oldest of this time first."""
    table = discrepancies.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.states:
        conditions.append(table.state.in_([state.value for state in wanted.states]))
    if wanted.kind is not None:
        conditions.append(table.kind == wanted.kind)
    if wanted.agency_code is not None:
        below = table.agency_code.startswith(f"{wanted.agency_code}.", autoescape=True)
        conditions.append(or_(table.agency_code == wanted.agency_code, below))
    found = find_where(connection, province, and_(table.province == province, *conditions))
    return sorted(found, key=lambda one: (one.first_seen_on, one.dossier_code, one.kind, one.fingerprint))


def find_one(connection: Connection, province: str, short: str) -> Known:
    """The discrepancy whose fingerprint begins so; ConfigError tells what there is instead."""
    prefix = short.strip().lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_LEAST},64}}", prefix):
        raise ConfigError(
            f"{short!r} is no id of a discrepancy: {_LEAST} or more of its hexadecimal digits, "
            "as 'doisoat discrepancies list' shows them"
        )
    table = discrepancies.c
    begins = and_(table.province == province, table.fingerprint >= prefix, table.fingerprint < f"{prefix}g")
    found = find_where(connection, province, begins)
    if len(found) == 1:
        return found[0]
    if found:
        longer = ", ".join(sorted(one.fingerprint[: len(prefix) + 4] for one in found)[:5])
        raise ConfigError(f"{short} begins {len(found)} ids: give more digits ({longer})")
    raise ConfigError(f"no discrepancy of {province} begins with {short}{_nearest(connection, province, prefix)}")


def _nearest(connection: Connection, province: str, prefix: str) -> str:
    table = discrepancies.c
    ours = table.province == province
    below = select(func.max(table.fingerprint)).where(ours, table.fingerprint < prefix)
    above = select(func.min(table.fingerprint)).where(ours, table.fingerprint > prefix)
    beside = [name for query in (below, above) if (name := connection.execute(query).scalar_one())]
    for name in beside:
        if name[: _LEAST // 2] == prefix[: _LEAST // 2]:
            return f"; the nearest is {name[:SHORT_ID]}"
    return "; 'doisoat discrepancies list' shows all ids"


def find_where(connection: Connection, province: str, condition: ColumnElement[bool]) -> list[Known]:
    """The discrepancies of a condition, in no order."""
    night = last_night(connection, province)
    columns = [discrepancies.c[name] for name in Known.__dataclass_fields__]
    rows = [dict(row._mapping) for row in connection.execute(select(*columns).where(condition))]
    return [Known(**row | {"last_seen_on": row["last_seen_on"] or night}) for row in rows]


def read_history(connection: Connection, province: str, fingerprint: str) -> list[Line]:
    """All lines about one discrepancy, in their order."""
    table = discrepancy_history.c
    names = ("changed_on", "change", "rule_version", "by_kind", "person", "reason", "until", "said_at")
    query = (
        select(*(table[name] for name in names))
        .where(table.fingerprint == fingerprint)
        .order_by(table.changed_on, table.sequence)
    )
    rows = [dict(row._mapping) for row in connection.execute(query)]
    days = {row["changed_on"] for row in rows}
    ours = and_(runs.c.province == province, runs.c.business_date.in_(days))
    told = connection.execute(select(runs.c.business_date, runs.c.rule_versions).where(ours))
    versions = {row.business_date: row.rule_versions for row in told}
    return [
        Line(**row, rule_versions=versions.get(row["changed_on"], {}) if row["rule_version"] else {}) for row in rows
    ]


def say(connection: Connection, province: str, known: Known, word: Word, at: datetime) -> Known:
    """Add a person's word to the history and to the present; ConfigError where it cannot be said."""
    word = replace(word, person=plain(word.person)[:_PERSON_LIMIT], reason=plain(word.reason or "") or None)
    _check(known, word, at.date())
    changed_on, sequence = _place(connection, province, known)
    entry = Entry(changed_on, word.turn, None, word.person, word.reason, word.until)
    connection.execute(
        discrepancy_history.insert().values(
            fingerprint=known.fingerprint,
            changed_on=changed_on,
            sequence=sequence,
            province=province,
            change=word.turn.value,
            person=entry.person,
            reason=entry.reason,
            until=entry.until,
            said_at=at,
        )
    )
    told = step(_standing(known), entry, {})
    if told is None:
        raise ImpossibleTurn(f"{known.short_id} was never opened")
    values = {name: value for name, value in asdict(told).items() if name != "last_seen_on"}
    ours = discrepancies.c.fingerprint == known.fingerprint
    connection.execute(update(discrepancies).where(ours).values(values))
    return replace(known, **values)


def _check(known: Known, word: Word, today: date) -> None:
    if not word.person:
        raise ConfigError("--by is empty: who says so?")
    if holds_personal(f"{word.person} {word.reason or ''}"):
        raise ConfigError("--by and --reason are printed in the report: leave out addresses and numbers of people")
    if word.turn is Turn.ACCEPTED:
        if word.reason is None:
            raise ConfigError("--reason is empty: why may it stay?")
        if word.until is None or word.until < today:
            raise ConfigError(f"--until {word.until} is over (today is {today}): give the last day it may stay")
    try:
        after(State(known.state), word.turn)
    except ImpossibleTurn:
        raise ConfigError(_WHY_NOT.get(State(known.state), "").format(known) or _not_yet(known)) from None


_WHY_NOT = {
    State.RESOLVED: "{0.short_id} is resolved already (last seen {0.last_seen_on}); if it is seen again, it reopens",
    State.SUPERSEDED: "{0.short_id} is told as {0.superseded_by} now: look for that one of {0.dossier_code}",
    State.GONE: "{0.short_id}: the dossier is on neither side any more",
    State.OUT_OF_SCOPE: "{0.short_id} is out of scope: it is not compared any more",
    State.ACKNOWLEDGED: "{0.short_id} is acknowledged already, by {0.person}",
    State.ACCEPTED: "{0.short_id} is accepted until {0.accepted_until} by {0.person}; 'reopen' takes that back first",
}


def _not_yet(known: Known) -> str:
    return f"{known.short_id} is {known.state}: only what is acknowledged or accepted can be taken back"


def _place(connection: Connection, province: str, known: Known) -> tuple[date, int]:
    """(business date, sequence) of a word said now: after the last night, and after everything already said."""
    last, sequence = history.last_line(connection, known.fingerprint)
    night = known.last_seen_on if known.kind in APART_KINDS else last_night(connection, province)
    day = max(day for day in (last, night, known.first_seen_on) if day is not None)
    return day, sequence + 1 if day == last else 1


def _standing(known: Known) -> Standing:
    """The state as the rules see it; which day it was last seen does not matter to a word."""
    return Standing(
        **{name: getattr(known, name) for name in Standing.__dataclass_fields__} | {"state": State(known.state)}
    )
