"""Published figures from CSV tables: what lands, what is refused with a reason, and that a landing is read once."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import doisoat_simulator
from doisoat.errors import IncompleteLanding
from doisoat.land.aggregates import land_aggregates
from doisoat.land.exports.published import PublishedTables
from doisoat.model import VIETNAM
from doisoat.rules.published_figures import FIGURES
from doisoat.store.figures import Figure, read_figures

NOW = datetime(2026, 9, 4, 1, 0, tzinfo=VIETNAM)
REAL = Path(doisoat_simulator.__file__).parent / "data" / "national_scores_phu_tho_2026-08.csv"


def land(folder: Path, *tables: tuple[str, bytes]) -> tuple[dict[str, Any], list[Figure]]:
    source = folder / "tables"
    source.mkdir()
    for name, content in tables:
        (source / name).write_bytes(content)
    land_aggregates(PublishedTables(source, clock=lambda: NOW), folder / "aggregates")
    return read_figures(folder / "aggregates")


def test_the_real_table_lands_whole(tmp_path: Path) -> None:
    manifest, figures = land(tmp_path, (REAL.name, REAL.read_bytes()))
    assert (manifest["complete"], manifest["captured_at"]) == (True, "2026-09-04T01:00:00+07:00")
    with REAL.open(encoding="utf-8", newline="") as handle:
        rows = {row["department_code"]: row for row in csv.DictReader(handle)}
    assert {one.period for one in figures} == {"2026-08"}
    assert {(one.agency_code, one.figure): one.value for one in figures} == {
        (code, name): row[name] or None for code, row in rows.items() for name in FIGURES & row.keys()
    }
    flags = Counter(one.flag for one in figures if one.figure == "dossier_sync_num")
    assert flags == {"TEMP_NATIONAL_REPORT_DENOMINATOR": 162, "NO_NATIONAL_REPORT_DATA": 2}


def test_only_allow_listed_names_land(tmp_path: Path) -> None:
    table = (
        "Department_Code;department_name;nguoi_lap;PROGRESS_TOTAL_RECEIVED\nh44.05 ;Sở X;Nguyễn Văn A 0912345678;7\n"
    )
    _, figures = land(tmp_path, ("2026-08.csv", ("\ufeff" + table).encode()))
    assert figures == [Figure("2026-08", "H44.05", None, "progress_total_received", "7")]
    everything = b"".join(path.read_bytes() for path in (tmp_path / "aggregates").iterdir())
    assert "Nguyễn".encode() not in everything and b"0912345678" not in everything


def test_null_is_not_zero_and_text_is_neither(tmp_path: Path) -> None:
    table = "department_code,progress_total_received,progress_total_on_time,progress_ratio\nH44.05,,0,mười\n"
    _, figures = land(tmp_path, ("2026-08.csv", table.encode()))
    assert [(one.figure, one.value, one.flag) for one in figures] == [
        ("progress_ratio", None, "UNREADABLE"),
        ("progress_total_on_time", "0", ""),
        ("progress_total_received", None, ""),
    ]


def test_the_month_of_a_column_goes_before_the_file_name(tmp_path: Path) -> None:
    table = "period,department_code,progress_score\n2026-07,H44,15.68\n,H44,15.7\n"
    _, figures = land(tmp_path, ("so-cong-bo-2026-08.csv", table.encode()))
    assert [(one.period, one.value) for one in figures] == [("2026-07", "15.68"), ("2026-08", "15.7")]


GOOD = ("2026-07.csv", b"department_code,progress_score\nH44,15.68\n")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("2026-08.csv", b"department_code,progress_score\nH44,15,68\n", "thừa hoặc thiếu ô"),
        ("2026-08.csv", "department_code,progress_score\nSở,5\n".encode("utf-16"), "UTF-8"),
        ("2026-08.csv", "department_code,progress_score\nSở Y tế,5\n".encode("cp1258", "replace") + b"\xff\n", "UTF-8"),
        ("2026-08.csv", b'department_code,progress_score\nH44,"15.68\nH44.05,3\n', "thừa hoặc thiếu ô"),
        ("2026-08.csv", b"ma,diem\nH44,5\n", "không có cột department_code"),
        ("2026-08.csv", b"department_code,progress_score\n,5\n", "không có department_code đọc được"),
        ("thang-tam.csv", b"department_code,progress_score\nH44,5\n", "không cho biết tháng"),
        ("2026-08.csv", b"", "không có cột department_code"),
        ("2026-08.csv", b"PK\x03\x04\x00\x00\x00", "UTF-8"),
    ],
)
def test_a_broken_table_is_named_and_the_others_land(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    manifest, figures = land(tmp_path, (name, content), GOOD)
    assert manifest["complete"] is False
    assert len(manifest["incomplete_reasons"]) == 1
    assert name in manifest["incomplete_reasons"][0] and reason in manifest["incomplete_reasons"][0]
    assert [one.period for one in figures] == ["2026-07"]


def test_no_table_at_all(tmp_path: Path) -> None:
    manifest, figures = land(tmp_path, ("_ghi-chu.csv", b"x"), ("doc.txt", b"x"))
    assert (manifest["complete"], figures) == (False, [])
    assert "không có tệp .csv nào" in manifest["incomplete_reasons"][0]


def test_a_file_that_changed_since_a_killed_reading_is_read_again(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def kill(done: int, total: int) -> None:
        raise Killed

    source = tmp_path / "tables"
    source.mkdir()
    (source / "b-2026-08.csv").write_bytes(b"department_code,progress_score\nH44,1\n")
    with pytest.raises(Killed):
        land_aggregates(PublishedTables(source, clock=lambda: NOW), tmp_path / "aggregates", kill)
    (source / "b-2026-08.csv").write_bytes(b"department_code,progress_score\nH44,2\n")
    (source / "a-2026-07.csv").write_bytes(b"department_code,progress_score\nH44,3\n")
    land_aggregates(PublishedTables(source, clock=lambda: NOW), tmp_path / "aggregates")
    _, figures = read_figures(tmp_path / "aggregates")
    assert [(one.period, one.value) for one in figures] == [("2026-07", "3"), ("2026-08", "2")]


def test_a_damaged_landing_is_refused(tmp_path: Path) -> None:
    land(tmp_path, GOOD)
    part = next((tmp_path / "aggregates").glob("part-*"))
    part.write_bytes(part.read_bytes()[:-3])
    with pytest.raises(IncompleteLanding, match="damaged since it was landed"):
        read_figures(tmp_path / "aggregates")
