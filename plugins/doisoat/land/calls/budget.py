"""A look-up within a number of calls: what lies beyond is not asked for, and stays unknown."""

from __future__ import annotations

import threading
from datetime import datetime

from doisoat.land.source import Answer, LookUp

BEYOND = "vượt ngân sách tra cứu của đêm"


class BudgetedLookUp:
    """At most `calls` look-ups; every later one answers `failed` without a call."""

    def __init__(self, look_up: LookUp, calls: int):
        self._look_up = look_up
        self._left = calls
        self._lock = threading.Lock()

    @property
    def kind(self) -> str:
        return self._look_up.kind

    @property
    def address(self) -> str:
        return self._look_up.address

    @property
    def observed_at(self) -> datetime | None:
        return self._look_up.observed_at

    def look_up(self, code: str) -> Answer:
        """The answer of the look-up behind, or `failed` once the budget is used up."""
        with self._lock:
            if self._left <= 0:
                return Answer("failed", reason=BEYOND)
            self._left -= 1
        return self._look_up.look_up(code)
