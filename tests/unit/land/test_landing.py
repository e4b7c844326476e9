"""A landing grows page by page, survives a kill, and is never read twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doisoat.errors import ConfigError, IncompleteLanding, SourceUnavailable
from doisoat.land import FilesSource, land
from doisoat.land.fields import ALLOWED
from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.landing import read_part
from doisoat.store.layout import read_json, write_json
from tests.unit.land.sources import COLUMNS, KEY, REQUIRED, ListSource, at, dossier

RULES = RuleParameters()


def land_shop(source: Any, folder: Path, **more: Any) -> dict[str, Any]:
    return land(Side.SHOP, KEY, source, folder, rules=more.pop("rules", RULES), digest_key=b"key", **more)


def records(folder: Path) -> list[dict[str, Any]]:
    return [
        record for part in read_json(folder / "manifest.json")["parts"] for record in read_part(folder / part["file"])
    ]


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_landing_says_what_it_is(tmp_path: Path) -> None:
    source = ListSource(
        {"page-0": [dossier(1), None, dossier(2, DoMat="1")], "page-1": [dossier(3, TrangThaiHoSo="a@b.vn")]},
        columns=COLUMNS | {"ChuHoSo", "0912345678"},
        extracted_at=at(22),
        expected_rows=4,
    )
    seen: list[int] = []
    manifest = land_shop(source, tmp_path / "shop", progress=lambda done, _: seen.append(done), late=True)
    parts = manifest.pop("parts")
    digests = manifest.pop("secret_digests")
    assert manifest == {
        "side": "shop",
        "kind": "igate",
        "source": "http://127.0.0.1/igate",
        "extracted_at": "2026-09-03T22:00:00+07:00",
        "complete": True,
        "incomplete_reasons": [],
        "notes": [],
        "duplicate_files": [],
        "expected_rows": 3,  # the secret row is in no figure
        "landed": 3,
        "whole_pages": 2,
        "has_secrecy_mark": True,
        "columns": sorted(COLUMNS),
        "absent_columns": sorted(ALLOWED - COLUMNS),
        "dropped_columns": ["ChuHoSo", "cột 1"],
        "pages": ["page-0", "page-1"],
        "watermark": None,
        "late": True,
    }
    assert [(part["file"], part["rows"]) for part in parts] == [
        ("part-00000.jsonl.zst", 2),
        ("part-00001.jsonl.zst", 1),
    ]
    assert [len(digest) for digest in digests] == [64]
    assert seen == [2, 3]
    assert records(tmp_path / "shop") == [
        dossier(1) | {"_file": "page-0", "_row": 1, "has_result": False},
        {"_file": "page-0", "_row": 2, "_shape": True},
        {key: value for key, value in dossier(3).items() if key != "TrangThaiHoSo"}
        | {"_file": "page-1", "_row": 1, "has_result": False, "_bounded": ["TrangThaiHoSo"]},
    ]
    assert sorted(files_below(tmp_path)) == [
        "shop/manifest.json",
        "shop/part-00000.jsonl.zst",
        "shop/part-00001.jsonl.zst",
    ]


def test_a_stored_landing_is_replayed(tmp_path: Path) -> None:
    first = land_shop(ListSource({"page-0": [dossier(1)]}), tmp_path / "shop")
    before = files_below(tmp_path)
    again = ListSource({"page-0": [dossier(2)]})
    assert land_shop(again, tmp_path / "shop") == first
    assert again.asked == []
    assert files_below(tmp_path) == before


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        land_shop(
            ListSource({f"page-{page}": [dossier(page * 9 + row) for row in range(9)] for page in range(3)}),
            tmp_path / name / "shop",
        )
    assert files_below(tmp_path / "a") == files_below(tmp_path / "b")


def test_after_an_outage_only_the_missing_pages_are_asked_for(tmp_path: Path) -> None:
    content = {f"page-{number}": [dossier(number)] for number in range(4)}
    down = ListSource(content, breaks_at="page-2", raises=SourceUnavailable("down"))
    with pytest.raises(SourceUnavailable):
        land_shop(down, tmp_path / "shop")
    assert not (tmp_path / "shop").exists()
    up = ListSource(content)
    land_shop(up, tmp_path / "shop")
    assert (down.asked, up.asked) == (["page-0", "page-1"], ["page-2", "page-3"])
    whole = tmp_path / "whole"
    land_shop(ListSource(content), whole / "shop")
    assert files_below(whole / "shop") == files_below(tmp_path / "shop")


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.land.sources import ListSource, dossier
from tests.unit.land.test_landing import CONTENT, land_shop
folder, calls = Path(sys.argv[1]), int(sys.argv[2])
names = iter(range(calls))
def audit(event, arguments):
    if event == "os.rename" and next(names, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(audit)
land_shop(ListSource(CONTENT), folder)
"""
CONTENT = {f"page-{number}": [dossier(number), dossier(number + 50, DoMat="1")] for number in range(3)}


@pytest.mark.parametrize("renames", range(9))
def test_a_kill_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, renames: int) -> None:
    """Three pages rename a part and a receipt each, then the manifest, then the folder: killed before each of them."""
    root = Path(__file__).resolve().parents[3]
    environment = os.environ | {"PYTHONPATH": f"{root / 'plugins'}{os.pathsep}{root}"}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "shop"), str(renames)], env=environment)
    assert killed.returncode == (-signal.SIGKILL if renames < 8 else 0)
    rest = ListSource(CONTENT)
    land_shop(rest, tmp_path / "shop")
    assert len(rest.asked) == max(3 - renames // 2, 0)
    whole = tmp_path / "whole"
    land_shop(ListSource(CONTENT), whole / "shop")
    assert files_below(tmp_path / "shop") == files_below(whole / "shop")
    assert not (tmp_path / ".shop.partial").exists()


def test_receipts_hold_nothing_of_the_records(tmp_path: Path) -> None:
    columns = COLUMNS | {"Nguyễn Văn A 0912345678", "ChuHoSo"}
    secret = dossier(7, DoMat="1", ChuHoSo="Nguyễn Văn A")
    down = ListSource(
        {"p-0": [dossier(1), secret], "p-1": []}, columns=columns, breaks_at="p-1", raises=SourceUnavailable("down")
    )
    with pytest.raises(SourceUnavailable):
        land_shop(down, tmp_path / "shop")
    written = b"".join(path.read_bytes() for path in (tmp_path / ".shop.partial").glob("receipt-*"))
    assert b"ChuHoSo" in written
    assert not [text for text in ("Nguyễn", "0912345678", "260820-0001", "260820-0007") if text.encode() in written]


def test_what_broke_off_goes_on_in_part_if_a_page_was_read(tmp_path: Path) -> None:
    content = {"page-0": [dossier(1)], "page-1": [dossier(2)]}
    manifest = land_shop(ListSource(content, breaks_at="page-1", expected_rows=2), tmp_path / "shop")
    assert (manifest["complete"], manifest["incomplete_reasons"], manifest["landed"], manifest["expected_rows"]) == (
        False,
        ["Nguồn ngắt giữa chừng"],
        1,
        2,
    )


@pytest.mark.parametrize(
    ("breaks_at", "rules", "message"),
    [
        ("page-0", RULES, "not one page or file"),
        ("page-1", RuleParameters(allow_partial=False), "allow_partial is off"),
    ],
)
def test_otherwise_nothing_follows_and_the_pages_wait_for_the_next_attempt(
    tmp_path: Path, breaks_at: str, rules: RuleParameters, message: str
) -> None:
    content = {"page-0": [dossier(1)], "page-1": [dossier(2)]}
    with pytest.raises(IncompleteLanding, match=message) as raised:
        land_shop(ListSource(content, breaks_at=breaks_at), tmp_path / "shop", rules=rules)
    assert raised.value.exit_code == 4
    assert not (tmp_path / "shop").exists()
    assert land_shop(ListSource(content), tmp_path / "shop", rules=rules)["landed"] == 2


@pytest.mark.parametrize("column", REQUIRED)
def test_a_required_column_that_is_absent_is_a_mistake(tmp_path: Path, column: str) -> None:
    with pytest.raises(ConfigError, match=f"no column {column}") as raised:
        land_shop(ListSource({"page-0": [dossier(1)]}, columns=COLUMNS - {column}), tmp_path / "shop")
    assert raised.value.exit_code == 2


def test_of_the_portal_less_is_required(tmp_path: Path) -> None:
    columns = frozenset({"MaHoSo", "TrangThaiHoSo", "NgayTiepNhan"})
    source = ListSource({"page-0": [dossier(1)]}, columns=columns)
    manifest = land(Side.PORTAL, KEY, source, tmp_path / "portal", rules=RULES, digest_key=b"key")
    assert manifest["absent_columns"] == sorted(ALLOWED - columns)
    assert manifest["has_secrecy_mark"] is False


def export(folder: Path, name: str, columns: list[str], *rows: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(",".join(row) for row in [columns, *rows]), encoding="utf-8")


def test_a_column_one_file_lacks_counts_as_absent_and_a_required_one_names_the_file(tmp_path: Path) -> None:
    row = ["A-1", "4", "1.001612", "H21.05", "20260820", "", ""]
    export(tmp_path / "x", "a.csv", [*REQUIRED, "KenhThucHien"], [*row, "2"])
    export(tmp_path / "x", "b.csv", [*REQUIRED], row)
    export(tmp_path / "x", "c.csv", ["ma"])  # without a row a file says nothing about columns
    manifest = land_shop(FilesSource(tmp_path / "x"), tmp_path / "shop")
    assert "KenhThucHien" in manifest["absent_columns"]
    assert manifest["landed"] == 2
    export(tmp_path / "x", "d.csv", ["MaHoSo", "TrangThaiHoSo"], ["A-1", "4"])
    with pytest.raises(ConfigError, match=r"x/d\.csv: no column MaCoQuan, MaTTHC, NgayHenTra"):
        land_shop(FilesSource(tmp_path / "x"), tmp_path / "shop2")


def test_a_file_without_a_header_betrays_nobody_in_the_message(tmp_path: Path) -> None:
    export(tmp_path / "x", "a.csv", ["Nguyễn Văn A", "0912345678"], ["Trần Thị B", "0987654321"])
    with pytest.raises(ConfigError) as raised:
        land_shop(FilesSource(tmp_path / "x"), tmp_path / "shop")
    assert "Nguyễn" not in str(raised.value) and "0912345678" not in str(raised.value)


def test_files_are_read_from_the_start_after_a_kill(tmp_path: Path) -> None:
    """An export may have been replaced: half of the old one must not stay."""
    row = ["A-1", "4", "1.001612", "H21.05", "20260820", "", ""]
    export(tmp_path / "x", "a.csv", [*REQUIRED], row)
    partial = tmp_path / ".shop.partial"
    partial.mkdir()
    write_json(
        partial / "receipt-00000.json", {"page": "old.csv#1", "part": {"file": "part-00000.jsonl.zst", "rows": 9}}
    )
    manifest = land_shop(FilesSource(tmp_path / "x"), tmp_path / "shop")
    assert (manifest["landed"], manifest["pages"]) == (1, ["a.csv#1"])


def test_the_order_of_files_and_rows_is_only_position(tmp_path: Path) -> None:
    row = ["4", "1.001612", "H21.05", "20260820", "", ""]
    for folder, names in (("x", ("a.csv", "b.csv")), ("y", ("b.csv", "a.csv"))):
        export(tmp_path / folder, names[0], [*REQUIRED], ["A-1", *row], ["A-2", *row])
        export(tmp_path / folder, names[1], [*REQUIRED], ["B-1", *row])
        land_shop(FilesSource(tmp_path / folder), tmp_path / f"landing-{folder}")
    contents = [sorted(record["MaHoSo"] for record in records(tmp_path / f"landing-{folder}")) for folder in ("x", "y")]
    assert contents[0] == contents[1] == ["A-1", "A-2", "B-1"]
