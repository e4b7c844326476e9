"""Inspections and their findings: forms, and which state of a finding follows which (domain rules §5).

    (found) --> open --> requested --> answered --> remedied
                            |             |            |      overdue: the deadline has passed
                            '-------------'------------'----> not_remedied
    any of these, and reopened --verified: a night proves that all of it is resolved--> verified --> reopened

People's acts are documents that went out or came in; `night_act` is what a night does, and only a complete one does
anything. Pure: no clock, no I/O; days are local (+07:00), of a night its business date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from doisoat.errors import TerminalError


class Form(StrEnum):
    """How an inspection is held."""

    ON_SITE = "on_site"
    ONLINE = "online"
    REMOTE = "remote"  # by the data alone
    COMBINED = "combined"

    @property
    def label(self) -> str:
        return FORM_LABELS[self]

    @property
    def is_digital(self) -> bool:
        """Whether it counts as held through the digital environment."""
        return self is not Form.ON_SITE

    @property
    def needs_data(self) -> bool:
        """Whether it rests on data that were read."""
        return self in (Form.REMOTE, Form.COMBINED)


FORM_LABELS: Mapping[Form, str] = {
    Form.ON_SITE: "Trực tiếp",
    Form.ONLINE: "Trực tuyến",
    Form.REMOTE: "Từ xa qua dữ liệu",
    Form.COMBINED: "Kết hợp",
}


class CheckState(StrEnum):
    """Where an inspection itself stands; its findings go on being followed after it is closed."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"  # not counted

    @property
    def label(self) -> str:
        return {"open": "Đang kiểm tra", "closed": "Đã kết thúc", "cancelled": "Đã hủy"}[self.value]


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    REQUESTED = "requested"  # the letter has gone out
    ANSWERED = "answered"
    REMEDIED = "remedied"  # the agency reports it as put right
    NOT_REMEDIED = "not_remedied"  # the deadline has passed
    VERIFIED = "verified"  # a later night, or a person where no data tell of it, has proved it
    REOPENED = "reopened"  # the data say otherwise

    @property
    def label(self) -> str:
        return FINDING_LABELS[self]


FINDING_LABELS: Mapping[FindingState, str] = {
    FindingState.OPEN: "Mới phát hiện",
    FindingState.REQUESTED: "Đã yêu cầu khắc phục",
    FindingState.ANSWERED: "Đơn vị đã trả lời",
    FindingState.REMEDIED: "Đơn vị báo đã khắc phục",
    FindingState.NOT_REMEDIED: "Quá hạn, chưa khắc phục",
    FindingState.VERIFIED: "Đã kiểm chứng khắc phục",
    FindingState.REOPENED: "Tái diễn, mở lại",
}


class Act(StrEnum):
    """What happened to a finding, as its events name it."""

    FOUND = "found"
    REQUESTED = "requested"
    ANSWERED = "answered"
    REMEDIED = "remedied"
    VERIFIED = "verified"
    OVERDUE = "overdue"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        return ACT_LABELS[self]


ACT_LABELS: Mapping[Act, str] = {
    Act.FOUND: "Ghi nhận phát hiện",
    Act.REQUESTED: "Gửi văn bản yêu cầu khắc phục",
    Act.ANSWERED: "Đơn vị trả lời",
    Act.REMEDIED: "Đơn vị báo cáo kết quả khắc phục",
    Act.VERIFIED: "Kiểm chứng: đã hết chênh lệch",
    Act.OVERDUE: "Quá hạn khắc phục",
    Act.REOPENED: "Chênh lệch xuất hiện lại",
}
_S = FindingState
NOT_OVER = tuple(state for state in FindingState if state is not FindingState.VERIFIED)
AWAITED = (_S.REQUESTED, _S.ANSWERED, _S.REMEDIED)  # something is due by a day

TRANSITIONS: Mapping[tuple[FindingState | None, Act], FindingState] = {
    (None, Act.FOUND): _S.OPEN,
    **{(state, Act.REQUESTED): _S.REQUESTED for state in NOT_OVER},  # again: a reminder, with a new deadline
    **{(state, Act.ANSWERED): _S.ANSWERED for state in (_S.REQUESTED, _S.ANSWERED)},
    (_S.NOT_REMEDIED, Act.ANSWERED): _S.NOT_REMEDIED,  # an answer after the deadline puts nothing right
    **{(state, Act.REMEDIED): _S.REMEDIED for state in NOT_OVER},
    (_S.VERIFIED, Act.REMEDIED): _S.VERIFIED,  # the data were quicker than the report
    **{(state, Act.VERIFIED): _S.VERIFIED for state in NOT_OVER},
    **{(state, Act.OVERDUE): _S.NOT_REMEDIED for state in AWAITED},
    (_S.VERIFIED, Act.REOPENED): _S.REOPENED,
}


class ImpossibleAct(TerminalError):
    """This cannot happen to a finding in that state."""


def after(state: FindingState | None, act: Act) -> FindingState:
    """The state that follows; ImpossibleAct where none does.

    >>> after(FindingState.VERIFIED, Act.REOPENED).value
    'reopened'
    """
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise ImpossibleAct(
            f"{act.value!r} cannot happen to a finding that is {state.value if state else 'new'}"
        ) from None


def possible_acts(state: FindingState) -> list[Act]:
    """What may happen next."""
    return [act for act in Act if (state, act) in TRANSITIONS]


@dataclass(frozen=True)
class Entry:
    """One event of a finding."""

    act: Act
    day: date  # of the document; of a night its business date
    due_on: date | None = None  # of a request: last day for the remedy


@dataclass(frozen=True)
class Standing:
    """One finding as the present has it; the days are of this time, since it was (re)opened or asked for."""

    state: FindingState
    found_on: date  # of what the data say, the business date of the night it rests on
    due_on: date | None = None
    requested_on: date | None = None
    answered_on: date | None = None
    remedied_on: date | None = None  # the remedy report
    verified_on: date | None = None
    reopened: int = 0  # how often the data said otherwise

    def is_overdue(self, day: date) -> bool:
        """Whether the deadline has passed on that day without a proof, whatever state it stands in."""
        return self.state in (*AWAITED, _S.NOT_REMEDIED) and self.due_on is not None and self.due_on < day

    @property
    def lacks_report(self) -> bool:
        """Proved by the data, but the agency has never reported it (the failure the founding documents name)."""
        return self.state is _S.VERIFIED and self.remedied_on is None


def step(standing: Standing | None, entry: Entry) -> Standing:
    """One event further; ImpossibleAct where it cannot follow."""
    state = after(standing.state if standing else None, entry.act)
    if standing is None:
        return Standing(state, entry.day)
    moved = replace(standing, state=state)
    if entry.act is Act.REQUESTED:
        return replace(moved, requested_on=entry.day, due_on=entry.due_on, answered_on=None, remedied_on=None)
    if entry.act is Act.ANSWERED:
        return replace(moved, answered_on=entry.day)
    if entry.act is Act.REMEDIED:
        return replace(moved, remedied_on=entry.day)
    if entry.act is Act.VERIFIED:
        return replace(moved, verified_on=entry.day)
    if entry.act is Act.REOPENED:
        fresh = Standing(state, standing.found_on, reopened=standing.reopened + 1)
        return replace(fresh, requested_on=standing.requested_on)
    return moved


def replay(entries: Iterable[Entry]) -> Standing | None:
    """The present that events in their order lead to; None = no event."""
    standing: Standing | None = None
    for entry in entries:
        standing = step(standing, entry)
    return standing


@dataclass(frozen=True)
class Proof:
    """What the last night says about the discrepancies of a finding: how many there are, and how they stand."""

    members: int  # 0 = entered by hand, no data tell of it
    resolved: int = 0  # compared, and the two sides agree
    standing: int = 0  # open, acknowledged, accepted or reopened
    seen: int = 0  # of these, seen that very night

    @property
    def is_of_data(self) -> bool:
        return self.members > 0

    @property
    def is_remedied(self) -> bool:
        """Every one is resolved. Superseded, gone from both sides, out of scope: none of these proves a remedy."""
        return self.is_of_data and self.resolved == self.members


def night_act(standing: Standing, proof: Proof, day: date, *, is_complete: bool) -> Act | None:
    """What the night of a business date does to a finding; None = nothing.

    A partial night proves nothing; nor does the night the finding itself rests on, or an earlier one.
    """
    if not is_complete or day <= standing.found_on:
        return None
    if standing.state is _S.VERIFIED:
        return Act.REOPENED if proof.standing else None
    if proof.is_remedied:
        return Act.VERIFIED
    if standing.state not in AWAITED or standing.due_on is None or standing.due_on >= day:
        return None
    if standing.state is not _S.REMEDIED:
        return Act.OVERDUE
    reported = standing.remedied_on is not None and standing.remedied_on <= day
    return Act.OVERDUE if reported and proof.seen else None
