"""The SQL each kind of database is sent for OpenCPS' tables and for a province's query; Oracle and SQL Server included."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, create_engine
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql
from syrupy.assertion import SnapshotAssertion

from doisoat.config import SqlSource
from doisoat.land.databases.opencps_tables import OpencpsTables
from doisoat.land.databases.queries import MappedQuery

KINDS: dict[str, Dialect] = {
    "postgresql": postgresql.dialect(),
    "mysql": mysql.dialect(),
    "oracle": oracle.dialect(),
    "mssql": mssql.dialect(),
}


def section(**more: Any) -> SqlSource:
    return SqlSource(kind="sql", url="postgresql://127.0.0.1/a", schema="opencps", **more)


@pytest.mark.parametrize("kind", KINDS)
def test_the_select_over_opencps_tables(kind: str, snapshot: SnapshotAssertion) -> None:
    tables = OpencpsTables(section(online_payments={"KeyPay": 2, "KeyPay DVCQG": 1}, schema_name="lportal"))
    with create_engine("sqlite://").connect() as connection:
        plan = tables(connection)
    assert str(plan.rows.compile(dialect=KINDS[kind])) == snapshot
    assert "TongLePhi" in plan.columns


def test_no_person_is_asked_for() -> None:
    with create_engine("sqlite://").connect() as connection:
        asked = str(OpencpsTables(section(online_payments={"KeyPay": 2}))(connection).rows).lower()
    for name in ("applicant", "contact", "address", "delegate", "username", "note", "displayname", "formdata"):
        assert name not in asked


def test_without_words_of_payment_nothing_is_said_about_online_payment() -> None:
    with create_engine("sqlite://").connect() as connection:
        assert "DuocThanhToanTrucTuyen" not in OpencpsTables(section())(connection).columns


@pytest.mark.parametrize("kind", KINDS)
def test_the_select_over_a_query(kind: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    file = tmp_path / "ho_so.sql"
    file.write_text("SELECT 'a' AS MaHoSo, 'b' AS \"Họ tên\", 1 AS _id, 4 AS tt -- x", encoding="utf-8")
    with create_engine("sqlite://").connect() as connection:
        plan = MappedQuery(file, {"TrangThaiHoSo": "TT"}, {"scope_from": date(2025, 1, 1)})(connection)
    assert str(plan.rows.compile(dialect=KINDS[kind])) == snapshot
    assert plan.names == ("MaHoSo", "TrangThaiHoSo", "_id")
    assert plan.columns == {"MaHoSo", "TrangThaiHoSo", "Họ tên"}
