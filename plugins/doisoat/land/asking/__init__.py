"""A portal that answers about single dossiers only: whom to ask tonight, what is still known, what that leaves unknown.

`open_asking` joins the shop's landing, the memory of the last night and what is open in the warehouse into one
`Asking`; `land_look_ups` carries it out. Unknown is not missing: a dossier neither asked nor known is named as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from doisoat.land.asking.memory import Memory, Remembered, last_folder, read_memory
from doisoat.land.asking.plan import Candidate, Rhythm, choose_calls
from doisoat.land.asking.subjects import Subject, read_subjects

_BEFORE_ALL = -1
NOT_ASKED, FAILED = "not_asked", "look_up_failed"


@dataclass(frozen=True)
class Asking:
    """One night of look-ups. `severities`: worst open discrepancy by dossier code, 0 = worst.

    `secret`: codes of dossiers the portal called secret when it was last asked. They are asked before all others, and
    stay secret until it says something else.
    """

    today: date
    subjects: tuple[Subject, ...]
    memory: Memory
    severities: Mapping[str, int]
    rhythm: Rhythm
    secret: frozenset[str] = frozenset()

    @cached_property
    def calls(self) -> tuple[str, ...]:
        """The codes to ask for, in order."""
        return choose_calls([self._candidate(one) for one in self.subjects], self.rhythm, self.today)

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(self.calls)

    @cached_property
    def _carried(self) -> dict[str, Remembered]:
        """What is known of dossiers that are not asked tonight."""
        return {
            one.code: known
            for one in self.subjects
            if not self._asked.issuperset(one.codes) and (known := self._knowledge(one)) is not None
        }

    def carried_records(self) -> Iterator[list[dict[str, Any]]]:
        """Landed records of earlier nights that are still knowledge, in pieces."""
        codes = {code for one in self.subjects if one.code in self._carried for code in one.codes}
        return self.memory.records(codes - self._asked)

    @property
    def columns(self) -> frozenset[str]:
        """What the carried records' source offered."""
        return self.memory.columns

    def remembered(self, states: Mapping[str, str], secret: Collection[str]) -> dict[str, Remembered]:
        """The memory after tonight's answers (`states` by code: found, absent, failed), by dossier code."""
        named = [one for one in self.subjects if one.code not in secret]
        kept = {one.code: old for one in named if (old := self.memory.answers.get(one.code)) is not None}
        for one in named:
            said = {states.get(code) for code in one.codes}
            if said <= {"found", "absent"}:
                kept[one.code] = Remembered(self.today, one.digest, "found" if "found" in said else "absent")
        return kept

    def unknown(self, states: Mapping[str, str], secret: Collection[str]) -> dict[str, str]:
        """Code -> why nothing is known about it tonight; `secret` codes are named nowhere."""
        found: dict[str, str] = {}
        for one in self.subjects:
            reason = self._doubt(one, states)
            if reason is not None and not any(code in secret for code in one.codes):
                found |= dict.fromkeys(one.codes, reason)
        return found

    def coverage(self, states: Mapping[str, str], secret: Collection[str]) -> dict[str, Any]:
        """How much of the shop is covered tonight: counts of dossiers, for the manifest."""
        doubts = {one.code: self._doubt(one, states) for one in self.subjects if one.code not in secret}
        ages = Counter(
            (self.today - self._carried[code].asked_on).days
            for code, doubt in doubts.items()
            if doubt is None and code in self._carried
        )
        waiting = [code for code, doubt in doubts.items() if doubt == NOT_ASKED]
        never = sum(code not in self.memory.answers for code in waiting)
        carried = sum(ages.values())
        return {
            "calls": len(self.calls),
            "dossiers": len(doubts),
            "asked": sum(doubt is None for doubt in doubts.values()) - carried,
            "carried": {str(age): number for age, number in sorted(ages.items())},
            "failed": sum(doubt == FAILED for doubt in doubts.values()),
            "never_asked": never,
            "outdated": len(waiting) - never,
            "oldest_days": max(ages, default=0),
        }

    def _doubt(self, subject: Subject, states: Mapping[str, str]) -> str | None:
        """Why nothing is known about a dossier: a code of it failed, or was neither asked nor carried."""
        said = {states.get(code) for code in subject.codes}
        if "failed" in said:
            return FAILED
        return NOT_ASKED if None in said and subject.code not in self._carried else None

    def _candidate(self, subject: Subject) -> Candidate:
        old = self.memory.answers.get(subject.code)
        severities = [self.severities[code] for code in subject.codes if code in self.severities]
        severities += [_BEFORE_ALL for code in subject.codes if code in self.secret]
        return Candidate(
            subject.code,
            subject.codes,
            is_over=subject.standing.is_over,
            severity=min(severities, default=None),
            asked_on=None if old is None else old.asked_on,
            is_changed=old is not None and old.digest != subject.digest,
            is_known=self._knowledge(subject) is not None,
        )

    def _knowledge(self, subject: Subject) -> Remembered | None:
        """The earlier answer, if it is still one: same shop records, not too old, and both sides agreed."""
        old = self.memory.answers.get(subject.code)
        if old is None or old.digest != subject.digest:
            return None
        limit = self.rhythm.finished_days if subject.standing.is_over else self.rhythm.open_days
        if not 0 < (self.today - old.asked_on).days <= limit:
            return None
        if old.answer == "absent":
            return None if subject.standing.is_expected_on_portal else old
        told = [self.memory.standings[code] for code in subject.codes if code in self.memory.standings]
        return old if told and all(subject.standing.agrees_with(one) for one in told) else None


def open_asking(
    today: date,
    shop: Path,
    target: Path,
    *,
    shop_words: Mapping[str, int],
    portal_words: Mapping[str, int],
    severities: Mapping[str, int],
    rhythm: Rhythm,
    digest: Callable[[str], str],
) -> Asking:
    """The asking of a night: `shop` is the shop's finished landing, `target` where the portal's will lie.

    `…_words`: status word -> 1..10 of each side. `digest`: keyed, under which a secret code is known.
    IncompleteLanding if the memory is damaged.
    """
    subjects = read_subjects(shop, shop_words)
    memory = read_memory(last_folder(target, today), portal_words)
    codes = {code for one in subjects for code in one.codes} if memory.secret_digests else set()
    secret = frozenset(code for code in codes if digest(code) in memory.secret_digests)
    return Asking(today, tuple(subjects), memory, severities, rhythm, secret)


__all__ = ["FAILED", "NOT_ASKED", "Asking", "Rhythm", "open_asking"]
