"""How the warehouse remembers discrepancies of a kind with a run of its own, beside those of the nights (rules §8.6).

The same two tables as `lifecycle`; one run per business date and kind, inside the caller's transaction. A run resolves
only what it compared; a run older than the last one changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update

from doisoat.model import DiscrepancyKind, RunKey
from doisoat.store.lifecycle import OPENED, RESOLVED, TURNS, Change, last_changes, upsert
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
    """What of the kind was open when that business date began, in fingerprint order."""
    turns = last_changes(key.province_code, key.business_date, TURNS)
    table = discrepancies
    query = (
        select(
            turns.c.fingerprint,
            table.c.subtype,
            table.c.field,
            table.c.procedure_code,
            table.c.agency_code,
            turns.c.changed_on,
        )
        .join(table, table.c.fingerprint == turns.c.fingerprint)
        .where(turns.c.change == OPENED, table.c.kind == kind.value)
        .order_by(turns.c.fingerprint)
    )
    return [OpenSetDiscrepancy(*row) for row in connection.execute(query)]


def record_set(
    connection: Connection,
    key: RunKey,
    kind: DiscrepancyKind,
    seen: Iterable[Mapping[str, Any]],
    resolved: frozenset[str],
) -> Change:
    """Apply a run to the state before its date; the same run again gives the same state."""
    table, history = discrepancies, discrepancy_history
    if _has_later(connection, key, kind):
        return Change(moved=False)
    before = {item.fingerprint: item.first_seen_on for item in open_before(connection, key, kind)}
    ours = select(table.c.fingerprint).where(_of(key, kind))
    on_this_day = and_(history.c.changed_on == key.business_date, history.c.fingerprint.in_(ours))
    connection.execute(delete(history).where(on_this_day))
    known = select(history.c.fingerprint).where(history.c.province == key.province_code)
    connection.execute(delete(table).where(_of(key, kind), table.c.fingerprint.not_in(known)))
    for state, names in (("open", sorted(before)), (RESOLVED, sorted(before.keys() & resolved))):
        connection.execute(update(table).where(table.c.fingerprint.in_(names)).values(state=state))
    rows = [_dated(row, before, key) for row in seen]
    upsert(connection, table, rows)
    found = {row["fingerprint"] for row in rows}
    changes = dict.fromkeys(found - before.keys(), OPENED) | dict.fromkeys((before.keys() - found) & resolved, RESOLVED)
    _note(connection, key, changes)
    over = sum(change == RESOLVED for change in changes.values())
    return Change(
        moved=True,
        opened=len(found - before.keys()),
        still_open=len(found & before.keys()),
        resolved=over,
        carried=len(before.keys() - found) - over,
    )


def _of(key: RunKey, kind: DiscrepancyKind) -> ColumnElement[bool]:
    return and_(discrepancies.c.province == key.province_code, discrepancies.c.kind == kind.value)


def _has_later(connection: Connection, key: RunKey, kind: DiscrepancyKind) -> bool:
    """Whether a later date of the kind stands recorded: as seen, or as what it changed."""
    table, history = discrepancies, discrepancy_history
    last_seen = connection.execute(select(func.max(table.c.last_seen_on)).where(_of(key, kind))).scalar_one()
    ours = select(table.c.fingerprint).where(_of(key, kind))
    query = select(func.max(history.c.changed_on)).where(history.c.fingerprint.in_(ours))
    last_change = connection.execute(query).scalar_one()
    return any(day is not None and day > key.business_date for day in (last_seen, last_change))


def _dated(row: Mapping[str, Any], before: Mapping[str, date], key: RunKey) -> dict[str, Any]:
    return {
        **row,
        "province": key.province_code,
        "first_seen_on": before.get(row["fingerprint"], key.business_date),
        "last_seen_on": key.business_date,
        "state": "open",
    }


def _note(connection: Connection, key: RunKey, changes: Mapping[str, str]) -> None:
    rows = [
        {"fingerprint": name, "changed_on": key.business_date, "province": key.province_code, "change": change}
        for name, change in sorted(changes.items())
    ]
    if rows:
        connection.execute(discrepancy_history.insert(), rows)
