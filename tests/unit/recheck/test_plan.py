"""Which dossiers are looked up: worst first, then by code, each once, within the budget, where it can help."""

from __future__ import annotations

import pytest

from doisoat.model import DiscrepancyKind, Side
from doisoat.recheck.plan import Suspect, choose_codes


def suspect(code: str, kind: str = "status_lag", severity: str = "medium", **keys: str) -> Suspect:
    return Suspect(code, kind, "", "TrangThaiHoSo", severity, **keys)


SUSPECTS = [
    suspect("B", severity="low"),
    suspect("D", severity="high"),
    suspect("C"),
    suspect("A", severity="low"),
    suspect("C", "due_at_mismatch"),
    suspect("B", "missing_on_portal", severity="high"),
]


def test_worst_first_then_by_code_each_once() -> None:
    assert choose_codes(SUSPECTS, {Side.PORTAL}, 10) == {Side.PORTAL: ["B", "D", "C", "A"]}


@pytest.mark.parametrize("budget", range(5))
def test_the_budget_is_of_each_side(budget: int) -> None:
    chosen = choose_codes(SUSPECTS, set(Side), budget)
    assert chosen == {side: ["B", "D", "C", "A"][:budget] for side in Side}


def test_no_look_up_no_plan() -> None:
    assert choose_codes(SUSPECTS, set(), 10) == {}


def test_each_side_is_asked_for_its_own_code() -> None:
    substituted = suspect("A", "code_substituted", shop_key="A", portal_key="B")
    missing = suspect("C", "missing_on_portal", shop_key="C")
    assert choose_codes([substituted, missing], set(Side), 10) == {Side.SHOP: ["A", "C"], Side.PORTAL: ["B", "C"]}


SHOP_ONLY = ("duplicate_in_shop", "stuck", "late_intake", "second_supplement", "second_extension")


@pytest.mark.parametrize("kind", DiscrepancyKind)
def test_a_side_is_asked_only_where_its_answer_can_matter(kind: str) -> None:
    asked = {side for side, codes in choose_codes([suspect("A", kind)], set(Side), 10).items() if codes}
    expected = {Side.SHOP} if kind in SHOP_ONLY else {Side.PORTAL} if kind == "duplicate_on_portal" else set(Side)
    assert asked == expected
