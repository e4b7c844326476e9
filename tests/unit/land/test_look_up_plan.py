"""Whom a night asks: the order, the budget, and that everybody's turn comes."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.land.asking.plan import Candidate, Rhythm, choose_calls

TODAY = date(2026, 9, 3)
WIDE = Rhythm(7, 30, 1_000)


def one(code: str, **changes: object) -> Candidate:
    """An open dossier that was asked yesterday and is known; the test says what is different."""
    known = Candidate(code, (code,), asked_on=TODAY - timedelta(days=1), is_known=True)
    return replace(known, **changes)  # type: ignore[arg-type]


NEVER = {"asked_on": None, "is_known": False}


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_the_order_is_discrepancies_changes_new_ones_and_the_rotation() -> None:
    candidates = [
        one("known-2", asked_on=days_ago(2)),
        one("known-1"),
        one("finished-known", is_over=True, asked_on=days_ago(3)),
        one("finished-new", is_over=True, **NEVER),
        one("unsettled", is_known=False),
        one("new", **NEVER),
        one("changed", is_changed=True, is_known=False),
        one("low", severity=2),
        one("high", severity=0),
        one("due", asked_on=days_ago(7)),
    ]
    assert choose_calls(candidates, WIDE, TODAY) == (
        "high",
        "low",
        "changed",
        "new",
        "due",
        "unsettled",
        "finished-new",
        "finished-known",
        "known-2",
        "known-1",
    )


def test_a_dossier_is_asked_wholly_or_not_at_all() -> None:
    candidates = [one("a", codes=("a", "a-qg"), severity=0), one("b", codes=("b", "b-qg"), severity=1), one("c")]
    assert choose_calls(candidates, Rhythm(7, 30, 3), TODAY) == ("a", "a-qg", "c")


def test_a_code_that_two_dossiers_name_is_asked_once() -> None:
    candidates = [one("a", codes=("a", "x"), severity=0), one("x", severity=1)]
    assert choose_calls(candidates, WIDE, TODAY) == ("a", "x")


@pytest.mark.parametrize("budget", [1, 5, 100])
def test_nothing_to_ask_is_no_call(budget: int) -> None:
    assert choose_calls([], Rhythm(7, 30, budget), TODAY) == ()


candidates = st.lists(
    st.builds(
        Candidate,
        code=st.integers(0, 60).map(str),
        codes=st.just(()),
        is_over=st.booleans(),
        severity=st.none() | st.integers(0, 2),
        asked_on=st.none() | st.integers(1, 40).map(days_ago),
        is_changed=st.booleans(),
        is_known=st.booleans(),
    ),
    max_size=60,
    unique_by=lambda candidate: candidate.code,
).map(lambda listed: [replace(each, codes=(each.code, f"{each.code}-qg")[: 1 + len(each.code) % 2]) for each in listed])


@given(candidates, st.integers(1, 80), st.randoms())
def test_never_more_calls_than_the_budget_each_once_whatever_the_order_they_come_in(
    listed: list[Candidate], budget: int, random: object
) -> None:
    rhythm = Rhythm(7, 30, budget)
    calls = choose_calls(listed, rhythm, TODAY)
    assert len(calls) <= budget
    assert len(set(calls)) == len(calls)
    shuffled = list(listed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose_calls(shuffled, rhythm, TODAY) == calls
    asked = set(calls)
    if budget >= sum(len(each.codes) for each in listed):
        assert asked == {code for each in listed for code in each.codes}


@given(candidates, st.integers(1, 80))
def test_an_open_discrepancy_is_never_left_out_for_anything_else(listed: list[Candidate], budget: int) -> None:
    asked = set(choose_calls(listed, Rhythm(7, 30, budget), TODAY))
    disputed = [each for each in listed if each.severity is not None]
    if sum(len(each.codes) for each in disputed) <= budget:
        assert asked.issuperset(code for each in disputed for code in each.codes)


@given(
    open_dossiers=st.integers(1, 40),
    finished=st.integers(0, 60),
    days=st.integers(1, 9),
    spare=st.integers(0, 5),
    settles=st.booleans(),
)
def test_with_budget_for_it_every_open_dossier_is_asked_within_its_days(
    open_dossiers: int, finished: int, days: int, spare: int, settles: bool
) -> None:
    """A constant set, night after night from the first one; whether answers settle or stay in doubt."""
    budget = math.ceil(open_dossiers / days) + spare
    rhythm = Rhythm(days, 30, budget)
    state = {f"o{n}": one(f"o{n}", **NEVER) for n in range(open_dossiers)}
    state |= {f"f{n}": one(f"f{n}", is_over=True, **NEVER) for n in range(finished)}
    last = dict.fromkeys(state, TODAY)
    for night in range(4 * days):
        today = TODAY + timedelta(days=night)
        calls = choose_calls(state.values(), rhythm, today)
        assert len(calls) <= budget
        for code in calls:
            state[code] = replace(state[code], asked_on=today, is_known=settles)
            last[code] = today
        waited = [(today - last[code]).days for code in state if code.startswith("o")]
        assert max(waited) <= days
