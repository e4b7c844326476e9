"""How values of a catalogue are read and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.rules.catalogue import (
    comparable_limit,
    national_stem,
    read_catalogue_code,
    read_fee,
    read_is_active,
    read_level,
    read_limit,
    same_agency,
    same_words,
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hoà Bình", "Hòa Bình", True),
        ("thuỷ lợi", "THỦY   LỢI", True),
        ("Quý", "Qúy", True),
        ("Cấp giấy", "Cấp giầy", False),
        ("Cấp giấy phép", "Cấp giấyphép", False),
        ("má", "mà", False),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    assert (same_words(one) == same_words(other)) is same


@given(st.text())
def test_comparing_again_changes_nothing(text: str) -> None:
    once = same_words(text)
    assert once is not None and same_words(text.upper().lower()) == same_words(text.upper().lower().strip())
    assert same_words(f" {text} ") == once


def test_agencies_without_the_province_the_portal_appends() -> None:
    assert same_agency("Sở Công Thương - Tỉnh Phú Thọ") == same_agency("Sở Công thương")
    assert same_agency("Chi cục Kiểm lâm - Sở Nông nghiệp") != same_agency("Chi cục Kiểm lâm")
    assert same_agency(None) is None


@pytest.mark.parametrize(
    ("value", "fee"),
    [
        ("100000", 100_000),
        ("100.000", 100_000),
        ("1,200,000 đồng", 1_200_000),
        ("150000.00", 150_000),
        (150_000.0, 150_000),
        ("0", 0),
        ("", None),
        ("1.5", None),
        ("100000 USD", None),
        ("-5", None),
        ("theo quy định", None),
    ],
)
def test_fees(value: object, fee: int | None) -> None:
    assert read_fee(value) == fee


@pytest.mark.parametrize(
    ("amount", "unit", "limit"),
    [
        ("5", "ngày làm việc", (5, "Ngày làm việc")),
        ("5 Ngày làm việc", None, (5, "Ngày làm việc")),
        ("0,5", "Ngày", (0.5, "Ngày")),
        (8, "giờ làm việc", (8, "Giờ")),
        ("5", "tuần", (None, None)),
        ("năm", "Ngày", (None, None)),
        (None, "Ngày", (None, None)),
        ("5", None, (None, None)),
    ],
)
def test_limits(amount: object, unit: object, limit: tuple[float | None, str | None]) -> None:
    assert read_limit(amount, unit) == limit


def test_a_working_day_is_eight_hours_and_a_day_is_not() -> None:
    assert comparable_limit(3, "Ngày làm việc") == comparable_limit(24, "Giờ") == (24, "Giờ")
    assert comparable_limit(3, "Ngày") == (3, "Ngày")
    assert comparable_limit(3, None) == comparable_limit(None, "Giờ") == (None, None)


def test_words_for_levels_and_states() -> None:
    assert [read_level(word) for word in ("Toàn trình", "MỘT PHẦN", "Không", 4, "gì đó", None)] == [
        *("toan_trinh", "mot_phan", "khong", "toan_trinh"),
        *(None, None),
    ]
    assert [read_is_active(word) for word in (1, "0", True, False, "Còn hiệu lực", "INACTIVE", "?", None)] == [
        *(True, False, True, False, True, False),
        *(None, None),
    ]


@pytest.mark.parametrize("code", ["", "=1+1", "@x", "a b\tc", "<b>", "x" * 51, "'; drop", None])
def test_what_is_no_code(code: str | None) -> None:
    read = read_catalogue_code(code)
    assert read is None or read == "ABC"  # blanks inside a code are removed


def test_stems() -> None:
    assert national_stem("1.001612.000.00.00.H48") == national_stem("1.001612") == "1.001612"
    assert national_stem("1.001612X") is national_stem("TTHC-77") is None
