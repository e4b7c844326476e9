"""Crosswalks: codes that mean another code for a time, because procedures were renumbered or provinces merged.

Editable data with validity dates and the document behind each row; `store.crosswalks` reads the files,
`rules.reference` applies them wherever a code is mapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Spelling = tuple[str, str, date, date]  # spelling, code, first and last day


@dataclass(frozen=True)
class Crosswalk:
    """One row of a crosswalk: `code` means `target` from `valid_from` to `valid_to`, both included, None = open."""

    code: str
    target: str
    valid_from: date | None = None
    valid_to: date | None = None
    document: str = ""  # what it rests on

    def holds_on(self, day: date | None) -> bool:
        """Whether the row holds on a day; a day that is not named is every day."""
        return day is None or (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


class DatedCodes:
    """Crosswalk rows by code, in the order of their validity."""

    def __init__(self, rows: Iterable[Crosswalk]) -> None:
        self._by_code: dict[str, list[Crosswalk]] = {}
        for row in sorted(rows, key=lambda row: (row.code, row.valid_from or date.min)):
            self._by_code.setdefault(row.code, []).append(row)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Crosswalk]:
        for rows in self._by_code.values():
            yield from rows

    def target(self, code: str, day: date | None) -> str | None:
        """What the code means on that day; without a day what it means last."""
        return next((row.target for row in reversed(self._by_code.get(code, [])) if row.holds_on(day)), None)


def spelled(rows: Iterable[Crosswalk]) -> Iterator[Spelling]:
    """The rows as spellings; an open end is the first or last day there is."""
    for row in rows:
        yield row.code, row.target, row.valid_from or date.min, row.valid_to or date.max


def crosswalk_problem(rows: Sequence[Crosswalk], known: Callable[[str], bool]) -> tuple[int, str] | None:
    """(index, what is wrong) of the first row that cannot be right: unknown target, overlapping validity, loop."""
    targets: dict[str, set[str]] = {}
    for index, row in enumerate(rows):
        if not known(row.target):
            return index, f"{row.target} is not in the table it should lead to"
        for earlier in rows[:index]:
            if earlier.code == row.code and _overlap(earlier, row):
                return index, f"{row.code} has a meaning for these days already"
        targets.setdefault(row.code, set()).add(row.target)
        if _leads_to(targets, row.target, row.code):
            return index, f"{row.code} leads back to itself"
    return None


def _overlap(one: Crosswalk, other: Crosswalk) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_to or date.max, other.valid_to or date.max)


def _leads_to(targets: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, ahead = set[str](), [start]
    while ahead:
        code = ahead.pop()
        if code == goal:
            return True
        if code not in seen:
            seen.add(code)
            ahead += targets.get(code, ())
    return False
