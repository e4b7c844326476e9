"""A downloaded export: checked against its manifest, read in memory, resumable file by file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import FilesSource
from doisoat.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.calls.client import HttpClient
from doisoat.land.exports.files import ROWS_A_PAGE
from doisoat.land.portal.download import DownloadSource
from doisoat.land.source import Page
from doisoat.model import VIETNAM

from .conftest import QUICK

NOW = datetime(2026, 9, 4, 1, 0, tzinfo=VIETNAM)
HEADER = "MaHoSo,TrangThaiHoSo,NgayTiepNhan,ChuHoSo\n"


def csv(*numbers: int) -> bytes:
    rows = (f"H44.05-260820-{number:04d},4,20/08/2026 08:00,Nguyễn Văn {number}\n" for number in numbers)
    return (HEADER + "".join(rows)).encode()


class Export:
    """A small export server; `spoil` may give another answer for a file."""

    def __init__(self, files: dict[str, bytes]):
        self.files = files
        self.changes: dict[str, Any] = {}
        self.asked: list[str] = []
        self.spoil: Callable[[str], Response | None] = lambda name: None

    def manifest(self, request: Request) -> Response:
        listed = [
            {"name": name, "rows": self.rows(name), "sha256": sha256(content).hexdigest()}
            for name, content in self.files.items()
        ]
        whole = {
            "extracted_at": "2026-09-04T00:10:00+07:00",
            "complete": True,
            "expected_rows": sum(self.rows(name) for name in self.files),
            "files": listed,
        }
        return Response(json.dumps(whole | self.changes))

    def rows(self, name: str) -> int:
        content = self.files[name]
        return (gzip.decompress(content) if name.endswith(".gz") else content).count(b"\n") - (".csv" in name)

    def file(self, request: Request) -> Response:
        name = request.path.removeprefix("/export/files/")
        self.asked.append(name)
        return self.spoil(name) or Response(self.files[name])


@pytest.fixture
def export(server: HTTPServer) -> Export:
    import re

    running = Export({"b.csv": csv(3, 4), "a.csv.gz": gzip.compress(csv(1, 2))})
    server.expect_request("/export/manifest.json").respond_with_handler(running.manifest)
    server.expect_request(re.compile("/export/files/.*")).respond_with_handler(running.file)
    return running


def open_download(server: HTTPServer, columns: dict[str, str] | None = None) -> DownloadSource:
    return DownloadSource(HttpClient(server.url_for("/export"), QUICK), columns or {}, clock=lambda: NOW)


def codes(pages: list[Page]) -> list[int]:
    return [int(str(record["MaHoSo"])[-4:]) for page in pages for record in page.records if record is not None]


def test_every_file_is_read_in_name_order(server: HTTPServer, export: Export) -> None:
    source = open_download(server)
    pages = list(source.pages(frozenset()))
    assert codes(pages) == [1, 2, 3, 4]
    assert [page.file for page in pages] == ["a.csv.gz", "b.csv"]
    assert pages[0].records[0] == {
        "MaHoSo": "H44.05-260820-0001",
        "TrangThaiHoSo": "4",
        "NgayTiepNhan": "20/08/2026 08:00",
    }
    assert "ChuHoSo" in pages[0].columns
    closing = source.closing()
    assert (closing.complete, closing.reasons, closing.expected_rows) == (True, (), 4)
    assert closing.extracted_at == datetime(2026, 9, 4, 0, 10, tzinfo=VIETNAM)


def test_a_file_announced_twice_is_fetched_once(server: HTTPServer, export: Export) -> None:
    export.files = {"b.csv": csv(3, 4), "a.csv": csv(3, 4), "c.csv": csv(5)}
    source = open_download(server)
    assert codes(list(source.pages(frozenset()))) == [3, 4, 5]
    assert export.asked == ["a.csv", "c.csv"]
    closing = source.closing()
    assert (closing.complete, closing.copies) == (True, {"b.csv": "a.csv"})
    assert closing.notes == ("Tệp b.csv có cùng nội dung với a.csv, chỉ đọc một lần",)


def test_names_of_columns_may_be_theirs(server: HTTPServer, export: Export) -> None:
    export.files = {"a.jsonl": b'{"so_ho_so": "H44.05-260820-0007", "TrangThaiHoSo": 4}\n'}
    assert codes(list(open_download(server, {"MaHoSo": "so_ho_so"}).pages(frozenset()))) == [7]


def test_nothing_of_it_touches_the_disk(
    server: HTTPServer, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", None)
    assert len(list(open_download(server).pages(frozenset()))) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_server_clock_stands_in_for_an_export_without_an_instant(server: HTTPServer, export: Export) -> None:
    export.changes = {"extracted_at": None}
    source = open_download(server)
    list(source.pages(frozenset()))
    extracted_at = source.closing().extracted_at
    assert extracted_at is not None
    assert extracted_at != NOW  # the test server sends its own time


@pytest.mark.parametrize("damaged", [csv(3), csv(3, 4)[:-5], b"", b"<html>"])
def test_a_file_that_came_damaged_is_asked_again(server: HTTPServer, export: Export, damaged: bytes) -> None:
    left = [Response(damaged), Response(damaged)]
    export.spoil = lambda name: left.pop() if left and name == "b.csv" else None
    source = open_download(server)
    assert codes(list(source.pages(frozenset()))) == [1, 2, 3, 4]
    assert source.closing().complete


@pytest.mark.parametrize("answer", [Response("x", 503), Response("x", 404), Response(csv(9))])
def test_a_file_that_stays_away_makes_it_incomplete(server: HTTPServer, export: Export, answer: Response) -> None:
    export.spoil = lambda name: answer if name == "a.csv.gz" else None
    source = open_download(server)
    assert codes(list(source.pages(frozenset()))) == [3, 4]
    assert source.closing().reasons == ("Tệp a.csv.gz không tải được nguyên vẹn",)
    assert not source.closing().complete


def test_without_a_single_file_it_is_unavailable(server: HTTPServer, export: Export) -> None:
    export.spoil = lambda name: Response("x", 503)
    with pytest.raises(SourceUnavailable):
        list(open_download(server).pages(frozenset()))


def test_without_a_manifest_it_is_refused(server: HTTPServer) -> None:
    server.expect_request("/export/manifest.json").respond_with_data("", status=404)
    with pytest.raises(SourceRefused, match="check the address"):
        list(open_download(server).pages(frozenset()))


INCOMPLETE = {
    "says so": ({"complete": False}, "Bản xuất tự ghi là chưa đầy đủ"),
    "fewer rows": ({"expected_rows": 11}, "Bản xuất thiếu 7 dòng so với số đã báo"),
}


@pytest.mark.parametrize(("changes", "reason"), INCOMPLETE.values(), ids=INCOMPLETE.keys())
def test_an_export_that_is_not_whole(server: HTTPServer, export: Export, changes: dict[str, Any], reason: str) -> None:
    export.changes = changes
    source = open_download(server)
    assert codes(list(source.pages(frozenset()))) == [1, 2, 3, 4]
    assert (source.closing().complete, source.closing().reasons) == (False, (reason,))


def test_a_file_with_fewer_rows_than_announced(server: HTTPServer, export: Export) -> None:
    content = csv(1)
    listed = {"name": "a.csv", "rows": 3, "sha256": sha256(content).hexdigest()}
    export.files = {"a.csv": content}
    export.changes = {"files": [listed], "expected_rows": 3}
    source = open_download(server)
    pages = list(source.pages(frozenset()))
    assert source.closing().reasons == ("Tệp a.csv thiếu 2 dòng so với số đã báo",)
    again = open_download(server)
    assert list(again.pages(frozenset(page.name for page in pages))) == []
    assert not again.closing().complete  # a resumed reading does not forget it


def test_a_file_in_another_encoding(server: HTTPServer, export: Export) -> None:
    export.files["a.csv"] = csv(8).decode().encode("utf-16")
    export.changes = {"expected_rows": None}
    source = open_download(server)
    assert codes(list(source.pages(frozenset()))) == [1, 2, 3, 4]
    assert not source.closing().complete


BROKEN = {
    "no object": ([], "the manifest"),
    "no files": ({"complete": True}, "files"),
    "files no list": ({"files": {}}, "files"),
    "a path": ({"files": [{"name": "../a.csv", "rows": 1, "sha256": "0" * 64}]}, "files.name"),
    "only dots": ({"files": [{"name": "..", "rows": 1, "sha256": "0" * 64}]}, "files.name"),
    "no name": ({"files": [{}]}, "files.name"),
    "rows a text": ({"files": [{"name": "a.csv", "rows": "1", "sha256": "0" * 64}]}, "files.rows"),
    "no digest": ({"files": [{"name": "a.csv", "rows": 1, "sha256": None}]}, "files.sha256"),
    "twice": ({"files": [{"name": "a.csv", "rows": 1, "sha256": "0" * 64}] * 2}, "files"),
    "complete a text": ({"files": [], "complete": "yes"}, "complete"),
    "expected a text": ({"files": [], "expected_rows": "4"}, "expected_rows"),
    "no instant": ({"files": [], "extracted_at": "hôm qua"}, "extracted_at"),
}


@pytest.mark.parametrize(("manifest", "field"), BROKEN.values(), ids=BROKEN.keys())
def test_another_shape_names_the_field(server: HTTPServer, manifest: Any, field: str) -> None:
    server.expect_request("/export/manifest.json").respond_with_json(manifest)
    with pytest.raises(SourceContractBroken, match=f"'{field}' "):
        list(open_download(server).pages(frozenset()))


# --- killed and resumed -----------------------------------------------------------------------------


def test_a_landed_file_is_not_asked_again(server: HTTPServer, export: Export) -> None:
    first = next(open_download(server).pages(frozenset()))
    export.asked.clear()
    source = open_download(server)
    pages = list(source.pages(frozenset({first.name})))
    assert (codes([first]), codes(pages)) == ([1, 2], [3, 4])
    assert export.asked == ["b.csv"]
    assert source.closing().complete


def test_a_file_landed_in_part_goes_on_where_it_stopped(server: HTTPServer, export: Export) -> None:
    export.files = {"a.csv": csv(*range(1, ROWS_A_PAGE + 6))}
    pages = list(open_download(server).pages(frozenset()))
    assert [(len(page.records), page.first_row) for page in pages] == [(ROWS_A_PAGE, 1), (5, ROWS_A_PAGE + 1)]
    rest = list(open_download(server).pages(frozenset({pages[0].name})))
    assert rest == pages[1:]


def test_an_export_replaced_meanwhile_is_not_mixed_silently(server: HTTPServer, export: Export) -> None:
    first = next(open_download(server).pages(frozenset()))
    export.files["a.csv.gz"] = gzip.compress(csv(1, 2, 5))
    source = open_download(server)
    assert codes(list(source.pages(frozenset({first.name})))) == [1, 2, 5, 3, 4]
    assert source.closing().reasons == ("Bản xuất đã được thay bằng bản khác giữa hai lần đọc",)


def test_the_sections_of_a_province_file(server: HTTPServer, export: Export, tmp_path: Path) -> None:
    from doisoat.land.connect import open_source

    source = open_source(FilesSource(kind="files", url=server.url_for("/export/")), clock=lambda: NOW)
    assert (source.kind, source.address) == ("download", server.url_for("/export"))
    assert codes(list(source.pages(frozenset()))) == [1, 2, 3, 4]
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.csv").write_bytes(csv(6))
    files = FilesSource(kind="files", path=Path("exports"))
    local = open_source(files, clock=lambda: NOW, resolve=lambda path: tmp_path / path)
    assert codes(list(local.pages(frozenset()))) == [6]
