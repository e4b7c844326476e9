"""What a snapshot tells of its partitions: rows, and a fingerprint of what they say."""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb
import pytest

from doisoat.store.engine import run_query
from doisoat.store.layout import link_file
from doisoat.store.partitions import describe_partitions, read_partitions, told_fingerprints
from tests.sql.reconciliation.snapshots import dossier_table

ROWS = [{"code": f"H21.05-260824-{number:04d}", "status": 4 + number % 7} for number in range(300)]


def staged(folder: Path, rows: list[dict[str, object]], month: str = "2026-08", first_row: int = 1) -> Path:
    """A partition as `stage` writes it, of records read in this order."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.register("given", dossier_table(rows))
        connection.execute(
            f"CREATE TABLE month_rows AS SELECT * REPLACE ('page' AS source_file, ROW_NUMBER() OVER () + {first_row} "
            "AS source_row) FROM given"
        )
        run_query(connection, "staging/write_month", {"path": str(folder / f"{month}.parquet")})
    return folder / f"{month}.parquet"


def fingerprint_of(path: Path) -> str:
    return told_fingerprints([path])[path]


def test_the_order_of_the_landing_does_not_matter(tmp_path: Path) -> None:
    shuffled = Random(3).sample(ROWS, len(ROWS))
    told = []
    for name, rows, first_row in (("a", ROWS, 1), ("b", shuffled, 5_000)):
        path = staged(tmp_path / name / "dossiers", rows, first_row=first_row)
        describe_partitions(path.parent)
        told.append(read_partitions(path.parent))
    assert told[0] == told[1]
    assert told[0]["2026-08"]["rows"] == 300


@pytest.mark.parametrize(
    "other",
    [
        [{**ROWS[0], "status": 9}, *ROWS[1:]],
        [{**ROWS[0], "channel": 3}, *ROWS[1:]],
        ROWS[1:],
        [*ROWS, ROWS[0]],
        [*ROWS[1:], {"code": "H21.05-260824-9999", "status": ROWS[0]["status"]}],
    ],
)
def test_other_rows_have_another_fingerprint(tmp_path: Path, other: list[dict[str, object]]) -> None:
    prints = set()
    for name, rows in (("a", ROWS), ("b", other)):
        path = staged(tmp_path / name / "dossiers", rows)
        describe_partitions(path.parent)
        prints.add(fingerprint_of(path))
    assert len(prints) == 2
    assert "" not in prints


def test_an_unchanged_partition_is_told_of_as_its_base_did(tmp_path: Path) -> None:
    base, folder = tmp_path / "base" / "dossiers", tmp_path / "night" / "dossiers"
    path = staged(base, ROWS)
    describe_partitions(base)
    folder.mkdir(parents=True)
    link_file(path, folder / path.name)
    staged(folder, ROWS[:5], "2026-09")
    describe_partitions(folder, {"2026-08"}, base)
    told = read_partitions(folder)
    assert told["2026-08"] == read_partitions(base)["2026-08"]
    assert told["2026-09"]["rows"] == 5
    alone = tmp_path / "alone" / "dossiers"
    alone.mkdir(parents=True)
    link_file(path, alone / path.name)
    describe_partitions(alone, {"2026-08"}, tmp_path / "nowhere" / "dossiers")  # the base tells nothing
    assert read_partitions(alone)["2026-08"] == told["2026-08"]


def test_a_link_is_what_it_points_at(tmp_path: Path) -> None:
    path = staged(tmp_path / "night" / "dossiers", ROWS)
    describe_partitions(path.parent)
    link = tmp_path / "link.parquet"
    link.symlink_to(path)
    assert fingerprint_of(link) == fingerprint_of(path) != ""


@pytest.mark.parametrize(
    "told", ["", "[]", "{", '{"2026-08": 7}', '{"2026-08": {"rows": 3}}', '{"2026-08": {"fingerprint": 7}}']
)
def test_where_nothing_is_told_nothing_is_known(tmp_path: Path, told: str) -> None:
    path = staged(tmp_path / "night" / "dossiers", ROWS[:3])
    assert fingerprint_of(path) == ""
    (path.parent.parent / "partitions.json").write_text(told, encoding="utf-8")
    assert fingerprint_of(path) == ""
