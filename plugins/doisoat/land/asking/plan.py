"""Which dossiers a night asks the portal about, in which order, within a number of calls. Values in, values out.

Order: open discrepancies, worst first; dossiers whose shop record changed since they were asked; of the open ones those
never asked, the rotation, and those whose last answer is no knowledge any more; the same of the finished ones; then,
while calls are left, whatever was asked longest ago. The rotation takes what is due, and at least the share of the
dossiers that brings each of them up again in time, so that the load is even.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True)
class Candidate:
    """One dossier as the plan sees it."""

    code: str
    codes: tuple[str, ...]  # to ask for, all of them or none
    is_over: bool = False  # finished at the shop
    severity: int | None = None  # of its worst open discrepancy, least = worst; None = nothing is open
    asked_on: date | None = None  # business date of its last answer; None = never
    is_changed: bool = False  # the shop's record, since that answer
    is_known: bool = False  # that answer is still knowledge: record unchanged, both sides agreed, not too old

    def age(self, today: date) -> int:
        """Days since its last answer; 0 where there was none."""
        return (today - self.asked_on).days if self.asked_on else 0


@dataclass(frozen=True)
class Rhythm:
    """Within how many days a dossier is asked again, and how many calls a night may make."""

    open_days: int
    finished_days: int
    budget: int

    def days(self, candidate: Candidate) -> int:
        return self.finished_days if candidate.is_over else self.open_days


def choose_calls(candidates: Collection[Candidate], rhythm: Rhythm, today: date) -> tuple[str, ...]:
    """The codes to ask for, in order, each once, at most `rhythm.budget`. A dossier is asked wholly or not at all."""
    calls: dict[str, None] = {}
    for candidate in _ordered(candidates, rhythm, today):
        fresh = [code for code in candidate.codes if code not in calls]
        if len(calls) + len(fresh) <= rhythm.budget:
            calls |= dict.fromkeys(fresh)
        if len(calls) == rhythm.budget:
            break
    return tuple(calls)


def _ordered(candidates: Collection[Candidate], rhythm: Rhythm, today: date) -> Iterator[Candidate]:
    disputed = [one for one in candidates if one.severity is not None]
    others = [one for one in candidates if one.severity is None]
    yield from sorted(disputed, key=lambda one: (one.severity or 0, one.code))
    yield from _oldest_first((one for one in others if one.is_changed), today)
    rest: list[Candidate] = []
    for is_over in (False, True):
        group = [one for one in others if one.is_over is is_over]
        yield from sorted((one for one in group if one.asked_on is None), key=lambda one: _shuffled(one.code))
        answered = _oldest_first((one for one in group if one.asked_on is not None and not one.is_changed), today)
        share = _share(answered, len(group), rhythm, today)
        yield from answered[:share]
        yield from (one for one in answered[share:] if not one.is_known)
        rest += [one for one in answered[share:] if one.is_known]
    yield from _oldest_first(rest, today)


def _share(oldest_first: Sequence[Candidate], group: int, rhythm: Rhythm, today: date) -> int:
    """How many of the oldest are this night's: all that are due, and the even share of the whole group."""
    if not oldest_first:
        return 0
    days = rhythm.days(oldest_first[0])
    due = sum(one.age(today) >= days for one in oldest_first)
    return max(due, math.ceil(group / days))


def _oldest_first(candidates: Iterable[Candidate], today: date) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-one.age(today), _shuffled(one.code)))


def _shuffled(code: str) -> bytes:
    """An order that mixes agencies and days: the first nights are a sample of everything."""
    return sha256(code.encode()).digest()
