"""Exports in every format, in good and in bad shape (`discrepancy-rules` §2)."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from doisoat.errors import ConfigError
from doisoat.land import FilesSource
from doisoat.land.exports import formats, text_lines
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Closing, Page

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(name: str, content: str | bytes) -> Path:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return tmp_path

    return put


def read(folder: Path, **more: Any) -> tuple[list[Page], Closing]:
    source = FilesSource(folder, **more)
    return list(source.pages(frozenset())), source.closing()


def rows(folder: Path, **more: Any) -> list[Any]:
    return [record for page in read(folder, **more)[0] for record in page.records]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_dialects(write: Write, separator: str, mark: str, end: str) -> None:
    lines = ["MaHoSo,TrangThaiHoSo,Ghi chú", 'A-1,4,"nói ""có"", rồi', 'xuống dòng"', "", "A-2,9,", "A-3,9"]
    text = end.join(
        line.replace(",", separator) if "nói" not in line else line.replace(",", separator, 2) for line in lines
    )
    folder = write("a.csv", mark + text)
    assert rows(folder) == [{"MaHoSo": "A-1", "TrangThaiHoSo": "4"}, {"MaHoSo": "A-2", "TrangThaiHoSo": "9"}, None]
    assert read(folder)[1] == Closing(None, True)


def test_the_separator_is_the_most_frequent_of_the_header(write: Write) -> None:
    assert rows(write("a.csv", "MaHoSo;TrangThaiHoSo;a,b\nA-1;4;x\n")) == [{"MaHoSo": "A-1", "TrangThaiHoSo": "4"}]


def test_names_match_after_nfc_trim_and_case_folding_and_the_map_comes_first(write: Write) -> None:
    folder = write("a.csv", " mahoso ,So\u0302\u0301 ho\u0302\u0300 sơ,TRANGTHAIHOSO\nA-1,B-1,4\n")
    assert rows(folder) == [{"MaHoSo": "A-1", "TrangThaiHoSo": "4"}]
    page = read(folder, columns={"mahoso": "SỐ HỒ SƠ"})[0][0]
    assert page.records == [{"MaHoSo": "B-1", "TrangThaiHoSo": "4"}]
    assert page.columns == {"MaHoSo", "TrangThaiHoSo"}


def test_a_field_that_stands_twice_is_a_mistake(write: Write) -> None:
    with pytest.raises(ConfigError, match=r"a\.csv: two columns are MaHoSo"):
        read(write("a.csv", "MaHoSo,MAHOSO\nA,B\n"))


def test_an_unknown_field_in_the_map_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"columns\.MaHoso2"):
        FilesSource(tmp_path, {"MaHoso2": "x"})


def test_json_lines_take_numbers_texts_and_lists(write: Write) -> None:
    lines = [
        '{"MaHoSo": "A-1", "TrangThaiHoSo": 4, "ChuHoSo": "Nguyễn Văn A"}',
        "",
        '{"mahoso": "A-2", "DanhSachHoSoBoSung": [{"NgayBoSung": "20260801"}]}',
        "[1, 2]",
        "{hỏng",
        '{"MaHoSo": NaN}',
    ]
    pages, closing = read(write("a.jsonl", "\ufeff" + "\n".join(lines)))
    assert pages[0].records == [
        {"MaHoSo": "A-1", "TrangThaiHoSo": 4},
        {"MaHoSo": "A-2", "DanhSachHoSoBoSung": [{"NgayBoSung": "20260801"}]},
        None,
        None,
        None,
    ]
    assert pages[0].columns == {"MaHoSo", "TrangThaiHoSo", "ChuHoSo", "DanhSachHoSoBoSung"}
    assert closing.complete


@pytest.mark.parametrize("frames", [1, 3])
def test_packed_text(write: Write, frames: int) -> None:
    body = [f"MaHoSo,TrangThaiHoSo\n{'A-0,4' * 1}\n".encode()] + [
        f"A-{number},4\n".encode() for number in range(1, frames)
    ]
    write("a.csv.gz", b"".join(gzip.compress(piece) for piece in body))
    folder = write("b.csv.zst", b"".join(zstandard.compress(piece) for piece in [*body, b"\n"]))
    assert [row["MaHoSo"] for row in rows(folder)] == [f"A-{number}" for number in range(frames)] * 2


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.zst", "a.jsonl.gz", "a.jsonl.zst"])
@pytest.mark.parametrize("how", ["cut", "garbage"])
def test_a_broken_pack_leaves_what_was_readable_and_says_so(write: Write, name: str, how: str) -> None:
    lines = [
        json.dumps({"MaHoSo": f"A-{number * 7919}"}) if "jsonl" in name else f"A-{number * 7919}"
        for number in range(200_000)
    ]
    body = ("" if "jsonl" in name else "MaHoSo\n") + "\n".join(lines)
    packed = gzip.compress(body.encode()) if name.endswith("gz") else zstandard.compress(body.encode())
    folder = write(name, packed[: len(packed) // 2] if how == "cut" else b"\x00garbage" * 9)
    pages, closing = read(folder)
    read_before = sum(len(page.records) for page in pages)
    assert not closing.complete
    assert closing.reasons == (f"Tệp {name}: tệp nén bị hỏng hoặc bị cắt cụt",)
    assert (read_before > 10_000) is (how == "cut")
    assert any(page.whole for page in pages) is (how == "cut")


@pytest.mark.parametrize("encoding", ["cp1258", "utf-16", "utf-16-le", "latin-1"])
def test_another_encoding_is_not_guessed(write: Write, encoding: str) -> None:
    text = "MaHoSo,TrangThaiHoSo,Ghi\nA-1,4,x\nA-2,é,x\n"
    pages, closing = read(write("a.csv", text.encode(encoding)))
    assert not closing.complete
    assert "UTF-8" in closing.reasons[0]
    assert not any(page.whole for page in pages)


def test_what_stands_before_the_first_wrong_byte_stays_and_other_files_go_on(write: Write) -> None:
    write("a.csv", b"MaHoSo\nA-1\nA-2\nA\xff-3\nA-4\n")
    folder = write("b.csv", "MaHoSo\nB-1\n")
    pages, closing = read(folder)
    assert [(page.file, page.whole, [record and record["MaHoSo"] for record in page.records]) for page in pages] == [
        ("a.csv", False, ["A-1", "A-2"]),
        ("b.csv", True, ["B-1"]),
    ]
    assert closing.reasons == ("Tệp a.csv: dòng 4 không phải bảng mã UTF-8",)


def test_an_open_quote_makes_what_it_swallowed_unknown_not_missing(write: Write) -> None:
    head = "MaHoSo,TrangThaiHoSo,TrichYeu,Email\n"
    to_the_end = head + 'A-1,4,x,y\nA-2,4,"mở,y\nA-3,4,x,y\n'
    pages, closing = read(write("a.csv", to_the_end))
    assert [record and record["MaHoSo"] for record in pages[0].records] == ["A-1", None]
    assert closing.reasons == ("Tệp a.csv: dấu nháy mở ở dòng 3 không được đóng, phần sau không đọc được",)
    in_between = head + 'A-2,4,"mở,y\nA-3,4,x,y\nA-4,4,"x",y\nA-5,4,x,y\n'
    pages, closing = read(write("a.csv", in_between))
    assert [record and record["MaHoSo"] for record in pages[0].records] == [None, "A-5"]
    assert closing.reasons == ("Tệp a.csv: các dòng 2–4 dính vào nhau vì một dấu nháy không đóng",)
    endless = head + 'A-1,4,x,y\nA-2,4,"' + "x y\n" * 40_000
    pages, closing = read(write("a.csv", endless))
    assert [record and record["MaHoSo"] for record in pages[0].records] == ["A-1"]
    assert "một ô quá dài" in closing.reasons[0]


def test_a_lone_carriage_return_is_one_broken_row(write: Write) -> None:
    assert rows(write("a.csv", "MaHoSo,TrangThaiHoSo\nA-1\rB,4\nA-2,4\n"))[-1] == {
        "MaHoSo": "A-2",
        "TrangThaiHoSo": "4",
    }


def test_xlsx_takes_the_first_sheet_that_begins_with_the_code(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"default_date_format": "dd/mm/yyyy hh:mm"}) as workbook:
        workbook.add_worksheet("bìa").write(0, 0, "Báo cáo")
        sheet = workbook.add_worksheet("dữ liệu")
        sheet.write_row(2, 1, ["MaHoSo", "TrangThaiHoSo", "NgayTiepNhan", "TongLePhi", "SoLanBoSung"])
        sheet.write_row(3, 1, ["A-1", 4, datetime(2026, 8, 20, 8, 30), 50000, 1.5])
        sheet.write_row(5, 1, [20260820, "9", date(2026, 8, 21)])
        workbook.add_worksheet("khác").write(0, 0, "MaHoSo")
    assert rows(tmp_path) == [
        {
            "MaHoSo": "A-1",
            "TrangThaiHoSo": 4,
            "NgayTiepNhan": datetime(2026, 8, 20, 8, 30),
            "TongLePhi": 50000,
            "SoLanBoSung": 1.5,
        },
        {"MaHoSo": 20260820, "TrangThaiHoSo": "9", "NgayTiepNhan": date(2026, 8, 21)},
    ]


def test_parquet_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "MaHoSo": pa.array(["A-1", None]).dictionary_encode(),
            "TrangThaiHoSo": pa.array([4, 9], pa.int8()),
            "NgayTiepNhan": pa.array([1_786_000_000_123_456_789, None], pa.timestamp("ns")),
            "NgayHenTra": pa.array([datetime(2026, 8, 20, 1, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")),
            "NgayTra": pa.array([date(2026, 8, 20)] * 2),
            "DanhSachHoSoBoSung": [[{"NgayBoSung": "20260801"}], None],
            "ChuHoSo": ["Nguyễn Văn A"] * 2,
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    pages, _ = read(tmp_path)
    assert pages[0].records[0] == {
        "MaHoSo": "A-1",
        "TrangThaiHoSo": "4",
        "NgayTiepNhan": "2026-08-06T07:06:40",
        "NgayHenTra": "2026-08-20T08:00:00+07:00",
        "NgayTra": "2026-08-20",
        "DanhSachHoSoBoSung": [{"NgayBoSung": "20260801"}],
    }
    assert "ChuHoSo" in pages[0].columns


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"PAR1" + b"\x00" * 50])
def test_a_broken_workbook_is_incomplete_and_not_a_crash(write: Write, name: str, content: bytes) -> None:
    pages, closing = read(write(name, content))
    assert (pages, closing.complete) == ([], False)
    assert closing.reasons[0].startswith(f"Tệp {name}: không mở được")


def test_sub_folders_and_private_names_are_ignored_and_strangers_are_named(write: Write, tmp_path: Path) -> None:
    for name in ("_note.csv", ".a.csv", "~$a.xlsx"):
        write(name, "MaHoSo\nX-1\n")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a.csv").write_text("MaHoSo\nX-2\n")
    folder = write("A.CSV", "MaHoSo\nA-1\n")
    assert rows(folder) == [{"MaHoSo": "A-1"}]
    with pytest.raises(ConfigError, match=r"doc\.pdf: not an export .* let its name start with _"):
        read(write("doc.pdf", "x"))


def test_the_export_says_when_and_how_much(write: Write) -> None:
    write("a.csv", "MaHoSo\nA-1\n")
    note = {"extracted_at": "2026-09-03T22:00:00+07:00", "complete": True, "expected_rows": 1}
    closing = read(write("_export.json", json.dumps(note)), extracted_at="2026-09-03T20:00:00")[1]
    assert closing.extracted_at is not None
    assert (closing.extracted_at.isoformat(), closing.complete, closing.expected_rows) == (
        note["extracted_at"],
        True,
        1,
    )
    closing = read(write("_export.json", json.dumps(note | {"expected_rows": 3})))[1]
    assert closing.reasons == ("Bản xuất thiếu 2 dòng so với số đã báo",)
    closing = read(write("_export.json", json.dumps({"complete": False})), extracted_at="2026-09-03T20:00:00")[1]
    assert closing.reasons == ("Bản xuất tự ghi là chưa đầy đủ",)
    assert closing.extracted_at is not None and closing.extracted_at.isoformat() == "2026-09-03T20:00:00+07:00"


@pytest.mark.parametrize(
    "note", ["{", "[]", '{"complete": "yes"}', '{"expected_rows": true}', '{"extracted_at": "hôm qua"}']
)
def test_a_note_that_cannot_be_read_is_a_mistake(write: Write, note: str) -> None:
    write("a.csv", "MaHoSo\nA-1\n")
    with pytest.raises(ConfigError, match=r"_export\.json"):
        read(write("_export.json", note))


def test_no_folder_is_a_mistake_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        read(tmp_path / "nowhere")
    assert read(tmp_path) == ([], Closing(None, True))


def test_a_zip_in_memory_reads_like_a_folder() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b.csv", "MaHoSo\nB-1\n")
        archive.writestr("a.jsonl.gz", gzip.compress(b'{"MaHoSo": "A-1"}'))
        archive.writestr("_export.json", '{"expected_rows": 2}')
        archive.writestr("old/c.csv", "MaHoSo\nC-1\n")
    source = FilesSource(zipfile.Path(packed), address="http://127.0.0.1/export")
    assert [record for page in source.pages(frozenset()) for record in page.records] == [
        {"MaHoSo": "A-1"},
        {"MaHoSo": "B-1"},
    ]
    assert source.closing() == Closing(None, True, (), 2)


def test_long_files_come_in_pieces_that_keep_their_row_numbers(write: Write) -> None:
    folder = write("a.csv", "MaHoSo\n" + "".join(f"A-{number}\n" for number in range(1, 25_001)))
    pages, _ = read(folder)
    assert [(page.name, page.file, page.first_row, len(page.records)) for page in pages] == [
        ("a.csv#1", "a.csv", 1, 10_000),
        ("a.csv#10001", "a.csv", 10_001, 10_000),
        ("a.csv#20001", "a.csv", 20_001, 5_000),
    ]


CELLS = st.sampled_from(
    [
        "",
        "A-1",
        " ",
        "a b",
        "Đơn",
        "\u2028",
        '"a;b,c"',
        '"nói ""có"" rồi"',
        '""',
        '"a\nb"',
        '"a\r\nb"',
        'a"b',
        '"a"b',
        '"',
        "\0",
        "\r",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=40),
    end=st.sampled_from(["\n", "\r\n"]),
    ended=st.booleans(),
    separator=st.sampled_from([",", ";", "\t"]),
    most_ahead=st.sampled_from([40, 1_000_000]),
)
def test_columns_at_once_are_the_rows_one_by_one(
    lines: list[list[str]], end: str, ended: bool, separator: str, most_ahead: int
) -> None:
    """Whatever stands in a CSV: the pieces are its records, with the same faults and the same end."""
    table = [["MaHoSo", "TrangThaiHoSo", "GhiChu"], *lines]
    content = end.join(separator.join(cells) for cells in table) + (end if ended else "")
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "ROWS_A_PAGE", 3)
        patch.setattr(formats, "_CHUNK", 16)
        patch.setattr(text_lines, "MOST_AHEAD", most_ahead)
        file = Path(folder, "a.csv")
        file.write_bytes(content.encode())
        assert told(file, at_once=True) == told(file, at_once=False)


def told(file: Path, *, at_once: bool) -> tuple[list[Any], str, list[str]]:
    """The records of a CSV, the sentence with which it broke off, and its faults."""
    rows, found, end = formats.csv_rows(file, ColumnNames({})), list[Any](), ""
    pieces: Iterator[Any] | None = rows.pieces if at_once else rows.records
    assert pieces is not None
    try:
        for piece in pieces:
            found += piece if isinstance(piece, RecordColumns) else [piece]
    except formats.Undecodable as error:
        end = str(error)
    return found, end, rows.faults


def test_a_plain_csv_comes_as_columns(write: Write) -> None:
    """Also one with quotes; a row that is none is a matter of its own page alone."""
    body = [f'A-{number},"số {number}, ngõ ""5"""\n' for number in range(30_000)]
    body[15_000] = "A-15000\n"
    pages, closing = read(write("a.csv", "MaHoSo,DiaChi\n" + "".join(body)))
    assert [isinstance(page.records, RecordColumns) for page in pages] == [True, False, True, False]
    assert [len(page.records) for page in pages] == [10_000, 10_000, 10_000, 0]
    assert [page.records[0] for page in pages[:3]] == [{"MaHoSo": f"A-{number}"} for number in (0, 10_000, 20_000)]
    assert (pages[1].records[5_000], closing.complete) == (None, True)


@pytest.mark.parametrize("line", [0, 12_000])
def test_a_line_in_another_encoding_ends_the_file_where_it_stands(write: Write, line: int) -> None:
    body = [f"A-{number},x\n".encode() for number in range(15_000)]
    body[line] = b"A-1,\xd0\n"
    pages, closing = read(write("a.csv", b"MaHoSo,GhiChu\n" + b"".join(body)))
    assert sum(len(page.records) for page in pages) == line
    assert closing.reasons == (f"Tệp a.csv: dòng {line + 2} không phải bảng mã UTF-8",)
