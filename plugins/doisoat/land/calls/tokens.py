"""Something that proves who we are and ends some day: a bearer token, a session. Fetched once for all threads.

Renewed before it ends, and when the other side turns it away; how it is fetched and where it is put into a call
belongs to the sources.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from doisoat.errors import SourceRefused
from doisoat.land.calls.answers import Unauthorised

T = TypeVar("T")
_RENEWALS = 2  # of one call: once, and once again
_EARLY_S = 30.0  # renewed this long before its end, but never before half its life


class Token:
    """A value with an end. `fetch` returns (value, seconds it lasts); `monotonic` is a clock in seconds."""

    def __init__(self, fetch: Callable[[], tuple[str, float]], monotonic: Callable[[], float] = time.monotonic):
        self._fetch = fetch
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._value: str | None = None
        self._refused: SourceRefused | None = None
        self._renew_at = 0.0

    def value(self) -> str:
        """The token in force; one thread fetches, the others wait for it.

        A refused login is refused for all of them: repeating it would lock the account.
        """
        with self._lock:
            if self._refused is not None:
                raise self._refused
            if self._value is None or self._monotonic() >= self._renew_at:
                self._value, lasts = self._fetch_once()
                self._renew_at = self._monotonic() + max(lasts - _EARLY_S, lasts / 2)
            return self._value

    def _fetch_once(self) -> tuple[str, float]:
        try:
            return self._fetch()
        except SourceRefused as error:
            self._refused = error
            raise

    def refuse(self, value: str) -> None:
        """The other side turned this value away: forget it, unless another thread has renewed it already."""
        with self._lock:
            if self._value == value:
                self._value = None

    def call(self, send: Callable[[str], T]) -> T:
        """`send(token)`, again with a fresh token when it raises Unauthorised, at most twice."""
        for _ in range(_RENEWALS):
            value = self.value()
            try:
                return send(value)
            except Unauthorised:
                self.refuse(value)
        return send(self.value())
