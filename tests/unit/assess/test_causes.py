"""Causes from evidence: every piece of it, planted causes found again, and one fault behind many discrepancies."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doisoat.assess import assess_night
from doisoat.model import SET_KINDS, DiscrepancyKind
from doisoat.rules.causes import EVIDENCE, Cause, Confidence, Segment, patterns
from doisoat.store.layout import read_json
from doisoat.store.warehouse import Warehouse
from tests.planted_causes import PORTAL, SHOP, confusion, precision, recall
from tests.unit.assess.nights import Night, at, dossier, found, province, reference, rows_of

A = "H44.05-260803-0001"
CLICKED, LATER = SHOP["step_at"], at("26/08 09:00")


def judged(night: Night, home: Path, warehouse: Warehouse) -> list[tuple[str, str, str, bool]]:
    """(cause, confidence, evidence, technical) of every discrepancy, in file order."""
    files = night.write(home)
    assess_night(files, province(), reference(), warehouse)
    path = files.work("assess") / "discrepancies.parquet"
    return [tuple(row) for row in rows_of(path, "cause", "confidence", "evidence", "technical")]


def of_one(
    home: Path, warehouse: Warehouse, kind: str, subtype: str = "", shop: Any = None, portal: Any = None, **own: Any
) -> tuple[str, str, str, bool]:
    night = Night(
        discrepancies=[found(A, kind, subtype, **own)],
        shop=[] if shop is None else [dossier(A, 9, **{**SHOP, **shop})],
        portal=[] if portal is None else [dossier(A, 4, **{**PORTAL, **portal})],
    )
    (one,) = judged(night, home, warehouse)
    return one


CASES: list[tuple[str, str, Any, Any, str]] = [
    ("received_at_mismatch", "timezone_7h", {}, {}, "wrong_clock"),
    ("procedure_unmapped", "unknown", {"procedure_raw": "9.999999"}, {}, "unmapped"),
    ("agency_legacy_code", "", {"agency_code": "H62.01"}, {}, "agency_ended"),
    ("missing_on_portal", "", {"procedure_issue": "blank"}, None, "not_sent_unmapped"),
    ("missing_on_portal", "", {"agency_known": False, "agency_code": "H44.9"}, None, "not_sent_agency"),
    ("missing_on_portal", "", {}, None, "not_sent"),
    ("missing_in_shop", "", None, {}, "not_pulled"),
    ("code_substituted", "national_code", {}, None, "code_changed"),
    ("duplicate_on_portal", "identical", {}, {}, "sent_twice"),
    ("duplicate_in_shop", "identical", {}, {}, "entered_twice"),
    ("status_conflict", "swapped_3_8", {}, {}, "status_map"),
    ("status_conflict", "masked_as_9", {}, {}, "status_map"),
    ("status_conflict", "portal_ahead", {}, {"step_at": LATER}, "not_clicked"),
    ("status_conflict", "portal_ahead", {"step_at": None}, {"step_at": LATER}, "differs"),
    ("status_conflict", "return_not_synced", {}, {}, "step_not_sent"),
    ("lateness_disagreement", "supplement_reset", {}, {}, "other_rule"),
    ("stuck", "payment", {}, {}, "waits_for_payment"),
    ("stuck", "processing", {}, {}, "duty"),
    ("late_intake", "", {}, {}, "duty"),
    ("second_supplement", "", {}, {}, "duty"),
    ("result_missing", "not_digitised", {}, {}, "not_digitised"),
    ("result_missing", "not_synced", {}, {}, "result_not_sent"),
    ("finished_not_synced", "false_overdue", {}, {}, "step_not_sent"),
    ("finished_not_synced", "", {}, {"step_at": LATER}, "portal_kept"),
    ("finished_not_synced", "", {"procedure_issue": "retired"}, {}, "not_sent_unmapped"),
    ("status_lag", "", {"step_at": None}, {}, "no_step_time"),
    ("status_lag", "cycle", {}, {"step_at": CLICKED}, "step_not_sent"),  # at the same second: nothing proves more
    ("due_at_mismatch", "", {"extension_count": 1}, {"extension_count": 0}, "change_not_sent"),
    ("due_at_mismatch", "", {"supplement_completed_at": CLICKED}, {}, "change_not_sent"),
    ("due_at_mismatch", "", {}, {}, "differs"),
    ("received_at_mismatch", "", {}, {"received_at": LATER, "step_at": LATER}, "time_of_sync"),
    ("finished_at_mismatch", "", {}, {"finished_at": LATER, "step_at": LATER}, "time_of_sync"),
    ("finished_at_mismatch", "", {}, {"finished_at": LATER, "step_at": at("28/08 09:00")}, "differs"),
    ("channel_mismatch", "", {}, {}, "differs"),
]


def test_evidence(tmp_path: Path, warehouse: Warehouse) -> None:
    """Each case is a dossier of one night."""
    night = Night(discrepancies=[], shop=[], portal=[])
    found_rows, shop_rows, portal_rows = [], [], []
    for number, (kind, subtype, shop, portal, _) in enumerate(CASES):
        code = f"H44.05-260803-{number:04}"
        found_rows.append(found(code, kind, subtype))
        shop_rows += [] if shop is None else [dossier(code, 9, **{**SHOP, **shop})]
        portal_rows += [] if portal is None else [dossier(code, 4, **{**PORTAL, **portal})]
    night.discrepancies, night.shop, night.portal = found_rows, shop_rows, portal_rows
    judged_rows = judged(night, tmp_path, warehouse)
    assert len(judged_rows) == len(CASES)
    for case, (cause, confidence, sentence, _) in zip(CASES, judged_rows, strict=True):
        expected = EVIDENCE[case[-1]]
        assert (cause, confidence) == (expected.cause, expected.confidence), case
        assert sentence.startswith(expected.sentence.partition("{")[0]), case
        assert "{" not in sentence


def test_sentences_name_what_was_seen(tmp_path: Path, warehouse: Warehouse) -> None:
    one = of_one(tmp_path / "a", warehouse, "finished_not_synced", "", {}, {"step_at": LATER})
    assert one[2] == (
        "Cổng có cập nhật lúc 26/08/2026 09:00, sau bước trên Một cửa lúc 25/08/2026 08:00, mà vẫn giữ trạng thái cũ."
    )
    one = of_one(tmp_path / "b", warehouse, "procedure_unmapped", "blank", {"procedure_raw": None}, {})
    assert "(trống)" in one[2]
    one = of_one(tmp_path / "c", warehouse, "missing_on_portal", "", {}, None, since=None)
    assert "(không rõ)" in one[2]


def test_a_change_within_the_allowance_is_not_due(tmp_path: Path, warehouse: Warehouse) -> None:
    """Eight working hours before the end of 3 September begin on 28 August at 17:00."""
    fresh = of_one(tmp_path / "a", warehouse, "due_at_mismatch", "", {}, {}, since=at("28/08 17:00"))
    assert fresh[0] == Cause.NOT_DUE
    old = of_one(tmp_path / "b", warehouse, "due_at_mismatch", "", {}, {}, since=at("28/08 16:59"))
    assert old[0] == Cause.UNDETERMINED


def test_a_key_that_stands_twice_tells_nothing(tmp_path: Path, warehouse: Warehouse) -> None:
    twice = [dossier(A, 4, **{**PORTAL, "step_at": LATER}), dossier(A, 4, **PORTAL)]
    night = Night(discrepancies=[found(A, "status_lag")], shop=[dossier(A, 9, **SHOP)], portal=twice)
    ((cause, *_),) = judged(night, tmp_path, warehouse)
    assert cause == Cause.TRANSPORT  # not: the portal kept it


def test_every_kind_has_some_cause(tmp_path: Path, warehouse: Warehouse) -> None:
    codes = {kind: "" if kind in SET_KINDS else f"H44.05-260803-{n:04}" for n, kind in enumerate(DiscrepancyKind)}
    night = Night(discrepancies=[found(code, kind) for kind, code in codes.items()])
    rows = judged(night, tmp_path, warehouse)
    assert len(rows) == len(codes)
    for cause, confidence, sentence, _ in rows:
        assert Cause(cause) and Confidence(confidence) and sentence


# --- planted causes ----------------------------------------------------------------------------------------


def test_planted_causes_are_found_again(tmp_path: Path, warehouse: Warehouse) -> None:
    """Precision and recall per cause; nothing that is not an officer's is charged to one."""
    judged_as = confusion(tmp_path, warehouse)
    for cause in Cause:
        lost = 0.15 if cause is Cause.TRANSPORT else 0.0  # what a forgotten time hides is undetermined, never wrong
        assert recall(judged_as, cause) >= 1 - lost, judged_as
        assert precision(judged_as, cause) >= (0.85 if cause is Cause.UNDETERMINED else 1.0), judged_as
    assert not any(judged is Cause.OFFICER and was is not Cause.OFFICER for was, judged in judged_as)


# --- one fault behind many ---------------------------------------------------------------------------------

BEGAN = at("02/09 14:05")


def broken_procedure(*, broken: int = 40, other: int = 3, working: int = 0) -> Night:
    """A province's month; since 14:05 nothing of one procedure arrives, and a few others are late as ever."""
    rows = [
        dossier(
            f"H44.05-2608-{n:05}",
            9,
            **{**SHOP, "procedure_code": f"1.00{n % 40:04}", "agency_final": f"H44.{n % 30:02}"},
        )
        for n in range(2_000)
    ]
    ours, discrepancies = [], []
    for n in range(broken + working):
        moment = BEGAN + timedelta(minutes=3 * n)
        code = f"H44.05-2609-{n:05}"
        ours.append(
            dossier(
                code, 9, **{**SHOP, "step_at": moment, "procedure_code": "1.004194", "agency_final": f"H44.{n % 30:02}"}
            )
        )
        if n < broken:
            discrepancies.append(
                found(
                    code, "finished_not_synced", procedure_code="1.004194", agency_code=f"H44.{n % 30:02}", since=moment
                )
            )
    for n in range(other):
        discrepancies.append(
            found(f"H44.05-2608-{n:05}", "status_lag", procedure_code=f"1.00{n % 40:04}", agency_code="H44.01")
        )
    return Night(discrepancies=discrepancies, shop=[*rows, *ours])


def test_one_broken_mapping_is_no_forty_slow_officers(tmp_path: Path, warehouse: Warehouse) -> None:
    files = broken_procedure().write(tmp_path)
    assess_night(files, province(), reference(), warehouse)
    (pattern,) = read_json(files.work("assess") / "summary.json")["patterns"]
    assert (pattern["segment"], pattern["value"], pattern["new"]) == ("procedure", "1.004194", 40)
    assert pattern["sentence"] == (
        "93 % chênh lệch mới (40/43) cùng thủ tục 1.004194, gấp 47 lần mức thường, bắt đầu từ 14:05 ngày 02/09/2026; "
        "40/40 hồ sơ có thay đổi từ đó đều lệch: một lỗi ánh xạ hoặc đồng bộ của thủ tục, không phải nhiều cán bộ chậm."
    )
    rows = rows_of(files.work("assess") / "discrepancies.parquet", "kind", "cause", "technical", "confidence")
    assert Counter(rows) == {
        ("finished_not_synced", "mapping", True, "high"): 40,
        ("status_lag", "transport", False, "medium"): 3,
    }


def test_slow_officers_are_not_excused(tmp_path: Path, warehouse: Warehouse) -> None:
    """The same procedure, but half of its dossiers arrive: the way works, somebody is slow."""
    files = broken_procedure(working=40).write(tmp_path)
    assess_night(files, province(), reference(), warehouse)
    (pattern,) = read_json(files.work("assess") / "summary.json")["patterns"]
    assert pattern["cause"] is None and pattern["sentence"].endswith("vẫn bình thường.")
    assert set(rows_of(files.work("assess") / "discrepancies.parquet", "technical")) == {False}


def test_what_a_pattern_proved_holds_until_it_is_over(tmp_path: Path, warehouse: Warehouse) -> None:
    """What is known already is no news, so the next night has no pattern; but nobody is charged for it either."""
    night = broken_procedure()
    for day in (3, 4):
        night.day = day
        files = night.write(tmp_path)
        assess_night(files, province(), reference(), warehouse)
    assert read_json(files.work("assess") / "summary.json")["patterns"] == []
    rows = rows_of(files.work("assess") / "discrepancies.parquet", "kind", "cause", "technical", "in_pattern")
    assert Counter(rows) == {
        ("finished_not_synced", "mapping", True, True): 40,
        ("status_lag", "transport", False, False): 3,
    }


def segment(value: str, **other: Any) -> Segment:
    facts: dict[str, Any] = {
        **{"group": "one_way", "segment": "procedure", "value": value, "new": 40, "new_in_all": 43},
        **{"dossiers": 40, "dossiers_in_all": 2_000, "began_at": datetime(2026, 9, 2, 14, 5), "changed_since": 40},
    }
    return Segment(**facts | other)


@pytest.mark.parametrize(
    "dull",
    [
        {"new": 9},  # too few
        {"new_in_all": 400},  # a tenth of them
        {"dossiers": 1_000},  # half of all dossiers are of it anyway
        {"dossiers": 0},
    ],
)
def test_what_does_not_stand_out(dull: dict[str, Any]) -> None:
    assert patterns([segment("P")]) and not patterns([segment("P", **dull)])


def test_of_one_group_the_sort_that_stands_out_most() -> None:
    agency = segment("H44.01", segment="agency", dossiers=400)
    other = segment("Q", new=12, dossiers=30, group="channel_mismatch")
    assert [one.value for one in patterns([agency, segment("P"), other])] == ["P", "Q"]
