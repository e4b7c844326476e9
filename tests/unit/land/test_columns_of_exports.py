"""Parquet and JSON lines come by columns, and land what their records would land one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doisoat.land import fields
from doisoat.land.exports import formats, parquet_tables, text_lines
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.files import FilesSource
from doisoat.land.exports.formats import Rows, Undecodable, jsonl_rows
from doisoat.land.exports.parquet_tables import parquet_rows
from doisoat.land.page_lines import PageLines
from doisoat.land.projection import Projection
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Page

PROJECTION = Projection(secret_procedures=("1.009999",), secret_agencies=("H21.66",), digest_key=b"key")
NAMES = sorted(fields.ALLOWED)


def landed(page: Page) -> list[bytes]:
    """The definition: every open record of a page projected by itself."""
    return [
        orjson.dumps(PROJECTION.project(record) | {"_file": page.name, "_row": row}, option=orjson.OPT_SORT_KEYS)
        for row, record in enumerate(page.records, 1)
        if record is not None and PROJECTION.secret_digests(record) is None
    ]


def land_at_once(page: Page) -> list[bytes]:
    return bytes(PageLines(PROJECTION).take(page).content).splitlines()


# --- Parquet --------------------------------------------------------------------------------------------------


TEXTS = st.sampled_from(["", " ", "H21.05-260820-0001", "1.009999", "4", "7.0", "nan", "Đơn", "2026-08-20T08:00:00Z"])
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)) | st.sampled_from(
    [datetime(1900, 1, 1), datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(1970, 1, 1), datetime(9999, 1, 1)]
)
TICKS = st.integers(-(2**52), 2**52) | st.sampled_from([-1, 0, 1, 1_786_000_000_123_456])
NUMBERS = st.sampled_from([0.0, -0.0, 4.0, 1.5, -3.0, 1e14, 1e15, 1e300, float("nan"), float("inf")])
KINDS: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.string(), TEXTS),
    (pa.large_string(), TEXTS),
    (pa.string_view(), TEXTS),
    (pa.dictionary(pa.int32(), pa.string()), TEXTS),
    (pa.int8(), st.integers(-5, 12)),
    (pa.uint64(), st.sampled_from([0, 7, 2**64 - 1])),
    (pa.bool_(), st.booleans()),
    (pa.float64(), NUMBERS),
    (pa.float32(), st.sampled_from([0.0, 2.0, 0.5, float("nan")])),
    (pa.decimal128(20, 2), st.sampled_from([Decimal("5000.00"), Decimal("0.50")])),
    *((pa.timestamp(unit), TICKS) for unit in ("s", "ms", "us", "ns")),
    *((pa.timestamp(unit, "UTC"), TICKS) for unit in ("s", "us", "ns")),
    (pa.timestamp("us"), MOMENTS),
    (pa.timestamp("us", "Asia/Ho_Chi_Minh"), MOMENTS.map(lambda one: one.replace(tzinfo=UTC))),
    (pa.date32(), st.dates() | st.sampled_from([date(1969, 12, 31), date(1970, 1, 1)])),
    (pa.date64(), st.dates(date(1800, 1, 1), date(2200, 1, 1))),
    (pa.binary(), st.sampled_from([b"4", b"\xff", b""])),
    (pa.time64("us"), st.times()),
    (pa.duration("s"), st.integers(0, 9).map(lambda one: timedelta(seconds=one))),
    (pa.null(), st.none()),
    (pa.list_(pa.struct([("NgayBoSung", pa.string())])), st.lists(st.fixed_dictionaries({"NgayBoSung": TEXTS}))),
]


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(0, 8))
    columns = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=6)):
        kind, values = draw(st.sampled_from(KINDS))
        written = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        column = pa.array(written, plain)
        columns[name] = column.dictionary_encode() if pa.types.is_dictionary(kind) else column
    return pa.table(columns)


def pieces_of(rows: Rows) -> list[Any]:
    assert rows.pieces is not None
    return list(rows.pieces)


@settings(max_examples=120, deadline=None)
@given(table=tables(), group=st.integers(1, 9), page=st.integers(1, 5))
def test_a_parquet_lands_what_its_python_values_would(table: pa.Table, group: int, page: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet_tables, "ROWS_A_PAGE", page)
        file = Path(folder, "a.parquet")
        pq.write_table(table, file, row_group_size=group)
        records = list(parquet_rows(file, ColumnNames({})).records)
        pieces = pieces_of(parquet_rows(file, ColumnNames({})))
    assert [len(piece) for piece in pieces] == [len(records[at : at + page]) for at in range(0, len(records), page)]
    for number, piece in enumerate(pieces):
        wanted = records[number * page : (number + 1) * page]
        assert land_at_once(Page("p", piece, frozenset())) == landed(Page("p", wanted, frozenset()))


def test_a_parquet_lands_by_columns_without_its_personal_ones(tmp_path: Path) -> None:
    table = pa.table({"MaHoSo": [f"A-{n}" for n in range(25_000)], "ChuHoSo": ["Nguyễn Văn A"] * 25_000})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=7_000)
    pages = list(FilesSource(tmp_path).pages(frozenset()))
    assert [len(page.records) for page in pages] == [10_000, 10_000, 5_000]
    assert all(isinstance(page.records, RecordColumns) for page in pages)
    assert [page.records[0] for page in pages] == [{"MaHoSo": f"A-{n}"} for n in (0, 10_000, 20_000)]
    assert pages[0].columns == {"MaHoSo", "ChuHoSo"}


def test_what_a_damaged_parquet_has_before_the_damage_stays(tmp_path: Path) -> None:
    codes = [f"A-{number * 7919 % 100_003}" for number in range(30_000)]
    pq.write_table(pa.table({"MaHoSo": codes}), tmp_path / "a.parquet", row_group_size=12_000, compression="zstd")
    place = pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(2).column(0).dictionary_page_offset
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    content[place : place + 400] = b"\xff" * 400
    (tmp_path / "a.parquet").write_bytes(content)
    source = FilesSource(tmp_path)
    pages = list(source.pages(frozenset()))
    read = [record["MaHoSo"] for page in pages for record in page.records if record]
    assert read == codes[: len(read)]
    assert len(read) >= 20_000
    assert source.closing().reasons == ("Tệp a.parquet: tệp Parquet bị hỏng ở giữa",)


def test_a_text_that_is_no_utf8_ends_the_parquet_with_a_sentence(tmp_path: Path) -> None:
    wrong = pa.Array.from_buffers(pa.string(), 1, pa.array([b"A-\xd0"], pa.binary()).buffers())
    pq.write_table(pa.table({"MaHoSo": wrong}), tmp_path / "a.parquet")
    source = FilesSource(tmp_path)
    assert [len(page.records) for page in source.pages(frozenset())] == []
    assert source.closing().reasons == ("Tệp a.parquet: một cột chữ không phải bảng mã UTF-8",)


def test_an_instant_beyond_the_calendar_is_one_unreadable_value(tmp_path: Path) -> None:
    ticks = pa.array([2**50, 1_786_000_000], pa.timestamp("s"))
    pq.write_table(pa.table({"MaHoSo": ["A-1", "A-2"], "NgayTiepNhan": ticks}), tmp_path / "a.parquet")
    (page,) = FilesSource(tmp_path).pages(frozenset())
    first, second = map(orjson.loads, land_at_once(page))
    assert (first["_unreadable"], second["NgayTiepNhan"]) == (["NgayTiepNhan"], "2026-08-06T07:06:40")


# --- JSON lines -----------------------------------------------------------------------------------------------


LINES = st.sampled_from(
    [
        b'{"MaHoSo": "A-1", "TrangThaiHoSo": 4}',
        b'{"MaHoSo": "A-2"}',
        b'{"mahoso": "A-3", "ChuHoSo": "x"}',
        b'{"MaHoSo": "A-4", "mahoso": "A-5"}',
        '{"MaHoSo": "Đ-6", "DanhSachHoSoBoSung": [{"NgayBoSung": "20260801"}]}'.encode(),
        b'{"MaHoSo": "A-7"}\r',
        b"{}",
        b"",
        b"  ",
        b"[]",
        b"null",
        b'{"MaHoSo": "A-8"',
        b'"TrangThaiHoSo": 4}',
        b'{"MaHoSo": "\\ud800"}',
        b'{"MaHoSo": "A-\xd0"}',
        "\u2028".encode(),
        b'\xef\xbb\xbf{"MaHoSo": "A-9"}',
    ]
)


@settings(max_examples=120, deadline=None)
@given(lines=st.lists(LINES, max_size=14), ended=st.booleans(), most_ahead=st.sampled_from([40, 1_000_000]))
def test_json_lines_at_once_are_the_records_one_by_one(lines: list[bytes], ended: bool, most_ahead: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "ROWS_A_PAGE", 3)
        patch.setattr(formats, "_CHUNK", 16)
        patch.setattr(text_lines, "MOST_AHEAD", most_ahead)
        file = Path(folder, "a.jsonl")
        file.write_bytes(b"\n".join(lines) + (b"\n" if ended else b""))
        assert told(file, at_once=True) == told(file, at_once=False)


def told(file: Path, *, at_once: bool) -> tuple[list[Any], set[str], str]:
    """The records without nulls, the columns the file offers, the sentence with which it broke off."""
    rows, found, end = jsonl_rows(file, ColumnNames({})), list[Any](), ""
    pieces: Iterator[Any] | None = rows.pieces if at_once else rows.records
    assert pieces is not None
    try:
        for piece in pieces:
            found += piece if isinstance(piece, RecordColumns) else [piece]
    except Undecodable as error:
        end = str(error)
    return found, rows.columns, end


def test_plain_json_lines_come_as_columns(tmp_path: Path) -> None:
    body = [orjson.dumps({"MaHoSo": f"A-{number}", "ChuHoSo": "x"}) + b"\n" for number in range(30_000)]
    body[15_000] = b"[]\n"
    (tmp_path / "a.jsonl").write_bytes(b"".join(body))
    pages = list(FilesSource(tmp_path).pages(frozenset()))
    assert [isinstance(page.records, RecordColumns) for page in pages] == [True, False, True, False]
    assert [len(page.records) for page in pages] == [10_000, 10_000, 10_000, 0]
    assert [page.records[0] for page in pages[:3]] == [{"MaHoSo": f"A-{number}"} for number in (0, 10_000, 20_000)]
    assert (pages[1].records[5_000], pages[0].columns) == (None, {"MaHoSo", "ChuHoSo"})
