"""Reading text, codes, statuses, numbers and channels: what is accepted, what is refused, never a guess."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import STATUS_LABELS
from doisoat.rules.values import (
    code_problem,
    fold,
    read_channel,
    read_code,
    read_integer,
    read_status,
    read_text,
)

NULLS = [None, "", "  ", "\u00a0", "null", "NULL", "None", "NaN", "nat", "(null)", "\\N", "\\n", float("nan")]
INVISIBLE = "\u00a0\u200b\u200c\u200d\u2060\ufeff\u00ad\u202f\u2028\u2029\t\n\r\x00 "


@pytest.mark.parametrize("value", NULLS, ids=repr)
def test_nothing_is_read_as_nothing(value: object) -> None:
    assert read_text(value) is None
    assert read_code(value) is None
    assert read_status(value, {}) is None
    assert read_integer(value) is None
    assert read_channel(value) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Đang xử lý\u00a0", "Đang xử lý"),
        ("a\u00a0b", "a b"),
        ("a\u202fb", "a b"),
        (unicodedata.normalize("NFD", "Được tiếp nhận"), "Được tiếp nhận"),
        (4.0, "4"),
        (4.5, "4.5"),
        (10**13, "10000000000000"),
        (1.7e12, "1700000000000"),
        (True, "true"),
        (float("inf"), "inf"),
        ("nullable", "nullable"),
        (date(2026, 8, 24), "2026-08-24"),
    ],
)
def test_text(value: object, text: str) -> None:
    assert read_text(value) == text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("h21.05-260820-0001", "H21.05-260820-0001"),
        ("H21.05\u2013260820\u20150001", "H21.05-260820-0001"),
        ("H21.05\u2212260820", "H21.05-260820"),
        (f"H21{INVISIBLE}.05", "H21.05"),
        (unicodedata.normalize("NFD", "hồ1"), "HỒ1"),
        ("HO-0", "HO-0"),
        (20260820.0, "20260820"),
        ("nu\u200bll", None),
        ("\u200b", None),
    ],
)
def test_codes(value: object, code: str | None) -> None:
    assert read_code(value) == code


def test_dashes_stay_where_the_parameter_says_so() -> None:
    assert read_code("H21\u20131", dashes_as_hyphen=False) == "H21\u20131"


@given(st.text(max_size=60))
def test_a_read_code_reads_as_itself_and_shows_everything_it_has(text: str) -> None:
    code = read_code(text)
    if code is not None:
        assert read_code(code) == code
        assert not {unicodedata.category(c) for c in code} & {"Zs", "Zl", "Zp", "Cc", "Cf"}
        assert unicodedata.is_normalized("NFC", code)


@given(st.text("H2105.-_/", min_size=1), st.lists(st.sampled_from(INVISIBLE), min_size=1, max_size=5))
def test_invisible_characters_never_make_another_code(text: str, invisible: list[str]) -> None:
    spread = text[: len(text) // 2] + "".join(invisible) + text[len(text) // 2 :]
    assert read_code(spread) == read_code(text)


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_the_short_way_for_ascii_codes_is_the_long_one(text: str) -> None:
    assert read_code(text) == read_code("\u200b" + text)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("H21.05-260820-0001", None),
        ("1", None),
        ("ĐK_1/2", None),
        ("H" + "1" * 49, None),
        ("H" + "1" * 50, "dài quá 50 ký tự"),
        ("HO-SO", "không có chữ số"),
        ("=CMD()", "không có chữ số"),
        ("=1+1", "không bắt đầu bằng chữ cái hoặc chữ số"),
        ("+84912345678", "không bắt đầu bằng chữ cái hoặc chữ số"),
        ("-1", "không bắt đầu bằng chữ cái hoặc chữ số"),
        ("<B>1</B>", "không bắt đầu bằng chữ cái hoặc chữ số"),
        ("H21;1", "có ký tự ngoài chữ cái, chữ số và . - _ /"),
        ("A1@B.VN", "có ký tự ngoài chữ cái, chữ số và . - _ /"),
        ("1½", "có ký tự ngoài chữ cái, chữ số và . - _ /"),
        ("1\U0001f600", "có ký tự ngoài chữ cái, chữ số và . - _ /"),
    ],
)
def test_malformed_codes(code: str, problem: str | None) -> None:
    assert code_problem(code) == problem


@pytest.mark.parametrize(("status", "label"), STATUS_LABELS.items())
def test_the_ten_statuses_in_every_spelling(status: int, label: str) -> None:
    spellings = [status, float(status), f"{status}", f"{status}.0", f"00{status}", label, label.upper()]
    spellings += [unicodedata.normalize("NFD", label), label.replace(" ", " \t\u00a0"), f" {label} "]
    assert {read_status(spelling, {}) for spelling in spellings} == {int(status)}


@pytest.mark.parametrize(
    "value", [0, 11, -1, 4.5, "4,0", "1e0", "0x4", "Đang", "Đang xử lýx", "٤", True, "４", [], {}], ids=repr
)
def test_no_guess_for_other_statuses(value: object) -> None:
    assert read_status(value, {}) is None


def test_the_sources_own_words_come_first() -> None:
    assert read_status("chờ  KÝ", {"Chờ ký": 4}) == 4
    assert read_status("Đã xử lý xong", {"Đã xử lý xong": 10}) == 10
    assert read_status("9", {"9": 8}) == 8
    assert read_status("khác", {"Chờ ký": 4}) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("-3", -3),
        ("+3", 3),
        ("50000.0", 50000),
        (2.0, 2),
        (True, 1),
        (False, 0),
        (str(2**63 - 1), 2**63 - 1),
    ],
)
def test_whole_numbers(value: object, number: int) -> None:
    assert read_integer(value) == number


@pytest.mark.parametrize(
    "value", ["1.5", "1,000", "50.000", "1e3", "một", "2 lần", "٣", "1.00", "9" * 40, float("inf"), [1]], ids=repr
)
def test_other_numbers_are_refused_without_repeating_them(value: Any) -> None:
    with pytest.raises(ValueError) as refused:
        read_integer(value)
    assert str(value) not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "channel"),
    [(1, 1), ("2", 2), ("3.0", 3), ("Trực tiếp", 1), ("TRỰC TUYẾN", 2), ("Bưu chính", 3), ("bưu chính công  ích", 3)],
)
def test_channels(value: object, channel: int) -> None:
    assert read_channel(value) == channel


@pytest.mark.parametrize("value", ["0", "4", "Zalo", "online", "1.5", "true"])
def test_unknown_channels_are_unknown_not_null(value: str) -> None:
    with pytest.raises(ValueError, match="unknown channel"):
        read_channel(value)


@given(st.text(max_size=30))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(), st.dates()))
def test_anything_is_read_or_refused_never_an_accident(value: object) -> None:
    assert read_status(value, {}) in {None, *range(1, 11)}
    for read in (read_integer, read_channel):
        try:
            read(value)
        except ValueError:
            continue
