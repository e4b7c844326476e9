"""Records by column are the same records as one by one."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.land.record_columns import RecordColumns

VALUE = st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
RECORDS = st.lists(st.none() | st.dictionaries(st.sampled_from(["a", "b", "_id"]), VALUE), max_size=6)


@given(RECORDS)
def test_columns_give_the_records_back(records: list[dict[str, Any] | None]) -> None:
    columns = RecordColumns.of(records)
    assert list(columns) == records == [columns[row] for row in range(len(records))]
    assert RecordColumns.of(columns) is columns
    assert columns[-2:] == records[-2:]


@given(RECORDS, st.data())
def test_picked_rows_are_those_records(records: list[dict[str, Any] | None], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(records) - 1), unique=True)) if records else []
    assert list(RecordColumns.of(records).picked(sorted(rows))) == [records[row] for row in sorted(rows)]


@given(RECORDS, st.data())
def test_put_changes_one_field_of_the_records_that_have_a_shape(
    records: list[dict[str, Any] | None], data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.none() | st.integers(), min_size=len(records), max_size=len(records)))
    changed = RecordColumns.of(records).put("b", values)
    assert list(changed) == [
        None
        if record is None
        else {name: one for name, one in {**record, "b": value}.items() if one is not None or name != "b"}
        for record, value in zip(records, values, strict=True)
    ]


def test_a_field_without_any_value_is_no_column() -> None:
    assert "b" not in RecordColumns.of([{"b": 1}]).put("b", [None]).columns
    assert RecordColumns.of([{"a": 1}, None]).values("b") == [None, None]


def test_texts_of_a_table_are_read_like_any_other_column() -> None:
    table = RecordColumns({"a": pa.array(["x", "", "z"])}, 3)
    assert list(table) == [{"a": "x"}, {"a": ""}, {"a": "z"}] == [table[0], table[1], table[2]]
    assert list(table.picked([2, 0])) == [{"a": "z"}, {"a": "x"}]
    with pytest.raises(IndexError):
        table[3]
