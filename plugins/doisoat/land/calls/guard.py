"""Look-ups without an exception for what concerns one dossier, and without calling on when nothing answers any more.

What is asked and how an answer reads belongs to the sources.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from doisoat.errors import SourceContractBroken, SourceUnavailable
from doisoat.land.source import Answer

_LOG = logging.getLogger(__name__)
_NO_CALL = "không gọi nữa vì nguồn liên tiếp không trả lời"


class Guard:
    """Turns trouble into `failed` answers; after `limit` of them in a row no further call is made."""

    def __init__(self, address: str, limit: int = 20):
        self._address = address
        self._limit = limit
        self._in_a_row = 0
        self._lock = threading.Lock()

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer, or `failed`; SourceRefused passes through."""
        if self._in_a_row >= self._limit:
            return Answer("failed", reason=_NO_CALL)
        try:
            answer = question()
        except SourceUnavailable as error:
            _LOG.warning("%s", error)
            answer = Answer("failed", reason="nguồn không trả lời")
        except SourceContractBroken as error:
            _LOG.warning("%s", error)
            answer = Answer("failed", reason="câu trả lời sai cấu trúc")
        self._count(answer)
        return answer

    def _count(self, answer: Answer) -> None:
        with self._lock:
            self._in_a_row = self._in_a_row + 1 if answer.state == "failed" else 0
            has_ended = self._in_a_row == self._limit
        if has_ended:
            _LOG.error("%s: %d look-ups failed in a row; no further one is made", self._address, self._limit)
