"""Dates as each system spells them, and the bugs real clients had with them: one meaning, or a reason why there is none."""

from __future__ import annotations

import pytest

from doisoat.model import Side, local_iso
from tests.contract.troubles.nights import Compared, both, finished, said

NINE = "2026-08-24T09:00:00+07:00"
SUPPLEMENTS = [{"NgayBoSung": "2026-08-25T08:00:00", "NgayTiepNhanBoSung": "2026-08-26T09:30:00"}]
SPELLINGS = {
    "OPENCPS-1": "24/08/2026 09:00:00",
    "OPENCPS-2": "20260824090000",
    "OPENCPS-3": "1787536800000",
    "IGATE-1": "2026-08-24T02:00:00.000+0000",
    "IGATE-2": "2026-08-24T09:00:00.000+0700",
    "BNV-1": "2026-08-24 09:00:00",
    "BNV-2": "2026-08-24T09:00:00.123",
    "RADIO-1": "2026/08/24 09:00:00",
    "TANDAN-1": "2026-08-24T09:00:00",
}
NO_DATES = {"DANH-GIA-1": "8-2026", "HAU-TO-1": "260824090000", "MOJIBAKE-1": "24/08/2026 9:00 SÃ¡ng"}
DOSSIERS = {
    **{code: (said(NgayTiepNhan=spelled), said()) for code, spelled in SPELLINGS.items()},
    **{code: (said(NgayHenTra=spelled), said()) for code, spelled in NO_DATES.items()},
    "TRONG-1": both(NgayTiepNhan="20260903080000", NgayKetThucXuLy="", NgayHenTra=""),
    "BO-SUNG-1": both(DanhSachHoSoBoSung=SUPPLEMENTS),
    "GIO-12-1": (said(NgayTiepNhan="20260824153000"), said(NgayTiepNhan="20260824033000")),
    "Z-1": (said(), said(NgayTiepNhan="2026-08-24T09:00:00Z")),
    "Z-2": (finished(), finished("2026-08-26T16:00:00Z")),
    "NUA-DEM-1": (said(NgayHenTra="2026-09-09T17:00:00.000+0000"), said(NgayHenTra="10/09/2026")),
}


@pytest.mark.parametrize("code", SPELLINGS)
def test_every_client_parsed_one_spelling_we_read_all_as_the_same_instant(night: Compared, code: str) -> None:
    (received,) = night.staged(Side.SHOP, code, "received_at")
    assert local_iso(received) == NINE
    assert night.kinds(code) == []


def test_a_date_is_empty_where_the_push_has_an_empty_text(night: Compared) -> None:
    assert night.staged(Side.SHOP, "TRONG-1", "finished_at IS NULL AND due_at IS NULL") == [True]
    assert night.kinds("TRONG-1") == []


def test_tan_dan_writes_supplements_in_iso_inside_a_record_of_compact_dates(night: Compared) -> None:
    (asked,) = night.staged(Side.SHOP, "BO-SUNG-1", "supplement_requested_at")
    (completed,) = night.staged(Side.SHOP, "BO-SUNG-1", "supplement_completed_at")
    assert (local_iso(asked), local_iso(completed)) == ("2026-08-25T08:00:00+07:00", "2026-08-26T09:30:00+07:00")


@pytest.mark.parametrize("code", NO_DATES)
def test_a_month_a_two_digit_year_and_mojibake_are_no_dates_and_no_guess(night: Compared, code: str) -> None:
    ((rule, reason),) = night.rejections(Side.SHOP, code)
    assert rule == "date_invalid"
    assert reason and NO_DATES[code] not in reason
    assert night.kinds(code) == []  # unknown, not missing


def test_a_pattern_with_hh_for_hours_put_afternoons_in_the_morning_we_name_the_bug(night: Compared) -> None:
    assert night.kinds("GIO-12-1") == ["received_at_mismatch/clock_12h"]


def test_statistics_clients_put_z_on_local_times_we_name_the_seven_hours(night: Compared) -> None:
    assert night.kinds("Z-1") == ["received_at_mismatch/timezone_7h"]
    assert night.kinds("Z-2") == ["finished_at_mismatch/timezone_7h"]
    assert {one["technical"] for code in ("Z-1", "Z-2", "GIO-12-1") for one in night.about(code)} == {True}


def test_17_o_clock_utc_is_the_next_local_midnight_and_so_a_day(night: Compared) -> None:
    (due,) = night.staged(Side.SHOP, "NUA-DEM-1", "due_at")
    assert local_iso(due) == "2026-09-10T00:00:00+07:00"
    assert night.kinds("NUA-DEM-1") == []
