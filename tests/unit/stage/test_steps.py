"""The side table `steps` on its way from a folder of exports into a snapshot."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doisoat.errors import IncompleteLanding
from doisoat.land import FilesSource
from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.stage.macros import load_macros
from doisoat.stage.records import Records
from doisoat.stage.steps import fill_from_steps
from doisoat.store.engine import engine
from doisoat.store.landing import read_manifest, read_part, write_part
from tests.unit.stage.test_stage_night import everything_below, night

HEAD = "MaHoSo,TrangThaiHoSo,MaTTHC,MaCoQuan,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,DoMat"
STEPS = "MaHoSo;Thời điểm;TrangThai;NguoiXuLy"
COLUMNS = {"ThoiDiemXuLy": "thời  ĐIỂM"}


def plain(folder: Path, *lines: str) -> FilesSource:
    folder.mkdir()
    (folder / "a.csv").write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return FilesSource(folder)


def row(code: str, mark: str = "") -> str:
    return f"{code},4,1.001612,H21.05,20/08/2026,,,{mark}"


def with_steps(folder: Path, rows: list[str], steps: list[str]) -> FilesSource:
    plain(folder, *rows)
    (folder / "0-buoc.csv").write_text("\n".join([STEPS, *steps]), encoding="utf-8")
    return FilesSource(folder, COLUMNS)


def test_steps_land_apart_projected_and_fill_the_snapshot(tmp_path: Path) -> None:
    steps = [
        "A-1;21/08/2026 08:00;5;Nguyễn Văn Kín",
        "A-1;24/08/2026 09:00;Đang xử lý;Nguyễn Văn Kín",
        ";24/08/2026 09:00;5;x",
        "A-1;hôm qua;5;x",
    ]
    shop = with_steps(tmp_path / "shop", [row("A-1"), row("A-2")], steps)
    files, staged = night(tmp_path / "home", {Side.SHOP: shop, Side.PORTAL: plain(tmp_path / "portal", row("A-1"))})
    manifest = read_manifest(files.landing(Side.SHOP))
    (part,) = manifest["step_parts"]
    assert list(read_part(files.landing(Side.SHOP) / part["file"])) == [
        {"MaHoSo": "A-1", "ThoiDiemXuLy": "21/08/2026 08:00", "TrangThai": "5"},
        {"MaHoSo": "A-1", "ThoiDiemXuLy": "24/08/2026 09:00", "TrangThai": "Đang xử lý"},
    ]
    assert (manifest["landed"], manifest["complete"], manifest["whole_pages"]) == (2, True, 1)
    assert {"ThoiDiemXuLy", "DanhSachHoSoBoSung"} <= set(manifest["columns"])
    assert {"ThoiDiemXuLy", "DanhSachHoSoBoSung"} <= set(staged["sides"]["portal"]["absent_columns"])
    assert staged["sides"]["shop"]["notes"] == [
        "2 dòng của bảng steps không có mã hồ sơ hoặc thời điểm đọc được, bỏ qua"
    ]
    snapshot = files.dossiers(Side.SHOP)
    found = duckdb.sql(f"SELECT dossier_code, supplement_count, CAST(step_at AS DATE) IS NULL FROM '{snapshot}'")
    assert found.fetchall() == [("A-1", 1, False), ("A-2", 0, True)]
    assert "Kín".encode() not in everything_below(files.landing(Side.SHOP))


@pytest.mark.parametrize("marked", ["own", "other"])
def test_steps_of_a_secret_dossier_stand_nowhere(tmp_path: Path, marked: str) -> None:
    """Whichever side marks it, and although its steps come before its row."""
    steps = ["A-1;21/08/2026;5;", "A-2;21/08/2026;4;"]
    marks = ("Mật", "") if marked == "own" else ("", "Mật")
    shop = with_steps(tmp_path / "shop", [row("A-1", marks[0]), row("A-2")], steps)
    portal = plain(tmp_path / "portal", row("a-1", marks[1]), row("A-2"))
    files, staged = night(tmp_path / "home", {Side.SHOP: shop, Side.PORTAL: portal})
    below = everything_below(files.home)
    assert b"A-2" in below
    assert b"A-1" not in below and b"a-1" not in below
    assert staged["sides"]["shop"]["notes"] == []


def test_a_damaged_part_of_steps_is_told(tmp_path: Path) -> None:
    shop = with_steps(tmp_path / "shop", [row("A-1")], ["A-1;21/08/2026;5;"])
    sides = {Side.SHOP: shop, Side.PORTAL: plain(tmp_path / "portal", row("A-1"))}
    files, _ = night(tmp_path / "home", sides)
    (part,) = read_manifest(files.landing(Side.SHOP))["step_parts"]
    (files.landing(Side.SHOP) / part["file"]).write_bytes(b"x")
    with pytest.raises(IncompleteLanding, match=r"steps-\d+\.jsonl\.zst: damaged since it was landed"):
        night(tmp_path / "home", sides)


# --- against the plain definition ---------------------------------------------------------------------------------

Step = tuple[int, int | None]  # minute, status


def defined(steps: list[Step]) -> list[tuple[int, int | None]]:
    """Supplements of one dossier, (asked, completed), step by step."""
    found: list[tuple[int, int | None]] = []
    for at, status in sorted(set(steps), key=lambda step: (step[0], step[1] != 5, step[1] or 0)):
        waits = bool(found) and found[-1][1] is None
        if status == 5 and not waits:
            found.append((at, None))
        elif status not in (5, None) and waits:
            found[-1] = (found[-1][0], at)
    return found


HISTORY = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([2, 4, 5, 5, 9, None])), min_size=1, max_size=12)


@settings(max_examples=5, deadline=None)
@given(st.lists(HISTORY, min_size=1, max_size=30))
def test_supplements_follow_from_any_history(
    tmp_path_factory: pytest.TempPathFactory, histories: list[list[Step]]
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    lines = [
        {"MaHoSo": f"A-{number}", "ThoiDiemXuLy": f"2026-08-20 08:{at:02d}:00", "TrangThai": str(status or "Trình ký")}
        for number, steps in enumerate(histories)
        for at, status in steps
    ]
    rows = [{"_file": "a", "_row": number, "MaHoSo": f"A-{number}"} for number in range(len(histories))]
    write_part(folder / "steps-00001.jsonl.zst", lines)
    part = write_part(folder / "part-00000.jsonl.zst", rows)
    with engine(folder / "spill") as connection:
        load_macros(connection)
        records = Records(connection, folder / "scratch")
        records.load(folder, {"parts": [part]})
        fill_from_steps(records, [folder / "steps-00001.jsonl.zst"], {}, RuleParameters())
        found = connection.sql('SELECT "ThoiDiemXuLy", "DanhSachHoSoBoSung" FROM landed ORDER BY _row').fetchall()
    for steps, (last, supplements) in zip(histories, found, strict=True):
        assert last == f"2026-08-20 08:{max(at for at, _ in steps):02d}:00"
        read = [
            tuple(None if text is None else int(text[14:16]) for text in pair.values()) for pair in supplements or []
        ]
        assert read == defined(steps)
