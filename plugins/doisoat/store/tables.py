"""The reference tables as relations of the engine, in the schema that is current when they are registered.

Reading the CSV files is `store.reference`'s, what the tables mean is `rules.reference`'s; here they only become
something SQL can join. Dates are local days; NULL = open.

| table | columns |
|---|---|
| agencies | code, name, parent, valid_from, valid_to, final_code (end of the chain of successors), mailbox |
| agency_spellings | spelling, code, valid_from, valid_to; every code is a spelling of itself |
| procedures | national_code, name, field, limit_amount, limit_unit, returns_document, online_level, valid_from / _to |
| | excludes_payment_wait, late_starts_next_day (rules of its own that the law's clock follows) |
| procedure_spellings | spelling, national_code, valid_from, valid_to; a mapped code goes before a national one |
| calendar | day, is_working, next_working, working_index, seconds_before; 2015-01-01 .. 2035-12-31 |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any

from doisoat.rules.reference import AgencyTable, ProcedureTable
from doisoat.rules.working_calendar import CalendarDay, WorkingCalendar
from doisoat.store.connection import Connection
from doisoat.store.engine import run_query
from doisoat.store.reference import Reference

CALENDAR_FIRST = date(2015, 1, 1)
CALENDAR_LAST = date(2035, 12, 31)


def register_reference(connection: Connection, reference: Reference) -> None:
    """Create (or replace) the five tables; rows in the order of their key."""
    _register_agencies(connection, reference.agencies)
    _register_procedures(connection, reference.procedures)
    _register_calendar(connection, reference.calendar)


def _register_agencies(connection: Connection, agencies: AgencyTable) -> None:
    _create(
        connection,
        "staging/agencies",
        ("code", "name", "parent", "valid_from", "valid_to", "final_code", "mailbox"),
        (
            (row.code, row.name, row.parent, row.valid_from, row.valid_to, agencies.final(row.code), row.mailbox)
            for row in agencies
        ),
    )
    columns = ("spelling", "code", "valid_from", "valid_to")
    _create(connection, "staging/agency_spellings", columns, sorted(agencies.spellings()))


def _register_procedures(connection: Connection, procedures: ProcedureTable) -> None:
    _create(
        connection,
        "staging/procedures",
        (
            "national_code",
            "name",
            "field",
            "limit_amount",
            "limit_unit",
            "returns_document",
            "online_level",
            "valid_from",
            "valid_to",
            "excludes_payment_wait",
            "late_starts_next_day",
        ),
        (
            (
                row.national_code,
                row.name,
                row.field,
                row.limit,
                row.limit_unit,
                row.returns_document,
                row.online_level,
                row.valid_from,
                row.valid_to,
                row.excludes_payment_wait,
                row.late_starts_next_day,
            )
            for row in procedures
        ),
    )
    columns = ("spelling", "national_code", "valid_from", "valid_to")
    _create(connection, "staging/procedure_spellings", columns, sorted(procedures.spellings()))


def _register_calendar(connection: Connection, calendar: WorkingCalendar) -> None:
    run_query(connection, "staging/calendar", _calendar_columns(calendar))


@lru_cache(maxsize=2)
def _calendar_columns(calendar: WorkingCalendar) -> dict[str, list[Any]]:
    """Twenty years of days, a list per column; every stage of a night registers the same."""
    rows = list(calendar.rows(CALENDAR_FIRST, CALENDAR_LAST))
    return {one.name: [getattr(row, one.name) for row in rows] for one in fields(CalendarDay)}


def _create(connection: Connection, query: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Each column goes in as one list: far quicker than row by row."""
    table = list(rows)
    lists = {name: [row[place] for row in table] for place, name in enumerate(columns)}
    run_query(connection, query, lists)
