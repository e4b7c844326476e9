"""The second judgement on files: fresh rows replace the night's, and only what still follows is reported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from doisoat import reconcile
from doisoat.model import Side
from doisoat.recheck import judge_again, plan
from doisoat.reconcile import carrying, night_judge, read_kept, reconcile_night
from doisoat.store.fingerprints import fingerprint
from doisoat.store.layout import RunFiles, read_json
from tests.sql.reconciliation.nights import PROVINCE, staged_answers, staged_night
from tests.sql.reconciliation.snapshots import REFERENCE

SHOP = [{"code": code} for code in ("A1", "A2", "A3", "A4", "A5", "D1", "S1")]
PORTAL = [
    *({"code": code, "status": 2} for code in ("A2", "A3")),
    *({"code": "D1"}, {"code": "D1", "status": 9}),
    {"code": "S1", "due_at": "2026-09-08 17:00"},
]
KNOWN = {fingerprint("H21", "missing_on_portal", "A5", "TrangThaiHoSo")}


@pytest.fixture(params=["in one go", "by month, what nobody answered for carried over"])
def files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFiles:
    if request.param != "in one go":
        monkeypatch.setattr(reconcile, "SCREENED_FROM", 1)
        monkeypatch.setattr(carrying, "_WORTH_KEEPING", 1.0)
    night = staged_night(tmp_path, SHOP, PORTAL)
    reconcile_night(night, PROVINCE, REFERENCE, spill=tmp_path / "spill", memory_limit="512MB")
    return night


def again(files: RunFiles, look_ups: Mapping[Side, Path], known: set[str] | None = None) -> dict[str, Any]:
    limits = {"spill": files.home / "spill", "memory_limit": "512MB"}
    judge = night_judge(files, PROVINCE, REFERENCE, earlier=read_kept(files.work("reconcile")), **limits)
    return judge_again(files, KNOWN if known is None else known, look_ups, judge, **limits)


def reported(files: RunFiles) -> list[tuple[str, ...]]:
    table = pq.read_table(files.work("recheck") / "discrepancies.parquet")
    names = ("dossier_code", "kind", "subtype", "value_portal", "recheck")
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def test_plan_leaves_out_what_was_known_before(files: RunFiles) -> None:
    assert plan(files, KNOWN, sides=[Side.PORTAL], budget=9) == {Side.PORTAL: ["A1", "A4", "D1", "A2", "A3", "S1"]}
    assert plan(files, set(), sides=[Side.PORTAL], budget=3) == {Side.PORTAL: ["A1", "A4", "A5"]}


def test_each_answer_has_its_verdict(files: RunFiles) -> None:
    answers = {"A1": "found", "A2": "found", "A3": "found", "A4": "failed", "D1": "found", "S1": "absent"}
    fresh = [{"code": "A1"}, {"code": "A2", "status": 1}, {"code": "A3", "channel": 3}, {"code": "D1"}]
    look_ups = {Side.PORTAL: staged_answers(files.work("recheck") / "portal", answers, fresh)}
    summary = again(files, look_ups)
    assert reported(files) == [
        ("A2", "status_lag", "", "1", "confirmed"),  # as the fresh row shows it
        ("A5", "missing_on_portal", "", None, "not_planned"),
        ("D1", "duplicate_on_portal", "conflicting_status", "2", "confirmed"),
    ]
    assert summary["recheck"] == {
        "asked": 6,
        "confirmed": 2,
        "vanished": 3,  # A1 is there by now, A3 has caught up, S1 is gone (which waits for the next night)
        "unknown": 1,
        "unchecked": 0,
        "failed_look_ups": 1,
    }
    assert {kind: number for kind, number in summary["counts"].items() if number} == {
        "status_lag": 1,
        "missing_on_portal": 1,
        "duplicate_on_portal": 1,
    }
    assert summary["not_compared"][0]["side"] == "portal"
    assert summary["not_compared"][0]["dossiers"] == 1
    assert read_json(files.work("recheck") / "summary.json") == summary
    pairs = pq.read_table(files.work("recheck") / "pairs.parquet").to_pylist()
    assert {row["dossier_code"]: row["status_portal"] for row in pairs} == {
        **{"A1": None, "A2": 1, "A3": 2, "A4": None, "A5": None, "D1": None, "S1": 4}
    }


def test_without_a_look_up_everything_new_is_unchecked(files: RunFiles) -> None:
    summary = again(files, {})
    assert {row[-1] for row in reported(files) if row[0] != "A5"} == {"unchecked"}
    assert summary["recheck"]["unchecked"] == 6
    assert summary["recheck"]["asked"] == 0
    night = pq.read_table(files.work("reconcile") / "discrepancies.parquet")
    after = pq.read_table(files.work("recheck") / "discrepancies.parquet")
    assert after.drop_columns("recheck").to_pylist() == night.to_pylist()


def test_beyond_the_budget_is_unchecked(files: RunFiles) -> None:
    look_ups = {Side.PORTAL: staged_answers(files.work("recheck") / "portal", {"A1": "absent"})}
    assert again(files, look_ups)["recheck"] == {
        **{"asked": 1, "confirmed": 1, "vanished": 0, "unknown": 0, "unchecked": 5, "failed_look_ups": 0}
    }


def test_an_answer_that_cannot_be_read_decides_nothing(files: RunFiles) -> None:
    """Found, but rejected while staging, or a record of another dossier: no row under the code asked for."""
    other = {"code": "Z9", "status": 9}
    look_ups = {Side.PORTAL: staged_answers(files.work("recheck") / "portal", {"A1": "found"}, [other])}
    summary = again(files, look_ups)
    assert summary["recheck"]["unknown"] == 1
    assert summary["recheck"]["failed_look_ups"] == 0
    assert "A1" not in {row[0] for row in reported(files)}
    assert "Z9" not in {row[0] for row in reported(files)}


def test_both_sides_are_heard(files: RunFiles) -> None:
    """The shop withdrew its row of A1 meanwhile; of A2 both tell the same by now."""
    folder = files.work("recheck")
    look_ups = {
        Side.SHOP: staged_answers(folder / "shop", {"A1": "absent", "A2": "found"}, [{"code": "A2", "status": 2}]),
        Side.PORTAL: staged_answers(folder / "portal", {"A1": "absent", "A2": "found"}, [{"code": "A2", "status": 2}]),
    }
    summary = again(files, look_ups)
    assert summary["recheck"]["vanished"] == 2
    assert not {"A1", "A2"} & {row[0] for row in reported(files)}


def test_a_second_run_reads_the_same_answers_and_leaves_the_same_bytes(files: RunFiles) -> None:
    folder = files.work("recheck")
    look_ups = {Side.PORTAL: staged_answers(folder / "portal", {"A2": "found"}, [{"code": "A2", "status": 2}])}
    again(files, look_ups)
    first = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    again(files, look_ups)
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == first
    assert Path("portal/answers.json") in first


def test_a_code_that_was_substituted_is_asked_for_under_its_own_name(tmp_path: Path) -> None:
    files = staged_night(tmp_path, [{"code": "A1", "national_code": "B1"}], [{"code": "B1", "status": 2}])
    reconcile_night(files, PROVINCE, REFERENCE, spill=tmp_path / "spill", memory_limit="512MB")
    assert plan(files, set(), sides=set(Side), budget=5) == {Side.SHOP: ["A1"], Side.PORTAL: ["B1"]}
    fresh = staged_answers(files.work("recheck") / "portal", {"B1": "found"}, [{"code": "B1"}])
    again(files, {Side.PORTAL: fresh}, known=set())
    assert [row[:2] for row in reported(files)] == [("A1", "code_substituted")]
