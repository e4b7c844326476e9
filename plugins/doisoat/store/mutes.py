"""Agencies that get no reminder until a day, for a reason that stands on a ticket. Inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from doisoat.errors import ConfigError
from doisoat.store.tables_warehouse import mutes


@dataclass(frozen=True)
class Mute:
    """A person's word; local days."""

    agency_code: str
    reason: str
    ticket: str
    until: date  # last day without mail
    said_at: datetime
    ended_at: datetime | None = None


def read_mutes(connection: Connection, province: str) -> list[Mute]:
    """All there ever were, in the order they were said."""
    table = mutes.c
    columns = (table.agency_code, table.reason, table.ticket, table.until, table.said_at, table.ended_at)
    rows = connection.execute(select(*columns).where(table.province == province).order_by(table.id))
    return [Mute(*row) for row in rows]


def holding_on(connection: Connection, province: str, day: date) -> dict[str, Mute]:
    """Agency -> the mute that holds on a day; the last word counts."""
    said = {one.agency_code: one for one in read_mutes(connection, province) if one.ended_at is None}
    return {code: one for code, one in sorted(said.items()) if one.until >= day}


def mute(connection: Connection, province: str, word: Mute) -> None:
    """Add a word; it takes the place of an earlier one about the agency."""
    _end(connection, province, word.agency_code, word.said_at)
    row = {name: getattr(word, name) for name in ("agency_code", "reason", "ticket", "until", "said_at")}
    connection.execute(mutes.insert().values(province=province, **row))


def unmute(connection: Connection, province: str, agency_code: str, at: datetime) -> None:
    """End what holds; ConfigError where nothing does."""
    if not _end(connection, province, agency_code, at):
        raise ConfigError(f"{agency_code} is not muted: see 'doisoat mail list'")


def _end(connection: Connection, province: str, agency_code: str, at: datetime) -> int:
    holds = (mutes.c.province == province, mutes.c.agency_code == agency_code, mutes.c.ended_at.is_(None))
    return connection.execute(update(mutes).where(*holds).values(ended_at=at)).rowcount
