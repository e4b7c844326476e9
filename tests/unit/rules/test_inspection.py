"""The life of a finding: what may follow what, what a night proves, against a plain model; shares and targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.rules.inspection import (
    ACT_LABELS,
    FINDING_LABELS,
    TRANSITIONS,
    Act,
    CheckState,
    Entry,
    FindingState,
    Form,
    ImpossibleAct,
    Proof,
    Standing,
    after,
    night_act,
    possible_acts,
    replay,
    step,
)
from doisoat.rules.inspection_targets import GOALS, digital_share, share_target

DAY = date(2026, 9, 3)
S, A = FindingState, Act
RESOLVED, HALF, UNSEEN, BACK = Proof(2, 2), Proof(2, 1, 1, 1), Proof(2, 1, 1, 0), Proof(2, 1, 1, 1)
ODD = Proof(2, 1)  # one resolved, the other superseded, gone or out of scope


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def standing(state: FindingState, *, due: int | None = 5, remedied: int | None = None) -> Standing:
    due_on = None if due is None else day(due)
    return Standing(state, DAY, due_on, remedied_on=None if remedied is None else day(remedied))


def test_every_state_and_act_is_named_and_reached() -> None:
    assert set(FINDING_LABELS) == set(FindingState) == set(TRANSITIONS.values())
    assert set(ACT_LABELS) == set(Act) == {act for _, act in TRANSITIONS}


@pytest.mark.parametrize("state", FindingState)
def test_what_is_said_to_be_possible_is_exactly_what_is(state: FindingState) -> None:
    for act in Act:
        if act in possible_acts(state):
            assert isinstance(after(state, act), FindingState)
        else:
            with pytest.raises(ImpossibleAct, match=state.value):
                after(state, act)


NIGHTS = [
    # state, due, remedied, proof, night, what it does
    (S.OPEN, None, None, RESOLVED, 1, A.VERIFIED),
    (S.REQUESTED, 5, None, RESOLVED, 1, A.VERIFIED),
    (S.NOT_REMEDIED, 5, None, RESOLVED, 9, A.VERIFIED),
    (S.REOPENED, None, None, RESOLVED, 9, A.VERIFIED),
    (S.OPEN, None, None, HALF, 1, None),
    (S.OPEN, None, None, ODD, 1, None),  # superseded is not put right
    (S.VERIFIED, 5, None, RESOLVED, 9, None),
    (S.VERIFIED, 5, None, BACK, 9, A.REOPENED),
    (S.VERIFIED, 5, None, UNSEEN, 9, A.REOPENED),  # it came back on a night before; that it was not seen clears nothing
    (S.VERIFIED, 5, None, ODD, 9, None),
    (S.REQUESTED, 5, None, HALF, 5, None),  # the last day belongs to the agency
    (S.REQUESTED, 5, None, HALF, 6, A.OVERDUE),
    (S.ANSWERED, 5, None, UNSEEN, 6, A.OVERDUE),
    (S.REMEDIED, 5, 4, HALF, 6, A.OVERDUE),  # the data contradict the report
    (S.REMEDIED, 5, 4, HALF, 5, None),
    (S.REMEDIED, 5, 4, UNSEEN, 6, None),  # not compared: no proof against the report
    (S.REMEDIED, 5, 7, HALF, 6, None),  # the report came after that night
    (S.NOT_REMEDIED, 5, None, HALF, 6, None),
    (S.OPEN, None, None, HALF, 99, None),  # nobody has asked yet
    (S.REQUESTED, 5, None, Proof(0), 6, A.OVERDUE),
    (S.REMEDIED, 5, 4, Proof(0), 6, None),  # no data tell of it: a person has to look
    (S.VERIFIED, 5, 4, Proof(0), 6, None),
]


@pytest.mark.parametrize(("state", "due", "remedied", "proof", "night", "act"), NIGHTS)
def test_what_a_complete_night_does(
    state: FindingState, due: int | None, remedied: int | None, proof: Proof, night: int, act: Act | None
) -> None:
    found = standing(state, due=due, remedied=remedied)
    assert night_act(found, proof, day(night), is_complete=True) is act


PROOFS = st.builds(
    lambda resolved, stands, unseen, odd: Proof(resolved + stands + unseen + odd, resolved, stands + unseen, stands),
    *[st.integers(0, 2)] * 4,
)
STANDINGS = st.builds(
    standing, st.sampled_from(FindingState), due=st.none() | st.integers(0, 9), remedied=st.none() | st.integers(0, 9)
)


@given(STANDINGS, PROOFS, st.integers(-3, 9))
def test_a_partial_night_and_one_that_is_not_later_prove_nothing(found: Standing, proof: Proof, night: int) -> None:
    assert night_act(found, proof, day(night), is_complete=False) is None
    assert night_act(found, proof, day(min(night, 0)), is_complete=True) is None


@given(STANDINGS, PROOFS, st.integers(1, 12))
def test_a_night_only_does_what_can_follow_and_once(found: Standing, proof: Proof, night: int) -> None:
    act = night_act(found, proof, day(night), is_complete=True)
    if act is None:
        return
    moved = step(found, Entry(act, day(night)))
    assert (found.state, act) in TRANSITIONS
    assert night_act(moved, proof, day(night), is_complete=True) is None, "the same night again moves nothing"
    assert (act is A.VERIFIED) == (
        proof.members > 0 and proof.resolved == proof.members and found.state is not S.VERIFIED
    )


# --- against a plain model: a dict, and the rules written down once more --------------------------------


@dataclass
class Model:
    """A finding as a person would keep it in a notebook."""

    state: str = "open"
    due: int | None = None
    reported: int | None = None
    back: int = 0

    def letter(self, act: str, on: int, due: int) -> bool:
        """Whether the letter could be filed."""
        if act == "requested":
            if self.state == "verified":
                return False
            self.state, self.due, self.reported = "requested", due, None
        elif act == "answered":
            if self.state not in ("requested", "answered", "not_remedied"):
                return False
            self.state = "answered" if self.state != "not_remedied" else "not_remedied"
        else:
            self.reported = on
            self.state = self.state if self.state == "verified" else "remedied"
        return True

    def night(self, on: int, resolved: int, seen: int, members: int) -> None:
        stands = members - resolved
        if self.state == "verified":
            if stands:
                self.state, self.due, self.reported, self.back = "reopened", None, None, self.back + 1
        elif members and not stands:
            self.state = "verified"
        elif self.due is not None and self.due < on:
            contradicted = self.reported is not None and self.reported <= on and seen > 0
            if self.state in ("requested", "answered") or (self.state == "remedied" and contradicted):
                self.state = "not_remedied"


LETTERS = st.tuples(st.sampled_from(["requested", "answered", "remedied"]), st.integers(0, 4))
HAPPENED = st.lists(st.one_of(LETTERS, st.tuples(st.just("night"), st.integers(0, 3), st.integers(0, 3))), max_size=25)


@given(HAPPENED, st.sampled_from([0, 3]))
def test_any_life_is_what_the_model_says(happened: list[tuple[object, ...]], members: int) -> None:
    model, entries = Model(), [Entry(A.FOUND, DAY)]
    for on, (what, *numbers) in enumerate(happened, start=1):
        told = replay(entries)
        assert told is not None
        if what == "night":
            resolved, seen = (
                min(int(numbers[0]), members),
                min(int(numbers[1]), members - min(int(numbers[0]), members)),
            )  # type: ignore[call-overload]
            model.night(on, resolved, seen, members)
            act = night_act(told, Proof(members, resolved, members - resolved, seen), day(on), is_complete=True)
            if act is not None:
                entries.append(Entry(act, day(on)))
        else:
            due = on + int(numbers[0])  # type: ignore[call-overload]
            entry = Entry(Act(str(what)), day(on), day(due) if what == "requested" else None)
            if model.letter(str(what), on, due):
                entries.append(entry)
            else:
                with pytest.raises(ImpossibleAct):
                    step(told, entry)
        found = replay(entries)
        assert found is not None
        due_on = None if model.due is None else day(model.due)
        assert (found.state.value, found.due_on, found.reopened) == (model.state, due_on, model.back)


def test_overdue_is_told_whatever_the_nights_could_prove() -> None:
    waiting = standing(S.REQUESTED)
    assert not waiting.is_overdue(day(5)) and waiting.is_overdue(day(6))
    assert not standing(S.VERIFIED).is_overdue(day(9)) and not standing(S.OPEN, due=None).is_overdue(day(9))


def test_proved_without_a_report_is_the_failure_the_founding_documents_name() -> None:
    found = replay([Entry(A.FOUND, DAY), Entry(A.VERIFIED, day(1))])
    assert found is not None and found.lacks_report
    assert not step(found, Entry(A.REMEDIED, day(2))).lacks_report


# --- shares ------------------------------------------------------------------------------------------------


def test_share_counts_every_form_but_on_site_and_leaves_out_what_was_cancelled() -> None:
    checks = [(Form.ON_SITE, CheckState.CLOSED), (Form.ON_SITE, CheckState.CANCELLED), (Form.ONLINE, CheckState.OPEN)]
    share = digital_share(2026, [*checks, (Form.REMOTE, CheckState.OPEN), (Form.COMBINED, CheckState.CLOSED)], {})
    assert (share.checks, share.digital, share.cancelled) == (4, 3, 1)
    assert (share.value, share.target, share.is_met) == (Fraction(3, 4), Fraction(1, 2), True)


def test_no_check_is_no_share() -> None:
    share = digital_share(2026, [(Form.REMOTE, CheckState.CANCELLED)], {})
    assert (share.value, share.is_met, share.missing) == (None, None, 0)


@pytest.mark.parametrize(
    ("year", "own", "target"),
    [
        (2023, {}, Fraction(3, 20)),
        (2024, {2026: 0.9}, Fraction(3, 20)),
        (2025, {}, Fraction(1, 2)),
        (2026, {2026: 0.7}, Fraction(7, 10)),
        (2029, {2026: 0.7, 2028: 0.75}, Fraction(3, 4)),
    ],
)
def test_targets_by_year_and_province(year: int, own: dict[int, float], target: Fraction) -> None:
    assert share_target(year, own) == target


@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from([0.15, 0.5, 0.7, 1.0]))
def test_the_missing_checks_are_just_enough(digital: int, on_site: int, target: float) -> None:
    def share(more: int) -> object:
        forms = [Form.REMOTE] * (digital + more) + [Form.ON_SITE] * on_site
        return digital_share(2026, [(form, CheckState.CLOSED) for form in forms], {2026: target})

    found = share(0)
    missing = found.missing  # type: ignore[attr-defined]
    if not digital + on_site or target == 1.0:
        assert missing == 0
        return
    assert share(missing).is_met  # type: ignore[attr-defined]
    assert missing == 0 or not share(missing - 1).is_met  # type: ignore[attr-defined]


def test_every_goal_names_where_its_value_is_read() -> None:
    from doisoat.rules.indicators import BY_CODE

    assert all(goal.indicator in BY_CODE and goal.source and goal.why_not for goal in GOALS)
    assert len({goal.code for goal in GOALS}) == len(GOALS)
