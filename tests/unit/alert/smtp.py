"""A real SMTP server on 127.0.0.1 for the tests, with certificates of a small authority of its own."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Script:
    """What the server says; `accepted` is what it took, `connections` how often it was called."""

    sender: str = "250 OK"
    recipients: dict[str, str] = field(default_factory=dict)  # mailbox -> answer
    data: str = "250 taken"
    drop_at: str = ""  # breaks off: on "mail", once; at the "data" before its answer to the text; on "rset"
    slow_at: str = ""  # pauses once: before its "greeting", its answer to "mail", "rcpt", or the "text", which it takes
    pause_s: float | None = None  # None: until `go_on`
    accepted: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    connections: int = 0
    is_up: bool = False  # the controller's own first connection is greeted at once

    def __post_init__(self) -> None:
        self._went_on, self._paused = threading.Event(), threading.Event()
        self._pause: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    @property
    def mailboxes(self) -> list[str]:
        """The receivers of what it took, in order."""
        return [mailbox for _, recipients, _ in self.accepted for mailbox in recipients]

    def until_paused(self) -> None:
        assert self._paused.wait(60)

    def go_on(self) -> None:
        """End the pause and wait until the text is taken, whoever still listens."""
        assert self._pause is not None, "it never paused"
        loop, pause = self._pause
        loop.call_soon_threadsafe(pause.set)
        assert self._went_on.wait(30)

    async def pause(self, at: str) -> None:
        if self.slow_at != at:
            return
        self.slow_at = ""
        self._went_on.clear()
        self._pause = asyncio.get_running_loop(), asyncio.Event()
        self._paused.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._pause[1].wait(), self.pause_s)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        if session.host_name is None:
            self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.drop_at == "mail":
            self.drop_at = ""
            _hang_up(server)
        await self.pause("mail")
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.pause("rcpt")
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drop_at == "rset":
            _hang_up(server)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drop_at == "data":
            _hang_up(server)
        return await asyncio.shield(asyncio.ensure_future(self._take(envelope)))  # though the client may hang up

    async def _take(self, envelope: Envelope) -> str:
        await self.pause("text")
        if self.data[0] not in "45":
            self.accepted.append((str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.content or b"")))
        self._went_on.set()
        return self.data


class _Smtp(SMTP):
    """Greets when the script says so."""

    async def _handle_client(self) -> None:
        try:
            if self.event_handler.is_up:
                await self.event_handler.pause("greeting")
        except asyncio.CancelledError:
            self._writer.close()
            raise
        await super()._handle_client()


def _hang_up(server: SMTP) -> None:
    server.transport.abort()  # type: ignore[union-attr]


@dataclass(frozen=True)
class Certificates:
    """An authority, its file, and server contexts for the right and a wrong host name."""

    ca_file: Path
    server: ssl.SSLContext
    wrong_name: ssl.SSLContext

    @classmethod
    def make(cls, folder: Path) -> Certificates:
        authority = trustme.CA()
        file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(file))

        def context(name: str) -> ssl.SSLContext:
            made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(name).configure_cert(made)
            return made

        return cls(file, context("127.0.0.1"), context("mail.phutho.example"))


def _login(server: Any, session: Any, envelope: Any, mechanism: str, auth: Any) -> AuthResult:
    right = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (b"doisoat", b"s3cret")
    return AuthResult(success=right, handled=False)


@contextmanager
def smtp_server(
    script: Script, *, tls: ssl.SSLContext | None = None, how: str = "none", auth: bool = False
) -> Iterator[int]:
    """The port of a running server; `how`: none | starttls | tls."""
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
    if how == "tls":
        options["ssl_context"] = tls
    if how == "starttls":
        options |= {"tls_context": tls, "require_starttls": True}
    if auth:
        options |= {"authenticator": _login, "auth_required": True, "auth_require_tls": how == "starttls"}
    controller = _ScriptedController(script, **options)
    controller.start()
    script.is_up = True
    try:
        yield controller.bound_port
    finally:
        controller.stop()


class LocalController(Controller):
    """Lets the system choose the port."""

    @property
    def bound_port(self) -> int:
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]

    def _trigger_server(self) -> None:
        self.port = self.bound_port
        super()._trigger_server()


class _ScriptedController(LocalController):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)
