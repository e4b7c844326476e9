"""Crosswalk tables: read, checked with file and line, applied by the day; the shipped one is only a fallback."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from doisoat.config import FilesSource, Province, ReferenceFiles
from doisoat.errors import ConfigError
from doisoat.store.reference import SHIPPED, Reference, load_reference
from doisoat.store.reference_rows import read_rows

PROCEDURES = "ma_dia_phuong,ma_quoc_gia,hieu_luc_tu,hieu_luc_den,can_cu\n"
AGENCIES = "ma_cu,ma,hieu_luc_tu,hieu_luc_den,can_cu,kiem_chung,ghi_chu\n"


def load(folder: Path, *, procedures: str = "", agencies: str = "") -> Reference:
    """The shipped tables with crosswalks of a province's own."""
    (folder / "p.csv").write_text(PROCEDURES + procedures, encoding="utf-8")
    (folder / "a.csv").write_text(AGENCIES + agencies, encoding="utf-8")
    source = FilesSource(kind="files", path=folder)
    named = ReferenceFiles(procedure_crosswalk=Path("p.csv"), agency_crosswalk=Path("a.csv"))
    province = Province(
        province="H44", name="Phú Thọ", shop=source, portal=source, reference=named, source_file=folder / "x.yaml"
    )
    return load_reference(province)


def test_a_procedure_means_what_it_meant_on_the_day(tmp_path: Path) -> None:
    rows = "TT-1,1.000016,,2026-06-30,QĐ 1\nTT-1,1.000025,2026-07-01,,QĐ 2\n"
    table = load(tmp_path, procedures=rows).procedures
    days = (date(2020, 1, 1), date(2026, 6, 30), date(2026, 7, 1), None)
    assert [table.national("TT-1", day) for day in days] == ["1.000016", "1.000016", "1.000025", "1.000025"]


def test_the_crosswalk_goes_before_the_local_codes_of_the_table(tmp_path: Path) -> None:
    local = "1.000016.000.00.00.H44"
    table = load(tmp_path, procedures=f"{local},1.000025,2026-01-01,,QĐ 1\n").procedures
    assert table.national(local, date(2026, 1, 1)) == "1.000025"
    assert table.national(local, date(2025, 12, 31)) == "1.000016"  # by its stem, as before there was a row


def test_an_agency_of_the_table_keeps_its_code_and_its_successor(tmp_path: Path) -> None:
    agencies = load(tmp_path, agencies="CU-1,H44.07,2025-07-01,,QĐ,,\nH62.03,H44.07,2025-07-01,,QĐ,,\n").agencies
    assert agencies.canonical("H62.03", date(2026, 1, 1)) == "H62.03"  # still told as a legacy code
    assert agencies.final("H62.03") == "H44.07"
    assert agencies.canonical("CU-1", date(2025, 6, 30)) == "CU-1"
    assert agencies.canonical("CU-1", date(2025, 7, 1)) == "H44.07"


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"procedures": "TT-1,9.999999,,,x\n"}, r"p.csv:2 \[ma_quoc_gia\]: 9.999999 is not in the table"),
        (
            {"procedures": "TT-1,1.000016,,2026-01-01,x\nTT-1,1.000025,2026-01-01,,x\n"},
            r"p.csv:3 .*for these days already",
        ),
        ({"procedures": "TT-1,1.000016,2026-02-01,2026-01-01,x\n"}, r"p.csv:2 \[hieu_luc_den\]: ends before it begins"),
        ({"procedures": "TT-1,1.000016,1/1/2026,,x\n"}, r"p.csv:2 \[hieu_luc_tu\]: expected a date"),
        ({"procedures": ",1.000016,,,x\n"}, r"p.csv:2 \[ma_dia_phuong\]: a code is missing"),
        ({"agencies": "CU-1,H99.07,,,x,,\n"}, r"a.csv:2 \[ma\]: H99.07 is not in the table"),
        ({"agencies": "H44.07,H44.08,,,x,,\nH44.08,H44.07,,,x,,\n"}, r"a.csv:3 \[ma\]: H44.08 leads back to itself"),
        ({"agencies": "H44.07,H44.07,,,x,,\n"}, r"a.csv:2 \[ma\]: H44.07 leads back to itself"),
        (
            {"agencies": "H62.03,H44.08,,,x,,\n"},
            r"a.csv:2 \[ma\]: the agency table says H62.03 was succeeded by H44.07",
        ),
        ({"agencies": "CU-1,H44.07\n"}, r"a.csv:2: 2 cells"),
    ],
)
def test_a_wrong_row_names_file_and_line(tmp_path: Path, tables: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, **tables)


def test_the_shipped_crosswalk_names_all_29_former_provinces_and_its_source() -> None:
    rows = list(
        read_rows(SHIPPED / "agency_crosswalk.csv", ("ma_cu", "ma", "can_cu", "kiem_chung"), lambda cells: cells)
    )
    former = {cells.code("ma_cu") for _, cells in rows}
    assert len(former) == len(rows) == 29
    assert {cells.text("can_cu") for _, cells in rows} == {"Nghị quyết 202/2025/QH15"}
    assert {cells.text("hieu_luc_tu") for _, cells in rows} == {"2025-07-01"}
    assert {cells.text("kiem_chung") for _, cells in rows} == {"co", "chua"}
    assert len({cells.code("ma") for _, cells in rows}) == 23  # 34 provinces, 11 of them unchanged


def test_the_shipped_crosswalk_says_the_same_as_the_shipped_agencies() -> None:
    source = FilesSource(kind="files", path=Path())
    agencies = load_reference(Province(province="H44", name="Phú Thọ", shop=source, portal=source)).agencies
    for _, cells in read_rows(SHIPPED / "agency_crosswalk.csv", ("ma_cu", "ma"), lambda cells: cells):
        assert agencies.final(cells.required("ma_cu")) == cells.code("ma")
