"""What `LayThuTuc` says, in all the shapes it comes in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.land.catalogues.details import flat_details
from doisoat.land.catalogues.rows import read_entry


def way(channel: str, *terms: dict[str, Any]) -> dict[str, Any]:
    return {"KENH": channel, "THOIGIAN": list(terms)}


def term(amount: str, *fees: object, unit: str = "Ngày làm việc") -> dict[str, Any]:
    return {"THOIGIANGIAIQUYET": amount, "DONVITINH": unit, "PHILEPHI": [{"SOTIEN": fee} for fee in fees]}


def details(**changes: Any) -> dict[str, Any]:
    return {"MATTHC": "1.001612", "CACHTHUCTHUCHIEN": [way("1", term("3", "50000"))], **changes}


def test_the_counter_decides() -> None:
    row = flat_details(details(CACHTHUCTHUCHIEN=[way("2", term("1")), way("1", term("3", "50000", "50.000"))]))
    assert row == {"MATTHC": "1.001612", "THOIHAN": "3", "DONVITINH": "Ngày làm việc", "PHILEPHI": 50_000}


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ([way("1", term("3"))], {"THOIHAN": "3", "DONVITINH": "Ngày làm việc", "PHILEPHI": 0}),
        ([way("1", term("3", "1000"), term("5", "1000"))], {"PHILEPHI": 1_000}),
        ([way("1", term("3", "1000", "2000"))], {"THOIHAN": "3", "DONVITINH": "Ngày làm việc"}),
        ([way("1", term("3", "theo quy định"))], {"THOIHAN": "3", "DONVITINH": "Ngày làm việc"}),
        ({"KENH": "2", "THOIGIAN": term("7", "0")}, {"THOIHAN": "7", "DONVITINH": "Ngày làm việc", "PHILEPHI": 0}),
        ([], {}),
        ("hỏng", {}),
        (None, {}),
    ],
)
def test_limits_and_fees_that_can_be_compared(ways: object, told: dict[str, Any]) -> None:
    assert flat_details({"CACHTHUCTHUCHIEN": ways}) == told


@pytest.mark.parametrize("sector", [[], None, {}, "x", [{}], [{"TENLINHVUC": ""}], [7]])
def test_no_sector_is_no_crash(sector: object) -> None:
    assert "LINHVUC" not in flat_details(details(LINHVUCTHUCHIEN=sector))


def test_keys_in_any_case_and_one_object_for_a_list() -> None:
    told = {"maTTHC": "1.1", "tenTTHC": "Tên", "LinhVucThucHien": {"tenLinhVuc": "Đất đai"}}
    assert flat_details(told) == {"MATTHC": "1.1", "TENTTHC": "Tên", "LINHVUC": "Đất đai"}


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["KENH", "THOIGIAN", "PHILEPHI", "SOTIEN", "TENLINHVUC"]), inner, max_size=3)
    ),
    max_leaves=12,
)
names = st.sampled_from(["MATTHC", "TENTTHC", "TRANGTHAI", "CACHTHUCTHUCHIEN", "LINHVUCTHUCHIEN", "NGAYHETHIEULUC"])


@given(st.dictionaries(names, json, max_size=6))
def test_no_shape_breaks_the_reading(answer: dict[str, Any]) -> None:
    entry, _ = read_entry("procedure", flat_details(answer), "LayThuTuc")
    assert entry is None or entry.code
