"""How large a side was when it was last taken as right, and a person's word that a smaller one is right too.

Feeds the shrink guard (`discrepancy-rules` §5); the guard itself is `validate`'s. Inside the caller's
transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select

from doisoat.model import RunKey, Side
from doisoat.store.tables_warehouse import accepted_snapshots, confirmations


class CatalogueSide(StrEnum):
    """The catalogue of a side, beside the side's dossiers in the same tables."""

    SHOP = "c_shop"
    PORTAL = "c_portal"


Measured = Side | CatalogueSide


@dataclass(frozen=True)
class AcceptedSnapshot:
    """How large a side was when it was last taken as right: the yardstick of the shrink guard."""

    side: Measured
    business_date: date
    rows: int
    per_agency: Mapping[str, int]  # final agency code ('' = none) -> staged rows
    scope_from: date  # first reception date the side was read for
    accepted_by: str = ""  # '' = by the checks
    reason: str = ""


@dataclass(frozen=True)
class Confirmation:
    """A person's word that a side is right although it shrank."""

    side: Measured
    reason: str
    confirmed_by: str
    confirmed_at: datetime


def _of(table: Table, key: RunKey, side: Measured) -> ColumnElement[bool]:
    return and_(
        table.c.province == key.province_code,
        table.c.business_date == key.business_date,
        table.c.side == side.value,
    )


def last_accepted(connection: Connection, key: RunKey, side: Measured, scope: date) -> AcceptedSnapshot | None:
    """The newest yardstick before this night, of the same scope."""
    table = accepted_snapshots
    row = connection.execute(
        select(table)
        .where(table.c.province == key.province_code, table.c.side == side.value)
        .where(table.c.business_date < key.business_date, table.c.scope_from == scope)
        .order_by(table.c.business_date.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return AcceptedSnapshot(
        side=side,
        business_date=row.business_date,
        rows=row.staged_rows,
        per_agency=row.per_agency,
        scope_from=row.scope_from,
        accepted_by=row.accepted_by,
        reason=row.reason,
    )


def store_accepted(connection: Connection, key: RunKey, snapshot: AcceptedSnapshot, at: datetime) -> None:
    """Put a yardstick in place of one of the same night; a confirmation lends it name and reason."""
    word = last_confirmation(connection, key, snapshot.side)
    connection.execute(delete(accepted_snapshots).where(_of(accepted_snapshots, key, snapshot.side)))
    connection.execute(
        accepted_snapshots.insert().values(
            province=key.province_code,
            side=snapshot.side.value,
            business_date=key.business_date,
            scope_from=snapshot.scope_from,
            staged_rows=snapshot.rows,
            per_agency=dict(sorted(snapshot.per_agency.items())),
            accepted_by=word.confirmed_by if word else snapshot.accepted_by,
            reason=word.reason if word else snapshot.reason,
            accepted_at=at,
        )
    )


def last_confirmation(connection: Connection, key: RunKey, side: Measured) -> Confirmation | None:
    """The last word about this night and side."""
    query = select(confirmations).where(_of(confirmations, key, side)).order_by(confirmations.c.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else Confirmation(side, row.reason, row.confirmed_by, row.confirmed_at)


def store_confirmation(connection: Connection, key: RunKey, word: Confirmation) -> None:
    """Add a word; earlier ones stay as evidence."""
    connection.execute(
        confirmations.insert().values(
            province=key.province_code,
            business_date=key.business_date,
            side=word.side.value,
            confirmed_by=word.confirmed_by,
            reason=word.reason,
            confirmed_at=word.confirmed_at,
        )
    )
