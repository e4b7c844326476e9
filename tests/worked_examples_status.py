"""Worked examples about presence, status and what one row says; see `worked_examples` for how to read them."""

from __future__ import annotations

from typing import Any

from doisoat.model import Side
from tests.worked_examples import BASE, Case, case, lines, record, same

LINK = BASE["DuongDanTepTinKetQua"]
A, B = "H21.05-260820-0001", "000.21-260820-7777777"


def received(status: int, at: str | None, **changes: Any) -> dict[str, Any]:
    """A record received (and filed) at that time."""
    return record(status, NgayTiepNhan=at, NgayNopHoSo=at or BASE["NgayNopHoSo"], **changes)


def done(at: str = "2026-08-25T16:00:00", status: int = 9, **changes: Any) -> dict[str, Any]:
    return record(status, NgayKetThucXuLy=at, **changes)


def early(status: int, **changes: Any) -> dict[str, Any]:
    """A record received on Mon 3/8."""
    return received(status, "2026-08-03T09:00:00", **changes)


MISSING = {
    "missing_on_portal": (
        case("8 h and 1 s", received(2, "2026-08-28T16:59:59"), None, "missing_on_portal"),
        case("8 h exactly", received(2, "2026-08-28T17:00:00"), None),
        case("received on a Saturday off", received(2, "2026-08-29T09:00:00"), None),
        case("received on a holiday", received(2, "2026-09-02T09:00:00"), None),
        case("not received", record(3), None),
        case("withdrawn before reception", record(7, NgayTiepNhan=None), None),
        case("withdrawn after reception", record(7), None, "missing_on_portal"),
        case("portal's row rejected", record(2), record(11)),
        case("portal read in part", record(2), None, partial=Side.PORTAL),
        case("before the scope", received(2, "2024-12-31T09:00:00"), None),
        case("first days of the scope", received(2, "2025-01-03T09:00:00"), None),
        case("inside the scope", received(2, "2025-01-04T09:00:00"), None, "missing_on_portal"),
    ),
    "missing_in_shop": (
        case("registered", None, record(1, NgayTiepNhan=None), "missing_in_shop"),
        case("no agency", None, record(2, MaCoQuan=None), "missing_in_shop"),
        case("merged root", None, record(2, MaCoQuan="H08.77"), "missing_in_shop"),
        case("another province", None, record(1, NgayTiepNhan=None, MaCoQuan="H15.05")),
        case("another province, unmapped", None, record(4, MaTTHC=None, MaCoQuan="H15.05")),
        case("withdrawn before reception", None, record(7, NgayTiepNhan=None)),
        case("shop read in part", None, record(1, NgayTiepNhan=None), partial=Side.SHOP),
        case("within the allowance", None, received(1, "2026-09-03T09:00:00")),
    ),
}

_DUE = {"NgayHenTra": "2026-08-10T17:00:00"}
_CITIZEN = {"NgayYeuCauBoSung": "2026-08-05T09:00:00", "SoLanBoSung": 1}
STATUS = {
    "finished_not_synced": (
        case(
            "false overdue",
            early(9, **_DUE, NgayKetThucXuLy="2026-08-10T16:00:00"),
            early(4, **_DUE),
            "finished_not_synced/false_overdue",
        ),
        case("within the allowance", done("2026-09-03T09:00:00"), record(4)),
        case(
            "late anyway",
            early(9, **_DUE, NgayKetThucXuLy="2026-08-12T16:00:00"),
            early(4, **_DUE),
            "finished_not_synced",
        ),
        case(
            "portal not late yet", done(NgayHenTra="2026-09-09"), record(NgayHenTra="2026-09-09"), "finished_not_synced"
        ),
        case(
            "portal waits for the citizen in time",
            early(9, **_DUE, NgayKetThucXuLy="2026-08-10T16:00:00"),
            early(5, **_DUE, **_CITIZEN),
            "finished_not_synced",
        ),
        case("withdrawn", done(status=7), record(2), "finished_not_synced"),
    ),
    "status_lag": (
        case("processing", received(4, "2026-08-27T09:00:00"), received(2, "2026-08-27T09:00:00"), "status_lag"),
        case("cycle", record(5), record(4), "status_lag/cycle"),
        case("refusal", record(3), record(1), "status_lag/refusal_not_synced"),
        case("step within the allowance", record(4, ThoiDiemXuLy="2026-09-03T08:00:00"), record(2)),
        case("registered on the portal", record(2), record(1, NgayTiepNhan=None), "status_lag"),
        case("finished is another kind", done(), record(4), "finished_not_synced"),
    ),
    "status_conflict": (
        case("portal ahead", record(4), done(), "status_conflict/portal_ahead"),
        case("later in the order", record(2), record(4), "status_conflict/portal_ahead"),
        case("masked, waiting", record(5), done(), "status_conflict/masked_as_9"),
        case("masked, stopped", done(status=8), done(), "status_conflict/masked_as_9"),
        case("swapped 3 and 8", record(3), done(status=8), "status_conflict/swapped_3_8"),
        case("swapped 8 and 3", done(status=8), record(3), "status_conflict/swapped_3_8"),
        case(
            "swapped 1 and 2",
            record(1, NgayTiepNhan=None, NgayNopHoSo="2026-09-03T08:00:00"),
            record(2),
            "status_conflict/swapped_1_2",
        ),
        case("swapped 2 and 1", record(2), record(1), "status_conflict/swapped_1_2"),
        case("two ends", done(status=7), done(status=10), "status_conflict/different_end"),
        case("not received, done", record(3), done(), "status_conflict/different_end"),
        case("return not synced", done(status=10), done(), "status_conflict/return_not_synced"),
        case("portal returned", done(), done(status=10), "status_conflict/portal_ahead"),
    ),
}

_TWICE = ("H21.05-260820-1", "h21.05-260820-1\u200b")
KEYS = {
    "duplicate": (
        case(
            "identical",
            (record(MaHoSo=_TWICE[0]), record(MaHoSo=_TWICE[1])),
            record(MaHoSo=_TWICE[0]),
            "duplicate_in_shop/identical",
        ),
        case("identical, and alone", (record(2), record(2)), None, "duplicate_in_shop/identical", "missing_on_portal"),
        case("conflicting status", (record(4), done()), done(), "duplicate_in_shop/conflicting_status"),
        case("differing, and alone", None, (record(4), record(4, KenhThucHien=1)), "duplicate_on_portal/differing"),
        case(
            "channel null is 1",
            (record(KenhThucHien=None), record(KenhThucHien=1)),
            record(KenhThucHien=1),
            "duplicate_in_shop/identical",
        ),
        case("differing", (record(4), record(4, TongLePhi=5)), record(4), "duplicate_in_shop/differing"),
        case("identical on the portal", record(4), (record(4), record("04")), "duplicate_on_portal/identical"),
        case("conflicting on the portal", record(4), (record(4), record(5)), "duplicate_on_portal/conflicting_status"),
        case("of another province, alone", None, 2 * (record(4, MaCoQuan="H15.05"),)),
        case("second row rejected", (record(4), record(11)), record(4)),
    ),
    "code_substituted": (
        case("national code", record(MaHoSo=A, MaHoSoQG=B), record(MaHoSo=B), "code_substituted/national_code"),
        case("portal names the shop", record(MaHoSo=A), record(MaHoSo=B, MaHoSoDonVi=A), "code_substituted/unit_code"),
        case("other code", record(MaHoSo=A, MaHoSoKhac=B), record(MaHoSo=B), "code_substituted/alternative_code"),
        case(
            "portal has the code as well",
            record(MaHoSo=A, MaHoSoQG=B),
            (record(MaHoSo=A), record(MaHoSo=B)),
            "missing_in_shop",
        ),
        case("filled and equal", record(MaHoSo=A, MaHoSoQG=A), record(MaHoSo=A)),
        case(
            "two candidates: unknown",
            (record(MaHoSo=A, MaHoSoQG=B), record(MaHoSo=A + "9", MaHoSoQG=B)),
            record(MaHoSo=B),
        ),
        case(
            "counterpart duplicated",
            (record(4, MaHoSo=A, MaHoSoQG=B), done(MaHoSo=A, MaHoSoQG=B)),
            record(MaHoSo=B),
            "duplicate_in_shop/conflicting_status",
        ),
    ),
    "rejection": (
        case("status 11", record(11), record(2)),
        case("no such day", record(NgayTiepNhan="31/02/2026"), record(2)),
        case("no code", record(MaHoSo=None), None),
        case("formula as code", record(MaHoSo="=cmd()"), None),
        case(
            "ended the day before", received(9, "2026-08-10T09:00:00", NgayKetThucXuLy="2026-08-09T09:00:00"), record(2)
        ),
        case("received the day after tomorrow", received(2, "2026-09-05T00:00:00"), record(2)),
        case(
            "ended an hour before",
            *2 * (received(9, "2026-08-10T09:00:00", NgayKetThucXuLy="2026-08-10T08:00:00"),),
        ),
    ),
}

ONE_ROW = {
    "result_missing": (
        same("no link", 9, "result_missing/not_digitised", NgayKetThucXuLy="2026-08-25", DuongDanTepTinKetQua=None),
        case("not synced", done(), done(DuongDanTepTinKetQua=None), "result_missing/not_synced"),
        case("alone", done(DuongDanTepTinKetQua=None), None, "missing_on_portal", "result_missing/not_digitised"),
        same("just finished", 9, NgayKetThucXuLy="2026-09-03T09:00:00", DuongDanTepTinKetQua=None),
        same("no document", 9, NgayKetThucXuLy="2026-08-25", DuongDanTepTinKetQua=None, MaTTHC="1.000003"),
        case("portal not finished", done(), record(4, DuongDanTepTinKetQua=None), "finished_not_synced"),
    ),
    "stuck": (
        *(
            case(f"asked {asked}/8", *2 * (early(5, NgayYeuCauBoSung=f"2026-08-{asked}T09:00:00"),), *expected)
            for asked, expected in ((13, ("stuck/supplement",)), (14, ()), (18, ()))
        ),
        case("payment", *2 * (early(6),), "stuck/payment"),
        case("payment asked lately", *2 * (early(6, ThoiDiemXuLy="2026-08-20T09:00:00"),)),
        case(
            "31 days past due",
            *2 * (received(4, "2026-07-27T09:00:00", NgayHenTra="2026-08-03T17:00:00"),),
            "stuck/processing",
        ),
        case("30 days past due", *2 * (received(4, "2026-07-27T09:00:00", NgayHenTra="2026-08-04T17:00:00"),)),
    ),
    "late_intake": tuple(
        same(f"filed {filed}", 1, *expected, NgayTiepNhan=None, NgayNopHoSo=filed)
        for filed, expected in (
            ("2026-08-28T16:59:59", ("late_intake",)),
            ("2026-08-28T17:00:00", ()),
            ("2026-09-03T07:30:00", ()),
        )
    ),
    "second_*": (
        case("asked twice", record(SoLanBoSung=2), record(SoLanBoSung=1), "second_supplement"),
        case("asked once", record(SoLanBoSung=1), record(SoLanBoSung=1)),
        case(
            "twice on the portal only",
            record(SoLanBoSung=1),
            record(SoLanBoSung=2),
            "lateness_disagreement/second_supplement",
        ),
        same("hours again", 4, "second_extension", "lateness_disagreement/second_extension", SoLanGiaHan=2),
        same("once again", 4, SoLanGiaHan=1),
    ),
}

CASES: tuple[Case, ...] = lines({**MISSING, **STATUS, **KEYS, **ONE_ROW})
__all__ = ["CASES", "LINK"]
