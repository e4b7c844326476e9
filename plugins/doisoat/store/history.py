"""The changes that led to the present of discrepancies, and telling any earlier present from them again.

Inside the caller's transaction. A night's own change has sequence 0, people's words after it 1, 2, …; the order of
both is the order in which `rules.lifecycle.replay` takes them. The present always is what the whole history leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from sqlalchemy import Column as C
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    select,
    update,
)

from doisoat.model import APART_KINDS, RunKey
from doisoat.rules.lifecycle import Entry, Standing, Turn, replay
from doisoat.store.bulk import fill, scratch
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history, runs

OF_NIGHTS = discrepancies.c.kind.not_in(sorted(kind.value for kind in APART_KINDS))
_TOLD = Table(
    "told_again",
    MetaData(),
    C("fingerprint", String(64), primary_key=True),
    C("state", String(16)),
    C("first_seen_on", Date),
    C("last_seen_on", Date),
    C("opened_on", Date),
    C("reopened", Integer),
    C("accepted_until", Date),
    C("person", String(200)),
    C("reason", Text),
    C("superseded_by", String(32)),
    prefixes=["TEMPORARY"],
)


def nights(connection: Connection, province: str) -> list[date]:
    """The business dates that moved the lifecycle, in order."""
    query = select(runs.c.business_date).where(runs.c.province == province, runs.c.moved_lifecycle)
    return sorted(connection.execute(query).scalars())


def night_before_each(days: list[date]) -> dict[date, date]:
    """Night -> the night before it (the first one: itself)."""
    return {day: days[at - 1] if at else day for at, day in enumerate(days)}


def previous_night(connection: Connection, key: RunKey) -> date | None:
    """The last business date before this one that moved the lifecycle."""
    earlier = [day for day in nights(connection, key.province_code) if day < key.business_date]
    return earlier[-1] if earlier else None


def entries(connection: Connection, condition: ColumnElement[bool]) -> Iterator[tuple[str, list[Entry]]]:
    """Fingerprint -> its lines that meet the condition, in their order; one fingerprint after the other."""
    table = discrepancy_history.c
    columns = (
        table.fingerprint,
        table.changed_on,
        table.change,
        table.by_kind,
        table.person,
        table.reason,
        table.until,
    )
    query = select(*columns).where(condition).order_by(table.fingerprint, table.changed_on, table.sequence)
    rows = connection.execute(query.execution_options(yield_per=10_000))
    for name, lines in groupby(rows, key=lambda row: row[0]):
        yield name, [Entry(row[1], Turn(row[2]), *row[3:]) for row in lines]


def changed_since(province: str, day: date) -> Select[str]:
    """Fingerprints with a change on that day or later."""
    table = discrepancy_history.c
    return select(table.fingerprint).where(table.province == province, table.changed_on >= day).distinct()


def standings_before(connection: Connection, province: str, day: date) -> dict[str, Standing]:
    """Of what has changed on that day or since: how each stood before it (what was not yet there is left out)."""
    table = discrepancy_history.c
    days = [night for night in nights(connection, province) if night < day]
    condition = and_(table.changed_on < day, table.fingerprint.in_(changed_since(province, day)), _of_nights())
    return _told(connection, condition, days)


def _of_nights() -> ColumnElement[bool]:
    """Of the history: what is about a kind that the nights judge."""
    mine = discrepancies.c.fingerprint == discrepancy_history.c.fingerprint
    return ~exists().where(mine, ~OF_NIGHTS)


def _told(connection: Connection, condition: ColumnElement[bool], days: list[date]) -> dict[str, Standing]:
    before = night_before_each(days)
    told = ((name, replay(lines, before)) for name, lines in entries(connection, condition))
    return {name: standing for name, standing in told if standing is not None}


def is_untouched_since(connection: Connection, province: str, day: date) -> bool:
    """Whether no night of that day or later has moved anything, and nobody has said anything after one."""
    moved = and_(runs.c.province == province, runs.c.business_date >= day, runs.c.moved_lifecycle)
    told = and_(discrepancy_history.c.province == province, discrepancy_history.c.changed_on >= day)
    return not connection.execute(select(exists().where(moved) | exists().where(told))).scalar_one()


def take_back(connection: Connection, key: RunKey) -> None:
    """Undo what this night and later ones did: the present becomes what it was before this business date.

    People's words of later days stay in the history, and come into effect again with `say_again`.
    """
    province, day = key.province_code, key.business_date
    if is_untouched_since(connection, province, day):
        return
    moved = and_(runs.c.province == province, runs.c.business_date >= day)
    connection.execute(update(runs).where(moved).values(moved_lifecycle=False))
    before = standings_before(connection, province, day)
    table, history = discrepancies, discrepancy_history
    ours = and_(table.c.province == province, OF_NIGHTS)
    touched = changed_since(province, day)
    write_standings(connection, before, ours)
    mine = history.c.fingerprint == table.c.fingerprint
    early = and_(mine, history.c.changed_on < day, history.c.sequence == 0)  # a word alone opens nothing
    connection.execute(delete(table).where(ours, table.c.fingerprint.in_(touched), ~exists().where(early)))
    of_nights = and_(history.c.province == province, history.c.changed_on >= day, history.c.sequence == 0)
    connection.execute(delete(history).where(of_nights, _of_nights()))


def say_again(connection: Connection, key: RunKey) -> None:
    """Bring people's words that were said after this night, or after later ones, into effect again."""
    history, province = discrepancy_history.c, key.province_code
    said = and_(history.province == province, history.changed_on >= key.business_date, history.sequence > 0)
    if not connection.execute(select(exists().where(said))).scalar_one():
        return
    spoken = select(discrepancy_history.c.fingerprint).where(said)
    days = nights(connection, province)
    told = _told(connection, and_(history.fingerprint.in_(spoken), _of_nights()), days)
    write_standings(connection, told, and_(discrepancies.c.province == province, OF_NIGHTS))


def write_standings(connection: Connection, told: Mapping[str, Standing], condition: ColumnElement[bool]) -> None:
    """Make these standings the present of their discrepancies."""
    if not told:
        return
    table = discrepancies.c
    names = [column.name for column in _TOLD.c if column.name != "fingerprint"]
    with scratch(connection, _TOLD):
        fill(connection, _TOLD, _rows(told))
        values = {name: _TOLD.c[name] for name in names}
        connection.execute(
            update(discrepancies).where(condition, table.fingerprint == _TOLD.c.fingerprint).values(values)
        )


def _rows(told: Mapping[str, Standing]) -> Iterable[tuple[object, ...]]:
    for name, one in told.items():
        yield (
            *(name, one.state.value, one.first_seen_on, one.last_seen_on, one.opened_on, one.reopened),
            *(one.accepted_until, one.person, one.reason, one.superseded_by),
        )


def last_line(connection: Connection, fingerprint: str) -> tuple[date | None, int]:
    """(day, sequence) of the last line about one discrepancy."""
    table = discrepancy_history.c
    day = connection.execute(select(func.max(table.changed_on)).where(table.fingerprint == fingerprint)).scalar_one()
    query = select(func.max(table.sequence)).where(table.fingerprint == fingerprint, table.changed_on == day)
    return day, connection.execute(query).scalar_one() or 0
