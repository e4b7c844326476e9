"""Spells of discrepancies that are over, told from the history: from when they stood to when they were put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, select

from doisoat.rules.lifecycle import Turn
from doisoat.store.history import OF_NIGHTS
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history

_TURNS = (Turn.OPENED, Turn.REOPENED, Turn.RESOLVED)


@dataclass(frozen=True, slots=True)
class Spell:
    """Once open, then resolved; local days."""

    agency_code: str
    started_on: date
    ended_on: date


def closed_spells(connection: Connection, province: str, *, since: date, before: date) -> list[Spell]:
    """Of what is charged to agencies, those that ended in [since, before); in order."""
    table, history = discrepancies.c, discrepancy_history.c
    started = func.lag(history.changed_on).over(
        partition_by=history.fingerprint, order_by=(history.changed_on, history.sequence)
    )
    turns = (
        select(history.fingerprint, history.change, history.changed_on, started.label("started_on"))
        .where(history.province == province, history.changed_on < before, history.change.in_(_TURNS))
        .subquery()
    )
    ended = and_(turns.c.change == Turn.RESOLVED, turns.c.changed_on >= since, turns.c.started_on.is_not(None))
    query = (
        select(table.agency_code, turns.c.started_on, turns.c.changed_on)
        .join(discrepancies, table.fingerprint == turns.c.fingerprint)
        .where(ended, table.agency_code.is_not(None), ~table.technical, OF_NIGHTS)
        .order_by(table.agency_code, turns.c.started_on, turns.c.changed_on)
    )
    return [Spell(*row) for row in connection.execute(query)]
