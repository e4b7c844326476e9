"""One night's step of the lifecycle, for all discrepancies at once: what was seen and found against the present.

Inside the caller's transaction, upon the present as it was before the night. The statements are generated from
`rules.lifecycle`: every case below is an answer of `night_turn`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import Column as C

from doisoat.model import RunKey
from doisoat.rules.lifecycle import COMING_BACK, OVER, PENDING, STANDING, Finding, State, Turn, after, night_turn
from doisoat.store.bulk import fill, refresh_statistics, scratch
from doisoat.store.history import OF_NIGHTS
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history

_OWN = (
    *("kind", "subtype", "dossier_code", "agency_code", "procedure_code", "field", "value_shop", "value_portal"),
    *("cause", "side", "severity", "technical", "period", "began_on"),
    *("confidence", "evidence", "in_pattern", "charged_on"),
)
_TYPES = {"technical": Boolean, "in_pattern": Boolean, "began_on": Date, "charged_on": Date}  # of all others Text
_MANY = 10_000  # new rows from which the database's own statistics are out of date
_METADATA = MetaData()
_SEEN = Table(
    "seen_tonight",
    _METADATA,
    C("fingerprint", String(64), primary_key=True),
    *(C(name, _TYPES.get(name, Text)) for name in _OWN),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
_FOUND = Table(
    "found_tonight",
    _METADATA,
    C("fingerprint", String(64), primary_key=True),
    C("finding", String(16)),
    C("by_kind", String(32)),
    prefixes=["TEMPORARY"],
)
_TURNS = Table(
    "turns_tonight",
    _METADATA,
    C("fingerprint", String(64), primary_key=True),
    C("was", String(16)),
    C("turn", String(16)),
    C("state", String(16)),
    C("by_kind", String(32)),
    prefixes=["TEMPORARY"],
)
_CHANGING = [turn.value for turn in Turn if turn not in (Turn.OPENED, Turn.UNSEEN, Turn.SEEN_AGAIN)]


@dataclass(frozen=True)
class Found:
    """What a night found about something pending that it did not see."""

    fingerprint: str
    finding: Finding
    by_kind: str | None = None  # what supersedes it


@dataclass(frozen=True)
class Change:
    """What a night did to the lifecycle; all zero and `moved` false when a later night stands recorded."""

    moved: bool
    opened: int = 0  # for the first time, or again after it was over
    still_open: int = 0  # stood, seen again tonight
    resolved: int = 0
    carried: int = 0  # stands, not compared tonight
    reopened: int = 0  # of `opened`: it was over
    expired: int = 0  # of `still_open`: its acceptance ended
    superseded: int = 0
    gone: int = 0
    left_scope: int = 0


def update_lives(
    connection: Connection,
    key: RunKey,
    rule_version: str,
    previous: date | None,
    seen: Iterable[Mapping[str, Any]],
    findings: Iterable[Found],
) -> Change:
    """Apply a night to the present and note what changed; `previous` is the night before it."""
    with scratch(connection, _SEEN, _FOUND, _TURNS):
        fill(connection, _SEEN, map(itemgetter("fingerprint", *_OWN), seen))
        fill(connection, _FOUND, ((one.fingerprint, one.finding.value, one.by_kind) for one in findings))
        _decide(connection, key)
        _note(connection, key, rule_version)
        _update_seen(connection)
        _insert_new(connection, key)
        _change_states(connection, key, previous)
        _date_unseen(connection, previous)
        return _counted(connection, key)


def _decide(connection: Connection, key: RunKey) -> None:
    """Fill turns_tonight."""
    table, day = discrepancies.c, key.business_date
    known = select(table.fingerprint).where(table.fingerprint == _SEEN.c.fingerprint).exists()
    opened = after(None, Turn.OPENED)
    new = (_SEEN.c.fingerprint, null(), literal(Turn.OPENED.value), literal(opened.value), null())
    queries: tuple[Select[Any], ...] = (
        select(*new).where(~known),
        _turns(_seen_cases(day), null()).where(table.fingerprint == _SEEN.c.fingerprint),
        _turns(_unseen_cases(day), case((_FOUND.c.finding == Finding.SUPERSEDED.value, _FOUND.c.by_kind)))
        .select_from(discrepancies)
        .outerjoin(_SEEN, table.fingerprint == _SEEN.c.fingerprint)
        .outerjoin(_FOUND, table.fingerprint == _FOUND.c.fingerprint)
        .where(table.province == key.province_code, OF_NIGHTS, table.state.in_(PENDING), _SEEN.c.fingerprint.is_(None)),
    )
    for query in queries:
        connection.execute(insert(_TURNS).from_select([column.name for column in _TURNS.c], query))
    refresh_statistics(connection, _TURNS)


Case = tuple[ColumnElement[bool], Turn, State]


def _turns(cases: list[Case], by_kind: ColumnElement[Any]) -> Select[Any]:
    """The rows of turns_tonight by these cases; rows that fit none are left out."""
    table = discrepancies.c
    turn = case(*((condition, turn.value) for condition, turn, _ in cases))
    state = case(*((condition, state.value) for condition, _, state in cases))
    return select(table.fingerprint, table.state, turn, state, by_kind).where(turn.is_not(None))


def _seen_cases(day: date) -> list[Case]:
    return [
        (and_(discrepancies.c.state == state.value, expired, before), turn, after(state, turn))
        for state in State
        for until, expired in _acceptances(state, day)
        for seen_before, before in _seen_before()
        if (turn := night_turn(state, None, seen=True, day=day, accepted_until=until, seen_before=seen_before))
    ]


def _unseen_cases(day: date) -> list[Case]:
    return [
        (and_(discrepancies.c.state == state.value, _found(finding), before), turn, after(state, turn))
        for state in PENDING
        for finding in (None, *Finding)
        for seen_before, before in _seen_before()
        if (turn := night_turn(state, finding, seen=False, day=day, accepted_until=None, seen_before=seen_before))
    ]


def _acceptances(state: State, day: date) -> tuple[tuple[date | None, ColumnElement[bool]], ...]:
    """An acceptance that has ended, and one that has not, each with its test."""
    if state is not State.ACCEPTED:
        return ((None, true()),)
    until = discrepancies.c.accepted_until
    return ((date.min, until < day), (None, or_(until.is_(None), until >= day)))


def _seen_before() -> Iterator[tuple[bool, ColumnElement[bool]]]:
    last = discrepancies.c.last_seen_on
    yield True, last.is_(None)
    yield False, last.is_not(None)


def _found(finding: Finding | None) -> ColumnElement[bool]:
    return _FOUND.c.finding.is_(None) if finding is None else _FOUND.c.finding == finding.value


def _note(connection: Connection, key: RunKey, rule_version: str) -> None:
    """The night's lines of the history, in the order of their key."""
    line = {
        "fingerprint": _TURNS.c.fingerprint,
        "changed_on": literal(key.business_date, Date),
        "sequence": literal(0),
        "province": literal(key.province_code),
        "change": _TURNS.c.turn,
        "rule_version": literal(rule_version),
        "by_kind": _TURNS.c.by_kind,
    }
    lines = select(*line.values()).order_by(_TURNS.c.fingerprint)
    connection.execute(insert(discrepancy_history).from_select(list(line), lines))


def _update_seen(connection: Connection) -> None:
    """What was seen and says something else tonight; most of it does not."""
    table = discrepancies.c
    differs = or_(*(table[name].is_distinct_from(_SEEN.c[name]) for name in _OWN))
    values = {name: _SEEN.c[name] for name in _OWN}
    query = update(discrepancies).where(table.fingerprint == _SEEN.c.fingerprint, differs)
    connection.execute(query.values(values))


def _insert_new(connection: Connection, key: RunKey) -> None:
    day = literal(key.business_date, Date)
    row: dict[str, Any] = {"fingerprint": _SEEN.c.fingerprint, **{name: _SEEN.c[name] for name in _OWN}}
    row |= {"province": literal(key.province_code), "state": _TURNS.c.state, "reopened": literal(0)}
    row |= dict.fromkeys(("first_seen_on", "opened_on"), day)
    rows = (
        select(*row.values())
        .join_from(_SEEN, _TURNS, _SEEN.c.fingerprint == _TURNS.c.fingerprint)
        .where(_TURNS.c.turn == Turn.OPENED.value)
        .order_by(_SEEN.c.fingerprint)
    )
    added = connection.execute(insert(discrepancies).from_select(list(row), rows)).rowcount
    if added > _MANY:
        refresh_statistics(connection, discrepancies)


def _change_states(connection: Connection, key: RunKey, previous: date | None) -> None:
    """The new states; whatever was said about the old one goes (`rules.lifecycle.step`)."""
    table = discrepancies.c
    anew = _TURNS.c.turn == Turn.REOPENED.value
    back = case((_TURNS.c.turn.in_([turn.value for turn in COMING_BACK]), 1), else_=0)
    connection.execute(
        update(discrepancies)
        .where(table.fingerprint == _TURNS.c.fingerprint, _TURNS.c.turn.in_(_CHANGING))
        .values(
            state=_TURNS.c.state,
            first_seen_on=case((anew, literal(key.business_date, Date)), else_=table.first_seen_on),
            last_seen_on=_last_seen(previous),
            reopened=table.reopened + back,
            accepted_until=null(),
            person=null(),
            reason=null(),
            superseded_by=_TURNS.c.by_kind,
        )
    )


def _date_unseen(connection: Connection, previous: date | None) -> None:
    """What stands and was not compared tonight, or is seen again after such nights."""
    turns = [Turn.UNSEEN.value, Turn.SEEN_AGAIN.value]
    ours = (discrepancies.c.fingerprint == _TURNS.c.fingerprint, _TURNS.c.turn.in_(turns))
    connection.execute(update(discrepancies).where(*ours).values(last_seen_on=_last_seen(previous)))


def _last_seen(previous: date | None) -> ColumnElement[Any]:
    """None (on every night since) for what is seen tonight; else the night before, or when it was last seen earlier."""
    again = [turn.value for turn in (Turn.SEEN_AGAIN, Turn.REOPENED, Turn.EXPIRED)]
    before = func.coalesce(discrepancies.c.last_seen_on, literal(previous, Date))
    return case((_TURNS.c.turn.in_(again), null()), else_=before)


def _counted(connection: Connection, key: RunKey) -> Change:
    table = discrepancies.c
    grouped = select(_TURNS.c.turn, _TURNS.c.was, func.count()).group_by(_TURNS.c.turn, _TURNS.c.was)
    counts = {(turn, was): number for turn, was, number in connection.execute(grouped)}

    def of(turn: Turn, among: Iterable[State | None]) -> int:
        return sum(counts.get((turn.value, was and was.value), 0) for was in among)

    seen = connection.execute(select(func.count()).select_from(_SEEN)).scalar_one()
    stands = and_(table.province == key.province_code, OF_NIGHTS, table.state.in_(STANDING))
    carried = select(func.count()).where(stands, table.last_seen_on.is_not(None))
    first, again = of(Turn.OPENED, (None,)), of(Turn.REOPENED, OVER)
    return Change(
        moved=True,
        opened=first + again,
        still_open=seen - first - again,
        resolved=of(Turn.RESOLVED, STANDING),
        carried=connection.execute(carried).scalar_one(),
        reopened=again,
        expired=of(Turn.EXPIRED, STANDING),
        superseded=of(Turn.SUPERSEDED, STANDING),
        gone=of(Turn.GONE, STANDING),
        left_scope=of(Turn.LEFT_SCOPE, STANDING),
    )
