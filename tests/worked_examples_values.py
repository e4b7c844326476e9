"""Worked examples about dates, lateness, channel, procedure, agency and payment; see `worked_examples`."""

from __future__ import annotations

from typing import Any

from tests.worked_examples import Case, case, lines, record, same


def dates(
    name: str, field: str, shop: str | None, portal: str | None, *expected: str, status: int = 4, **also: Any
) -> Case:
    """Both sides alike but for one date."""
    return case(name, record(status, **also, **{field: shop}), record(status, **also, **{field: portal}), *expected)


def life(status: int, received: str, due: str, ended: str | None = None, **changes: Any) -> dict[str, Any]:
    times = {"NgayNopHoSo": received, "NgayTiepNhan": received, "NgayHenTra": due, "NgayKetThucXuLy": ended}
    return record(status, **times, **changes)


def both(name: str, row: dict[str, Any], *expected: str) -> Case:
    return case(name, row, row, *expected)


RECEIVED, DUE, ENDED = "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy"
_AUGUST = {"NgayNopHoSo": "2026-08-17T08:00:00", RECEIVED: "2026-08-17T09:00:00"}
DATES = {
    "received_at_mismatch": (
        dates("7 h", RECEIVED, "2026-08-24T09:00:00", "2026-08-24T16:00:00", "received_at_mismatch/timezone_7h"),
        dates("7 h, to midnight", RECEIVED, "24/08/2026 17:00", "25/08/2026 00:00", "received_at_mismatch/timezone_7h"),
        dates("12 h", RECEIVED, "2026-08-24T15:30:00", "2026-08-24T03:30:00", "received_at_mismatch/clock_12h"),
        dates("61 s", RECEIVED, "2026-08-24T09:00:00", "2026-08-24T09:01:01", "received_at_mismatch"),
        dates("60 s", RECEIVED, "2026-08-24T09:00:00", "2026-08-24T09:01:00"),
        dates("day precision", RECEIVED, "2026-08-24T09:00:00", "24/08/2026"),
        dates("same instant, other offset", RECEIVED, "2026-08-24T09:00:00", "2026-08-24T02:00:00Z"),
        dates("null in the shop", RECEIVED, None, "2026-08-24T09:00:00", "received_at_mismatch/absent"),
        case("null on a registered one", record(4), record(1, NgayTiepNhan=None), "status_lag"),
    ),
    "due_at_mismatch": (
        dates("7 h", DUE, "2026-09-10T17:00:00", "2026-09-11T00:00:00", "due_at_mismatch/timezone_7h"),
        dates("a day", DUE, "2026-09-10T17:00:00", "2026-09-11T17:00:00", "due_at_mismatch"),
        dates("12 h", DUE, "2026-09-10T20:00:00", "2026-09-11T08:00:00", "due_at_mismatch/clock_12h"),
        dates("null", DUE, "2026-09-10T17:00:00", None, "due_at_mismatch/absent"),
        dates("hours ignored", DUE, "2026-09-10T17:00:00", "2026-09-10T10:00:00"),
        dates("two spellings", DUE, "10/09/2026", "20260910235959"),
    ),
    "finished_at_mismatch": (
        dates(
            "7 h",
            ENDED,
            "2026-08-20T15:00:00",
            "2026-08-20T08:00:00",
            "finished_at_mismatch/timezone_7h",
            status=9,
            **_AUGUST,
        ),
        case(
            "only returned on the portal, two days later",
            record(10, **_AUGUST, NgayKetThucXuLy="2026-08-20T15:00:00", NgayTra="2026-08-22T15:00:00"),
            record(10, **_AUGUST, NgayTra="2026-08-22T15:00:00"),
            "finished_at_mismatch",
        ),
        case(
            "only returned on the portal, 60 s later",
            record(10, **_AUGUST, NgayKetThucXuLy="2026-08-20T15:00:00"),
            record(10, **_AUGUST, NgayTra="2026-08-20T15:01:00"),
        ),
        dates(
            "12 h", ENDED, "2026-08-20T15:00", "2026-08-20T03:00", "finished_at_mismatch/clock_12h", status=9, **_AUGUST
        ),
        dates("null", ENDED, "2026-08-20T15:00:00", None, "finished_at_mismatch/absent", status=9, **_AUGUST),
        case(
            "not both ended",
            record(9, **_AUGUST, NgayKetThucXuLy="2026-08-20T15:00:00"),
            record(4, **_AUGUST),
            "finished_not_synced",
        ),
    ),
}

_START = "2026-08-10T09:00:00"
_RESET: dict[str, Any] = {
    "NgayYeuCauBoSung": "2026-08-05T09:00:00",
    "NgayHoanThanhBoSung": "2026-08-12T09:00:00",
    "SoLanBoSung": 1,
}
_SHORT: dict[str, Any] = {
    "NgayYeuCauBoSung": "2026-08-05T09:00:00",
    "NgayHoanThanhBoSung": "2026-08-08T09:00:00",
    "SoLanBoSung": 1,
}
_AFTER_DUE: dict[str, Any] = {"NgayYeuCauBoSung": "2026-08-26T09:00:00", "SoLanBoSung": 1}
_BEFORE_DUE: dict[str, Any] = {"NgayYeuCauBoSung": "2026-08-18T09:00:00", "SoLanBoSung": 1}
_SUPPLEMENTS = [
    {"NgayBoSung": "2026-08-11T09:00:00", "NgayTiepNhanBoSung": "2026-08-20T09:00:00"},
    {"NgayBoSung": "2026-08-21T09:00:00", "NgayTiepNhanBoSung": None},
]
LATENESS = {
    "lateness_disagreement": (
        both(
            "same day, one second",
            life(9, _START, "2026-08-26T17:00:00", "2026-08-26T17:00:01"),
            "lateness_disagreement/same_day_time",
        ),
        both("due all day", life(9, _START, "2026-08-26T00:00:00", "2026-08-26T17:10:00")),
        both("due and finished at the last second", life(9, _START, "2026-08-26T23:59:59", "2026-08-26T23:59:59")),
        both(
            "due on a day off",
            life(9, _START, "2026-08-31T17:00:00", "2026-09-03T09:00:00"),
            "lateness_disagreement/due_on_day_off",
        ),
        both("due on a worked Saturday", life(9, _START, "2026-08-22T17:00:00", "2026-08-24T09:00:00")),
        both("due on a Sunday, two days late", life(9, _START, "2026-08-16T17:00:00", "2026-08-18T09:00:00")),
        both(
            "reset, in time",
            life(9, "2026-08-03T09:00:00", "2026-08-10T17:00:00", "2026-08-18T10:00:00", **_RESET),
            "lateness_disagreement/supplement_reset",
        ),
        both(
            "reset, late all the same",
            life(9, "2026-08-03T09:00:00", "2026-08-10T17:00:00", "2026-08-20T10:00:00", **_RESET),
        ),
        same("asked twice", 4, "lateness_disagreement/second_supplement", "second_supplement", SoLanBoSung=2),
        case("asked twice in the shop only", record(SoLanBoSung=2), record(SoLanBoSung=1), "second_supplement"),
        same("appointed again twice", 4, "lateness_disagreement/second_extension", "second_extension", SoLanGiaHan=2),
        both(
            "open supplement, asked after due",
            life(5, _START, "2026-08-20T17:00:00", **_AFTER_DUE),
            "lateness_disagreement/open_supplement",
        ),
        both("open supplement, asked before due", life(5, _START, "2026-08-20T17:00:00", **_BEFORE_DUE)),
        both("open, due today", life(4, _START, "2026-09-03T10:00:00")),
        both(
            "no due date",
            record(4, NgayNopHoSo=_START, NgayTiepNhan=_START, NgayHenTra=None),
            "lateness_disagreement/no_due_date",
        ),
        case(
            "a supplement only the portal knows",
            life(9, "2026-08-03T09:00:00", "2026-08-10T17:00:00", "2026-08-12T16:00:00"),
            life(9, "2026-08-03T09:00:00", "2026-08-10T17:00:00", "2026-08-12T16:00:00", **_SHORT),
            "lateness_disagreement/other",
        ),
        both("no due date and no limit", record(4, NgayHenTra=None, MaTTHC="1.000005")),
        both(
            "listed supplements, the first one resets",
            life(4, _START, "2026-08-24T17:00:00", DanhSachHoSoBoSung=_SUPPLEMENTS),
            "second_supplement",
        ),
        case(
            "a date kind goes before",
            life(9, _START, "2026-08-26T17:00:00", "2026-08-26T17:00:01"),
            life(9, _START, "2026-08-26T17:00:00", "2026-08-26T17:02:01"),
            "finished_at_mismatch",
        ),
    ),
}


def field(name: str, wire: str, shop: Any, portal: Any, *expected: str, **also: Any) -> Case:
    return case(name, record(**also, **{wire: shop}), record(**also, **{wire: portal}), *expected)


_NATIONAL = "2.000477"
_LONG_AGO = {"NgayNopHoSo": "2025-06-27T08:00:00", RECEIVED: "2025-06-27T09:00:00"}
_PAID = {"DuocThanhToanTrucTuyen": 1}
CODES = {
    "channel_mismatch": (
        field("online, null is 1", "KenhThucHien", 2, None, "channel_mismatch"),
        field("counter and null", "KenhThucHien", 1, None),
        field("unknown word", "KenhThucHien", "Zalo", 2),
    ),
    "procedure_unmapped": (
        same("null", 4, "procedure_unmapped/blank", MaTTHC=None),
        same("unknown", 4, "procedure_unmapped/unknown", MaTTHC="9.123456"),
        same("formula", 4, "procedure_unmapped/unknown", MaTTHC="=1+1"),
        same("ended", 4, "procedure_unmapped/retired", MaTTHC="1.000002"),
        same("known by its stem", 4, MaTTHC="1.001612.000.00.00.H21"),
        field(
            "only on the portal; absorbs the mismatch", "MaTTHC", "1.001612", "1.000002", "procedure_unmapped/retired"
        ),
        field("shop's reason first", "MaTTHC", None, "9.123456", "procedure_unmapped/blank"),
    ),
    "procedure_mismatch": (
        field("two procedures", "MaTTHC", "1.001612", "2.000815", "procedure_mismatch"),
        field("local code of the same", "MaTTHC", "1.003560.000.00.00.H21", _NATIONAL),
    ),
    "agency_legacy_code": (
        field("in the shop", "MaCoQuan", "H08.05", "H21.05", "agency_legacy_code"),
        field("on the portal", "MaCoQuan", "H21.05", "H08.05", "agency_legacy_code"),
        field("received while it lasted", "MaCoQuan", "H08.05", "H08.05", **_LONG_AGO),
        field("old spelling of a live agency", "MaCoQuan", "000.00.05.H21", "H21.05"),
    ),
    "agency_mismatch": (
        field("two agencies", "MaCoQuan", "H21.05", "H21.06", "agency_mismatch"),
        field("a part of it", "MaCoQuan", "H21.05.02", "H21.05", "agency_mismatch/parent"),
        field("unknown", "MaCoQuan", "H21.05", "H21.99", "agency_mismatch/unknown_agency"),
        field("null", "MaCoQuan", None, "H21.05"),
        field("legacy and another", "MaCoQuan", "H08.05", "H21.06", "agency_legacy_code", "agency_mismatch"),
    ),
    "payment_mismatch": (
        field("flag", "DuocThanhToanTrucTuyen", 1, 0, "payment_mismatch/flag"),
        field("amount", "TongLePhi", "50000", "45000", "payment_mismatch/amount", **_PAID),
        field("amount unknown", "TongLePhi", "50000", None, **_PAID),
        field("two ways of paying", "DuocThanhToanTrucTuyen", 1, 2),
        field("not paid, not needed", "DuocThanhToanTrucTuyen", 0, 3),
        field("null", "DuocThanhToanTrucTuyen", None, 3),
    ),
}

CASES: tuple[Case, ...] = lines({**DATES, **LATENESS, **CODES})
