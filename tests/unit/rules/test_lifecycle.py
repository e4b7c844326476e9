"""The table of states: what may follow what, and that nothing else may."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from doisoat.rules.lifecycle import (
    COMING_BACK,
    OVER,
    PENDING,
    STANDING,
    STATE_LABELS,
    TRANSITIONS,
    TURN_LABELS,
    WORDS,
    Entry,
    Finding,
    ImpossibleTurn,
    State,
    Turn,
    after,
    night_turn,
    replay,
)

DAY = date(2026, 9, 8)


def test_every_state_stands_or_is_over_and_has_a_vietnamese_name() -> None:
    assert {*STANDING, *OVER} == set(State) and not {*STANDING} & {*OVER}
    assert set(STATE_LABELS) == set(State) and set(TURN_LABELS) == set(Turn)


def test_every_state_can_be_reached_and_left() -> None:
    reached, left = set(TRANSITIONS.values()), {state for state, _ in TRANSITIONS if state}
    assert reached == left == set(State)


@pytest.mark.parametrize(("state", "turn"), [pair for pair in product(State, Turn) if pair not in TRANSITIONS])
def test_what_is_not_in_the_table_is_refused(state: State, turn: Turn) -> None:
    with pytest.raises(ImpossibleTurn, match=f"'{turn.value}' cannot happen to what is {state.value}"):
        after(state, turn)


def test_nobody_can_close_anything_by_a_word() -> None:
    assert {TRANSITIONS[state, turn] for state, turn in TRANSITIONS if turn in WORDS} <= set(STANDING)


def test_only_what_is_seen_opens_or_comes_back_and_only_a_finding_ends() -> None:
    ended = {turn for (state, turn), to in TRANSITIONS.items() if state in STANDING and to in OVER}
    assert ended == {Turn(finding.value) for finding in Finding}
    assert {turn for (state, turn), to in TRANSITIONS.items() if state in OVER and to in STANDING} == {Turn.REOPENED}
    assert {turn for (_, turn), to in TRANSITIONS.items() if to is State.REOPENED} - {Turn.UNSEEN, Turn.SEEN_AGAIN} == {
        *COMING_BACK
    }


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("seen_before", [True, False])
def test_what_was_not_compared_keeps_its_state(state: State, seen_before: bool) -> None:
    turn = night_turn(state, None, seen=False, day=DAY, accepted_until=date(2026, 9, 1), seen_before=seen_before)
    assert turn is (Turn.UNSEEN if state in STANDING and seen_before else None)
    assert turn is None or after(state, turn) is state


@pytest.mark.parametrize(
    ("until", "turn"), [(date(2026, 9, 7), Turn.EXPIRED), (DAY, None), (date(2026, 9, 9), None), (None, None)]
)
def test_an_acceptance_ends_after_its_last_day_and_only_where_it_is_seen(until: date | None, turn: Turn | None) -> None:
    told = [
        night_turn(State.ACCEPTED, None, seen=seen, day=DAY, accepted_until=until, seen_before=True)
        for seen in (True, False)
    ]
    assert told == [turn, Turn.UNSEEN]


@pytest.mark.parametrize("finding", Finding)
def test_a_finding_ends_what_is_pending_and_nothing_else(finding: Finding) -> None:
    for state in State:
        turn = night_turn(state, finding, seen=False, day=DAY, accepted_until=None, seen_before=True)
        again = state is State.SUPERSEDED and finding is Finding.SUPERSEDED
        assert (turn is not None) == (state in PENDING and not again)
    assert night_turn(None, finding, seen=False, day=DAY, accepted_until=None, seen_before=True) is None


def test_what_cannot_follow_has_no_effect_on_the_present() -> None:
    days = [date(2026, 9, day) for day in (3, 4, 7)]
    before = dict(zip(days[1:], days, strict=False))
    history = [
        Entry(days[0], Turn.OPENED),
        Entry(days[0], Turn.ACCEPTED, None, "Lan", "chờ", DAY),
        Entry(days[1], Turn.RESOLVED),
        Entry(days[1], Turn.ACKNOWLEDGED, None, "Minh"),  # the night was run again and resolved it after all
        Entry(days[2], Turn.REOPENED),
    ]
    told = [replay(history[:count], before) for count in range(6)]
    assert told[0] is None
    assert [one and (one.state.value, one.person, one.accepted_until, one.last_seen_on) for one in told[1:]] == [
        ("open", None, None, None),
        ("accepted", "Lan", DAY, None),
        ("resolved", None, None, days[0]),
        ("resolved", None, None, days[0]),
        ("reopened", None, None, None),
    ]
    assert told[5] and (told[5].first_seen_on, told[5].opened_on, told[5].reopened) == (days[2], days[0], 1)
