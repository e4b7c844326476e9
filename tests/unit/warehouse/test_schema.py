"""The schema: migrations from nothing, twice, at the same time; the models and the database agree."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from doisoat.errors import ConfigError, MigrationNeeded, TerminalError, WarehouseBusy
from doisoat.store import tables_warehouse
from doisoat.store.engine import sql_folder
from doisoat.store.tables_warehouse import SCHEMA_VERSION, VERSION_TABLE, metadata
from doisoat.store.warehouse import Warehouse
from doisoat.store.warehouse_engine import read_url
from tests.unit.warehouse.postgres import Server


def _script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(sql_folder() / "migrations"))
    return ScriptDirectory.from_config(config)


def test_the_program_knows_the_one_head_of_the_migrations() -> None:
    assert _script().get_heads() == [SCHEMA_VERSION]


def test_migrations_go_forward_only() -> None:
    assert not any(hasattr(revision.module, "downgrade") for revision in _script().walk_revisions())


def test_an_empty_database_says_which_command_is_needed(warehouse_url: str) -> None:
    with Warehouse(warehouse_url) as warehouse, pytest.raises(MigrationNeeded) as error:
        warehouse.require_current()
    assert str(error.value) == "the warehouse has schema none, this program needs 0004: run 'doisoat migrate'"


def test_migrating_from_nothing_and_again(warehouse_url: str) -> None:
    with Warehouse(warehouse_url) as warehouse:
        assert warehouse.schema_version() is None
        assert [warehouse.migrate(), warehouse.migrate()] == ["0004", "0004"]
        warehouse.require_current()


def test_models_and_migrated_schema_agree(warehouse: Warehouse, warehouse_url: str) -> None:
    engine = create_engine(read_url(warehouse_url))
    with engine.connect() as connection:
        options = {"compare_type": True, "version_table": VERSION_TABLE}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()
    assert found == []


def test_two_processes_migrating_at_once_do_it_once(warehouse_url: str) -> None:
    def migrate(_: int) -> str:
        with Warehouse(warehouse_url) as warehouse:
            return warehouse.migrate()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, range(4))) == ["0004"] * 4


def test_a_newer_schema_is_left_alone(warehouse: Warehouse, warehouse_url: str) -> None:
    engine = create_engine(read_url(warehouse_url))
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    for refused in (warehouse.migrate, warehouse.require_current):
        with pytest.raises(MigrationNeeded, match="install the newer program"):
            refused()


def test_a_migration_that_breaks_leaves_nothing_behind(warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version table is created before, the tables after: a failure in between takes both back."""
    engine = create_engine(read_url(warehouse_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mails (unrelated INTEGER)"))
    with Warehouse(warehouse_url) as warehouse:
        with pytest.raises(TerminalError, match="mails"):
            warehouse.migrate()
        assert warehouse.schema_version() is None
    with engine.connect() as connection, pytest.raises(Exception, match="runs"):
        connection.execute(text("SELECT * FROM runs"))
    engine.dispose()


def test_instants_without_a_zone_are_refused() -> None:
    from datetime import datetime

    from sqlalchemy.dialects import sqlite

    with pytest.raises(ValueError, match="has no time zone"):
        tables_warehouse.Instant().process_bind_param(datetime(2026, 9, 3), sqlite.dialect())


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgres://u@h:5433/d?sslmode=require", "postgresql+psycopg://u@h:5433/d?sslmode=require"),
        ("postgresql+psycopg2://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////var/doisoat/w.sqlite", "sqlite:////var/doisoat/w.sqlite"),
    ],
)
def test_addresses(given: str, used: str) -> None:
    assert read_url(given).render_as_string(hide_password=False) == used


@pytest.mark.parametrize("wrong", ["", "warehouse.sqlite", "mysql://h/d", "sqlite://", "sqlite:///:memory:"])
def test_wrong_addresses_name_the_setting(wrong: str) -> None:
    with pytest.raises(ConfigError, match="DOISOAT_WAREHOUSE_URL"):
        Warehouse(wrong)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.sqlite"
    file.write_bytes(b"Kh\xc3\xb4ng ph\xe1\xba\xa3i CSDL. " * 100)
    with Warehouse(f"sqlite:///{file}") as warehouse, pytest.raises(TerminalError, match="not a database") as error:
        warehouse.require_current()
    assert str(file) in str(error.value)


def test_a_server_that_is_down_is_worth_another_try(postgres: Server) -> None:
    url = f"postgresql://doisoat:s3cret@127.0.0.1:{_closed_port()}/doisoat"
    with Warehouse(url) as warehouse, pytest.raises(WarehouseBusy) as error:
        warehouse.require_current()
    assert "cannot be reached" in str(error.value) and "s3cret" not in str(error.value)


def _closed_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("database", ["nowhere", "postgres"])
def test_a_wrong_database_or_user_needs_a_person(postgres: Server, database: str) -> None:
    url = postgres.url(database, user="nobody" if database == "postgres" else "postgres", password="s3cret")
    with Warehouse(url) as warehouse, pytest.raises(ConfigError) as error:
        warehouse.require_current()
    assert "DOISOAT_WAREHOUSE_URL" in str(error.value) and "s3cret" not in str(error.value)
