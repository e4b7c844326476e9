"""Status words of the one-stop-shops on the portal's scale 1..10: which system's word means what, on which day.

A pure look-up. The words are data (`store.reference` reads the table `status_words`), because two makers use one word
for two statuses (`new`, `receiving`, `denied` and `unresolved` are swapped between them) and because a system may
change its mind. A province file's `status_map` overrules single words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from doisoat.rules.text import fold


@dataclass(frozen=True)
class StatusWord:
    """One word of one system. `status` None: the word is known and has no place on the scale, so it is not guessed."""

    system: str
    word: str
    status: int | None
    valid_from: date | None = None
    valid_to: date | None = None  # last valid day

    def holds_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    def contradicts(self, other: StatusWord) -> bool:
        """Whether both tell the meaning of one word on one day; spelling as `fold` compares it."""
        return (
            (fold(self.system), fold(self.word)) == (fold(other.system), fold(other.word))
            and (self.valid_from or date.min) <= (other.valid_to or date.max)
            and (other.valid_from or date.min) <= (self.valid_to or date.max)
        )


class StatusWords:
    """The words of all systems."""

    def __init__(self, words: Iterable[StatusWord] = ()) -> None:
        self._words = tuple(words)

    @property
    def systems(self) -> frozenset[str]:
        """Names of the systems, as `fold` spells them."""
        return frozenset(fold(word.system) for word in self._words)

    def of(self, system: str | None, day: date, overrides: Mapping[str, int]) -> dict[str, int]:
        """Folded word -> 1..10, as one system speaks on a day, `overrides` before its own; None = no system's words."""
        spoken = [word for word in self._words if system and fold(word.system) == fold(system) and word.holds_on(day)]
        own = {fold(word.word): word.status for word in spoken if word.status is not None}
        return own | {fold(word): status for word, status in overrides.items()}
