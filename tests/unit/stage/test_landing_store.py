"""Taking rows out of a landing: all at once, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from doisoat.land import land
from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store import landing as store
from doisoat.store.landing import check_parts, landed_codes, read_manifest, remove_rows
from tests.unit.land.sources import KEY, ListSource, dossier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content: dict[str, list[Any]] = {f"p-{page}": [dossier(10 * page + row) for row in range(3)] for page in range(2)}
    source = ListSource(content, expected_rows=6)
    land(Side.SHOP, KEY, source, tmp_path / "shop", rules=RuleParameters(), digest_key=b"key")
    return tmp_path / "shop"


def parts(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("part-*"))


def test_only_the_parts_concerned_are_written_again(folder: Path) -> None:
    manifest = remove_rows(folder, [("p-0", 2)], digests=["ab"])
    assert parts(folder) == ["part-00000-1.jsonl.zst", "part-00001.jsonl.zst"]
    assert (manifest["landed"], manifest["expected_rows"], manifest["secret_digests"]) == (5, 5, ["ab"])
    assert read_manifest(folder) == manifest
    remove_rows(folder, [("p-0", 1), ("p-1", 3)])
    assert parts(folder) == ["part-00000-2.jsonl.zst", "part-00001-1.jsonl.zst"]
    assert landed_codes(folder) == ["H21.05-260820-0002", "H21.05-260820-0010", "H21.05-260820-0011"]


def test_a_row_that_is_not_there_changes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = remove_rows(folder, [])
    assert manifest["landed"] == 6
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("step", ["before the manifest", "after the manifest"])
def test_a_kill_in_between_leaves_a_whole_landing(folder: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(store, "write_json" if step == "before the manifest" else "check_parts", _killed)
        with pytest.raises(KeyboardInterrupt):
            remove_rows(folder, [("p-0", 2)])
    assert len(parts(folder)) == 3
    check_parts(folder, read_manifest(folder))
    assert len(parts(folder)) == 2
    assert remove_rows(folder, [("p-0", 2)])["landed"] == 5


def _killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt
