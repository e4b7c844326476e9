"""What a fresh look-up says about a discrepancy seen for the first time."""

from __future__ import annotations

import pytest

from doisoat.model import Side
from doisoat.recheck.plan import Suspect
from doisoat.recheck.verdicts import Recheck, verdict

LAG = Suspect("A", "status_lag", "", "TrangThaiHoSo", "medium")
STILL = {("A", "status_lag", "")}


@pytest.mark.parametrize(
    ("answers", "still_found", "expected"),
    [
        ({}, STILL, Recheck.UNCHECKED),
        ({Side.PORTAL: {}}, STILL, Recheck.UNCHECKED),
        ({Side.PORTAL: {"B": "found"}}, STILL, Recheck.UNCHECKED),
        ({Side.PORTAL: {"A": "found"}}, STILL, Recheck.CONFIRMED),
        ({Side.PORTAL: {"A": "found"}}, set(), Recheck.VANISHED),
        ({Side.PORTAL: {"A": "found"}}, {("A", "status_lag", "cycle")}, Recheck.VANISHED),
        ({Side.PORTAL: {"A": "absent"}}, set(), Recheck.VANISHED),
        ({Side.PORTAL: {"A": "failed"}}, STILL, Recheck.UNKNOWN),
        ({Side.PORTAL: {"A": "unusable"}}, STILL, Recheck.UNKNOWN),
        ({Side.PORTAL: {"A": "found"}, Side.SHOP: {"A": "failed"}}, STILL, Recheck.UNKNOWN),
    ],
)
def test_of_a_pair(
    answers: dict[Side, dict[str, str]], still_found: set[tuple[str, str, str]], expected: Recheck
) -> None:
    assert verdict(LAG, answers, still_found) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("found", Recheck.CONFIRMED), ("absent", Recheck.VANISHED), ("failed", Recheck.UNKNOWN)],
)
def test_a_look_up_answers_one_record_and_so_cannot_refute_a_duplicate(answer: str, expected: Recheck) -> None:
    twice = Suspect("A", "duplicate_on_portal", "identical", "MaHoSo", "low")
    assert verdict(twice, {Side.PORTAL: {"A": answer}}, set()) is expected


def test_the_other_sides_answer_says_nothing_about_one_row() -> None:
    stuck = Suspect("A", "stuck", "processing", "TrangThaiHoSo", "medium")
    assert verdict(stuck, {Side.PORTAL: {"A": "failed"}}, set()) is Recheck.UNCHECKED
