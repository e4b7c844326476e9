"""The reference tables as relations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from doisoat.rules.parameters import OFFICE_HOURS
from doisoat.rules.reference import Agency, AgencyTable, Procedure, ProcedureTable
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.engine import engine
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference

EMPTY = WorkingCalendar(frozenset(), frozenset(), OFFICE_HOURS)


def reference(agencies: list[Agency], procedures: list[Procedure], calendar: WorkingCalendar = EMPTY) -> Reference:
    return Reference(AgencyTable(agencies), ProcedureTable(procedures), calendar, (), {})


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with engine() as opened:
        yield opened


def test_agencies_end_in_their_last_successor(connection: duckdb.DuckDBPyConnection) -> None:
    old = Agency("H08.05", ("B", "A"), "Sở cũ", valid_to=date(2025, 6, 30), successor="000.00.05.H21", parent="H08")
    register_reference(connection, reference([old, Agency("H21.05", name="Sở mới", mailbox="a@b.vn")], []))
    assert connection.sql("FROM agencies").fetchall() == [
        ("H08.05", "Sở cũ", "H08", None, date(2025, 6, 30), "H21.05", None),
        ("H21.05", "Sở mới", None, None, None, "H21.05", "a@b.vn"),
    ]
    assert connection.sql("SELECT spelling, code FROM agency_spellings").fetchall() == [
        ("A", "H08.05"),
        ("B", "H08.05"),
        ("H08.05", "H08.05"),
        ("H21.05", "H21.05"),
    ]


def test_a_mapped_local_code_goes_before_a_national_code_of_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    procedures = [
        Procedure("1.003560"),
        Procedure(
            *("2.000477", ("1.003560",), "Tên", "Lĩnh vực", 5.5, "Ngày làm việc", False),
            valid_from=date(2026, 1, 1),
            late_starts_next_day=True,
        ),
    ]
    register_reference(connection, reference([], procedures))
    assert connection.sql("SELECT spelling, national_code FROM procedure_spellings").fetchall() == [
        ("1.003560", "2.000477"),
        ("2.000477", "2.000477"),
    ]
    assert connection.sql("FROM procedures WHERE national_code = '2.000477'").fetchall() == [
        ("2.000477", "Tên", "Lĩnh vực", 5.5, "Ngày làm việc", False, None, date(2026, 1, 1), None, False, True)
    ]


def test_the_calendar_has_every_day_of_its_years(connection: duckdb.DuckDBPyConnection) -> None:
    calendar = WorkingCalendar(frozenset({date(2026, 9, 2)}), frozenset({date(2026, 8, 22)}), OFFICE_HOURS)
    register_reference(connection, reference([], [], calendar))
    first, last, days = connection.sql("SELECT min(day), max(day), count(*) FROM calendar").fetchall()[0]
    assert (first, last, days) == (date(2015, 1, 1), date(2035, 12, 31), 7_670)
    found = connection.sql(
        "SELECT day, is_working, next_working FROM calendar WHERE day IN ('2026-08-22', '2026-08-23', '2026-09-02') ORDER BY day"
    ).fetchall()
    assert found == [
        (date(2026, 8, 22), True, date(2026, 8, 22)),
        (date(2026, 8, 23), False, date(2026, 8, 24)),
        (date(2026, 9, 2), False, date(2026, 9, 3)),
    ]


def test_registering_again_replaces(connection: duckdb.DuckDBPyConnection) -> None:
    register_reference(connection, reference([Agency("H21.05")], [Procedure("1.001612")]))
    register_reference(connection, reference([], []))
    assert connection.sql("SELECT (SELECT count(*) FROM agencies) + (SELECT count(*) FROM procedures)").fetchall() == [
        (0,)
    ]
