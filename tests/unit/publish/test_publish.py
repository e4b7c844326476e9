"""The report folder as a whole: complete, the same bytes again, replaced or left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from doisoat.errors import TerminalError
from doisoat.publish import publish_night
from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]
FILES = ["report.html", "report.xlsx", "report.json", "discrepancies.csv", "discrepancies.parquet"]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_night_is_published_as_five_files_and_the_data_docs(publish: Publish) -> None:
    published = publish(factory.busy_night())
    assert list(published.paths) == FILES
    assert all(path.is_file() for path in published.paths.values())
    assert sorted(digests(published.folder)) == sorted([*FILES, "data_docs/index.html", "data_docs/static/style.css"])


def test_the_same_inputs_give_the_same_bytes(publish: Publish) -> None:
    first = digests(publish(factory.large_night(400), "one").folder)
    again = digests(publish(factory.large_night(400), "two").folder)
    assert again == first


def test_publishing_again_replaces_the_folder_whole(publish: Publish) -> None:
    published = publish(factory.busy_night())
    (published.folder / "left-over.txt").write_text("old", encoding="utf-8")
    publish(replace(factory.busy_night(), data_docs=False, discrepancies=()), "home2")
    files = factory.NightFiles().write(published.folder.parents[2])
    publish_night(files, factory.province(), factory.reference())
    assert not (published.folder / "left-over.txt").exists()
    assert "Không có chênh lệch nào" in published.html


@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("runs/H44/2026-09-03/assess/discrepancies.parquet", "assess"),
        ("runs/H44/2026-09-03/recheck/summary.json", "recheck"),
        ("runs/H44/2026-09-03/recheck/pairs.parquet", "recheck"),
        ("runs/H44/2026-09-03/validate/result.json", "validate"),
        ("snapshots/H44/2026-09-03/staged.json", "stage"),
        ("snapshots/H44/2026-09-03/portal/rejections.parquet", "stage"),
    ],
)
@pytest.mark.parametrize("broken", [None, b"", b"PAR1 cut off", b'{"as_of": ', b"\xff\xfe{}", b"[]"])
def test_a_missing_or_broken_file_names_itself_and_the_stage_to_run(
    tmp_path: Path, path: str, stage: str, broken: bytes | None
) -> None:
    files = factory.busy_night().write(tmp_path)
    files.report.mkdir(parents=True)
    (files.report / "report.html").write_text("the night before", encoding="utf-8")
    if broken is None:
        (tmp_path / path).unlink()
    else:
        (tmp_path / path).write_bytes(broken)
    with pytest.raises(TerminalError) as caught:
        publish_night(files, factory.province(), factory.reference())
    assert str(tmp_path / path) in str(caught.value)
    assert f"'doisoat {stage}'" in str(caught.value)
    assert (files.report / "report.html").read_text(encoding="utf-8") == "the night before"
