"""Export folders: complete, readable, and the same bytes every time."""

import csv
import io
import json
from pathlib import Path

import pytest

from doisoat_simulator.exports import write_exports


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("formats", "files"), [("csv", 12), ("mixed", 20), ("officers", 8)])
def test_same_world_same_bytes(world, tmp_path, formats, files):
    for name in ("a", "b"):
        write_exports(world, tmp_path / name, formats=formats)
    first = contents(tmp_path / "a")
    assert first == contents(tmp_path / "b")
    assert len(first) == files


def read(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    head = text.split("\r\n", 1)[0]
    separator = max(",;\t", key=head.count)
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]


def test_every_row_is_in_some_file(world, tmp_path):
    write_exports(world, tmp_path)
    for side, rows in (("shop", world.shop_rows), ("portal", world.portal_rows)):
        codes, broken = [], 0
        for path in sorted((tmp_path / side).glob("*.csv")):
            header, *lines = read(path)
            assert header[0].strip().casefold() == "mahoso"
            codes += [line[0] for line in lines if len(line) == len(header)]
            broken += sum(len(line) != len(header) for line in lines)
        assert len(codes) == len(rows)
        assert {str(row["MaHoSo"]) for row in rows if row["MaHoSo"]} <= set(codes)
        assert broken == world.expected_rejections[side].get("row_shape", 0)
        manifest = json.loads((tmp_path / side / "_export.json").read_text())
        assert manifest == {
            "extracted_at": "2026-09-03T23:59:59+07:00",
            "complete": True,
            "expected_rows": len(rows) + broken,
        }


def test_truth_goes_along(world, tmp_path):
    write_exports(world, tmp_path)
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == len(world.truth)
    assert list(rows[0]) == ["dossier_code", "kind", "subtype", "plant", "in_flight"]
    summary = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert summary["expected_rejections"] == world.expected_rejections
    assert set(summary["secret_codes"]) == world.secret_codes
    assert summary["canaries"]


def test_the_habits_of_real_exports_are_there(world, tmp_path):
    write_exports(world, tmp_path)
    raw = [path.read_bytes() for path in sorted((tmp_path / "shop").glob("*.csv"))]
    assert any(body.startswith(b"\xef\xbb\xbf") for body in raw)
    assert any("bản gốc".encode() in body and b'"Ghi nh' in body for body in raw)
    assert {max(b",;\t", key=body.split(b"\r\n")[0].count) for body in raw} == {44, 59, 9}
