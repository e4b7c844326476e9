"""How values read to people."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.rules.text import number
from doisoat.store.work_items import moment, plain_value, status_text


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("TrangThaiHoSo", "4", "4 · Đang xử lý"),
        ("TrangThaiHoSo", "11", "11"),
        ("TrangThaiHoSo", None, "–"),
        ("NgayHenTra", "2026-08-10T17:00:00+07:00", "10/08/2026 17:00"),
        ("NgayHenTra", "2026-08-10T10:00:01+00:00", "10/08/2026 17:00:01"),
        ("NgayHenTra", "on_time", "Đúng hạn"),
        ("NgayHenTra", "late", "Quá hạn"),
        ("NgayNopHoSo", "'=1+1", "'=1+1"),
        ("KenhThucHien", "2", "Trực tuyến"),
        ("KenhThucHien", "9", "9"),
        ("DuongDanTepTinKetQua", "0", "Chưa có"),
        ("TongLePhi", "1250000", "1.250.000 đồng"),
        ("MaTTHC", "late", "late"),
        ("MaHoSo", "", "–"),
    ],
)
def test_plain_value(field: str, value: str | None, text: str) -> None:
    assert plain_value(field, value) == text


@given(st.integers(-(10**12), 10**12))
def test_a_number_keeps_its_digits(value: int) -> None:
    assert int(number(value).replace(".", "")) == value


@given(st.datetimes())
def test_a_moment_reads_back(value: datetime) -> None:
    whole = value.replace(microsecond=0)
    form = "%d/%m/%Y %H:%M:%S" if whole.second else "%d/%m/%Y %H:%M"
    assert datetime.strptime(moment(whole), form) == whole


def test_a_status_without_a_value_is_a_dash() -> None:
    assert status_text(None) == "–"
