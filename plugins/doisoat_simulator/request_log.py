"""What was asked of the simulator, in order: method, path with query, status, never a body.

Kept in memory and shown at `/__requests`. No wall clock: `order` counts arrivals from 1.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import count
from threading import Lock

import orjson


@dataclass(slots=True)
class Asked:
    """One request. `status` 0 and `completed` False while the answer has not left (or never will)."""

    order: int
    method: str
    path: str  # with query
    status: int = 0
    completed: bool = False  # the whole body was sent
    misbehaviour: str | None = None  # kinds that fired, joined by `+`
    service: str | None = None  # `service` of an adapter call
    subject: str | None = None  # digest of what the call was about, to tell repetitions without naming a dossier


class RequestLog:
    """An append-only list of requests; safe to read from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[Asked] = []
        self._orders = count(1)

    def open(self, method: str, path: str) -> Asked:
        """Note an arrival; the caller completes the entry."""
        with self._lock:
            entry = Asked(next(self._orders), method, path)
            self._entries.append(entry)
        return entry

    @property
    def entries(self) -> list[Asked]:
        """All requests in the order of arrival."""
        with self._lock:
            return list(self._entries)

    def clear(self) -> None:
        """Forget what was asked; the counting goes on."""
        with self._lock:
            self._entries.clear()

    def as_lines(self) -> bytes:
        """JSON lines, one request each."""
        return b"".join(orjson.dumps(asdict(entry)) + b"\n" for entry in self.entries)
