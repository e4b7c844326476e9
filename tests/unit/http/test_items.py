"""One item of a listing becomes a record under the canonical names; its spelling stays."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.land.items import ItemMap, answer_about, greatest, is_about, name_of, sortable
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Answer
from doisoat.model import VIETNAM
from doisoat.rules.values import read_instant

ITEMS = ItemMap({"MaHoSo": "code", "MaCoQuan": "agency.code"}, {}, own_id="id", updated="updatedDate")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def test_a_record_has_canonical_names_its_own_id_and_its_time() -> None:
    item = {
        "id": "65f",
        "code": " h44.05-1 ",
        "agency": {"code": "H44.05", "name": "Sở Y tế"},
        "updatedDate": "2026-08-23T17:00:00.000+0000",
        "applicant": {"fullname": "ai đó"},
    }
    assert ITEMS.record(item) == {
        "MaHoSo": " h44.05-1 ",
        "MaCoQuan": "H44.05",
        "_id": "65f",
        "_updated": "2026-08-24T00:00:00.000+07:00",
    }


def test_the_extension_fills_gaps_and_never_overrules() -> None:
    item = {"code": "A1", "agency": {"code": ""}, "moRong": {"MaHoSo": "B2", "MaCoQuan": "H44.06", "SoLanBoSung": 2}}
    assert ITEMS.record(item) == {"MaHoSo": "A1", "MaCoQuan": "H44.06", "SoLanBoSung": 2}


def test_the_extension_cannot_forge_the_records_identity() -> None:
    item = {"id": 7, "code": "A1", "moRong": {"_id": "8", "_updated": "x", "_shape": True}}
    assert ITEMS.record(item) == {"MaHoSo": "A1", "_id": 7}


@pytest.mark.parametrize("item", [None, "A1", 4, [], [{"code": "A1"}], True])
def test_what_is_no_object_has_no_shape(item: Any) -> None:
    assert ITEMS.record(item) is None


def test_a_province_file_may_name_other_places() -> None:
    items = ItemMap({"MaHoSo": "code"}, {"MaHoSo": "soHoSo", "MaHoSoQG": "eForm.data.ma"}, own_id="id", updated="u")
    assert items.record({"code": "A1", "soHoSo": "B2", "eForm": {"data": {"ma": "G22-1"}}}) == {
        "MaHoSo": "B2",
        "MaHoSoQG": "G22-1",
    }


def test_columns_offered_are_not_values_filled() -> None:
    items = [{"code": None, "agency": None, "moRong": {"DoMat": None}, "applicant": {}}, None, {"code": "A1", "x": 1}]
    assert ITEMS.columns(items) == {"MaHoSo", "MaCoQuan", "DoMat", "applicant", "x"}
    assert ITEMS.columns([{"code": "A1", "agency": {"name": "Sở"}}]) == {"MaHoSo"}


@pytest.mark.parametrize("items", [[], [None, 3]])
def test_a_page_without_a_readable_item_says_nothing_against_a_column(items: list[Any]) -> None:
    assert ITEMS.columns(items) == {"MaHoSo", "MaCoQuan"}


def test_identities_are_the_sources_own_else_the_content() -> None:
    first, second = {"code": "A1", "b": [1, 2]}, {"b": [1, 2], "code": "A1"}
    assert ITEMS.identities([None, first], 0)[1] == ITEMS.identities([second], 3)[0]
    assert ITEMS.identities([{"id": 7}, {"id": "7", "code": "A"}], 0) == ["id:7", "id:7"]
    assert len({*ITEMS.identities([None, None], 0), *ITEMS.identities([None], 1)}) == 3


@given(ANYTHING)
def test_no_item_breaks_the_reading(item: Any) -> None:
    record = ITEMS.record(item)
    assert (record is None) == (not isinstance(item, dict))
    ITEMS.columns([item])
    assert all(ITEMS.identities([item], 0))


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"id": 4, "name": "Đã trả kết quả"}, "Đã trả kết quả"),
        ({"id": 4, "name": [{"languageId": 46, "name": "Returned"}, {"languageId": 228, "name": "Đã trả"}]}, "Đã trả"),
        ({"id": 4, "name": [{"name": "Returned"}]}, "Returned"),
        ({"id": 4, "name": None}, "id 4"),
        ({"id": 4, "name": []}, "id 4"),
        ({"id": 4}, "id 4"),
        (4, "id 4"),
        ("processing", "processing"),
        ({"id": None, "name": None}, None),
        (None, None),
        ([1], None),
    ],
)
def test_a_word_is_a_name_never_a_bare_number(value: Any, word: str | None) -> None:
    assert name_of(value) == word


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-08-23T17:00:00.500+0000", "2026-08-24T00:00:00.500+07:00"),
        ("2026-08-24T00:00:00.500+0700", "2026-08-24T00:00:00.500+07:00"),
        ("24/08/2026 00:00:00", "2026-08-24T00:00:00.000+07:00"),
        ("20260824000000", "2026-08-24T00:00:00.000+07:00"),
        (1787504400000, "2026-08-24T00:00:00.000+07:00"),
        ("1787504400000", "2026-08-24T00:00:00.000+07:00"),
        ("2026-02-30T00:00:00.000+0700", None),
        ("hôm qua", None),
        (None, None),
        ({}, None),
    ],
)
def test_change_times_of_every_dialect_compare_as_text(value: Any, instant: str | None) -> None:
    assert sortable(value) == instant


def test_the_greatest_change_time() -> None:
    assert greatest(RecordColumns.of([{"_updated": "a"}, None, {}, {"_updated": "c"}, {"_updated": "b"}])) == "c"
    assert greatest(RecordColumns.of([None])) is None


def test_answers_about_one_code() -> None:
    one = {"MaHoSo": "h44.05–1", "TrangThaiHoSo": "4", "_id": "1", "_updated": "2026-01-01"}
    again = {**one, "_id": "2", "_updated": "2026-01-02"}
    other = {**one, "TrangThaiHoSo": "9"}
    assert answer_about("H44.05-1", []) == Answer("absent")
    assert answer_about("H44.05-1", [{"MaHoSo": "H44.05-12"}, None]) == Answer("absent")
    assert answer_about("H44.05-1", [one]) == Answer("found", one)
    assert answer_about("H44.05-1", [one, again]) == Answer("found", again, others=(one,))
    both = Answer("found", again, others=(other,))
    assert answer_about("H44.05-1", [again, other]) == answer_about("H44.05-1", [other, again]) == both
    assert answer_about("H44.05-1", [one, other]) == answer_about("H44.05-1", [other, one])


def test_whether_a_record_is_about_a_code() -> None:
    assert is_about({"MaHoSo": "\u200bh44.05 - 1"}, "H44.05-1")
    assert not is_about({}, "H44.05-1")
    assert not is_about({"MaHoSo": 5}, "5")


@given(
    written=st.datetimes(datetime(1902, 1, 1), datetime(9998, 12, 31)),
    minutes=st.integers(-14 * 60, 14 * 60),
    colon=st.booleans(),
)
def test_a_change_time_keeps_its_instant_under_every_offset(written: datetime, minutes: int, colon: bool) -> None:
    instant = written.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = instant.isoformat(timespec="milliseconds")
    expected = instant.astimezone(VIETNAM).isoformat(timespec="milliseconds")
    assert sortable(text if colon else f"{text[:-3]}{text[-2:]}") == expected


@given(
    text=st.from_regex(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}(Z|[+-][0-9]{4})", fullmatch=True
    )
)
def test_what_only_looks_like_a_change_time_is_none(text: str) -> None:
    try:
        readable = read_instant(text) is not None
    except ValueError:
        readable = False
    assert (sortable(text) is not None) == readable
