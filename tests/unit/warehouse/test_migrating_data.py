"""A warehouse of the first schema is migrated with what it holds, and its nights go on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, insert, select, table, text
from sqlalchemy import column as c

from doisoat.assess import assess_night
from doisoat.rules.lifecycle import replay
from doisoat.store import history
from doisoat.store.decisions import Wanted
from doisoat.store.engine import sql_folder
from doisoat.store.night_update import Change
from doisoat.store.tables_warehouse import SCHEMA_VERSION, discrepancy_history
from doisoat.store.warehouse import Warehouse
from doisoat.store.warehouse_engine import read_url
from tests.unit.assess.nights import Night, found, province, reference, rows_of
from tests.unit.warehouse.nights import key, name, open_letters, record, row, september

OLD = ("fingerprint", "changed_on", "province", "change")

LATER = ("began_on", "confidence", "evidence", "in_pattern", "charged_on")  # columns the first schema did not have


def _schema(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(sql_folder() / "migrations"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _fill(engine: Engine) -> None:
    """Nights of the 3rd to the 5th as the first program left them: a always, b over, c back again, d not compared."""
    changes = [("a", 3, "opened"), ("b", 3, "opened"), ("c", 3, "opened"), ("d", 3, "opened")]
    changes += [("b", 4, "resolved"), ("c", 4, "resolved"), ("c", 5, "opened"), ("d", 5, "unseen")]
    present = {"a": ("open", 3, 5), "b": ("resolved", 3, 3), "c": ("open", 5, 5), "d": ("open", 3, 4)}
    with engine.begin() as connection:
        for day in (3, 4, 5):
            connection.execute(
                text(
                    "INSERT INTO runs (province, business_date, verdict, as_of, rule_versions, counts, manifests, "
                    "moved_lifecycle, recorded_at) VALUES ('H44', :day, 'complete', :at, '{}', '{}', '{}', :yes, :at)"
                ),
                {"day": september(day).isoformat(), "at": key(day).day_end.isoformat(), "yes": True},
            )
        old = [dict(zip(OLD, (name(of), september(day), "H44", word), strict=True)) for of, day, word in changes]
        _insert(connection, "discrepancy_history", old)
        rows: list[dict[str, Any]] = []
        for letter, (state, first, last) in present.items():
            values = {name_: value for name_, value in row(letter).items() if name_ not in LATER}
            dates = {"first_seen_on": september(first), "last_seen_on": september(last)}
            rows.append({**values, **dates, "province": "H44", "state": state})
        _insert(connection, "discrepancies", rows)


def _insert(connection: Any, name_: str, rows: list[dict[str, Any]]) -> None:
    plain = [{k: v.isoformat() if isinstance(v, date) else v for k, v in one.items()} for one in rows]
    given = plain if connection.dialect.name == "sqlite" else rows
    connection.execute(insert(table(name_, *(c(key_) for key_ in rows[0]))), given)


def test_a_warehouse_of_the_first_schema_goes_on(warehouse_url: str) -> None:
    engine = create_engine(read_url(warehouse_url))
    _schema(engine, "0001")
    _fill(engine)
    with Warehouse(warehouse_url) as warehouse:
        assert warehouse.migrate() == SCHEMA_VERSION
        known = {one.dossier_code[-1]: one for one in warehouse.find("H44", Wanted())}
        assert {letter: (one.state, one.first_seen_on.day, one.last_seen_on.day) for letter, one in known.items()} == {
            "a": ("open", 3, 5),
            "b": ("resolved", 3, 3),
            "c": ("reopened", 5, 5),
            "d": ("open", 3, 4),
        }
        assert [(known[letter].opened_on.day, known[letter].reopened) for letter in "ac"] == [(3, 0), (3, 1)]
        _the_present_follows(engine, known)
        assert open_letters(warehouse, 5) == {"a": 3, "d": 3}
        assert record(warehouse, 6, "abd", "c") == Change(True, opened=1, still_open=2, resolved=1, reopened=1)
        assert record(warehouse, 5, "a", rewind=True) == Change(True, still_open=1, carried=1)
        assert open_letters(warehouse, 6) == {"a": 3, "d": 3}
    engine.dispose()


def test_what_was_technical_before_the_column_came_is_charged_by_the_next_night(
    warehouse_url: str, tmp_path: Path
) -> None:
    engine = create_engine(read_url(warehouse_url))
    _schema(engine, "0005")
    standing = {"first_seen_on": september(3), "opened_on": september(3), "province": "H44", "state": "open"}
    rows = [row("a", technical=True) | standing, row("b") | standing]
    with engine.begin() as connection:
        _insert(connection, "discrepancies", [{k: v for k, v in one.items() if k != "charged_on"} for one in rows])
    engine.dispose()
    night = Night(day=7, discrepancies=[found(one["dossier_code"], "stuck") for one in rows])
    with Warehouse(warehouse_url) as warehouse:
        warehouse.migrate()
        files = night.write(tmp_path)
        assess_night(files, province(), reference(), warehouse)
    told = rows_of(files.work("assess") / "discrepancies.parquet", "first_seen_on", "charged_on")
    assert told == [(september(3), september(7)), (september(3), None)]


def _the_present_follows(engine: Engine, known: dict[str, Any]) -> None:
    with engine.connect() as connection:
        before = history.night_before_each(history.nights(connection, "H44"))
        told = dict(history.entries(connection, discrepancy_history.c.province == "H44"))
        lines = connection.execute(select(discrepancy_history.c.sequence).distinct()).scalars().all()
    assert lines == [0]
    for one in known.values():
        standing = replay(told[one.fingerprint], before)
        assert standing is not None
        assert (standing.state, standing.first_seen_on, standing.reopened) == (
            one.state,
            one.first_seen_on,
            one.reopened,
        )
        assert standing.last_seen_on in (None, one.last_seen_on)
