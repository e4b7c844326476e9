"""assess: dates, ages, ranks, agencies; the same bytes on a replay; nothing closed that was not compared."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from doisoat.assess import assess_night
from doisoat.errors import TerminalError
from doisoat.model import Side
from doisoat.store.fingerprints import fingerprint
from doisoat.store.layout import RunFiles
from doisoat.store.warehouse import Warehouse
from tests.unit.assess.nights import DISCREPANCY, Night, at, dossier, found, province, reference, rejection, rows_of

A, B, C = (f"H44.05-260803-000{number}" for number in (1, 2, 3))


def _assess(
    night: Night, home: Path, warehouse: Warehouse, *, rewind: bool = False
) -> tuple[RunFiles, dict[str, object]]:
    files = night.write(home)
    return files, assess_night(files, province(), reference(), warehouse, rewind=rewind)


def _bytes(files: RunFiles) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(files.work("assess").iterdir())}


def test_a_first_night(tmp_path: Path, warehouse: Warehouse) -> None:
    night = Night(
        discrepancies=[
            found(A, "finished_not_synced", "false_overdue", severity="high", since=at("28/08 16:59")),
            found(B, "missing_on_portal", severity="high", technical=True, since=at("21/08 09:00")),
            found(C, "channel_mismatch", severity="low", since=None, agency_code=None, field="KenhThucHien"),
            found(C, "stuck", "payment", since=at("03/09 08:00"), agency_code="H44.37"),
        ],
        agency_counts=[
            {"agency_code": "H44.05", "dossiers_shop": 60, "dossiers_portal": 58, "finished_shop": 40, "late_law": 2},
            {"agency_code": "H44.99", "dossiers_shop": 1, "late_portal": 1},
        ],
    )
    files, summary = _assess(night, tmp_path, warehouse)
    folder = files.work("assess")
    assert sorted(path.name for path in folder.iterdir()) == [
        "agencies.parquet",
        "discrepancies.parquet",
        "prior.parquet",
        "summary.json",
    ]
    today = date(2026, 9, 3)
    columns = ("dossier_code", "kind", "first_seen_on", "last_seen_on", "state", "recheck", "age_working_days", "rank")
    assert rows_of(folder / "discrepancies.parquet", *columns) == [
        (A, "finished_not_synced", today, today, "open", "unchecked", 1, 2),  # 28/8 -> 3/9: only the 3rd is worked
        (B, "missing_on_portal", today, today, "open", "unchecked", 7, 1),  # 22 (Sat, worked), 24-28, 3/9
        (C, "channel_mismatch", today, today, "open", "unchecked", None, 4),
        (C, "stuck", today, today, "open", "unchecked", 0, 3),
    ]
    assert pq.read_schema(folder / "discrepancies.parquet").names == [
        *DISCREPANCY,
        *("first_seen_on", "last_seen_on", "state", "recheck", "age_working_days", "rank", "confidence", "evidence"),
    ]
    assert pq.read_table(folder / "agencies.parquet").to_pylist() == [
        _agency("H44.05", "Sở Xây dựng", "H44", shop=60, portal=58, finished=40, late_law=2,
                false_overdue=1, discrepancies=2, technical=1, high=1, dossiers=2, lagging=True),
        _agency("H44.37", "Phường Việt Trì", None, discrepancies=1, medium=1, dossiers=1, lagging=True),
        _agency("H44.99", "H44.99", None, shop=1, late_portal=1),
        _agency(None, None, None, discrepancies=1, low=1, dossiers=1, lagging=True),
    ]  # fmt: skip
    expected = {
        "verdict": "complete",
        "counts": {"channel_mismatch": 1, "finished_not_synced": 1, "missing_on_portal": 1, "stuck": 1},
        "first_seen": {"channel_mismatch": 1, "finished_not_synced": 1, "missing_on_portal": 1, "stuck": 1},
        "new": 4,
        "open": 4,
        "carried": 0,
        "resolved": 0,
        "dossiers_affected": 3,
        "technical": 1,
        "high": 1,
        "medium": 1,
        "low": 1,
        "false_overdue": 1,
        "unchecked": 4,
        "lagging_agencies": 2,
        "patterns": [],
    }
    assert summary == expected
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == expected


def _agency(
    code: str | None, name: str | None, parent: str | None, *, shop: int = 0, portal: int = 0, finished: int = 0,
    late_law: int = 0, late_portal: int = 0, late_province: int = 0, false_overdue: int = 0, discrepancies: int = 0,
    technical: int = 0, high: int = 0, medium: int = 0, low: int = 0, dossiers: int = 0, lagging: bool = False,
) -> dict[str, object]:  # fmt: skip
    return {
        "agency_code": code,
        "agency_name": name,
        "parent_code": parent,
        "dossiers_shop": shop,
        "dossiers_portal": portal,
        "finished_shop": finished,
        "late_law": late_law,
        "late_portal": late_portal,
        "late_province": late_province,
        "false_overdue": false_overdue,
        "discrepancies": discrepancies,
        "technical": technical,
        "high": high,
        "medium": medium,
        "low": low,
        "dossiers_affected": dossiers,
        "lagging": lagging,
    }


def test_the_engine_names_discrepancies_as_the_program_does(tmp_path: Path, warehouse: Warehouse) -> None:
    rows = [
        found(A, "stuck", "payment"),
        found("", "aggregate_mismatch", "received", field="x", period="2026-08", procedure_code=None),
        found("", "aggregate_mismatch", "received", field="x", period="2026-09", procedure_code=None),
    ]
    _assess(Night(discrepancies=rows), tmp_path, warehouse)
    assert warehouse.known_fingerprints("H44", date(2026, 9, 4)) == {
        fingerprint("H44", "stuck", A, "TrangThaiHoSo"),
        fingerprint("H44", "aggregate_mismatch", "", "x", agency_code="H44.05", period="2026-08", subtype="received"),
        fingerprint("H44", "aggregate_mismatch", "", "x", agency_code="H44.05", period="2026-09", subtype="received"),
    }


def test_the_next_night_knows_since_when(tmp_path: Path, warehouse: Warehouse) -> None:
    _assess(Night(discrepancies=[found(A, "stuck"), found(B, "stuck")]), tmp_path, warehouse)
    night = Night(day=4, discrepancies=[found(B, "stuck"), found(C, "stuck")])
    files, summary = _assess(night, tmp_path, warehouse)
    assert rows_of(files.work("assess") / "discrepancies.parquet", "dossier_code", "first_seen_on", "recheck") == [
        (B, date(2026, 9, 3), "not_planned"),
        (C, date(2026, 9, 4), "unchecked"),
    ]
    assert (summary["new"], summary["open"], summary["carried"], summary["resolved"]) == (1, 3, 1, 0)
    assert rows_of(files.work("assess") / "prior.parquet", "dossier_code", "first_seen_on", "kind") == sorted(
        [(A, date(2026, 9, 3), "stuck"), (B, date(2026, 9, 3), "stuck")],
        key=lambda row: fingerprint("H44", "stuck", row[0], "TrangThaiHoSo"),
    )


def test_what_a_fresh_look_up_refuted_or_could_not_settle_stays_out(tmp_path: Path, warehouse: Warehouse) -> None:
    words = {A: "vanished", B: "unknown", C: "confirmed", "D-4": "unchecked", "E-5": "not_planned"}
    night = Night(
        discrepancies=[found("Z-9", "stuck")],
        rechecked=[{**found(code, "stuck"), "recheck": word} for code, word in words.items()],
    )
    files, _ = _assess(night, tmp_path, warehouse)
    assert rows_of(files.work("assess") / "discrepancies.parquet", "dossier_code", "recheck") == [
        ("D-4", "unchecked"),
        ("E-5", "not_planned"),
        (C, "confirmed"),
    ]


def test_a_replay_after_later_nights_gives_the_same_bytes(tmp_path: Path, warehouse: Warehouse) -> None:
    _assess(Night(day=3, discrepancies=[found(A, "stuck")], shop=[dossier(A)]), tmp_path, warehouse)
    fourth = Night(day=4, discrepancies=[found(A, "stuck"), found(B, "stuck")], shop=[dossier(A), dossier(B)])
    files, _ = _assess(fourth, tmp_path, warehouse)
    first = _bytes(files)
    _assess(Night(day=7, discrepancies=[found(C, "stuck")], shop=[dossier(A), dossier(B)]), tmp_path, warehouse)
    before = warehouse.open_before("H44", date(2026, 9, 8))
    assess_night(files, province(), reference(), warehouse)
    assert _bytes(files) == first
    (files.work("assess") / "prior.parquet").unlink()
    assess_night(files, province(), reference(), warehouse)
    assert _bytes(files) == first, "the warehouse tells the same earlier state when the stored one is lost"
    assert warehouse.open_before("H44", date(2026, 9, 8)) == before


def test_rewind_takes_later_nights_back_and_they_start_afresh(tmp_path: Path, warehouse: Warehouse) -> None:
    _assess(Night(day=3, discrepancies=[found(A, "stuck")]), tmp_path, warehouse)
    later = Night(day=4, discrepancies=[found(A, "stuck"), found(B, "stuck")])
    files, _ = _assess(later, tmp_path, warehouse)
    _assess(Night(day=3, discrepancies=[found(B, "stuck")]), tmp_path, warehouse, rewind=True)
    assess_night(files, province(), reference(), warehouse)
    assert rows_of(files.work("assess") / "discrepancies.parquet", "dossier_code", "first_seen_on") == [
        (A, date(2026, 9, 4)),
        (B, date(2026, 9, 3)),
    ]


def test_partial_and_failed_look_ups_make_the_verdict(tmp_path: Path, warehouse: Warehouse) -> None:
    verdicts = [
        _assess(night, tmp_path, warehouse)[1]["verdict"]
        for night in (
            Night(day=3),
            Night(day=4, partial=True),
            Night(day=5, rechecked=[], recheck={"failed_look_ups": 1}),
            Night(day=6, rechecked=[], recheck={"failed_look_ups": 0}),
        )
    ]
    assert verdicts == ["complete", "partial", "partial", "complete"]


@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("runs/H44/2026-09-03/reconcile/discrepancies.parquet", "reconcile"),
        ("runs/H44/2026-09-03/reconcile/agency_counts.parquet", "reconcile"),
        ("snapshots/H44/2026-09-03/shop/dossiers/none.parquet", "stage"),
        ("snapshots/H44/2026-09-03/staged.json", "stage"),
    ],
)
def test_a_missing_file_names_the_stage_to_run(tmp_path: Path, warehouse: Warehouse, path: str, stage: str) -> None:
    files = Night().write(tmp_path)
    (tmp_path / path).unlink()
    with pytest.raises(TerminalError, match=f"run 'doisoat {stage}' for this date first"):
        assess_night(files, province(), reference(), warehouse)
    assert not files.work("assess").exists()


# --- what resolves --------------------------------------------------------------------------------

BOTH = {"shop": [dossier(A, 4)], "portal": [dossier(A, 4)]}
SHOP_ONLY, PORTAL_ONLY = {"shop": [dossier(A, 4)]}, {"portal": [dossier(A, 4)]}


@pytest.mark.parametrize(
    ("kind", "tonight", "resolves"),
    [
        ("missing_on_portal", BOTH, True),
        ("missing_on_portal", SHOP_ONLY, False),  # back inside the allowance stays open
        ("missing_on_portal", {}, False),  # gone on both sides: nothing was compared
        ("missing_in_shop", BOTH, True),
        ("status_lag", BOTH, True),
        ("status_lag", {"shop": [dossier(A, 5)], "portal": [dossier(A, 4)]}, False),  # the allowance hides it
        ("finished_not_synced", SHOP_ONLY, False),
        ("status_conflict", {**BOTH, "discrepancies": [found(A, "duplicate_in_shop", "differing", field="MaHoSo")]}, False),
        ("channel_mismatch", BOTH, True),
        ("channel_mismatch", SHOP_ONLY, False),
        ("channel_mismatch", {**BOTH, "not_compared": [{"kind": "channel_mismatch", "side": "shop"}]}, False),
        ("channel_mismatch", {**BOTH, "partial": True}, False),
        ("finished_at_mismatch", BOTH, False),
        ("finished_at_mismatch", {"shop": [dossier(A, 9)], "portal": [dossier(A, 10)]}, True),
        ("lateness_disagreement", BOTH, True),
        ("lateness_disagreement", {**BOTH, "discrepancies": [found(A, "due_at_mismatch", field="NgayHenTra")]}, False),
        ("procedure_mismatch", {**BOTH, "discrepancies": [found(A, "procedure_unmapped", field="MaTTHC")]}, False),
        ("procedure_mismatch", BOTH, True),
        ("duplicate_in_shop", {"shop": [dossier(A), dossier(A)]}, False),
        ("duplicate_in_shop", SHOP_ONLY, True),
        ("duplicate_on_portal", SHOP_ONLY, False),
        ("stuck", SHOP_ONLY, True),
        ("stuck", PORTAL_ONLY, False),
        ("stuck", {**SHOP_ONLY, "unknown": [{"dossier_code": A, "reason": "not_asked"}]}, False),
        ("status_lag", {**BOTH, "unknown": [{"dossier_code": A, "reason": "look_up_failed"}]}, False),
        ("stuck", {"rejections": [rejection(Side.SHOP, A)]}, False),
        ("stuck", {**PORTAL_ONLY, "rejections": [rejection(Side.SHOP, A)]}, False),
        ("stuck", {**SHOP_ONLY, "rejections": [rejection(Side.SHOP, A)]}, True),  # a staged row: that one counts
        ("stuck", {**SHOP_ONLY, "rejections": [rejection(Side.PORTAL, A)]}, False),  # the portal's row is unknown
        ("stuck", {"shop": [dossier(A, national_code="G01-1")]}, False),  # the crosswalk may be ambiguous
        ("stuck", {**SHOP_ONLY, "portal": [dossier("G01-1", alternative_code=A)]}, False),
        ("agency_legacy_code", PORTAL_ONLY, True),
        ("result_missing", {"shop": [dossier(A, 9)]}, False),
        ("result_missing", {"shop": [dossier(A, 9, has_result=True)]}, True),
        ("result_missing", {"shop": [dossier(A, 9, has_result=True)], "portal": [dossier(A, 9)]}, False),
        ("result_missing", {"shop": [dossier(A, 4)]}, True),
        ("aggregate_mismatch", BOTH, False),
    ],
)  # fmt: skip
def test_only_what_was_surely_compared_resolves(
    tmp_path: Path, warehouse: Warehouse, kind: str, tonight: dict[str, object], resolves: bool
) -> None:
    _assess(Night(discrepancies=[found(A, kind)]), tmp_path, warehouse)
    _, summary = _assess(Night(day=4, **tonight), tmp_path, warehouse)  # type: ignore[arg-type]
    assert (summary["resolved"], summary["carried"]) == ((1, 0) if resolves else (0, 1))
    names = {item.kind for item in warehouse.open_before("H44", date(2026, 9, 5)) if item.kind == kind}
    assert names == (set() if resolves else {kind})
