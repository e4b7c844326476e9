"""A page lands with the bytes its records would give one by one, whatever stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doisoat.land import fields
from doisoat.land.page_lines import PageLines
from doisoat.land.projection import Projection
from doisoat.land.readers import READERS
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Page, Record
from doisoat.rules.values import INSTANT_SHAPE

PROJECTION = Projection(secret_procedures=("1.009999",), secret_agencies=("H21.66",), digest_key=b"key")
NAMES = sorted({*fields.ALLOWED, fields.SOURCE_ID, fields.UPDATED, "ChuHoSo"})


def one_by_one(records: Sequence[Record | None], place: str, first_row: int) -> tuple[bytes, int, set[str]]:
    """The definition: every record by itself."""
    lines, secret, digests = list[bytes](), 0, set[str]()
    for row, record in enumerate(records, first_row):
        position = {"_file": place, "_row": row}
        if record is None:
            lines.append(orjson.dumps(position | {"_shape": True}, option=orjson.OPT_SORT_KEYS))
            continue
        known = PROJECTION.secret_digests(record)
        if known is None:
            lines.append(orjson.dumps(PROJECTION.project(record) | position, option=orjson.OPT_SORT_KEYS))
        else:
            secret += 1
            digests |= known
    return b"".join(line + b"\n" for line in lines), secret, digests


def same_as_one_by_one(page_lines: PageLines, records: Sequence[Record | None]) -> None:
    taken = page_lines.take(Page("page-1", records, frozenset(NAMES), 'tệp "1".csv', 7))
    assert (bytes(taken.content), taken.secret_rows, taken.digests) == one_by_one(records, 'tệp "1".csv', 7)


# Values near the border of every shape, and far from it.
NEAR = [
    *("", " ", "NULL", "nan", "0", "00", "1", "-1", "1.0", "7", "true", "True", "FALSE", "\\n", "[]", "[{", "{}", "http", "HTTP"),
    *("H21.05-260820-0001", " h21.05-1 ", "H21.66.01", "1.009999", "1.009999.x", "000.00.66.H21", "A/1", "A_1", "-A1", "A1\n"),
    *("1" * 9, "12345678", "A123456789", "1" * 50, "1" * 51, "A" * 60, "A" * 61, "a@b.vn", "Đ1", "ß1", "A\u20131", "A\u200b1"),
    *("2026-08-20", "2026-08-20T08:00:00+07:00", "2026-08-20T08:00:00.123Z", "2026-08-20 24:00", "2026-13-01", "20260820"),
    *("20/08/2026", "20/08/2026 3:30:00 CH", "1/1/0000", "31/02/2026", "2026-08-20\n", "2026-08-20T08:00:00+0700\x00"),
    *("1755651600000", "9755651600000", "0912345678", 'a"b\\c', "\t\x01", "Đang xử lý", "Đang xử lý", "Trực tuyến", "x\ufeff"),
    *("https://x/y.pdf", '[{"DuongDanTepTinKetQua": ""}]', '[{"NgayBoSung": "20260810", "x": 1}]', "khong", "Không"),
]  # fmt: skip
TYPED = [None, True, False, 0, 1, 2, -5, 10**20, 1.0, 0.0, -0.0, 1.5, float("nan"), float("inf"), b"1", b"\xff", [], {}]

texts = st.sampled_from(NEAR) | st.from_regex(INSTANT_SHAPE, fullmatch=True) | st.text(max_size=12)
typed = (
    st.sampled_from(TYPED)
    | st.datetimes()
    | st.dates()
    | st.lists(st.dictionaries(texts, texts, max_size=2), max_size=2)
)


@st.composite
def pages(draw: st.DrawFn) -> list[dict[str, Any] | None]:
    """Some columns, each of texts alone, of one other type, or of everything at once."""
    rows = draw(st.integers(0, 6))
    columns = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=8)):
        values = draw(st.sampled_from([texts, texts | st.none(), st.integers(), st.booleans(), typed | texts]))
        columns[name] = draw(st.lists(values, min_size=rows, max_size=rows))
    missing = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
    records = [{name: values[row] for name, values in columns.items()} for row in range(rows)]
    return [
        None if gone and row % 3 == 2 else record
        for row, (gone, record) in enumerate(zip(missing, records, strict=True))
    ]


@settings(max_examples=150, deadline=None)
@given(several=st.lists(pages(), min_size=1, max_size=3))
def test_a_page_lands_as_its_records_would_one_by_one(several: list[list[dict[str, Any] | None]]) -> None:
    page_lines = PageLines(PROJECTION)  # one for all: what it remembers of one page must not change another
    for records in several:
        same_as_one_by_one(page_lines, records)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), names=st.lists(st.sampled_from(NAMES), unique=True, max_size=8), rows=st.integers(0, 6))
def test_columns_land_as_their_records_would(data: st.DataObject, names: list[str], rows: int) -> None:
    cells = texts.filter(lambda text: text.isascii() or text.encode(errors="replace").decode() == text)
    columns = {name: pa.array(data.draw(st.lists(cells, min_size=rows, max_size=rows)), pa.string()) for name in names}
    same_as_one_by_one(PageLines(PROJECTION), RecordColumns(columns, rows))


@pytest.mark.parametrize("name", NAMES)
def test_every_value_near_a_border_in_every_field(name: str) -> None:
    page_lines = PageLines(PROJECTION)
    same_as_one_by_one(page_lines, [{name: value} for value in NEAR])
    same_as_one_by_one(page_lines, [{name: value} for value in (*TYPED, *NEAR, datetime(2026, 8, 20, 1, tzinfo=UTC))])
    for value in (*NEAR, *TYPED):
        same_as_one_by_one(page_lines, [{name: value}])


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.text(alphabet="aZ09._/-: \n\u00e9@", max_size=60), max_size=20))
def test_texts_of_the_letters_of_codes(values: list[str]) -> None:
    for name in (fields.CODE, fields.ALTERNATIVE_CODES[0], fields.SOURCE_ID):
        same_as_one_by_one(PageLines(PROJECTION), [{name: value} for value in values])


def test_no_field_is_forgotten() -> None:
    """A record with every field lands under every key the readers know."""
    record = dict.fromkeys([name for name, _ in READERS], "1") | {"DanhSachHoSoBoSung": "[]", "_id": "a"}
    record |= dict.fromkeys(fields.INSTANTS, "20260820")
    taken = PageLines(PROJECTION).take(Page("p", [record], frozenset(record)))
    assert set(orjson.loads(bytes(taken.content))) == {*record, "_file", "_row", "has_result"}
