"""A plain model of the lifecycle for the tests: everything ever said and found, replayed word by word in a dict.

Written apart from `rules.lifecycle`, from the rules alone; nothing of the program is used but the words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

STANDS = {"open", "acknowledged", "accepted", "reopened"}


@dataclass
class Seen:
    """What a night saw and found: letters."""

    seen: frozenset[str] = frozenset()
    findings: dict[str, str] = field(default_factory=dict)


@dataclass
class Model:
    """Nights by day, and people's words behind the day after which they were said."""

    nights: dict[int, Seen] = field(default_factory=dict)
    words: list[tuple[int, str, str, int | None]] = field(default_factory=list)  # after day, letter, word, until

    @property
    def last(self) -> int:
        return max(self.nights, default=0)

    def present(self) -> dict[str, dict[str, Any]]:
        return self.state(self.last + 1, words_until=999)

    def state(self, before: int, *, words_until: int | None = None) -> dict[str, dict[str, Any]]:
        """Letter -> how it stands before that day."""
        limit = before - 1 if words_until is None else words_until
        days = sorted({day for day in self.nights if day < before} | {day for day, *_ in self.words if day <= limit})
        lives: dict[str, dict[str, Any]] = {}
        for day in days:
            if day in self.nights and day < before:
                self._night(lives, day)
            for after, letter, word, until in self.words:
                if after == day:
                    self._word(lives, letter, word, until)
        return lives

    def _night(self, lives: dict[str, dict[str, Any]], day: int) -> None:
        night = self.nights[day]
        for letter in night.seen:
            life = lives.get(letter)
            if life is None:
                lives[letter] = {"state": "open", "first": day, "opened": day, "back": 0, "until": None}
            elif life["state"] not in STANDS:
                life.update(state="reopened", first=day, back=life["back"] + 1, until=None)
            elif life["state"] == "accepted" and life["until"] < day:
                life.update(state="reopened", back=life["back"] + 1, until=None)
        for letter, finding in night.findings.items():
            life = lives.get(letter)
            if letter in night.seen or life is None:
                continue
            if life["state"] in STANDS or (life["state"] == "superseded" and finding != "superseded"):
                life.update(state="out_of_scope" if finding == "left_scope" else finding, until=None)

    def _word(self, lives: dict[str, dict[str, Any]], letter: str, word: str, until: int | None) -> None:
        life = lives.get(letter)
        state = life["state"] if life else None
        if life is None:
            return
        if word == "acknowledged" and state in ("open", "reopened"):
            life.update(state="acknowledged", until=None)
        elif word == "accepted" and state in STANDS:
            life.update(state="accepted", until=until)
        elif word == "taken_back" and state in ("acknowledged", "accepted"):
            life.update(state="reopened", back=life["back"] + 1, until=None)
