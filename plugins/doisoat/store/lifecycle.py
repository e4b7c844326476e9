"""How the warehouse remembers discrepancies from night to night, inside the caller's transaction.

`discrepancies` holds the present, `discrepancy_history` the changes that led there: `opened`, `unseen` (still
open, but not compared that night), `seen_again`, `resolved`; at most one a night. From the changes the state
before any business date can be told again, which is what a replay and a rewind need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Dialect, Subquery, and_, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from doisoat.model import APART_KINDS, RunKey, Verdict
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history, runs

OPENED, UNSEEN, SEEN_AGAIN, RESOLVED = "opened", "unseen", "seen_again", "resolved"
TURNS = (OPENED, RESOLVED)  # the changes of the state itself
_BATCH = 5_000
_OF_NIGHTS = discrepancies.c.kind.not_in(sorted(kind.value for kind in APART_KINDS))


@dataclass(frozen=True)
class OpenDiscrepancy:
    """Something open, as far as the next night needs it."""

    fingerprint: str
    kind: str
    dossier_code: str
    first_seen_on: date


@dataclass(frozen=True)
class NightRecord:
    """What is noted about a run."""

    key: RunKey
    verdict: Verdict
    as_of: datetime
    rule_versions: Mapping[str, str]
    counts: Mapping[str, Any]
    manifests: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """What a night did to the lifecycle; all zero and `moved` false when a later night stands recorded."""

    moved: bool
    opened: int = 0
    still_open: int = 0  # seen again tonight
    resolved: int = 0
    carried: int = 0  # open, not compared tonight


def has_later_night(connection: Connection, key: RunKey) -> bool:
    """Whether a later business date of the province has moved the lifecycle."""
    later = and_(runs.c.province == key.province_code, runs.c.business_date > key.business_date, runs.c.moved_lifecycle)
    return bool(connection.execute(select(exists().where(later))).scalar_one())


def open_before(connection: Connection, province: str, day: date) -> list[OpenDiscrepancy]:
    """What was open when that business date began, told from the changes before it."""
    turns = last_changes(province, day, TURNS)
    query = (
        select(turns.c.fingerprint, discrepancies.c.kind, discrepancies.c.dossier_code, turns.c.changed_on)
        .join(discrepancies, discrepancies.c.fingerprint == turns.c.fingerprint)
        .where(turns.c.change == OPENED, _OF_NIGHTS)
    )
    return sorted((OpenDiscrepancy(*row) for row in connection.execute(query)), key=lambda item: item.fingerprint)


def record_night(
    connection: Connection,
    night: NightRecord,
    seen: Iterable[Mapping[str, Any]],
    resolved: frozenset[str],
    *,
    rewind: bool,
    at: datetime,
) -> Change:
    """Note the run and apply it to the state before it."""
    key = night.key
    if has_later_night(connection, key) and not rewind:
        _note_run(connection, night, moved=False, at=at)
        return Change(moved=False)
    _take_back(connection, key)
    _note_run(connection, night, moved=True, at=at)
    before = _open_now(connection, key.province_code)
    rows = _dated(seen, before, key)
    upsert(connection, discrepancies, rows)
    tonight = {row["fingerprint"] for row in rows}
    gone = before.keys() - tonight
    _resolve(connection, sorted(gone & resolved))
    previous = _previous_night(connection, key)
    changes = dict.fromkeys(tonight - before.keys(), OPENED)
    changes |= dict.fromkeys(gone & resolved, RESOLVED)
    changes |= {name: UNSEEN for name in gone - resolved if before[name][1] == previous}
    changes |= {name: SEEN_AGAIN for name in tonight & before.keys() if before[name][1] != previous}
    _note_changes(connection, key, changes)
    return Change(
        moved=True,
        opened=len(tonight - before.keys()),
        still_open=len(tonight & before.keys()),
        resolved=len(gone & resolved),
        carried=len(gone - resolved),
    )


def _note_run(connection: Connection, night: NightRecord, *, moved: bool, at: datetime) -> None:
    """The row of the run; a replay below a later night keeps that it once moved the lifecycle."""
    key = night.key
    own = and_(runs.c.province == key.province_code, runs.c.business_date == key.business_date)
    did = connection.execute(select(runs.c.moved_lifecycle).where(own)).scalar_one_or_none()
    connection.execute(delete(runs).where(own))
    connection.execute(
        runs.insert().values(
            province=key.province_code,
            business_date=key.business_date,
            verdict=night.verdict.value,
            as_of=night.as_of,
            rule_versions=dict(night.rule_versions),
            counts=dict(night.counts),
            manifests=dict(night.manifests),
            moved_lifecycle=moved or bool(did),
            recorded_at=at,
        )
    )


def _open_now(connection: Connection, province: str) -> dict[str, tuple[date, date]]:
    """Fingerprint -> (first, last) day seen, of what is open."""
    table = discrepancies
    query = select(table.c.fingerprint, table.c.first_seen_on, table.c.last_seen_on).where(
        table.c.province == province, table.c.state == "open", _OF_NIGHTS
    )
    return {name: (first, last) for name, first, last in connection.execute(query)}


def _dated(
    seen: Iterable[Mapping[str, Any]], before: Mapping[str, tuple[date, date]], key: RunKey
) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "province": key.province_code,
            "first_seen_on": before.get(row["fingerprint"], (key.business_date,))[0],
            "last_seen_on": key.business_date,
            "state": "open",
        }
        for row in seen
    ]


def upsert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert, or replace what has the same primary key."""
    if not rows:
        return
    insert = _insert_of(connection.dialect)(table)
    columns = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
    statement = insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=columns)
    for start in range(0, len(rows), _BATCH):
        connection.execute(statement, rows[start : start + _BATCH])


def _insert_of(dialect: Dialect) -> Any:
    return postgresql.insert if dialect.name == "postgresql" else sqlite.insert


def _resolve(connection: Connection, names: list[str]) -> None:
    for start in range(0, len(names), _BATCH):
        part = names[start : start + _BATCH]
        connection.execute(update(discrepancies).where(discrepancies.c.fingerprint.in_(part)).values(state=RESOLVED))


def _note_changes(connection: Connection, key: RunKey, changes: Mapping[str, str]) -> None:
    rows = [
        {
            "fingerprint": name,
            "changed_on": key.business_date,
            "province": key.province_code,
            "change": change,
        }
        for name, change in sorted(changes.items())
    ]
    if rows:
        connection.execute(discrepancy_history.insert(), rows)


def _previous_night(connection: Connection, key: RunKey) -> date | None:
    """The last business date before this one that moved the lifecycle."""
    query = select(func.max(runs.c.business_date)).where(
        runs.c.province == key.province_code, runs.c.business_date < key.business_date, runs.c.moved_lifecycle
    )
    found: date | None = connection.execute(query).scalar_one()
    return found


def last_changes(province: str, day: date, among: tuple[str, ...]) -> Subquery:
    """Per fingerprint the last of these changes before that day: fingerprint, changed_on, change."""
    table = discrepancy_history
    backwards = func.row_number().over(partition_by=table.c.fingerprint, order_by=table.c.changed_on.desc())
    numbered = (
        select(table.c.fingerprint, table.c.changed_on, table.c.change, backwards.label("back"))
        .where(table.c.province == province, table.c.changed_on < day, table.c.change.in_(among))
        .subquery()
    )
    return (
        select(numbered.c.fingerprint, numbered.c.changed_on, numbered.c.change).where(numbered.c.back == 1).subquery()
    )


def _take_back(connection: Connection, key: RunKey) -> None:
    """Undo what this night and later ones did: the present becomes what it was before this business date."""
    table, history, province, day = discrepancies, discrepancy_history, key.province_code, key.business_date
    of_province = and_(runs.c.province == province, runs.c.business_date >= day, runs.c.moved_lifecycle)
    if not connection.execute(select(exists().where(of_province))).scalar_one():
        return
    connection.execute(update(runs).where(of_province).values(moved_lifecycle=False))
    before = _states_before(connection, key)
    of_nights = select(table.c.fingerprint).where(table.c.province == province, _OF_NIGHTS)
    later = and_(history.c.province == province, history.c.changed_on >= day)
    connection.execute(delete(history).where(later, history.c.fingerprint.in_(of_nights)))
    known = select(history.c.fingerprint).where(history.c.province == province)
    connection.execute(delete(table).where(table.c.province == province, _OF_NIGHTS, table.c.fingerprint.not_in(known)))
    columns = ("fingerprint", "state", "first_seen_on", "last_seen_on")
    query = select(*(table.c[name] for name in columns)).where(table.c.province == province, _OF_NIGHTS)
    now = connection.execute(query)
    wrong = [(name, *before[name]) for name, *state in now.all() if tuple(state) != before[name]]
    _restore(connection, wrong)


def _restore(connection: Connection, rows: list[tuple[str, str, date, date]]) -> None:
    from sqlalchemy import bindparam

    table = discrepancies
    statement = (
        update(table)
        .where(table.c.fingerprint == bindparam("name"))
        .values(state=bindparam("was"), first_seen_on=bindparam("first"), last_seen_on=bindparam("last"))
    )
    values = [{"name": name, "was": was, "first": first, "last": last} for name, was, first, last in rows]
    for start in range(0, len(values), _BATCH):
        connection.execute(statement, values[start : start + _BATCH])


def _states_before(connection: Connection, key: RunKey) -> dict[str, tuple[str, date, date]]:
    """Fingerprint -> (state, first, last day seen) before this business date, from the changes alone."""
    table = discrepancy_history
    query = (
        select(table.c.fingerprint, table.c.change, table.c.changed_on)
        .where(table.c.province == key.province_code, table.c.changed_on < key.business_date)
        .order_by(table.c.changed_on)
    )
    nights = select(runs.c.business_date).where(
        runs.c.province == key.province_code, runs.c.business_date < key.business_date, runs.c.moved_lifecycle
    )
    days = sorted(connection.execute(nights).scalars())
    before = {day: days[at - 1] if at else day for at, day in enumerate(days)}
    states: dict[str, tuple[str, date, date]] = {}
    for name, change, day in connection.execute(query):
        states[name] = _after(states.get(name), change, day, before)
    last = days[-1] if days else key.business_date
    return {name: _seen_until(state, last) for name, state in states.items()}


_ONGOING = date.max  # seen every night since


def _after(
    state: tuple[str, date, date] | None, change: str, day: date, before: Mapping[date, date]
) -> tuple[str, date, date]:
    if change == OPENED or state is None:
        return ("open", day, _ONGOING)
    word, first, last = state
    if change == SEEN_AGAIN:
        return (word, first, _ONGOING)
    until = before[day] if last == _ONGOING else last
    return (RESOLVED if change == RESOLVED else word, first, until)


def _seen_until(state: tuple[str, date, date], last_night: date) -> tuple[str, date, date]:
    word, first, last = state
    return (word, first, last_night if last == _ONGOING else last)
