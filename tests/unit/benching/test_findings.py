"""A count that is not as planted is told, with who counted and both numbers."""

from __future__ import annotations

from doisoat.benching.findings import Findings, planted

TRUTH = {
    "only_left": 2,
    "only_right": 3,
    "differing_rows": 5,
    "differing_cells": 8,
    "kinds": {"stuck/payment": 1, "status_lag": 4},
    "standings": {"matched": 90, "shop_only": 2},
}


def test_what_a_peer_cannot_express_is_no_disagreement() -> None:
    assert list(Findings(only_left=2, only_right=3).differences(planted(TRUTH), "join")) == []
    assert list(Findings().differences(planted(TRUTH), "floor")) == []


def test_every_other_count_is_held_against_what_was_planted() -> None:
    found = Findings(
        differing_rows=5, differing_cells=9, kinds={"status_lag": 3, "late_intake": 1}, standings={"matched": 90}
    )
    assert list(found.differences(planted(TRUTH), "ours")) == [
        "ours: differing_cells đếm được 9, đã gài 8",
        "ours: late_intake đếm được 1, đã gài 0",
        "ours: status_lag đếm được 3, đã gài 4",
        "ours: stuck/payment đếm được 0, đã gài 1",
        "ours: shop_only đếm được 0, đã gài 2",
    ]
