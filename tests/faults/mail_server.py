"""An SMTP server on 127.0.0.1 that misbehaves at random, and knows of every message whether it took it.

It refuses closed mailboxes, defers, hangs up before and after it took a message, and answers late. `attempt` counts
the rounds of a night; from the fourth on it only refuses, so that every night ends.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from random import Random

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.unit.alert.smtp import LocalController

LAST_BAD_ATTEMPT = 3


@dataclass
class BadServer:
    """`taken`: messages by Message-ID, every time it took one; `said`: how often it did what."""

    random: Random
    refused: Collection[str]
    patience_s: float  # of the program: an answer later than that comes too late
    attempt: int = 1
    taken: dict[str, list[EmailMessage]] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)  # Message-IDs of which its word never came
    said: Counter[str] = field(default_factory=Counter)

    def times_taken(self, message_id: str) -> int:
        return len(self.taken.get(message_id, ()))

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            self.said["mailboxes refused"] += 1
            return "550 5.1.1 no such user"
        match self._mood(deferred=0.02, hung_up=0.01, late=0.01):
            case "deferred":
                return "451 4.2.1 busy, try again"
            case "hung_up":
                _hang_up(server)
            case "late":
                await self._linger()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(bytes(envelope.content or b""), policy=default)
        assert isinstance(message, EmailMessage)
        name = str(message["Message-ID"])
        mood = self._mood(deferred=0.02, hung_up=0.02, taken_and_hung_up=0.02, taken_and_late=0.01, slow=0.05)
        if mood in ("deferred", "hung_up"):
            self.unanswered |= {name} if mood == "hung_up" else set()
            if mood == "hung_up":
                _hang_up(server)
            return "451 4.3.0 try again later"
        self.taken.setdefault(name, []).append(message)
        if mood.startswith("taken"):
            self.unanswered.add(name)
        if mood == "taken_and_hung_up":
            _hang_up(server)
        elif mood == "taken_and_late":
            await self._linger()
        elif mood == "slow":
            await asyncio.sleep(self.patience_s / 10)
        return "250 taken"

    def _mood(self, **chances: float) -> str:
        """One of the names with its chance, else "good"."""
        if self.attempt > LAST_BAD_ATTEMPT:
            return "good"
        at = self.random.random()
        for name, chance in chances.items():
            at -= chance
            if at < 0:
                self.said[name.replace("_", " ")] += 1
                return name
        return "good"

    async def _linger(self) -> None:
        await asyncio.sleep(1.5 * self.patience_s)


def _hang_up(server: SMTP) -> None:
    server.transport.abort()  # type: ignore[union-attr]


@contextmanager
def running(server: BadServer) -> Iterator[int]:
    """Its port."""
    controller = LocalController(server, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.bound_port
    finally:
        controller.stop()
