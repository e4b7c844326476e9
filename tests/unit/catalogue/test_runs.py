"""Catalogue runs from week to week, by their files and the warehouse: guard, lifecycle, report, what the night says."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from python_calamine import CalamineWorkbook

from doisoat.errors import ConfigError, ValidationFailed
from doisoat.model import DiscrepancyKind, Side
from doisoat.outcome import catalogue_outcome
from doisoat.pipeline import CATALOGUE_STAGES, Night, open_night, run_stage
from doisoat.reconcile.coverage import catalogue_reason
from doisoat.store.acceptance import CatalogueSide
from doisoat.store.layout import read_json

HEAD = "MATTHC,TENTTHC,LINHVUC,PHILEPHI,TRANGTHAI"
AGREED = [f"5.0000{number:02d},Thủ tục {number},Đất đai,1000,1" for number in range(20)]


class Province:
    """A province of one folder whose lists a test rewrites from run to run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for side in Side:
            (folder / side.value).mkdir()

    def put(self, side: Side, rows: Sequence[str], name: str = "a.csv") -> None:
        (self.folder / side.value / name).write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")

    def night(self, day: str, **changes: Any) -> Night:
        lists = {side.value: {"kind": "files", "path": side.value} for side in Side}
        section = {"province": "H44", "name": "Phú Thọ", **lists, "catalogue": lists, **changes}
        file = self.folder / "phu_tho.yaml"
        file.write_text(yaml.safe_dump(section), encoding="utf-8")
        return open_night("phu_tho", day, config=file, home=self.folder / "home")

    def run(self, day: str, shop: Sequence[str], portal: Sequence[str], **changes: Any) -> dict[str, Any]:
        self.put(Side.SHOP, shop)
        self.put(Side.PORTAL, portal)
        night = self.night(day, **changes)
        for name in CATALOGUE_STAGES:
            run_stage(night, name)
        return catalogue_outcome(night)


@pytest.fixture
def province(tmp_path: Path) -> Province:
    return Province(tmp_path)


def test_from_week_to_week(province: Province) -> None:
    dearer = [AGREED[0].replace("1000", "2000"), *AGREED[1:]]
    first = province.run("2026-08-29", dearer, AGREED)
    assert (first["discrepancies"], first["new"], first["exit_code"]) == ({"attribute": 1}, 1, 1)
    second = province.run("2026-09-05", dearer, AGREED[1:])
    assert (second["discrepancies"], second["new"], second["resolved"]) == ({"only_in_shop": 1}, 1, 1)
    third = province.run("2026-09-12", AGREED, AGREED)
    assert (third["discrepancies"], third["resolved"], third["exit_code"]) == ({}, 1, 0)


def test_seen_since(province: Province) -> None:
    province.run("2026-08-29", AGREED, AGREED[1:])
    province.run("2026-09-05", AGREED, AGREED[1:])
    (row,) = read_json(province.night("2026-09-05").files.work("catalogue") / "discrepancies.json")
    assert (row["first_seen_on"], row["last_seen_on"]) == ("2026-08-29", "2026-09-05")


def test_what_was_not_read_is_neither_missing_nor_over(province: Province) -> None:
    province.run("2026-08-29", AGREED, AGREED[1:])
    province.put(Side.PORTAL, AGREED[:3])
    (province.folder / "portal" / "b.csv").write_bytes(HEAD.encode() + b"\n5.000099,\xff\xfe,,,\n")
    province.put(Side.SHOP, AGREED)
    night = province.night("2026-09-05")
    for name in CATALOGUE_STAGES:
        run_stage(night, name)
    outcome = catalogue_outcome(night)
    assert (outcome["discrepancies"], outcome["carried"], outcome["exit_code"]) == ({}, 1, 5)
    assert "b.csv" in outcome["reasons"][0]


def test_a_list_that_shrank_stops_until_someone_confirms(province: Province) -> None:
    province.run("2026-08-29", AGREED, AGREED)
    with pytest.raises(ValidationFailed, match=r"Cổng DVCQG còn 17 thủ tục.*--catalogue --side portal") as stopped:
        province.run("2026-09-05", AGREED, AGREED[3:])
    assert stopped.value.exit_code == 3
    night = province.night("2026-09-05")
    assert not night.files.work("catalogue").exists()
    with night.warehouse() as warehouse:
        warehouse.confirm(night.key, CatalogueSide.PORTAL, reason="bãi bỏ theo QĐ", by="Nguyễn Văn A")
    assert province.run("2026-09-05", AGREED, AGREED[3:])["discrepancies"] == {"only_in_shop": 3}
    assert province.run("2026-09-12", AGREED, AGREED[3:])["new"] == 0  # the smaller list is the yardstick now


def test_ten_percent_less_goes_on(province: Province) -> None:
    province.run("2026-08-29", AGREED, AGREED)
    assert province.run("2026-09-05", AGREED, AGREED[2:])["discrepancies"] == {"only_in_shop": 2}


def test_an_empty_list_is_no_list(province: Province) -> None:
    outcome = province.run("2026-08-29", AGREED, [])
    assert (outcome["discrepancies"], outcome["exit_code"]) == ({}, 5)
    assert outcome["reasons"] == ["Cổng DVCQG: Danh mục TTHC rỗng, coi như chưa đọc được"]


def test_an_empty_list_after_a_good_one_stops(province: Province) -> None:
    province.run("2026-08-29", AGREED, AGREED)
    with pytest.raises(ValidationFailed, match="còn 0 thủ tục"):
        province.run("2026-09-05", AGREED, [])


def test_the_same_inputs_give_the_same_bytes_whatever_came_later(province: Province) -> None:
    dearer = [AGREED[0].replace("1000", "2000"), *AGREED[1:]]
    province.run("2026-08-29", dearer, AGREED)
    province.run("2026-09-05", dearer, AGREED)
    report = province.night("2026-09-05").files.report
    before = {path.name: path.read_bytes() for path in report.iterdir()}
    assert set(before) == {"catalogue.html", "catalogue.xlsx", "catalogue.json", "catalogue.csv"}
    province.run("2026-09-12", AGREED, AGREED)
    shutil.rmtree(report)
    province.run("2026-09-05", AGREED, AGREED)  # replayed from its landing: the lists of today do not count
    assert {path.name: path.read_bytes() for path in report.iterdir()} == before
    night = province.night("2026-09-19")
    with night.warehouse() as warehouse:  # and what is over stays over
        assert warehouse.open_set_before(night.key, DiscrepancyKind.CATALOGUE_MISMATCH) == []


def test_hostile_text_is_text_everywhere(province: Province) -> None:
    hostile = '5.000050,"=HYPERLINK(""http://x"")<script>alert(1)</script>",@Lĩnh vực,1000,1'
    province.run("2026-08-29", [*AGREED, hostile], AGREED)
    report = province.night("2026-08-29").files.report
    page = (report / "catalogue.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page
    sheet = CalamineWorkbook.from_path(str(report / "catalogue.xlsx")).get_sheet_by_name("Chỉ có trên Một cửa")
    assert sheet.to_python()[1][2].startswith("'=HYPERLINK")
    with (report / "catalogue.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["procedure_code"] for row in rows] == ["5.000050"] and list(rows[0])[:3] == [
        "dossier_code",
        "kind",
        "subtype",
    ]


def test_a_code_that_reads_as_a_formula_is_refused_and_told(province: Province) -> None:
    outcome = province.run("2026-08-29", [*AGREED, "=cmd(),X,Y,1,1"], AGREED)
    assert outcome["discrepancies"] == {}
    told = read_json(Path(outcome["artefacts"]["catalogue.json"]))["sides"]["shop"]["unread"]
    assert told == [{"place": "a.csv, dòng dữ liệu 21", "reason": "mã có ký tự lạ hoặc dài quá 50 ký tự"}]


def test_without_the_section_there_is_no_run(province: Province) -> None:
    with pytest.raises(ConfigError, match="no section catalogue"):
        run_stage(province.night("2026-08-29", catalogue=None), "land_catalogues")


def test_comparing_before_landing_names_what_to_run(province: Province) -> None:
    with pytest.raises(ConfigError, match="doisoat catalogue"):
        run_stage(province.night("2026-08-29"), "compare_catalogues")


def test_the_night_says_when_the_catalogues_were_compared_last(province: Province) -> None:
    def reason(day: str, **changes: Any) -> str:
        night = province.night(day, **changes)
        return catalogue_reason(night.files, night.province)

    assert reason("2026-09-05", catalogue=None).startswith("chưa cấu hình")
    assert reason("2026-09-05").endswith("chưa chạy lần nào trước đêm này")
    province.run("2026-08-29", AGREED, AGREED)
    province.run("2026-09-05", AGREED, AGREED)
    assert reason("2026-09-05").endswith("lần gần nhất ngày 29/08/2026")
    assert reason("2026-09-06").endswith("lần gần nhất ngày 05/09/2026")
