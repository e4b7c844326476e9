"""Same inputs, same bytes (`design.md` rule 6): another home, another format, the same night once more."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from doisoat_simulator.exports import write_exports
from doisoat_simulator.world import build_world
from tests.e2e.fixtures import Ran, run_in
from tests.e2e.nights import DAY, run_night
from tests.e2e.run_files import artefacts, differing, mails
from tests.e2e.simulated import DOSSIERS, SEED, Simulated

COMPARED = ("discrepancies.csv", "discrepancies.parquet", "report.html", "report.json", "report.xlsx")


def test_another_home_gives_the_same_bytes(files_night: Ran, tmp_path: Path) -> None:
    again = run_night(files_night.config, tmp_path / "a home with another and longer name")
    first, second = artefacts(files_night.night.home), artefacts(again.home)
    assert set(COMPARED) < first.keys()
    assert len(mails(again.home)) == again.outcome["mails"] > 50
    assert differing(first, second) == []


@pytest.mark.slow  # `test_killed_nights` compares other homes over HTTP, the hard way
def test_another_home_over_http_gives_the_same_bytes(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    again = run_night(http_night.config, tmp_path / "elsewhere", environment=behaving.environment)
    assert differing(artefacts(http_night.night.home), artefacts(again.home)) == []


def test_no_artefact_names_the_home(files_night: Ran, http_night: Ran) -> None:
    """The report names the folder of the exports (what was read), never where our own files lie."""
    for ran in (files_night, http_night):
        for name, content in artefacts(ran.night.home).items():
            assert str(ran.night.home).encode() not in content, name


def test_the_same_night_again_sends_nothing_and_changes_no_byte(files_night: Ran, tmp_path: Path) -> None:
    """The exports are gone by then, as a live source's state is: a landing is replayed, never read again."""
    home = tmp_path / "var"
    shutil.copytree(files_night.night.home, home)
    config = tmp_path / "phu_tho.yaml"
    shutil.copy(files_night.config, config)  # beside it there are no exports
    sent = {path.name: path.stat().st_ino for path in (home / "outbox" / "new").iterdir()}
    again = run_night(config, home)
    assert again.code == files_night.night.code, again.stderr
    assert differing(artefacts(files_night.night.home), artefacts(home)) == []
    assert {path.name: path.stat().st_ino for path in (home / "outbox" / "new").iterdir()} == sent
    varying: dict[str, object] = {"seconds": {}, "artefacts": {}}
    assert again.outcome | varying == files_night.night.outcome | varying


@pytest.fixture(scope="module")
def mixed_night(files_night: Ran, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The same world as CSV, JSONL, XLSX and Parquet, some of it packed."""
    folder = tmp_path_factory.mktemp("mixed")
    write_exports(build_world(DOSSIERS, SEED, DAY), folder / "exports", formats="mixed")
    config = folder / "phu_tho.yaml"
    shutil.copy(files_night.config, config)
    return run_in(folder, config, {})


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.slow
def test_mixed_formats_give_the_same_discrepancies(files_night: Ran, mixed_night: Ran) -> None:
    as_csv, mixed = (artefacts(ran.night.home)["discrepancies.csv"] for ran in (files_night, mixed_night))
    assert rows(mixed) == rows(as_csv)
    assert mixed == as_csv


@pytest.mark.slow
def test_mixed_formats_give_the_same_mails(files_night: Ran, mixed_night: Ran) -> None:
    assert differing(mails(files_night.night.home), mails(mixed_night.night.home)) == []


def test_the_way_the_data_came_changes_no_discrepancy(files_night: Ran, http_night: Ran, served: Simulated) -> None:
    """Over HTTP only what a look-up made vanish is gone, and `recheck` of it is no column of the list."""
    read, fetched = (ran.night.found() for ran in (files_night, http_night))
    assert read - fetched == served.planted() - served.planted(portal_now=True, shop_now=True)
    assert not fetched - read
    same = set(fetched) & set(read)
    by_key = [
        {
            (row["dossier_code"], row["kind"], row["subtype"]): row
            for row in rows(artefacts(ran.night.home)["discrepancies.csv"])
        }
        for ran in (files_night, http_night)
    ]
    assert [key for key in same if by_key[0][key] != by_key[1][key]] == []
