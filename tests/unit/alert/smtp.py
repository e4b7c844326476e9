"""A real SMTP server on 127.0.0.1 for the tests, with certificates of a small authority of its own."""

from __future__ import annotations

import ssl
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
    drop_at: str = ""  # "data": breaks off before its answer to the text; "mail": on MAIL, once
    accepted: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    connections: int = 0

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
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drop_at == "data":
            _hang_up(server)
        if self.data.startswith("250"):
            self.accepted.append((str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.content or b"")))
        return self.data


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
    controller = LocalController(script, **options)
    controller.start()
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
