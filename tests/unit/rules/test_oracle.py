"""The oracle beyond the examples: values as reported, absent columns, and what holds for any night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import VIETNAM, DiscrepancyKind, Side
from doisoat.rules.kinds import KIND_INFO
from tests.oracle import Discrepancy, Night, StagedRow, reconcile
from tests.oracle_staging import Wire, stage_rows
from tests.worked_examples import AS_OF, BUSINESS_DATE, PROVINCE_ROOTS, REFERENCE, record

CODE = "H21.05-260824-0001"
LINK = "DuongDanTepTinKetQua"


def staged(*records: Wire) -> list[StagedRow]:
    rows, rejected = stage_rows(records, REFERENCE, BUSINESS_DATE, AS_OF)
    assert not rejected
    return rows


def night(shop: Sequence[StagedRow], portal: Sequence[StagedRow], absent: Sequence[tuple[Side, str]] = ()) -> Night:
    columns = {side: frozenset(name for on, name in absent if on is side) for side in Side}
    return Night(shop, portal, REFERENCE, AS_OF, province_roots=PROVINCE_ROOTS, absent=columns)


@pytest.mark.parametrize(
    ("shop", "portal", "expected"),
    [
        (record(4), record(2), ("status_lag", "", "TrangThaiHoSo", "4", "2")),
        (record(2), None, ("missing_on_portal", "", "TrangThaiHoSo", "2", None)),
        (None, record(2), ("missing_in_shop", "", "TrangThaiHoSo", None, "2")),
        (
            record(NgayTiepNhan="2026-08-24T02:00:00Z"),
            record(NgayTiepNhan="24/08/2026 16:00"),
            (
                "received_at_mismatch",
                "timezone_7h",
                "NgayTiepNhan",
                "2026-08-24T09:00:00+07:00",
                "2026-08-24T16:00:00+07:00",
            ),
        ),
        (
            record(),
            record(NgayHenTra=None),
            ("due_at_mismatch", "absent", "NgayHenTra", "2026-09-10T17:00:00+07:00", None),
        ),
        (record(MaTTHC="=1+1"), record(MaTTHC="=1+1"), ("procedure_unmapped", "unknown", "MaTTHC", "'=1+1", "'=1+1")),
        (
            record(MaTTHC="1.003560.000.00.00.H21"),
            record(MaTTHC="1.001612.H21"),
            ("procedure_mismatch", "", "MaTTHC", "2.000477", "1.001612"),
        ),
        (
            record(MaCoQuan="000.00.05.H21"),
            record(MaCoQuan="H21.06"),
            ("agency_mismatch", "", "MaCoQuan", "H21.05", "H21.06"),
        ),
        (
            record(9, NgayKetThucXuLy="2026-08-25"),
            record(9, NgayKetThucXuLy="2026-08-25", DuongDanTepTinKetQua=" "),
            ("result_missing", "not_synced", LINK, "1", "0"),
        ),
        (
            record(DuocThanhToanTrucTuyen=1, TongLePhi="5"),
            record(DuocThanhToanTrucTuyen=2, TongLePhi="-5"),
            ("payment_mismatch", "amount", "TongLePhi", "5", "'-5"),
        ),
        (record(SoLanBoSung=2), record(), ("second_supplement", "", "SoLanBoSung", "2", None)),
    ],
)
def test_values_as_reported(shop: Wire | None, portal: Wire | None, expected: tuple[str | None, ...]) -> None:
    found = reconcile(night(*(staged(*([one] if one else [])) for one in (shop, portal))))
    assert [one[1:6] for one in found] == [expected]


def test_a_discrepancy_names_the_final_agency_and_the_national_procedure() -> None:
    shop, portal = record(4, MaCoQuan="H08.05", MaTTHC="1.003560.000.00.00.H21"), record(2, MaTTHC="2.000477")
    legacy, lag = reconcile(night(staged(shop), staged(portal)))
    assert legacy == Discrepancy(CODE, "agency_legacy_code", "", "MaCoQuan", "H08.05", "H21.05", "H21.05", "2.000477")
    assert lag == Discrepancy(CODE, "status_lag", "", "TrangThaiHoSo", "4", "2", "H21.05", "2.000477")


def test_duplicates_report_the_rows_of_both_sides() -> None:
    found = reconcile(night(staged(record(4), record(4), record(5)), staged(record(4))))
    assert [one[1:6] for one in found] == [("duplicate_in_shop", "conflicting_status", "MaHoSo", "3", "1")]


DIFFERENT = (
    record(
        9,
        MaCoQuan="H08.05",
        NgayKetThucXuLy="2026-08-25",
        DuocThanhToanTrucTuyen=1,
        SoLanBoSung=2,
        SoLanGiaHan=2,
        **{LINK: None},
    ),
    record(
        9, MaCoQuan="H21.06", NgayKetThucXuLy="2026-08-26", KenhThucHien=1, MaTTHC="2.000815", NgayHenTra="2026-09-11"
    ),
)


@pytest.mark.parametrize(
    ("side", "column", "gone"),
    [
        (Side.PORTAL, "NgayHenTra", {"due_at_mismatch"}),
        (Side.PORTAL, "NgayKetThucXuLy", {"finished_at_mismatch"}),
        (Side.PORTAL, "KenhThucHien", {"channel_mismatch"}),
        (Side.SHOP, "KenhThucHien", {"channel_mismatch"}),
        (Side.PORTAL, "MaTTHC", {"procedure_mismatch"}),
        (Side.PORTAL, "MaCoQuan", {"agency_mismatch"}),
        (Side.PORTAL, "DuocThanhToanTrucTuyen", {"payment_mismatch"}),
        (Side.SHOP, "DuocThanhToanTrucTuyen", {"payment_mismatch"}),
    ],
)
def test_a_kind_that_needs_an_absent_column_is_not_evaluated(side: Side, column: str, gone: set[str]) -> None:
    shop, portal = (staged(one) for one in DIFFERENT)
    everything = {one.kind for one in reconcile(night(shop, portal))}
    remaining = {one.kind for one in reconcile(night(shop, portal, [(side, column)]))}
    assert gone <= everything
    assert everything - remaining == gone
    needs = {
        kind.value: {(need.side, name) for need in info.needs for name in need.columns}
        for kind, info in KIND_INFO.items()
    }
    assert all((side, column) in needs[kind] for kind in gone)


def test_an_absent_result_column_leaves_what_the_other_side_proves() -> None:
    shop, portal = (staged(one) for one in DIFFERENT)
    names = (LINK, "DanhSachGiayToKetQua")
    for side, expected in ((Side.SHOP, []), (Side.PORTAL, [("not_digitised", "0", None)])):
        found = reconcile(night(shop, portal, [(side, name) for name in names]))
        assert [
            (one.subtype, one.value_shop, one.value_portal) for one in found if one.kind == "result_missing"
        ] == expected


def test_a_supplement_that_only_one_side_could_tell_of_proves_no_disagreement() -> None:
    supplement = {"NgayYeuCauBoSung": "2026-08-05T09:00", "NgayHoanThanhBoSung": "2026-08-12T09:00", "SoLanBoSung": 1}
    times = {"NgayNopHoSo": "2026-08-03", "NgayTiepNhan": "2026-08-03T09:00", "NgayHenTra": "2026-08-10T17:00"}
    portal = record(9, **times, NgayKetThucXuLy="2026-08-18T10:00")
    sides = (staged({**portal, **supplement}), staged(portal))
    absent = [(Side.PORTAL, name) for name in supplement] + [(Side.PORTAL, "DanhSachHoSoBoSung")]
    assert [one[1:3] for one in reconcile(night(*sides))] == [("lateness_disagreement", "supplement_reset")]
    assert reconcile(night(*sides, absent[:3])) == reconcile(night(*sides))
    assert reconcile(night(*sides, absent)) == []


INSTANTS = st.none() | st.sampled_from(
    [datetime(2026, 8, day, hour, tzinfo=VIETNAM) for day in (3, 13, 24, 28) for hour in (0, 9, 16)]
)
CODES = st.sampled_from(["A1", "A2", "A3", "B1", "B2"])
ROWS = st.builds(
    StagedRow,
    dossier_code=CODES,
    status=st.integers(1, 10),
    procedure_raw=st.just("1.001612"),
    procedure_code=st.just("1.001612"),
    agency_code=st.sampled_from([None, "H21.05", "H15.01"]),
    received_at=INSTANTS,
    submitted_at=INSTANTS,
    due_at=INSTANTS,
    finished_at=INSTANTS,
    supplement_count=st.integers(0, 2),
    supplement_requested_at=INSTANTS,
    supplement_completed_at=INSTANTS,
    has_result=st.booleans(),
    channel=st.sampled_from([None, 1, 2]),
    national_code=st.none() | CODES,
    unit_code=st.none() | CODES,
)
SIDES = st.lists(ROWS, max_size=6)


@given(SIDES, SIDES, st.randoms(use_true_random=False))
def test_order_never_matters(shop: list[StagedRow], portal: list[StagedRow], dice: object) -> None:
    shuffled = [sorted(side, key=lambda row: dice.random()) for side in (shop, portal)]  # type: ignore[attr-defined]
    assert reconcile(night(*shuffled)) == reconcile(night(shop, portal))


@given(SIDES, SIDES)
def test_what_is_found_is_in_the_catalogue_and_told_once(shop: list[StagedRow], portal: list[StagedRow]) -> None:
    found = reconcile(night(shop, portal))
    assert all(one.subtype in KIND_INFO[DiscrepancyKind(one.kind)].subtypes for one in found)
    assert all(one.field in KIND_INFO[DiscrepancyKind(one.kind)].fields for one in found)
    assert len({one[:2] for one in found}) == len(found)


@given(SIDES)
def test_a_side_agrees_with_itself(rows: list[StagedRow]) -> None:
    """Only what one row or its own clocks say remains."""
    unique = list({row.dossier_code: replace(row, national_code=None, unit_code=None) for row in rows}.values())
    kinds = {one.kind for one in reconcile(night(unique, unique))}
    assert kinds <= {"result_missing", "stuck", "late_intake", "second_supplement", "lateness_disagreement"}


@given(SIDES, SIDES, st.sets(CODES))
def test_nothing_is_said_about_a_key_that_could_not_be_read(
    shop: list[StagedRow], portal: list[StagedRow], keys: set[str]
) -> None:
    rejected = frozenset(keys) - {row.dossier_code for row in shop}
    found = reconcile(replace(night(shop, portal), rejected_shop=rejected))
    assert not {one.dossier_code for one in found} & rejected


@given(SIDES, SIDES)
def test_a_partial_side_is_never_said_to_lack_anything(shop: list[StagedRow], portal: list[StagedRow]) -> None:
    whole = reconcile(night(shop, portal))
    partial = reconcile(replace(night(shop, portal), partial=frozenset({Side.PORTAL})))
    assert partial == [one for one in whole if one.kind != "missing_on_portal"]
