"""The portal's dossiers as files: a manifest one can check, and exactly the bytes it describes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
import zstandard

from doisoat_simulator.misbehaviour import Misbehaviour
from doisoat_simulator.servers.portal_export import count_rows
from tests.contract.tiny_world import PERSONAL, TinyWorld, a_row, ten_dossiers

Serve = Callable[..., str]
MANIFEST = "/portal-export/manifest.json"


def manifest_of(address: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(address + MANIFEST, timeout=10).json()
    return found


def test_the_manifest_describes_the_files(ten: str) -> None:
    manifest = manifest_of(ten)
    (entry,) = manifest.pop("files")
    assert manifest == {"extracted_at": "2026-09-04T00:30:00+07:00", "complete": True, "expected_rows": 10}
    body = requests.get(f"{ten}/portal-export/files/{entry['name']}", timeout=10).content
    assert entry == {"name": "ho-so.jsonl", "rows": 10, "sha256": sha256(body).hexdigest()}
    rows = [json.loads(line) for line in body.splitlines()]
    assert [row["MaHoSo"] for row in rows] == [f"H44.100-260824-{number:04d}" for number in range(1, 11)]
    assert (rows[0]["NgayTiepNhan"], rows[0]["ChuHoSo"]) == ("20260824090000", PERSONAL["ChuHoSo"])


def test_the_files_are_written_once_and_stay_the_same(serve: Serve) -> None:
    calls: list[Path] = []

    def write(world: Any, folder: Path) -> None:
        calls.append(folder)
        (folder / "b.csv").write_bytes(b"MaHoSo;TrangThaiHoSo\r\nA-1;4\r\n")
        (folder / "a.csv").write_bytes(b"\xef\xbb\xbfMaHoSo,GhiChu\nA-2,x\n")
        (folder / "_export.json").write_bytes(b"{}")

    address = serve(ten_dossiers(), write_export=write)
    assert calls == []
    first, second = manifest_of(address), manifest_of(address)
    assert first == second
    assert [(entry["name"], entry["rows"]) for entry in first["files"]] == [("a.csv", 1), ("b.csv", 1)]
    assert first["expected_rows"] == 2
    assert len(calls) == 1


def test_what_was_written_goes_away_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from doisoat_simulator.run import background_server
    from doisoat_simulator.servers import create_app

    folders: list[Path] = []

    def write(world: Any, folder: Path) -> None:
        folders.append(folder)

    with background_server(create_app(ten_dossiers(), write_export=write)) as address:
        manifest_of(address)
        assert folders[0].is_dir()
    assert not folders[0].exists()


def test_a_file_that_is_not_named_is_404(ten: str) -> None:
    for name in ("x.csv", "..%2Fho-so.jsonl", "%00", ""):
        assert requests.get(f"{ten}/portal-export/files/{name}", timeout=10).status_code == 404


def test_a_file_that_broke_off_no_longer_has_its_digest(serve: Serve) -> None:
    rule = {"path": "/files/", "kind": "truncated", "times": 1}
    address = serve(ten_dossiers(), misbehaviour=Misbehaviour.from_json([rule]))
    (entry,) = manifest_of(address)["files"]
    bodies = [requests.get(f"{address}/portal-export/files/{entry['name']}", timeout=10).content for _ in range(2)]
    assert [sha256(body).hexdigest() == entry["sha256"] for body in bodies] == [False, True]


def test_an_empty_world_exports_an_empty_file(serve: Serve) -> None:
    manifest = manifest_of(serve(TinyWorld([], [])))
    assert (manifest["expected_rows"], [entry["rows"] for entry in manifest["files"]]) == (0, [0])


def test_a_folder_without_files_is_an_export_of_nothing(serve: Serve) -> None:
    manifest = manifest_of(serve(TinyWorld([], [a_row("x-1", 1)]), write_export=lambda world, folder: None))
    assert (manifest["expected_rows"], manifest["files"]) == (0, [])


CSV = 'MaHoSo;GhiChu\r\nA-1;"hai\r\ndòng; và chấm phẩy"\r\n\r\nA-2;\r\n'.encode()
JSONL = '{"MaHoSo": "A-1"}\n\n["gãy"]\n'.encode()


@pytest.mark.parametrize(
    ("name", "body", "rows"),
    [
        ("x.csv", CSV, 2),
        ("x.csv", b"\xef\xbb\xbf" + CSV, 2),
        ("x.csv.gz", gzip.compress(CSV, mtime=0), 2),
        ("x.csv.zst", zstandard.compress(CSV), 2),
        ("x.csv", b"", 0),
        ("x.csv", b"MaHoSo\n", 0),
        ("x.csv", b"MaHoSo\n\xff\xfe\n", 1),
        ("x.jsonl", JSONL, 2),
        ("ho-so.2026.jsonl.gz", gzip.compress(JSONL, mtime=0), 2),
        ("x.xlsx", b"PK", None),
    ],
)
def test_rows_are_records_not_lines(tmp_path: Path, name: str, body: bytes, rows: int | None) -> None:
    (tmp_path / name).write_bytes(body)
    assert count_rows(tmp_path / name) == rows
