"""A folder into which exports are dropped: markers, uploads, one folder a day, the same file under two names."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from doisoat.config import FilesSource as Section
from doisoat.errors import ConfigError
from doisoat.land import FilesSource
from doisoat.land.connect import open_source
from doisoat.land.exports.drop import Marker
from doisoat.land.source import Closing, Page
from tests.unit.land.sources import at

DONE = Marker("{name}.done")


def drop(folder: Path, **contents: str | bytes) -> Path:
    """Files by name; `__` in a keyword stands for a dot."""
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def codes(*numbers: int) -> str:
    return "MaHoSo\n" + "".join(f"A-{number}\n" for number in numbers)


def read(folder: Path, **more: Any) -> tuple[list[str], Closing]:
    source = FilesSource(folder, **more)
    found = [record["MaHoSo"] for page in source.pages(frozenset()) for record in page.records if record]
    return found, source.closing()


def test_only_files_with_a_marker_are_read_and_the_others_are_named(tmp_path: Path) -> None:
    drop(tmp_path, a__csv=codes(1), a__csv__done="", b__csv=codes(2))
    found, closing = read(tmp_path, marker=DONE)
    assert found == ["A-1"]
    assert not closing.complete
    assert closing.reasons == ("Tệp b.csv chưa có dấu đã ghi xong nên không đọc; nếu là tệp bỏ lại, xoá nó đi",)


def test_a_file_without_a_marker_may_wait_for_tomorrow(tmp_path: Path) -> None:
    drop(tmp_path, a__csv=codes(1), a__csv__done="", b__csv=codes(2), c__csv__part="x")
    found, closing = read(tmp_path, marker=Marker("{name}.done", waits=True))
    assert (found, closing.complete) == (["A-1"], True)
    assert closing.notes == (
        "Tệp c.csv.part còn đang được ghi, để lại đêm sau",
        "Tệp b.csv chưa có dấu đã ghi xong, để lại đêm sau",
    )


def test_a_side_of_which_everything_waits_is_not_an_empty_side(tmp_path: Path) -> None:
    found, closing = read(drop(tmp_path, a__csv=codes(1)), marker=Marker("{name}.done", waits=True))
    assert (found, closing.complete, closing.notes) == ([], False, ())
    assert closing.reasons == ("Tệp a.csv chưa có dấu đã ghi xong, để lại đêm sau",)


@pytest.mark.parametrize("pattern", ["{name}.done", "{stem}.ok", "xong_{name}", "{stem}"])
def test_markers_of_many_forms_are_no_strangers(tmp_path: Path, pattern: str) -> None:
    marker = Marker(pattern)
    (drop(tmp_path, a__csv=codes(1)) / marker.of("a.csv")).write_bytes(b"")
    assert read(tmp_path, marker=marker) == (["A-1"], Closing(None, True))


@pytest.mark.parametrize("name", ["_SUCCESS", ".ready", "xong.txt"])
def test_one_marker_for_the_whole_folder(tmp_path: Path, name: str) -> None:
    drop(tmp_path, a__csv=codes(1))
    found, closing = read(tmp_path, marker=Marker(name, waits=True))
    assert (found, closing.complete) == ([], False)
    assert closing.reasons == (f"Thư mục chưa có {name}: bên xuất chưa ghi xong",)
    (tmp_path / name).write_bytes(b"")
    assert read(tmp_path, marker=Marker(name)) == (["A-1"], Closing(None, True))


def test_a_marker_whose_file_has_gone_is_a_file_that_is_missing(tmp_path: Path) -> None:
    drop(tmp_path, a__csv=codes(1), a__csv__done="", b__csv__done="")
    assert read(tmp_path, marker=DONE)[1].reasons == ("Có dấu b.csv.done nhưng không có tệp",)


@pytest.mark.parametrize("suffix", ["tmp", "part", "filepart", "partial", "crdownload", "FILEPART"])
def test_what_is_being_uploaded_is_never_read(tmp_path: Path, suffix: str) -> None:
    drop(tmp_path, a__csv=codes(1))
    (tmp_path / f"b.csv.{suffix}").write_text(codes(2))
    found, closing = read(tmp_path)
    assert (found, closing.complete) == (["A-1"], False)
    assert closing.reasons[0].startswith(f"Tệp b.csv.{suffix} còn đang được ghi")


def test_a_file_that_changes_while_it_is_read_is_incomplete(tmp_path: Path) -> None:
    drop(tmp_path, a__csv=codes(*range(10_001)), b__csv=codes(2))
    source = FilesSource(tmp_path)
    pages: Iterator[Page] = source.pages(frozenset())
    next(pages)
    with (tmp_path / "a.csv").open("a") as file:
        file.write("A-99999\n")
    rest = list(pages)
    assert [(page.file, page.whole) for page in rest] == [("a.csv", False), ("b.csv", True)]
    assert source.closing().reasons == ("Tệp a.csv bị thay đổi trong lúc đang đọc; chạy lại khi bên xuất đã ghi xong",)


def test_a_file_that_goes_away_before_it_is_read_is_incomplete(tmp_path: Path) -> None:
    drop(tmp_path, a__csv=codes(*range(10_001)), b__csv=codes(2), c__xlsx=b"x", d__parquet=b"x")
    source = FilesSource(tmp_path)
    pages = source.pages(frozenset())
    next(pages)
    for name in ("b.csv", "c.xlsx", "d.parquet"):
        (tmp_path / name).unlink()
    assert [page.file for page in pages] == ["a.csv"]
    assert [reason.split(":")[0] for reason in source.closing().reasons] == ["Tệp b.csv", "Tệp c.xlsx", "Tệp d.parquet"]


def test_one_folder_a_day(tmp_path: Path) -> None:
    for pattern, name in (("{business_date}", "2026-09-03"), ("{business_date:%Y/%m/%d}", "2026/09/03")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        drop(folder, a__csv=codes(1))
        section = Section(kind="files", path=tmp_path / pattern)
        source = open_source(section, clock=lambda: at(1), days={"business_date": date(2026, 9, 3)})
        assert len(list(source.pages(frozenset()))) == 1
    other = open_source(section, clock=lambda: at(1), days={"business_date": date(2026, 9, 4)})
    with pytest.raises(ConfigError, match=r"2026/09/04: no such folder"):
        list(other.pages(frozenset()))
    yesterday = open_source(section, clock=lambda: at(1))
    assert yesterday.address.endswith("2026/09/02")


@pytest.mark.parametrize("wrong", [{"path": "a/{day}"}, {"path": "a/{0}"}, {"path": "a/{"}])
def test_a_path_with_other_braces_is_a_mistake(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="only {business_date} may stand in braces"):
        Section(kind="files", **wrong)


@pytest.mark.parametrize("marker", ["", "{name}", "../{name}.done", "{ten}.done", "a\\{name}"])
def test_a_marker_that_cannot_be_one_is_a_mistake(marker: str) -> None:
    with pytest.raises(ValueError, match="braces|file name like"):
        Section(kind="files", path=Path("x"), done_marker=marker)


# --- the same file twice ---------------------------------------------------------------------------------------


def test_the_same_content_is_read_once_whatever_its_name_and_pack(tmp_path: Path) -> None:
    body = codes(1, 2).encode()
    drop(tmp_path, a__csv=body, b__csv=body, c__csv__gz=gzip.compress(body), d__csv__zst=zstandard.compress(body))
    drop(tmp_path, e__csv=codes(1, 3))
    found, closing = read(tmp_path)
    assert found == ["A-1", "A-2", "A-1", "A-3"]
    assert closing.complete
    assert closing.copies == {"b.csv": "a.csv", "c.csv.gz": "a.csv", "d.csv.zst": "a.csv"}
    assert closing.notes[0] == "Tệp b.csv có cùng nội dung với a.csv, chỉ đọc một lần"


def test_the_same_bytes_in_another_format_are_another_file(tmp_path: Path) -> None:
    drop(tmp_path, a__csv='MaHoSo\n"A-1"\n', b__jsonl='{"MaHoSo": "A-1"}\n', c__jsonl='MaHoSo\n"A-1"\n')
    assert read(tmp_path)[1].copies == {}


@pytest.mark.parametrize("expected", [2, 4])
def test_the_exporter_may_have_counted_the_copy_or_not(tmp_path: Path, expected: int) -> None:
    drop(tmp_path, a__csv=codes(1, 2), b__csv=codes(1, 2), _export__json=json.dumps({"expected_rows": expected}))
    assert read(tmp_path)[1].complete
    drop(tmp_path, _export__json=json.dumps({"expected_rows": 5}))
    assert read(tmp_path)[1].reasons == ("Bản xuất thiếu 1 dòng so với số đã báo",)


def test_a_broken_pack_is_nobodys_copy(tmp_path: Path) -> None:
    broken = gzip.compress(codes(*range(500)).encode())[:-9]
    drop(tmp_path, a__csv__gz=broken, b__csv__gz=broken)
    closing = read(tmp_path)[1]
    assert closing.copies == {}
    assert len(closing.reasons) == 2


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["x", "y", "z"]), min_size=1))
def test_each_content_is_read_exactly_once(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]) -> None:
    folder = tmp_path_factory.mktemp("drop")
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(f"MaHoSo\n{content}-1\n")
    found, closing = read(folder)
    assert sorted(found) == sorted({f"{content}-1" for content in files.values()})
    assert len(found) + len(closing.copies) == len(files)
