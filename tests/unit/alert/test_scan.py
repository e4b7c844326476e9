"""The last look for personal data: what it finds, and what it must let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.alert.scan import is_official, personal_codes, personal_in_text

NUMBER, GROUPED = "dãy 9 hoặc 12 chữ số", "dãy số chia nhóm như số giấy tờ"
PHONE, ADDRESS = "số điện thoại", "địa chỉ thư điện tử"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CCCD 001099012345.", [NUMBER]),
        ("CMND 131234567 cấp tại Phú Thọ", [NUMBER]),
        ("số 001 099 012 345", [GROUPED]),
        ("số 131.234.567,", [GROUPED]),
        ("gọi 0912345678", [PHONE]),
        ("gọi 0912.345.678 hoặc 0912 345 678 hoặc 0912-345-678", [PHONE]),
        ("gọi +84 912 345 678", [GROUPED, PHONE]),
        ("SĐT-0912345678/a", [PHONE]),
        ("gọi 84912345678", [PHONE]),
        ("máy bàn 0210 384 5678", [PHONE]),
        ("thư nguyenvana@gmail.com", [ADDRESS]),
        ("<a href='mailto:a.b@c.vn'>", [ADDRESS]),
        ("131234567 và a@b.vn", [NUMBER, ADDRESS]),
        ("0912345678" * 3, []),  # longer runs are no number of a person
    ],
)
def test_what_looks_like_a_person(text: str, found: list[str]) -> None:
    assert personal_in_text(text, ()) == found


@pytest.mark.parametrize(
    "text",
    [
        "Số liệu đọc lúc: Một cửa 03/09/2026 23:59:59; Cổng DVCQG 03/09/2026 23:59:59.",
        "2026-08-10T17:00:00+07:00\n2026-08-10T17:00:00+07:00",
        "12.345 hồ sơ, 1.234.567 đồng",
        "000.00.14.H56-200203-0118",
        "H44.05-260803-0001 1.001612 2.000815",
        "1.001612.000.00.00.H21",
        "color:#12355b;padding:8px 10px;max-width:680px",
        "@ 5 giờ",
    ],
)
def test_what_belongs_into_a_mail(text: str) -> None:
    assert personal_in_text(text, ()) == []


def test_what_is_meant_to_be_there_is_let_through_but_only_as_a_whole() -> None:
    contact = "Tổ kỹ thuật – kythuat@phutho.example – 0210 384 5678"
    assert personal_in_text(f"Liên hệ: {contact}", [contact]) == []
    assert personal_in_text("Liên hệ: kythuat@phutho.example", [contact]) == [ADDRESS]
    assert personal_in_text(f"{contact}; 0912345678", [contact]) == [PHONE]


def test_a_code_may_hold_such_digits_but_not_be_nothing_else() -> None:
    assert is_official("G22.99-2026-131234567") and not is_official("131234567")
    assert personal_codes(["H44.05-260803-0001", "001099012345", "0912345678"]) == [NUMBER, PHONE]


@given(st.text("0123456789", min_size=12, max_size=12), st.text(" .,;:()\n-aĐ", max_size=5))
def test_no_twelve_digits_pass_whatever_stands_around_them(digits: str, around: str) -> None:
    assert NUMBER in personal_in_text(f"{around}{digits}{around}", ())
