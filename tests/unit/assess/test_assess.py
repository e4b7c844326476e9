"""assess: dates, ages, ranks, agencies; the same bytes on a replay; nothing closed that was not compared."""

from __future__ import annotations

import hmac
import json
from datetime import date, datetime
from pathlib import Path
from typing import cast

import pyarrow.parquet as pq
import pytest

from doisoat.assess import assess_night
from doisoat.assess.prior import prior_fingerprints
from doisoat.errors import TerminalError
from doisoat.model import Side
from doisoat.rules.lifecycle import Turn
from doisoat.store.decisions import Wanted, Word
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
        "lags.parquet",
        "prior.parquet",
        "spells.parquet",
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
        "in_pattern",
        *("opened_on", "reopened", "accepted_until", "person", "reason", "known_working_days", "charged_on"),
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
        "superseded": 0,
        "gone": 0,
        "left_scope": 0,
        "dossiers_affected": 3,
        "technical": 1,
        "accepted": 0,
        "acknowledged": 0,
        "reopened": 0,
        "expired": 0,
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
    technical: int = 0, accepted: int = 0, high: int = 0, medium: int = 0, low: int = 0, dossiers: int = 0, lagging: bool = False,
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
        "accepted": accepted,
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
    night = Night(day=4, discrepancies=[found(B, "stuck"), found(C, "stuck")], portal=[dossier(A)])
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
LOOK_UPS = {"look_ups": {"calls": 1}}


@pytest.mark.parametrize(
    ("kind", "tonight", "finding"),
    [
        ("missing_on_portal", BOTH, "resolved"),
        ("missing_on_portal", SHOP_ONLY, None),  # back inside the allowance stays open
        ("missing_on_portal", {}, "gone"),
        ("missing_on_portal", {"partial": True}, None),
        ("missing_on_portal", LOOK_UPS, None),  # the portal may have it, nobody asked
        ("missing_in_shop", BOTH, "resolved"),
        ("status_lag", BOTH, "resolved"),
        ("status_lag", {"shop": [dossier(A, 5)], "portal": [dossier(A, 4)]}, None),  # the allowance hides it
        ("finished_not_synced", SHOP_ONLY, None),
        ("status_conflict", {**BOTH, "discrepancies": [found(A, "duplicate_in_shop", "differing", field="MaHoSo")]}, None),
        ("channel_mismatch", BOTH, "resolved"),
        ("channel_mismatch", SHOP_ONLY, None),
        ("channel_mismatch", {**BOTH, "not_compared": [{"kind": "channel_mismatch", "side": "shop"}]}, None),
        ("channel_mismatch", {**BOTH, "partial": True}, None),
        ("finished_at_mismatch", BOTH, None),
        ("finished_at_mismatch", {"shop": [dossier(A, 9)], "portal": [dossier(A, 10)]}, "resolved"),
        ("lateness_disagreement", BOTH, "resolved"),
        ("lateness_disagreement", {**BOTH, "discrepancies": [found(A, "due_at_mismatch", field="NgayHenTra")]}, "superseded"),
        ("procedure_mismatch", {**BOTH, "discrepancies": [found(A, "procedure_unmapped", field="MaTTHC")]}, "superseded"),
        ("procedure_mismatch", BOTH, "resolved"),
        ("duplicate_in_shop", {"shop": [dossier(A), dossier(A)]}, None),
        ("duplicate_in_shop", SHOP_ONLY, "resolved"),
        ("duplicate_on_portal", SHOP_ONLY, None),
        ("stuck", SHOP_ONLY, "resolved"),
        ("stuck", PORTAL_ONLY, None),
        ("stuck", {**SHOP_ONLY, "unknown": [{"dossier_code": A, "reason": "not_asked"}]}, None),
        ("status_lag", {**BOTH, "unknown": [{"dossier_code": A, "reason": "look_up_failed"}]}, None),
        ("stuck", {"rejections": [rejection(Side.SHOP, A)]}, None),
        ("stuck", {**PORTAL_ONLY, "rejections": [rejection(Side.SHOP, A)]}, None),
        ("stuck", {**SHOP_ONLY, "rejections": [rejection(Side.SHOP, A)]}, "resolved"),  # a staged row: that one counts
        ("stuck", {**SHOP_ONLY, "rejections": [rejection(Side.PORTAL, A)]}, None),  # the portal's row is unknown
        ("stuck", {"shop": [dossier(A, national_code="G01-1")]}, None),  # the crosswalk may be ambiguous
        ("stuck", {**SHOP_ONLY, "portal": [dossier("G01-1", alternative_code=A)]}, None),
        ("agency_legacy_code", PORTAL_ONLY, "resolved"),
        ("result_missing", {"shop": [dossier(A, 9)]}, None),
        ("result_missing", {"shop": [dossier(A, 9, has_result=True)]}, "resolved"),
        ("result_missing", {"shop": [dossier(A, 9, has_result=True)], "portal": [dossier(A, 9)]}, None),
        ("result_missing", {"shop": [dossier(A, 4)]}, "resolved"),
        ("aggregate_mismatch", BOTH, None),
        ("status_lag", {**BOTH, "discrepancies": [found(A, "finished_not_synced")]}, "superseded"),
        ("status_lag", {**SHOP_ONLY, "discrepancies": [found(A, "missing_on_portal")]}, "superseded"),
        ("missing_on_portal", {**SHOP_ONLY, "discrepancies": [found(A, "code_substituted", field="MaHoSo")]}, "superseded"),
        ("missing_in_shop", {"discrepancies": [found("B", "code_substituted", field="MaHoSo", value_portal=A)]}, "superseded"),
        ("channel_mismatch", {**SHOP_ONLY, "discrepancies": [found(A, "stuck")]}, None),
        ("stuck", {"portal": [dossier("G01-1", alternative_code=A)]}, None),  # it may go on under that code
        ("duplicate_in_shop", {}, "gone"),
        ("stuck", {"unknown": [{"dossier_code": A, "reason": "not_asked"}]}, None),
        ("stuck", {"rejections": [rejection(Side.PORTAL, A)]}, None),
    ],
)  # fmt: skip
def test_only_what_was_surely_compared_ends(
    tmp_path: Path, warehouse: Warehouse, kind: str, tonight: dict[str, object], finding: str | None
) -> None:
    _assess(Night(discrepancies=[found(A, kind)]), tmp_path, warehouse)
    _, summary = _assess(Night(day=4, **tonight), tmp_path, warehouse)  # type: ignore[arg-type]
    told = {word: summary[word] for word in ("resolved", "superseded", "gone", "left_scope", "carried")}
    assert told == dict.fromkeys(told, 0) | {finding or "carried": 1}
    stands = [item.kind for item in warehouse.open_before("H44", date(2026, 9, 5)) if item.kind == kind]
    assert stands == ([] if finding else [kind])
    (after,) = [one for one in warehouse.find("H44", Wanted()) if one.kind == kind]
    assert (after.superseded_by is not None) == (finding == "superseded")


# --- what leaves the scope ------------------------------------------------------------------------

OLD = {"received_at": at("02/01 08:00")}


@pytest.mark.parametrize(
    ("kind", "first", "tonight", "rules", "outside"),
    [
        ("missing_on_portal", {"shop": [dossier(A, **OLD)]}, {"shop": [dossier(A, **OLD)]}, {"scope_from": "2026-01-01"}, True),
        ("missing_on_portal", {"shop": [dossier(A, **OLD)]}, {}, {"scope_from": "2026-02-01"}, True),
        ("status_lag", BOTH, {}, {"scope_from": "2026-02-01"}, False),  # when it began is unknown: it is gone
        ("status_lag", {"shop": [dossier(A, 2, **OLD)]}, {}, {"scope_from": "2026-02-01"}, True),
        ("missing_on_portal", {"shop": [dossier(A, **OLD)]}, {"shop": [dossier(A, **OLD)]}, {"scope_from": "2025-12-01"}, False),
    ],
)  # fmt: skip
def test_a_dossier_before_the_scope_is_over(
    tmp_path: Path,
    warehouse: Warehouse,
    kind: str,
    first: dict[str, object],
    tonight: dict[str, object],
    rules: dict[str, str],
    outside: bool,
) -> None:
    _assess(Night(discrepancies=[found(A, kind)], **first), tmp_path, warehouse)  # type: ignore[arg-type]
    files = Night(day=4, **tonight).write(tmp_path)  # type: ignore[arg-type]
    assess_night(files, province(rules=rules), reference(), warehouse)
    (after,) = warehouse.find("H44", Wanted())
    assert (after.state == "out_of_scope") == outside


@pytest.mark.parametrize(
    ("agency", "settings"),
    [
        ("H21.05", {}),  # its root is the province's no longer
        ("H44.05", {"secret_agencies": ["H44.05"]}),
        ("H44.05", {"secret_procedures": ["1.001612"]}),
    ],
)
def test_what_is_no_longer_to_be_compared_is_over(
    tmp_path: Path, warehouse: Warehouse, agency: str, settings: dict[str, list[str]]
) -> None:
    _assess(Night(discrepancies=[found(A, "missing_in_shop", agency_code=agency)]), tmp_path, warehouse)
    files = Night(day=4, portal=[dossier(A)]).write(tmp_path)
    summary = assess_night(files, province(**settings), reference(), warehouse)
    assert (summary["left_scope"], summary["open"]) == (1, 0)


def test_a_dossier_that_became_secret_leaves_the_scope_without_saying_why(tmp_path: Path, warehouse: Warehouse) -> None:
    _assess(Night(discrepancies=[found(A, "stuck"), found(B, "stuck")]), tmp_path, warehouse)
    files = Night(day=4, portal=[dossier(B)]).write(tmp_path)
    manifest = files.landing(Side.SHOP) / "manifest.json"
    manifest.parent.mkdir(parents=True)
    digest = hmac.digest(b"key", A.encode(), "sha256").hex()
    manifest.write_text(json.dumps({"secret_digests": [digest]}), encoding="utf-8")
    assess_night(files, province(), reference(), warehouse, digest_key=b"key")
    assert {one.dossier_code: one.state for one in warehouse.find("H44", Wanted())} == {A: "out_of_scope", B: "open"}


# --- what people say ------------------------------------------------------------------------------


def _say(warehouse: Warehouse, turn: Turn, code: str = A, until: date | None = None) -> None:
    name = fingerprint("H44", "stuck", code, "TrangThaiHoSo")
    warehouse.say("H44", name, Word(turn, "Lan", "chờ cấp trên", until))


def _told(files: RunFiles) -> list[tuple[object, ...]]:
    columns = ("dossier_code", "state", "reopened", "accepted_until", "person", "known_working_days")
    return rows_of(files.work("assess") / "discrepancies.parquet", *columns)


STUCK = [found(A, "stuck"), found(B, "stuck")]


def test_what_is_accepted_is_counted_apart_until_its_day(tmp_path: Path, warehouse: Warehouse) -> None:
    _assess(Night(day=3, discrepancies=STUCK), tmp_path, warehouse)
    until = date(2099, 9, 7)
    _say(warehouse, Turn.ACCEPTED, until=until)
    _say(warehouse, Turn.ACKNOWLEDGED, B)
    files, summary = _assess(Night(day=7, discrepancies=STUCK), tmp_path, warehouse)
    assert _told(files) == [(A, "accepted", 0, until, "Lan", 2), (B, "acknowledged", 0, None, "Lan", 2)]
    assert [summary[name] for name in ("open", "accepted", "acknowledged", "medium", "new")] == [1, 1, 1, 1, 0]
    (agency,) = pq.read_table(files.work("assess") / "agencies.parquet").to_pylist()
    assert (agency["discrepancies"], agency["accepted"], agency["medium"], agency["lagging"]) == (2, 1, 1, True)


def test_a_word_that_ended_counts_no_more(tmp_path: Path) -> None:
    with Warehouse(f"sqlite:///{tmp_path / 'w.sqlite'}", clock=lambda: at("04/09 08:00")) as warehouse:
        warehouse.migrate()
        _assess(Night(day=3, discrepancies=STUCK), tmp_path, warehouse)
        _say(warehouse, Turn.ACCEPTED, until=date(2026, 9, 7))
        still, _ = _assess(Night(day=7, discrepancies=STUCK), tmp_path, warehouse)
        files, summary = _assess(Night(day=8, discrepancies=STUCK), tmp_path, warehouse)
        assert (_told(still)[0][1], _told(files)[0]) == ("accepted", (A, "reopened", 1, None, None, 3))
        assert (summary["expired"], summary["new"], summary["open"]) == (1, 0, 2)


def test_what_comes_back_says_how_often_and_counts_as_new(tmp_path: Path, warehouse: Warehouse) -> None:
    both = {"shop": [dossier(A)], "portal": [dossier(A)]}
    _assess(Night(day=3, discrepancies=STUCK[:1]), tmp_path, warehouse)
    _assess(Night(day=4, **both), tmp_path, warehouse)  # type: ignore[arg-type]
    files, summary = _assess(Night(day=7, discrepancies=STUCK[:1]), tmp_path, warehouse)
    assert _told(files) == [(A, "reopened", 1, None, None, 0)]
    columns = ("first_seen_on", "opened_on", "recheck")
    assert rows_of(files.work("assess") / "discrepancies.parquet", *columns) == [
        (date(2026, 9, 7), date(2026, 9, 3), "unchecked")
    ]
    assert (summary["new"], summary["reopened"]) == (1, 1)
    first = _bytes(files)
    _assess(Night(day=8, **both), tmp_path, warehouse)  # type: ignore[arg-type]
    (files.work("assess") / "prior.parquet").unlink()
    assess_night(files, province(), reference(), warehouse)
    assert _bytes(files) == first, "the warehouse still tells that it had been over before"


def test_since_when_it_is_the_agencys(tmp_path: Path, warehouse: Warehouse) -> None:
    """A is technical until the 7th, B never was, C comes back on the 7th, no longer technical."""

    def night(day: int, *, technical: str, left_out: str = "", rewind: bool = False) -> dict[str, int | None]:
        rows = [found(code, "stuck", technical=code in technical) for code in (A, B, C) if code != left_out]
        same = [dossier(C)]
        files = Night(day=day, discrepancies=rows, shop=same, portal=same).write(tmp_path)
        assess_night(files, province(), reference(), warehouse, rewind=rewind)
        table = rows_of(files.work("assess") / "discrepancies.parquet", "dossier_code", "charged_on")
        return {code: since and since.day for code, since in table}

    assert night(3, technical=A + C) == {A: None, B: None, C: None}
    assert night(4, technical=A, left_out=C) == {A: None, B: None}
    assert night(7, technical="") == {A: 7, B: None, C: None}
    assert night(8, technical="") == {A: 7, B: None, C: None}
    assert night(9, technical=A) == {A: None, B: None, C: None}
    assert night(10, technical="") == {A: 10, B: None, C: None}
    assert night(8, technical="") == {A: 7, B: None, C: None}, "replayed: as it was then"
    assert night(5, technical="", left_out=C, rewind=True) == {A: 5, B: None}, "taken back: not later than tonight"


def test_a_word_said_while_the_night_is_assessed_holds_tonight(tmp_path: Path) -> None:
    """The person is quicker than the night's transaction: the night is assessed once more, with the word."""
    _first = Night(day=3, discrepancies=STUCK)
    words = iter([lambda: _say(warehouse, Turn.ACCEPTED, until=date(2099, 1, 1))])

    def clock() -> datetime:  # the warehouse looks at the clock right before it locks for the night
        next(words, lambda: None)()
        return at("05/09 01:00")

    with Warehouse(f"sqlite:///{tmp_path / 'w.sqlite'}") as warehouse:
        warehouse.migrate()
        _assess(_first, tmp_path, warehouse)
        with Warehouse(f"sqlite:///{tmp_path / 'w.sqlite'}", clock=clock) as nightly:
            files, summary = _assess(Night(day=4, discrepancies=STUCK), tmp_path, nightly)
    assert _told(files)[0][:2] == (A, "accepted")
    assert (summary["accepted"], summary["open"]) == (1, 1)


def test_a_night_written_down_but_never_recorded_asks_again(tmp_path: Path, warehouse: Warehouse) -> None:
    _assess(Night(day=3, discrepancies=STUCK), tmp_path, warehouse)
    files = Night(day=4, discrepancies=STUCK).write(tmp_path)
    with pytest.raises(RuntimeError, match="killed"):
        assess_night(files, province(), reference(), cast(Warehouse, _Killed(warehouse)))
    _say(warehouse, Turn.ACCEPTED, until=date(2099, 1, 1))
    assess_night(files, province(), reference(), warehouse)
    assert _told(files)[0][:2] == (A, "accepted")


class _Killed:
    """A process that dies when everything is written and nothing recorded."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def __getattr__(self, name: str) -> object:
        return getattr(self._warehouse, name)

    def record_night(self, *_: object, **__: object) -> None:
        raise RuntimeError("killed")


def test_a_stored_prior_of_an_older_program_is_not_used(tmp_path: Path, warehouse: Warehouse) -> None:
    _assess(Night(day=3, discrepancies=STUCK), tmp_path, warehouse)
    files, _ = _assess(Night(day=4, discrepancies=STUCK), tmp_path, warehouse)
    first, stored = _bytes(files), files.work("assess") / "prior.parquet"
    pq.write_table(pq.read_table(stored, columns=["fingerprint", "first_seen_on", "kind", "dossier_code"]), stored)
    assert prior_fingerprints(files) is None
    assess_night(files, province(), reference(), warehouse)
    assert _bytes(files) == first


def test_how_long_discrepancies_last(tmp_path: Path, warehouse: Warehouse) -> None:
    """Found on Thursday 3/9; one put right on Friday, one on Monday, one still open then; technical ones left out."""
    everything = [found(code, "status_lag") for code in (A, B, C)]
    everything.append(found("H44.05-260803-0009", "missing_on_portal", technical=True))
    same = [dossier(code, 4, received_at=at("03/08 08:00")) for code in (A, B, C)]
    for day, left in ((3, everything), (4, everything[1:]), (7, everything[2:])):
        night = Night(day=day, discrepancies=left, shop=same, portal=same)
        files, _ = _assess(night, tmp_path, warehouse)
    columns = ("agency_code", "days", "is_open", "discrepancies")
    assert rows_of(files.work("assess") / "lags.parquet", *columns) == [
        ("H44.05", 1, False, 1),
        ("H44.05", 2, False, 1),
        ("H44.05", 2, True, 1),
    ]
    before = _bytes(files)
    _assess(Night(day=8, shop=same, portal=same), tmp_path, warehouse)
    files, _ = _assess(night, tmp_path, warehouse)
    assert _bytes(files) == before
