"""A side read straight from MariaDB and PostgreSQL: the planted truth comes out, all of it and nothing else."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from doisoat.land import fields
from doisoat.rules.values import read_code
from doisoat.store.layout import read_json
from doisoat_simulator.databases import write_database
from doisoat_simulator.world import build_world
from tests.e2e import forked
from tests.e2e.nights import DAY, Found, NightRun, difference, export_world, run_night, truth
from tests.e2e.run_files import sightings
from tests.e2e.simulated import DOSSIERS, PROVINCES, SEED, province_file
from tests.mariadb import PASSWORD, MariaDb
from tests.unit.warehouse.postgres import Server

EXAMPLE = PROVINCES / "examples" / "phu_tho_sql.yaml"
OPENCPS: dict[str, Any] = {
    "kind": "sql",
    "url_env": "DOISOAT_SHOP_DATABASE",
    "schema": "opencps",
    "online_payments": {"KeyPay DVCQG": 1, "KeyPay": 2},
}
NO_INPUT = {("aggregate_mismatch", None), ("catalogue_mismatch", None)}


@dataclass(frozen=True)
class Night:
    """A night whose shop was a database, and the world's truth beside it."""

    run: NightRun
    truth: Found

    @property
    def open_questions(self) -> set[tuple[str, str | None]]:
        return {(one["kind"], one["side"]) for one in self.run.outcome["not_compared"] if one["kind"]}


def simulate(folder: Path, url: str, *options: str) -> None:
    """The world's shop into a database, its portal (and the truth) as files."""
    words = ["simulate", "--dossiers", str(DOSSIERS), "--seed", str(SEED), "--business-date", str(DAY)]
    words += ["--database", url, "--export", str(folder / "exports"), *options]
    forked.call(words, dict(os.environ)).check_returncode()


def night(folder: Path, url: str, shop: dict[str, Any] | None, *options: str) -> Night:
    """`shop` None = the example as it stands, with a look-up. The database lives today, so the old date is read late."""
    simulate(folder, url, *options)
    content = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    query = str(EXAMPLE.with_suffix(".sql"))
    look_up = {"kind": "sql", "url_env": "DOISOAT_SHOP_DATABASE", "query": query}
    content["shop"] = shop or content["shop"] | {"query": query, "look_up": look_up}
    content["portal"] = {"kind": "files", "path": str(folder / "exports" / "portal")}
    config = folder / "phu_tho.yaml"
    config.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    environment = {"DOISOAT_SHOP_DATABASE": url}
    run = run_night(config, folder / "var", environment=environment, options=["--late"])
    return Night(run, truth(folder, in_flight=True))


def test_opencps_tables_with_an_extension_hold_the_whole_truth(tmp_path: Path, mariadb: MariaDb) -> None:
    shop = OPENCPS | {"extension_table": "morong"}
    found = night(tmp_path, mariadb.url(mariadb.new_database()), shop)
    assert_whole_truth(found)
    assert_nothing_personal(found, mariadb.port)


@pytest.mark.slow
def test_a_flat_table_read_by_a_query_holds_the_whole_truth(tmp_path: Path, postgres: Server) -> None:
    found = night(tmp_path, postgres.new_database(), None, "--schema", "flat")
    assert_whole_truth(found, since=datetime(2025, 1, 1))
    recheck = found.run.outcome["recheck"]
    assert recheck["asked"] > 0
    assert (recheck["failed_look_ups"], recheck["vanished"]) == (0, 0)
    assert_nothing_personal(found, postgres.port)


def assert_whole_truth(found: Night, since: datetime = datetime.min, side: str = "shop") -> None:
    """`side` was read from a database; `since`: the change time before which its query leaves rows out."""
    run, world = found.run, build_world(DOSSIERS, SEED, DAY)
    assert run.code == 1, run.stderr
    assert difference(run.found(), found.truth) == ""
    assert run.outcome["run"]["verdict"] == "complete"
    assert found.open_questions == NO_INPUT
    counts = run.outcome["counts"][side]
    rows = {"shop": world.shop_rows, "portal": world.portal_rows}[side]
    read = [row for row in rows if row["updated_at"] >= since]
    open_rows = [row for row in read if read_code(row["MaHoSo"]) not in world.secret_codes]
    assert counts["landed"] == len(open_rows)
    rejected = {rule: n for rule, n in world.expected_rejections[side].items() if rule != "row_shape"}
    assert counts["rejected"] == rejected


def assert_nothing_personal(found: Night, port: int, side: str = "shop") -> None:
    world = build_world(DOSSIERS, SEED, DAY)
    assert sightings(found.run.home, world.canaries, world.secret_codes) == []
    manifest = read_json(found.run.home / "landing" / "H44" / "2026-09-03" / side / "manifest.json")
    assert manifest["source"].endswith(f"://127.0.0.1:{port}/{manifest['source'].rsplit('/', 1)[1]}")
    assert PASSWORD not in found.run.stderr
    assert sightings(found.run.home, [PASSWORD], []) == []


BY_THE_TABLES = {
    ("code_substituted", "shop"),
    ("lateness_disagreement", None),
    ("second_extension", "shop"),
    ("second_supplement", "shop"),
}
UNTOUCHED = (
    *("agency_legacy_code", "agency_mismatch", "channel_mismatch", "due_at_mismatch", "duplicate_on_portal"),
    *("finished_at_mismatch", "late_intake", "payment_mismatch", "procedure_mismatch", "procedure_unmapped"),
    *("received_at_mismatch", "result_missing", "status_conflict"),
)


def holdable(row: dict[str, Any]) -> bool:
    """Whether typed columns can hold what the world has: no text in the place of a date or a channel."""
    dated = all(row[name] is None or isinstance(row[name], datetime) for name in fields.INSTANTS if name in row)
    return dated and row["KenhThucHien"] in (None, 1, 2, 3)


@pytest.mark.slow
def test_opencps_tables_alone_name_what_they_cannot_tell(tmp_path: Path, mariadb: MariaDb) -> None:
    found = night(tmp_path, mariadb.url(mariadb.new_database()), OPENCPS, "--pure-wire")
    assert found.open_questions == NO_INPUT | BY_THE_TABLES
    world = build_world(DOSSIERS, SEED, DAY)
    left_out = world.secret_codes | {read_code(row["MaHoSo"]) for row in world.shop_rows if not holdable(row)}
    told, planted = (
        Counter({one: n for one, n in given.items() if one[1] in UNTOUCHED and one[0] not in left_out})
        for given in (found.run.found(), found.truth)
    )
    assert difference(told, planted) == ""
    assert planted.total() > 20
    manifest = read_json(found.run.home / "landing" / "H44" / "2026-09-03" / "shop" / "manifest.json")
    assert fields.SECRECY in manifest["absent_columns"]


@pytest.mark.slow
def test_a_replica_of_the_portal_read_by_a_query_holds_the_whole_truth(tmp_path: Path, postgres: Server) -> None:
    """The other way round: the portal as a flat table in PostgreSQL, the shop as exports."""
    world, url = build_world(DOSSIERS, SEED, DAY), postgres.new_database()
    write_database(replace(world, shop_rows=world.portal_rows), url, "flat")
    config = export_world(tmp_path, DOSSIERS, SEED)
    section = {"kind": "sql", "url_env": "DOISOAT_PORTAL_DATABASE", "query": str(EXAMPLE.with_suffix(".sql"))}
    content = yaml.safe_load(config.read_text(encoding="utf-8")) | {"portal": section}
    config.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    run = run_night(config, tmp_path / "var", environment={"DOISOAT_PORTAL_DATABASE": url}, options=["--late"])
    found = Night(run, truth(tmp_path, in_flight=True))
    assert_whole_truth(found, since=datetime(2025, 1, 1), side="portal")
    assert_nothing_personal(found, postgres.port, side="portal")


def test_a_database_of_today_is_not_read_for_an_old_date(tmp_path: Path, postgres: Server) -> None:
    url = postgres.new_database()
    simulate(tmp_path, url, "--schema", "flat")
    config = province_file(tmp_path / "phu_tho.yaml", EXAMPLE, shop={"query": str(EXAMPLE.with_suffix(".sql"))})
    refused = run_night(config, tmp_path / "var", environment={"DOISOAT_SHOP_DATABASE": url}, command="land_shop")
    assert refused.code == 2
    assert "--late" in refused.stderr
