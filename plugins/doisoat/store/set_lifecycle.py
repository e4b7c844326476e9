"""How the warehouse remembers discrepancies of a kind with a run of its own, beside those of the nights (rules §8.6).

The same two tables and the same states as `lifecycle`; one run per business date and kind, inside the caller's
transaction. A run resolves only what it compared; a run older than the last one changes nothing. There are few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from doisoat.model import DiscrepancyKind, RunKey
from doisoat.rules.lifecycle import STANDING, WORDS, Entry, Finding, Standing, State, Turn, night_turn, replay, step
from doisoat.store import history as lines
from doisoat.store.night_update import Change
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history


@dataclass(frozen=True)
class OpenSetDiscrepancy:
    """Something open that is about no dossier, as far as its next run needs it."""

    fingerprint: str
    subtype: str
    field: str
    procedure_code: str | None
    agency_code: str | None
    first_seen_on: date


def open_before(connection: Connection, key: RunKey, kind: DiscrepancyKind) -> list[OpenSetDiscrepancy]:
    """What of the kind stood when that business date began, in fingerprint order."""
    table = discrepancies.c
    before = {
        name: standing
        for name, told in _history(connection, key, kind).items()
        if (standing := replay(_earlier(told, key), {})) and standing.state in STANDING
    }
    query = select(table.fingerprint, table.subtype, table.field, table.procedure_code, table.agency_code)
    return [
        OpenSetDiscrepancy(*row, before[row.fingerprint].first_seen_on)
        for row in connection.execute(query.where(_of(key, kind)).order_by(table.fingerprint))
        if row.fingerprint in before
    ]


def record_set(
    connection: Connection,
    key: RunKey,
    kind: DiscrepancyKind,
    seen: Iterable[Mapping[str, Any]],
    resolved: frozenset[str],
) -> Change:
    """Apply a run to the state before its date; the same run again gives the same state."""
    if _has_later(connection, key, kind):
        return Change(moved=False)
    history, rows = _history(connection, key, kind), {row["fingerprint"]: row for row in seen}
    before = {name: replay(_earlier(told, key), {}) for name, told in history.items()}
    turns = {
        name: turn
        for name in before.keys() | rows.keys()
        if (turn := _turn(name, before.get(name), key, rows, resolved))
    }
    _forget(connection, key, kind)
    _write(connection, key, kind, rows, _present(key, history, before, turns))
    _note(connection, key, turns)
    return _counted(before, turns, rows.keys())


def _turn(
    name: str, standing: Standing | None, key: RunKey, rows: Mapping[str, Any], resolved: frozenset[str]
) -> Turn | None:
    """What the run does to one of them; these have no nights in between, so all were seen or compared before."""
    return night_turn(
        standing.state if standing else None,
        Finding.RESOLVED if name in resolved else None,
        seen=name in rows,
        day=key.business_date,
        accepted_until=standing.accepted_until if standing else None,
        seen_before=standing is None or (standing.state in STANDING and name in rows),
    )


def _present(
    key: RunKey,
    history: Mapping[str, list[Entry]],
    before: Mapping[str, Standing | None],
    turns: Mapping[str, Turn],
) -> dict[str, Standing]:
    """How each stands after the run, and after what people have said since."""
    told: dict[str, Standing] = {}
    for name in before.keys() | turns.keys():
        standing = before.get(name)
        if name in turns:
            standing = step(standing, Entry(key.business_date, turns[name]), {})
        for entry in history.get(name, ()):
            if entry.turn in WORDS and entry.changed_on >= key.business_date:
                standing = step(standing, entry, {})
        if standing is not None:
            told[name] = standing
    return told


def _write(
    connection: Connection,
    key: RunKey,
    kind: DiscrepancyKind,
    rows: Mapping[str, Mapping[str, Any]],
    present: Mapping[str, Standing],
) -> None:
    table = discrepancies.c
    fresh: dict[str, Any] = dict.fromkeys(("first_seen_on", "last_seen_on", "opened_on"), key.business_date)
    fresh |= {"province": key.province_code, "state": State.OPEN.value, "reopened": 0}
    upsert(connection, discrepancies, [{**row, **fresh} for row in rows.values()])
    seen_on = connection.execute(select(table.fingerprint, table.last_seen_on).where(_of(key, kind)))
    last = {name: day for name, day in seen_on}  # noqa: C416 -- rows are no plain pairs
    told = {name: replace(one, last_seen_on=last[name]) for name, one in present.items() if name in last}
    lines.write_standings(connection, told, _of(key, kind))


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert, or replace what has the same primary key; columns that are not given stay as they are."""
    if not rows:
        return
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
    keys = {column.name for column in table.primary_key}
    columns = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=columns), rows)


def _history(connection: Connection, key: RunKey, kind: DiscrepancyKind) -> dict[str, list[Entry]]:
    ours = select(discrepancies.c.fingerprint).where(_of(key, kind))
    return dict(lines.entries(connection, discrepancy_history.c.fingerprint.in_(ours)))


def _earlier(told: Iterable[Entry], key: RunKey) -> list[Entry]:
    return [entry for entry in told if entry.changed_on < key.business_date]


def _of(key: RunKey, kind: DiscrepancyKind) -> ColumnElement[bool]:
    return and_(discrepancies.c.province == key.province_code, discrepancies.c.kind == kind.value)


def _has_later(connection: Connection, key: RunKey, kind: DiscrepancyKind) -> bool:
    """Whether a later date of the kind stands recorded: as seen, or as what it changed."""
    table, history = discrepancies, discrepancy_history
    last_seen = connection.execute(select(func.max(table.c.last_seen_on)).where(_of(key, kind))).scalar_one()
    ours = select(table.c.fingerprint).where(_of(key, kind))
    query = select(func.max(history.c.changed_on)).where(history.c.fingerprint.in_(ours), history.c.sequence == 0)
    last_change = connection.execute(query).scalar_one()
    return any(day is not None and day > key.business_date for day in (last_seen, last_change))


def _forget(connection: Connection, key: RunKey, kind: DiscrepancyKind) -> None:
    """What an earlier run of the same date has changed, and what it alone had seen."""
    table, history = discrepancies, discrepancy_history
    ours = select(table.c.fingerprint).where(_of(key, kind))
    today = and_(history.c.changed_on == key.business_date, history.c.sequence == 0)
    connection.execute(delete(history).where(today, history.c.fingerprint.in_(ours)))
    early = and_(history.c.province == key.province_code, history.c.changed_on < key.business_date)
    known = select(history.c.fingerprint).where(early, history.c.sequence == 0)
    connection.execute(delete(table).where(_of(key, kind), table.c.fingerprint.not_in(known)))


def _note(connection: Connection, key: RunKey, turns: Mapping[str, Turn]) -> None:
    rows = [
        {
            "fingerprint": name,
            "changed_on": key.business_date,
            "sequence": 0,
            "province": key.province_code,
            "change": turn.value,
        }
        for name, turn in sorted(turns.items())
    ]
    if rows:
        connection.execute(discrepancy_history.insert(), rows)


def _counted(before: Mapping[str, Standing | None], turns: Mapping[str, Turn], seen: Iterable[str]) -> Change:
    stood = {name for name, standing in before.items() if standing and standing.state in STANDING}
    found, over = set(seen), sum(turn is Turn.RESOLVED for turn in turns.values())
    return Change(
        moved=True,
        opened=len(found - stood),
        still_open=len(found & stood),
        resolved=over,
        carried=len(stood - found) - over,
        reopened=sum(turn is Turn.REOPENED for turn in turns.values()),
        expired=sum(turn is Turn.EXPIRED for turn in turns.values()),
    )
