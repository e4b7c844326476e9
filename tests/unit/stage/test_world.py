"""The simulator's world through both stages: what was planted is rejected, nobody's data lands, formats are equal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from doisoat.config import Province
from doisoat.land import FilesSource, land
from doisoat.model import RunKey, Side
from doisoat.stage import stage_night
from doisoat.store.landing import read_part
from doisoat.store.layout import RunFiles
from doisoat.store.reference import load_reference
from doisoat_simulator.exports import write_exports
from doisoat_simulator.world import World, build_world

KEY = RunKey("H44", date(2026, 9, 3))
SECTION = {"kind": "files", "path": "x"}
PROVINCE = Province(province="H44", name="Phú Thọ", shop=SECTION, portal=SECTION)
PEOPLES_WORDS = "SELECT * EXCLUDE (source_file, source_row, status_raw) FROM '{path}' ORDER BY ALL"


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(1_500, 11, KEY.business_date)


def night(world: World, home: Path, formats: Any) -> tuple[RunFiles, dict[str, Any]]:
    write_exports(world, home / "exports", formats=formats)
    files = RunFiles(home, KEY)
    for side in Side:
        source = FilesSource(home / "exports" / side.value)
        land(side, KEY, source, files.landing(side), rules=PROVINCE.rules, digest_key=b"key")
    reference = load_reference(PROVINCE)
    staged = stage_night(files, PROVINCE, reference, digest_key=b"key", spill=home / "tmp", memory_limit="500MB")
    return files, staged


def test_rejections_are_the_planted_ones_and_nothing_is_lost(world: World, tmp_path: Path) -> None:
    _, staged = night(world, tmp_path, "csv")
    for side in Side:
        counts = staged["sides"][side.value]
        assert counts["rejected"] == {rule: n for rule, n in world.expected_rejections[side.value].items() if n}
        assert counts["landed"] == counts["staged"] + sum(counts["rejected"].values())
        assert counts["complete"] is True


def test_nobodys_data_and_no_secret_code_is_in_any_file(world: World, tmp_path: Path) -> None:
    files, _ = night(world, tmp_path, "mixed")
    written = [repr(record) for path in (tmp_path / "landing").rglob("*.zst") for record in read_part(path)]
    written += [repr(duckdb.sql(f"FROM '{path}'").fetchall()) for path in (tmp_path / "snapshots").rglob("*.parquet")]
    written += [path.read_text() for path in tmp_path.rglob("*.json") if "exports" not in path.parts]
    text = "\n".join(written)
    assert len(world.canaries) > 100 and len(world.secret_codes) > 0
    assert len(text) > 1_000_000
    assert [word for word in [*world.canaries, *world.secret_codes] if word in text] == []
    assert files.staged.is_file()


def test_every_format_gives_the_same_snapshots(world: World, tmp_path: Path) -> None:
    nights = [night(world, tmp_path / formats, formats)[0] for formats in ("csv", "mixed")]
    for side in Side:
        plain, mixed = (duckdb.sql(PEOPLES_WORDS.format(path=files.dossiers(side))).fetchall() for files in nights)
        assert len(plain) > 1_000
        assert plain == mixed
