"""The simulator's databases: personal columns as in the real ones, everything the world has, nothing replaced."""

from __future__ import annotations

import subprocess
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from doisoat_simulator.databases import write_database
from doisoat_simulator.world import World, build_world
from tests.contract.databases.conftest import Database
from tests.e2e.nights import DOISOAT

DAY = date(2026, 9, 3)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(1_000, 3, DAY)


def rows_of(database: Database, query: str) -> list[Any]:
    url = database.url.replace("mariadb://", "mariadb+pymysql://").replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.execute(text(query)))
    engine.dispose()
    return found


@pytest.mark.parametrize(("schema", "table"), [("opencps", "opencps_dossier"), ("flat", "ho_so")])
def test_every_dossier_is_there_with_its_person(database: Database, world: World, schema: Any, table: str) -> None:
    assert write_database(world, database.url, schema) == len(world.shop_rows)
    person = "applicantName" if schema == "opencps" else "ChuHoSo"
    names = [row[0] for row in rows_of(database, f"SELECT {person} FROM {table}")]
    assert len(names) == len(world.shop_rows)
    assert set(names) <= set(world.canaries)


def test_nothing_that_is_there_is_replaced(database: Database, world: World) -> None:
    database.execute("CREATE TABLE morong (a INT)", "INSERT INTO morong VALUES (7)")
    with pytest.raises(ValueError, match="already has a table morong"):
        write_database(world, database.url, "opencps")
    assert [row[0] for row in rows_of(database, "SELECT a FROM morong")] == [7]


def test_pure_wire_has_no_extension(database: Database, world: World) -> None:
    write_database(world, database.url, "opencps", pure_wire=True)
    engine = create_engine(database.url.replace("://", "+pymysql://" if database.kind == "mariadb" else "+psycopg://"))
    assert "morong" not in inspect(engine).get_table_names()
    engine.dispose()


@pytest.mark.parametrize("url", ["khong phai url", "postgresql://ai:mat-khau@127.0.0.1:1/x"])
def test_the_command_line_names_no_account(url: str) -> None:
    command = [DOISOAT, "simulate", "--dossiers", "1000", "--database", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--database" in done.stderr
    assert "mat-khau" not in done.stderr
    assert "Traceback" not in done.stderr
