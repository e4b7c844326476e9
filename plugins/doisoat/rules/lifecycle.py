"""The life of a discrepancy: which state follows which, for the nights and for people's words (rules §8.6).

    never seen ------------------------ opened --------> OPEN
    OPEN, REOPENED -------------------- acknowledged --> ACKNOWLEDGED
    OPEN, REOPENED, ACKNOWLEDGED ------ accepted ------> ACCEPTED, until a day (ACCEPTED again: until another)
    ACKNOWLEDGED, ACCEPTED ------------ taken_back ----> REOPENED
    ACCEPTED -------------------------- expired -------> REOPENED: the day has passed and it is still seen
    all of these ---------------------- resolved, superseded, gone, left_scope --> over, as found
    SUPERSEDED ------------------------ resolved, gone, left_scope --------------> over, as found
    RESOLVED, SUPERSEDED, GONE, OUT_OF_SCOPE -- reopened (seen again) --> REOPENED

The first four *stand*. Only a night that compared the dossier ends them; what it did not compare stays as it is. The
set-based update in the warehouse is generated from the tables below. Pure: no clock, no I/O; dates are business dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from doisoat.errors import TerminalError


class State(StrEnum):
    """Where a discrepancy stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"  # somebody works on it
    ACCEPTED = "accepted"  # may stay until a day, for a reason
    REOPENED = "reopened"  # seen again after it was over, or its acceptance ended
    RESOLVED = "resolved"  # compared, and the two sides agree
    SUPERSEDED = "superseded"  # another kind says it now
    GONE = "gone"  # on neither side any more
    OUT_OF_SCOPE = "out_of_scope"  # no longer to be compared

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS: Mapping[State, str] = {
    State.OPEN: "Đang mở",
    State.ACKNOWLEDGED: "Đã nhận xử lý",
    State.ACCEPTED: "Đã chấp nhận",
    State.REOPENED: "Mở lại",
    State.RESOLVED: "Đã hết lệch",
    State.SUPERSEDED: "Đã nêu ở loại khác",
    State.GONE: "Không còn ở cả hai bên",
    State.OUT_OF_SCOPE: "Ngoài phạm vi đối soát",
}
STANDING = (State.OPEN, State.ACKNOWLEDGED, State.ACCEPTED, State.REOPENED)
OVER = (State.RESOLVED, State.SUPERSEDED, State.GONE, State.OUT_OF_SCOPE)
PENDING = (*STANDING, State.SUPERSEDED)  # what a night may still have something to say about


class Turn(StrEnum):
    """What happened to a discrepancy, as its history names it."""

    OPENED = "opened"
    REOPENED = "reopened"
    EXPIRED = "expired"  # the acceptance ended and it is still seen
    RESOLVED = "resolved"
    SUPERSEDED = "superseded"
    GONE = "gone"
    LEFT_SCOPE = "left_scope"
    UNSEEN = "unseen"  # stands, but was not compared that night
    SEEN_AGAIN = "seen_again"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    TAKEN_BACK = "taken_back"  # an acknowledgement or acceptance is withdrawn


TURN_LABELS: Mapping[Turn, str] = {
    Turn.OPENED: "Phát hiện lần đầu",
    Turn.REOPENED: "Lệch trở lại",
    Turn.EXPIRED: "Hết hạn chấp nhận, vẫn còn lệch",
    Turn.RESOLVED: "Hết lệch",
    Turn.SUPERSEDED: "Được nêu ở loại khác",
    Turn.GONE: "Hồ sơ không còn ở cả hai bên",
    Turn.LEFT_SCOPE: "Ra ngoài phạm vi đối soát",
    Turn.UNSEEN: "Chưa đối soát được, giữ nguyên",
    Turn.SEEN_AGAIN: "Đối soát lại được, vẫn lệch",
    Turn.ACKNOWLEDGED: "Đã nhận xử lý",
    Turn.ACCEPTED: "Chấp nhận có thời hạn",
    Turn.TAKEN_BACK: "Rút lại, mở lại để xử lý",
}
WORDS = (Turn.ACKNOWLEDGED, Turn.ACCEPTED, Turn.TAKEN_BACK)  # people's; all others are a night's
COMING_BACK = (Turn.REOPENED, Turn.EXPIRED, Turn.TAKEN_BACK)


class Finding(StrEnum):
    """What a night can say about a discrepancy it did not see; nothing said = not compared."""

    RESOLVED = "resolved"
    SUPERSEDED = "superseded"
    GONE = "gone"
    LEFT_SCOPE = "left_scope"


TRANSITIONS: Mapping[tuple[State | None, Turn], State] = {
    (None, Turn.OPENED): State.OPEN,
    **{(state, Turn.REOPENED): State.REOPENED for state in OVER},
    (State.ACCEPTED, Turn.EXPIRED): State.REOPENED,
    **{(state, Turn.RESOLVED): State.RESOLVED for state in PENDING},
    **{(state, Turn.GONE): State.GONE for state in PENDING},
    **{(state, Turn.LEFT_SCOPE): State.OUT_OF_SCOPE for state in PENDING},
    **{(state, Turn.SUPERSEDED): State.SUPERSEDED for state in STANDING},
    **{(state, turn): state for state in STANDING for turn in (Turn.UNSEEN, Turn.SEEN_AGAIN)},
    **{(state, Turn.ACKNOWLEDGED): State.ACKNOWLEDGED for state in (State.OPEN, State.REOPENED)},
    **{(state, Turn.ACCEPTED): State.ACCEPTED for state in STANDING},
    **{(state, Turn.TAKEN_BACK): State.REOPENED for state in (State.ACKNOWLEDGED, State.ACCEPTED)},
}


class ImpossibleTurn(TerminalError):
    """This cannot happen to a discrepancy in that state."""


def after(state: State | None, turn: Turn) -> State:
    """The state that follows; ImpossibleTurn where none does.

    >>> after(State.RESOLVED, Turn.REOPENED).value
    'reopened'
    """
    try:
        return TRANSITIONS[state, turn]
    except KeyError:
        raise ImpossibleTurn(f"{turn.value!r} cannot happen to what is {state.value if state else 'unknown'}") from None


def finding_turn(state: State, finding: Finding) -> Turn | None:
    """What a night's finding does to a state; None = nothing."""
    turn = Turn(finding.value)
    return turn if (state, turn) in TRANSITIONS else None


def night_turn(
    state: State | None,
    finding: Finding | None,
    *,
    seen: bool,
    day: date,
    accepted_until: date | None,
    seen_before: bool,
) -> Turn | None:
    """What a night does to one discrepancy; None = nothing that its history has to tell.

    `seen` tonight, `seen_before` on the last night, `accepted_until` the last day of its acceptance.
    """
    if seen:
        if state is None:
            return Turn.OPENED
        if state in OVER:
            return Turn.REOPENED
        if state is State.ACCEPTED and accepted_until is not None and accepted_until < day:
            return Turn.EXPIRED
        return None if seen_before else Turn.SEEN_AGAIN
    if state is None:
        return None
    if finding is not None:
        return finding_turn(state, finding)
    return Turn.UNSEEN if state in STANDING and seen_before else None


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    changed_on: date  # business date; of a person's word that of the night it was said after
    turn: Turn
    by_kind: str | None = None  # which kind supersedes
    person: str | None = None
    reason: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Standing:
    """One discrepancy as the present has it."""

    state: State
    first_seen_on: date  # of this time
    last_seen_on: date | None  # None = seen every night since
    opened_on: date  # the very first time
    reopened: int = 0  # how often it came back
    accepted_until: date | None = None
    person: str | None = None  # who acknowledged or accepted
    reason: str | None = None
    superseded_by: str | None = None


def replay(history: Iterable[Entry], night_before: Mapping[date, date]) -> Standing | None:
    """The present that a history in its order leads to; None = never opened.

    `night_before` gives the night before each (where it does not, the day itself stands for it). A person's word that
    fits no longer (the night it was said after was run again, with another result) has no effect; it stays written.
    """
    standing: Standing | None = None
    for entry in history:
        standing = step(standing, entry, night_before)
    return standing


def step(standing: Standing | None, entry: Entry, night_before: Mapping[date, date]) -> Standing | None:
    """One line further; what cannot follow changes nothing."""
    day, turn = entry.changed_on, entry.turn
    state = TRANSITIONS.get((standing.state if standing else None, turn))
    if state is None:
        return standing
    if standing is None:
        return Standing(state, day, None, day)
    if turn is Turn.SEEN_AGAIN:
        return replace(standing, last_seen_on=None)
    last = standing.last_seen_on
    if turn in (Turn.REOPENED, Turn.EXPIRED):
        last = None
    elif turn not in WORDS and last is None:
        last = night_before.get(day, day)
    if turn is Turn.UNSEEN:
        return replace(standing, last_seen_on=last)
    return replace(
        standing,
        state=state,
        first_seen_on=day if turn is Turn.REOPENED else standing.first_seen_on,
        last_seen_on=last,
        reopened=standing.reopened + (turn in COMING_BACK),
        accepted_until=entry.until,
        person=entry.person if turn in (Turn.ACKNOWLEDGED, Turn.ACCEPTED) else None,
        reason=entry.reason if turn in (Turn.ACKNOWLEDGED, Turn.ACCEPTED) else None,
        superseded_by=entry.by_kind,
    )
