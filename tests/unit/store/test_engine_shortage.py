"""Too little memory or disk: a sentence that names what is short and what helps."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from doisoat.errors import OutOfSpace
from doisoat.store.engine import engine

MANY = "SELECT range AS number, md5(CAST(range AS VARCHAR)) AS text FROM range(3000000)"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no right to mount a small disk here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_too_little_memory_names_the_setting() -> None:
    with (
        pytest.raises(OutOfSpace, match=r"DOISOAT_MEMORY_LIMIT=20MB is too little"),
        engine(memory_limit="20MB") as connection,
    ):
        connection.execute("SET temp_directory = ''")
        connection.execute(f"CREATE TABLE many AS {MANY}")


def test_a_full_disk_to_spill_to_names_the_folder(small_disk: Path) -> None:
    with (
        pytest.raises(OutOfSpace, match=rf"{small_disk}/spill: no space left to spill to.*now 40MB"),
        engine(small_disk / "spill", memory_limit="40MB") as connection,
    ):
        connection.execute(f"CREATE TABLE many AS {MANY}")


def test_a_full_disk_to_write_to_names_the_file(small_disk: Path) -> None:
    with pytest.raises(OutOfSpace, match=rf"{small_disk}/many\.parquet: no space left"), engine() as connection:
        connection.sql(MANY).write_parquet(str(small_disk / "many.parquet"))


def test_another_trouble_of_reading_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(duckdb.IOException), engine() as connection:
        connection.read_parquet(str(tmp_path / "none.parquet")).fetchall()
