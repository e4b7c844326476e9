"""Catalogues as exported lists: every format, and what goes wrong with files."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from doisoat.errors import ConfigError
from doisoat.land.catalogues.files import read_files
from doisoat.rules.catalogue import Entry

HEAD = "MATTHC,TENTTHC,LINHVUC,MUCDO,PHILEPHI,THOIHAN,DONVITINH,TRANGTHAI,NGAYHETHIEULUC"
ROW = '1.001612,"Cấp giấy, mới",Đất đai,Toàn trình,100.000,3,Ngày làm việc,1,31/12/2026'
WHOLE = Entry(
    "procedure",
    "1.001612",
    name="Cấp giấy, mới",
    sector="Đất đai",
    level="toan_trinh",
    fee=100_000,
    limit=3,
    unit="Ngày làm việc",
    is_active=True,
    valid_to=date(2026, 12, 31),
)


def put(folder: Path, name: str, content: str | bytes) -> None:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def test_lists_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    put(
        tmp_path,
        "a.csv",
        f"\ufeff{HEAD};".replace(",", ";")
        + "Người ký\n"
        + ROW.replace('"Cấp giấy, mới"', "X").replace(",", ";")
        + ";A\n",
    )
    put(tmp_path, "b.jsonl", '{"madonvi": "000.00.05.H21", "TENDONVI": "Sở Tư pháp", "SDT": "0912345678"}\n\n')
    put(tmp_path, "c.csv.gz", gzip.compress("Mã LV,TENLINHVUC\nG03-GD10,Giáo dục\n".encode()))
    read = read_files(tmp_path, {"MALINHVUC": "mã lv"})
    assert [(entry.sort, entry.code, entry.name) for entry in read.entries] == [
        ("procedure", "1.001612", "X"),
        ("agency", "000.00.05.H21", "Sở Tư pháp"),
        ("sector", "G03-GD10", "Giáo dục"),
    ]
    assert (read.whole, read.reasons, read.unread) == ({"procedure", "agency", "sector"}, (), ())


def test_a_workbook(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("Bìa").write(0, 0, "Danh mục")
    sheet = book.add_worksheet("TTHC")
    for line, cells in enumerate(
        [
            HEAD.split(","),
            ["1.001612", "Cấp giấy, mới", "Đất đai", "Toàn trình", 100000, 3, "Ngày làm việc", 1, "2026-12-31"],
        ]
    ):
        sheet.write_row(line, 0, cells)
    book.close()
    assert read_files(tmp_path, {}).entries == (WHOLE,)


def test_what_cannot_be_read_is_told_and_the_rest_stays(tmp_path: Path) -> None:
    rows = [
        ROW,
        "=1+1,Hỏng,,,,,,,",
        ",không mã,,,,,,,",
        "1.000002,X,,Mức lạ,mười đồng,năm,Ngày,có thể,32/13/2026",
        "1.000003,cụt",
    ]
    put(tmp_path, "a.csv", "\n".join([HEAD, *rows]) + "\n")
    read = read_files(tmp_path, {})
    assert read.entries == (WHOLE, Entry("procedure", "1.000002", name="X"))
    assert [(note.place, note.reason.split(" ")[0]) for note in read.unread] == [
        ("a.csv, dòng dữ liệu 2", "mã"),
        ("a.csv, dòng dữ liệu 3", "không"),
        *[("a.csv, dòng dữ liệu 4", word) for word in ("trạng", "ngày", "thời", "mức", "phí,")],
        ("a.csv, dòng dữ liệu 5", "số"),
    ]
    assert not any("mười đồng" in note.reason for note in read.unread)
    assert read.whole == {"procedure"}


@pytest.mark.parametrize(
    ("name", "content", "entries", "whole"),
    [
        ("a.csv", f"{HEAD}\n{ROW}\n".encode("utf-16"), 0, set()),
        ("a.csv", f"{HEAD}\n{ROW}\n1.000002,".encode() + b"\xff\xfe\n", 1, set()),
        ("a.csv.gz", gzip.compress(f"{HEAD}\n{ROW}\n".encode())[:-12], 0, set()),
        ("a.xlsx", b"PK\x03\x04 broken", 0, set()),
        ("a.csv", f'{HEAD}\n{ROW}\n1.000002,"open\n'.encode(), 1, set()),
        ("a.csv", b"", 0, set()),
        ("a.csv", f"{HEAD}\n".encode(), 0, {"procedure"}),
    ],
    ids=["utf-16", "not utf-8", "cut gzip", "no workbook", "open quote", "empty", "heading only"],
)
def test_damaged_files_leave_the_list_incomplete(
    tmp_path: Path, name: str, content: bytes, entries: int, whole: set[str]
) -> None:
    put(tmp_path, name, content)
    read = read_files(tmp_path, {})
    assert (len(read.entries), read.whole) == (entries, whole)
    assert bool(read.reasons) == (not whole and bool(content))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "Tên,Giá\nX,1\n", "none of the columns MATTHC"),
        ("a.pdf", "x", "not a list this program reads"),
        ("a.csv", "MATTHC,matthc\n1,2\n", "two columns are MATTHC"),
    ],
)
def test_a_folder_that_cannot_be_meant(tmp_path: Path, name: str, content: str, message: str) -> None:
    put(tmp_path, name, content)
    with pytest.raises(ConfigError, match=message):
        read_files(tmp_path, {})


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        read_files(tmp_path / "nowhere", {})
