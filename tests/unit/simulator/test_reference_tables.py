"""The shipped tables of agencies and procedures are whole."""

import csv
from datetime import date

from doisoat_simulator.reference import TABLES, province


def table(name):
    with (TABLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_agencies_are_complete_and_linked():
    rows = table("agencies.csv")
    known = {row["ma"]: row for row in rows}
    assert len(known) == len(rows)
    assert list(rows[0]) == [
        "ma",
        "ma_cu",
        "ten",
        "cap",
        "cha",
        "hieu_luc_tu",
        "hieu_luc_den",
        "ke_thua_boi",
        "hop_thu",
    ]
    roots = [row for row in rows if "." not in row["ma"]]
    assert len([row for row in roots if not row["hieu_luc_den"]]) == 34
    assert len([row for row in roots if row["hieu_luc_den"] == "2025-06-30"]) == 29
    assert len([row for row in rows if row["cha"] == "H44"]) == 163
    for row in rows:
        assert not row["cha"] or row["cha"] in known
        assert not row["ke_thua_boi"] or row["ke_thua_boi"] in known
        assert not row["hop_thu"] or row["hop_thu"].endswith(".example")
    spellings = [code for row in rows for code in row["ma_cu"].split(";") if code]
    assert len(set(spellings)) == len(spellings)
    assert set(spellings).isdisjoint(known)


def test_merged_roots_have_the_right_heirs():
    heirs = {row["ma"]: row["ke_thua_boi"] for row in table("agencies.csv")}
    assert (heirs["H62"], heirs["H28"], heirs["H08"]) == ("H44", "H44", "H21")


def test_procedures_are_well_formed():
    rows = table("procedures.csv")
    assert len({row["ma_quoc_gia"] for row in rows}) == len(rows) >= 40
    assert {row["don_vi_tinh"] for row in rows} == {"Giờ", "Ngày", "Ngày làm việc", "Tháng"}
    assert {row["co_ket_qua"] for row in rows} == {"0", "1"}
    assert {row["muc_do"] for row in rows} <= {"toan_trinh", "mot_phan", "khong"}
    local = {code: row["ma_quoc_gia"] for row in rows for code in row["ma_dia_phuong"].split(";") if code}
    assert local["1.003560.000.00.00.H44"] == "2.000477"
    for row in rows:
        assert int(row["thoi_han"]) > 0 and row["ten"] and row["linh_vuc"]


def test_the_world_has_retired_procedures_and_sub_units():
    here = province()
    assert any(item.ended and item.ended < date(2025, 7, 1) for item in here.retired)
    assert len(here.legacy) >= 24
    assert ("H44.07.02", "H44.07") in here.children
