"""The history of inspections: every document and every night's doing, in order; inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, select

from doisoat.store.tables_inspection import inspection_events


@dataclass(frozen=True)
class Event:
    """One line of an inspection's history."""

    number: int  # of the finding; 0 = the inspection itself
    act: str  # rules.inspection.Act, of the inspection itself a CheckState
    happened_on: date  # of the document; of a night its business date
    recorded_at: datetime
    due_on: date | None = None
    document: str | None = None  # number and symbol
    text: str | None = None
    person: str | None = None  # None = a night's doing
    run_on: date | None = None  # business date of that night
    rule_version: str | None = None


def read_events(connection: Connection, province: str, inspection_id: str) -> list[Event]:
    """Everything that happened to an inspection and its findings, in order."""
    table = inspection_events.c
    own = and_(table.province == province, table.inspection_id == inspection_id)
    columns = [table[name] for name in Event.__dataclass_fields__]
    rows = connection.execute(select(*columns).where(own).order_by(table.sequence)).mappings()
    return [Event(**row) for row in rows]


def note_event(connection: Connection, province: str, inspection_id: str, event: Event) -> None:
    """One more line behind the others."""
    table = inspection_events.c
    own = and_(table.province == province, table.inspection_id == inspection_id)
    sequence = (connection.execute(select(func.max(table.sequence)).where(own)).scalar_one() or 0) + 1
    values = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    connection.execute(
        inspection_events.insert().values(province=province, inspection_id=inspection_id, sequence=sequence, **values)
    )
