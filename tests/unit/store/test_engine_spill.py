"""What does not fit into memory goes below the home, also into one where nothing has been spilled yet."""

from __future__ import annotations

from pathlib import Path

from doisoat.store.engine import engine


def test_the_first_query_that_spills_makes_its_folders(tmp_path: Path) -> None:
    spill = tmp_path / "home" / "tmp" / "H44"
    with engine(spill, memory_limit="100MB", threads=1) as connection:
        connection.execute(
            "CREATE TABLE large AS SELECT hash(i) AS a, hash(-i) AS b, hash(i, 1) AS c FROM range(8000000) AS t (i)"
        )
        assert connection.execute("SELECT COUNT(*) FROM large").fetchall() == [(8_000_000,)]
        assert spill.is_dir()
