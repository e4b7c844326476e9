"""Made worlds: the same bytes each time, partitions as `stage` leaves them, and what was planted counted right."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from doisoat.benching.findings import findings, planted
from doisoat.benching.measured import measure
from doisoat.benching.peers import PEERS, Setting
from doisoat.benching.world import World, WorldSize, write_world
from doisoat.model import Side

SIZE = WorldSize(4_000, 50)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_world(tmp_path_factory.mktemp("world") / "home", SIZE)


def bytes_of(home: Path) -> dict[str, str]:
    """Relative path -> SHA-256 of everything below."""
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def ask(question: str, **paths: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Etc/GMT-7'")
        return connection.execute(question, {name: str(path) for name, path in paths.items()}).fetchall()


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(world: World, tmp_path: Path) -> None:
    again = write_world(tmp_path / "again", SIZE)
    other = write_world(tmp_path / "other", WorldSize(4_000, 50, seed=2))
    assert bytes_of(again.home) == bytes_of(world.home)
    assert bytes_of(other.home)["world.json"] != bytes_of(world.home)["world.json"]


@pytest.mark.parametrize("side", Side)
def test_every_row_is_in_the_file_of_its_month_and_in_order(world: World, side: Side) -> None:
    for file in sorted(world.files.partition(side).parent.glob("*.parquet")):
        months = ask(
            "SELECT DISTINCT strftime(COALESCE(received_at, submitted_at), '%Y-%m') FROM read_parquet($p)", p=file
        )
        assert months == ([] if file.stem == "none" else [(file.stem,)])
        keys = ask("SELECT dossier_code, source_file, source_row FROM read_parquet($p)", p=file)
        assert keys == sorted(keys)


def test_a_portal_row_may_stand_in_another_month_than_the_shops(world: World) -> None:
    moved = ask(
        "SELECT COUNT(*) FROM read_parquet($s) AS s JOIN read_parquet($p) AS p USING (dossier_code) "
        "WHERE strftime(s.received_at, '%Y-%m') <> strftime(p.received_at, '%Y-%m')",
        s=world.files.dossiers(Side.SHOP),
        p=world.files.dossiers(Side.PORTAL),
    )
    assert moved[0][0] > 0


def test_codes_are_unique_but_for_the_rows_sent_twice(world: World) -> None:
    for side in Side:
        ((codes, once),) = ask(
            "SELECT COUNT(DISTINCT dossier_code), COUNT(*) FILTER (source_file <> 'gui-lai.csv') FROM read_parquet($p)",
            p=world.files.dossiers(side),
        )
        assert codes == once < world.truth["rows"][side.value]


def test_the_rows_are_about_as_many_as_wanted_and_so_many_differ_as_wanted(world: World) -> None:
    assert all(abs(rows - 4_000) < 100 for rows in world.truth["rows"].values())
    assert abs(world.truth["differing_rows"] / world.truth["dossiers"] - 0.5) < 0.04


@pytest.mark.parametrize(("rows", "months"), [(2_000, 1), (1_000_000, 3), (10_000_000, 30), (100_000_000, 120)])
def test_months_are_a_provinces_until_there_are_ten_years_of_them(rows: int, months: int) -> None:
    made = list(WorldSize(rows).months())
    assert len(made) == months
    assert sum(number for _, _, number in made) * WorldSize(rows).twins == WorldSize(rows).dossiers
    newest_first = [month for month, _, _ in made]
    assert newest_first == sorted(set(newest_first), reverse=True)


@pytest.mark.parametrize("most_made", [20_000, 2_500])
@pytest.mark.slow
def test_over_years_reconcile_finds_what_was_planted_kind_by_kind(tmp_path: Path, most_made: int) -> None:
    """Ten years of months: codes that have ended only since, procedures that have, rows that moved across every border.

    Also where each dossier stands under eight codes.
    """
    world = write_world(tmp_path / "home", WorldSize(20_000, 30, month_rows=170, most_made=most_made))
    assert len(list(world.files.partition(Side.SHOP).parent.glob("2*.parquet"))) == 120
    for file in world.files.partition(Side.SHOP).parent.glob("*.parquet"):
        keys = ask("SELECT dossier_code, source_file, source_row FROM read_parquet($p)", p=file)
        assert keys == sorted(set(keys))
    run = measure(PEERS["ours"].command(world, Setting(), tmp_path))
    assert run.code == 0, run.stderr
    found = findings("ours", world, tmp_path, run)
    assert found is not None
    assert list(found.differences(planted(world.truth), "ours")) == []
