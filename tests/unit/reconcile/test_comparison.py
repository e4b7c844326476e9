"""What the comparison promises beside the kinds: keys, counts, what stayed open, order, time zone, hostile codes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from doisoat.errors import NullKey
from doisoat.model import VIETNAM, Side
from doisoat.reconcile import SideCoverage, judge, night_case, summarise
from doisoat.store.engine import engine
from doisoat.store.tables import register_reference
from tests.sql.reconciliation.snapshots import (
    REFERENCE,
    dossier_table,
    found,
    judged,
    night,
    rejection_table,
    staged_row,
)

PARTIAL = SideCoverage(is_complete=False, reasons=("trang 7 không đọc được",))


def kinds(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["dossier_code"], row["kind"]) for row in rows]


def test_a_row_without_a_code_stops_everything() -> None:
    table = dossier_table([{}, {"code": "A1"}])
    table = table.set_column(0, "dossier_code", pa.array([None, "A1"], pa.string()))
    with engine() as connection, pytest.raises(NullKey, match=r"1 staged row\(s\) of portal .*Run the stage `stage`"):
        register_reference(connection, REFERENCE)
        connection.register("shop_dossiers", dossier_table([{}]))
        connection.register("portal_dossiers", table)
        for side in Side:
            connection.register(f"{side.value}_rejections", rejection_table([], side))
        judge(connection, night())


def test_two_empty_sides_have_nothing_to_say() -> None:
    with judged() as connection:
        summary = summarise(connection, night())
    assert set(summary["counts"].values()) == {0}
    assert {name: summary[name] for name in ("matched", "shop_only", "portal_only", "dossiers")} == {
        "matched": 0,
        "shop_only": 0,
        "portal_only": 0,
        "dossiers": 0,
    }


def test_what_a_portal_of_look_ups_was_not_asked_is_unknown_and_not_missing() -> None:
    shop = [{"code": "A1"}, {"code": "A2"}, {"code": "A3", "status": 5}, {"code": "X1", "national_code": "Y1"}]
    portal = [{"code": "A3"}, {"code": "Y1"}]
    silent = {"A2": "not_asked", "A3": "look_up_failed", "X1": "not_asked", "Y1": "not_asked"}
    case = night(portal=SideCoverage(lists_dossiers=False))
    with judged(shop, portal, case=case, unanswered=silent) as connection:
        summary = summarise(connection, case)
        unknown = connection.table("unknown").fetchall()
        assert kinds(found(connection)) == [("A1", "missing_on_portal")]
    named = {row["reason"]: (row["side"], row["dossiers"]) for row in summary["not_compared"] if row["kind"] is None}
    assert named == {
        "đêm nay chưa hỏi DVCQG về hồ sơ này, cũng không còn câu trả lời trước nào đủ mới": ("portal", 3),
        "lượt tra cứu hồ sơ trên DVCQG không có câu trả lời": ("portal", 1),
    }
    assert unknown == sorted(silent.items())
    assert (summary["shop_only"], summary["matched"], summary["dossiers"]) == (1, 0, 5)


def test_a_rejected_dossier_without_an_answer_is_unknown_once() -> None:
    with judged([{"code": "A1"}], rejected_portal=["A1"], unanswered={"A1": "look_up_failed"}) as connection:
        assert connection.table("unknown").fetchall() == [("A1", "rejected")]
        assert summarise(connection, night())["dossiers"] == 1


@pytest.mark.parametrize(("look_ups", "is_complete"), [(None, False), ({"calls": 3}, True)])
def test_of_a_portal_of_look_ups_a_failed_one_is_unknown_alone(look_ups: object, is_complete: bool) -> None:
    sides = {
        side.value: {"complete": False, "partial": True, "partial_reasons": ["1 lượt hỏng"], "absent_columns": []}
        for side in Side
    }
    sides["portal"]["look_ups"] = look_ups
    staged = {"as_of": "2026-09-03T23:59:59+07:00", "sides": sides}
    case = night_case(night().business_date, staged, ("H21",), night().rules, portal_lists_dossiers=False)
    assert (case.portal.is_complete, case.shop.is_complete) == (is_complete, False)


def test_summary_counts_every_dossier_once() -> None:
    shop = [{"code": "A1"}, {"code": "A2"}, {"code": "A3"}, {"code": "A3", "status": 5}, {"code": "R1"}]
    shop += [{"code": "X1", "national_code": "Y1"}, {"code": "X2", "national_code": "Y1"}]
    portal = [{"code": "A1"}, {"code": "P1"}, {"code": "F1", "agency": "H15.05"}, {"code": "Y1"}]
    with judged(shop, portal, rejected_portal=["R1", None], rejected_shop=["R2"]) as connection:
        summary = summarise(connection, night())
        unknown = connection.table("unknown").fetchall()
    named = [(row["side"], row["dossiers"], row["reason"]) for row in summary["not_compared"] if row["kind"] is None]
    assert {name: summary[name] for name in ("matched", "shop_only", "portal_only", "dossiers")} == {
        "matched": 1,  # A1
        "shop_only": 1,  # A2
        "portal_only": 1,  # P1
        "dossiers": 10,
    }
    assert named == [
        (None, 1, "hồ sơ chỉ có trên DVCQG và thuộc cơ quan ngoài tỉnh"),
        (None, 1, "mã hồ sơ trùng, các bản ghi khác nhau nên chưa biết bản ghi nào đúng"),
        (None, 3, "mã thay thế dẫn tới nhiều hồ sơ nên chưa biết hồ sơ nào khớp với hồ sơ nào"),
        ("portal", 1, "bản ghi của hồ sơ bị loại khi đọc nên chưa biết bên này nói gì"),
        ("shop", 1, "bản ghi của hồ sơ bị loại khi đọc nên chưa biết bên này nói gì"),
    ]
    assert unknown == [
        ("A3", "duplicated"),
        ("R1", "rejected"),
        ("R2", "rejected"),
        ("X1", "ambiguous_crosswalk"),
        ("X2", "ambiguous_crosswalk"),
        ("Y1", "ambiguous_crosswalk"),
    ]


def test_nothing_is_said_about_a_rejected_key_on_either_side() -> None:
    row = {"code": "A1", "procedure": None, "agency": "H08.05", "supplement_count": 2}
    with judged([row], [], rejected_portal=["A1"]) as connection:
        assert found(connection) == []
    with judged([], [row], rejected_shop=["A1"]) as connection:
        assert found(connection) == []


def test_a_partial_side_is_named_and_its_silence_proves_nothing() -> None:
    case = night(portal=PARTIAL)
    with judged([{"code": "A1"}, {"code": "A2", "supplement_count": 2}], [{"code": "P1"}], case=case) as connection:
        assert kinds(found(connection)) == [("A2", "second_supplement"), ("P1", "missing_in_shop")]
        summary = summarise(connection, case)
    partial = [row for row in summary["not_compared"] if row["kind"] == "missing_on_portal"]
    assert partial == [
        {
            "kind": "missing_on_portal",
            "side": "portal",
            "reason": "Cổng DVCQG chỉ đọc được một phần (trang 7 không đọc được)",
            "dossiers": 2,
        }
    ]


def test_a_portal_read_by_look_ups_names_no_dossier_of_its_own() -> None:
    case = night(portal=SideCoverage(lists_dossiers=False))
    with judged([], [{}], case=case) as connection:
        assert found(connection) == []
        named = {(row["kind"], row["side"]) for row in summarise(connection, case)["not_compared"]}
    assert ("missing_in_shop", "portal") in named


def test_inputs_that_are_not_configured_are_always_named() -> None:
    with judged([{}], [{}]) as connection:
        named = [(row["kind"], row["reason"][:16]) for row in summarise(connection, night())["not_compared"]]
    assert named == [("aggregate_mismatch", "chưa cấu hình ng"), ("catalogue_mismatch", "chưa cấu hình ng")]


ABSENT = {
    "MaCoQuan": {"missing_in_shop", "agency_legacy_code", "agency_mismatch"},
    "MaTTHC": {"procedure_unmapped", "procedure_mismatch"},
    "NgayHenTra": {"due_at_mismatch", "lateness_disagreement", "finished_not_synced"},
    "NgayKetThucXuLy": {"finished_at_mismatch", "lateness_disagreement"},
    "KenhThucHien": {"channel_mismatch"},
    "DuocThanhToanTrucTuyen": {"payment_mismatch"},
}


@pytest.mark.parametrize("column", ABSENT)
def test_kinds_that_need_an_absent_column_are_named(column: str) -> None:
    case = night(portal=SideCoverage(absent_columns=frozenset({column})))
    with judged([{}], [{}], case=case) as connection:
        listed = [row for row in summarise(connection, case)["not_compared"] if column in row["reason"]]
    assert {row["kind"] for row in listed} == ABSENT[column]
    assert {row["side"] for row in listed} == {"portal"}


def test_clocks_are_not_held_against_each_other_where_one_side_cannot_tell_of_supplements() -> None:
    """The law starts the term anew after the supplement; the portal has no columns to say that it knew of one."""
    supplement = {
        "supplement_count": 1,
        "supplement_requested_at": "2026-08-05 09:00:00",
        "supplement_completed_at": "2026-08-12 09:00:00",
    }
    row = {"status": 9, "received_at": "2026-08-03 09:00:00", "due_at": "2026-08-10 17:00:00"}
    row["finished_at"] = "2026-08-18 09:00:00"
    with judged([row | supplement], [row]) as connection:
        assert kinds(found(connection)) == [(staged_row({})["dossier_code"], "lateness_disagreement")]
    columns = frozenset({"SoLanBoSung", "DanhSachHoSoBoSung", "NgayYeuCauBoSung", "NgayHoanThanhBoSung"})
    case = night(portal=SideCoverage(absent_columns=columns))
    with judged([row | supplement], [row], case=case) as connection:
        assert found(connection) == []
        named = [row for row in summarise(connection, case)["not_compared"] if row["kind"] == "lateness_disagreement"]
    assert [row["dossiers"] for row in named] == [1]


def test_order_of_rows_changes_nothing() -> None:
    shop = [{"code": f"A{n}", "status": 4 + n % 3} for n in range(6)] + [{"code": "A1", "agency": "H21.06"}]
    portal = [{"code": f"A{n}"} for n in range(4)] + [{"code": "A2", "channel": 2}, {"code": "A2", "channel": 3}]
    with judged(shop, portal) as connection:
        once = connection.table("discrepancies").fetchall()
    with judged(shop[::-1], portal[::-1]) as connection:
        assert connection.table("discrepancies").fetchall() == once
    assert len(once) > 3


def test_codes_whose_hashes_collide_stay_two_dossiers() -> None:
    """DuckDB's hash() gives these two codes one value; equality must not be decided by it."""
    codes = ["000.00.47.H26-240602-236541", "000.00.27.H26-240602-238541"]
    with judged([{"code": codes[0]}], [{"code": codes[1]}]) as connection:
        assert kinds(found(connection)) == [(codes[1], "missing_in_shop"), (codes[0], "missing_on_portal")]


def test_hostile_text_is_reported_as_text() -> None:
    hostile = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'; DROP TABLE found; --", "$kind :kind"]
    with judged([{"code": f"A{n}", "procedure": text} for n, text in enumerate(hostile)], []) as connection:
        rows = [row for row in found(connection) if row["kind"] == "procedure_unmapped"]
    assert [row["value_shop"] for row in rows] == [
        *("'=cmd|' /C calc'!A0", "'+1", "'-1", "'@SUM(A1)", "'; DROP TABLE found; --", "$kind :kind")
    ]


def test_old_instants_are_seven_hours_ahead_as_well() -> None:
    """Asia/Ho_Chi_Minh was at +08:00 until 1975; the rules count in +07:00 always."""
    old = datetime(1974, 1, 1, 17, 0, 0, tzinfo=UTC)  # midnight of 2 January in +07:00: day precision
    row = {"received_at": old, "due_at": None}
    with judged([row], [row | {"received_at": old.replace(hour=18)}]) as connection:
        assert "received_at_mismatch" not in {one["kind"] for one in found(connection)}
        shown = connection.table("written_pairs").project("epoch(received_at_shop)").fetchall()
    assert shown == [(old.timestamp(),)]


def test_what_goes_with_a_discrepancy() -> None:
    with judged([{"status": 9, "finished_at": "2026-08-25 09:00:00"}], [{"status": 4}]) as connection:
        relation = connection.table("discrepancies")
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    assert rows == [
        {
            "dossier_code": "H21.05-260824-0001",
            "kind": "finished_not_synced",
            "subtype": "",
            "agency_code": "H21.05",
            "procedure_code": "1.001612",
            "field": "TrangThaiHoSo",
            "value_shop": "9",
            "value_portal": "4",
            "cause": "undetermined",
            "side": "shop",
            "severity": "medium",
            "technical": False,
            "since": datetime(2026, 8, 25, 9, tzinfo=VIETNAM),
            "period": "",
        }
    ]
