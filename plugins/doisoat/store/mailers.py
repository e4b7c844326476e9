"""How a message leaves: a maildir (`store.maildir`), or an SMTP server. Nothing about what it says.

`Mailer.send` returns the mailboxes the server refused for good (with its words), raises MailNotAccepted when
trying again later may work (MailServerGone when the whole server is out of reach), MailOutcomeUnknown when the
connection ended after the text was handed over, and TerminalError when a person must act.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from doisoat.errors import ConfigError, MailNotAccepted, TerminalError, TransientError
from doisoat.store.mail_bytes import wire_bytes
from doisoat.store.maildir import MaildirMailer as MaildirMailer
from doisoat.store.maildir import Refusals as Refusals

if TYPE_CHECKING:
    from doisoat.config import Mail


_PATIENCE = 3  # mails a server may leave without an answer before the others wait: each would be slow, or unclear


class MailServerGone(MailNotAccepted):
    """The server cannot be reached at all: no other message will go either."""


class MailOutcomeUnknown(TransientError):
    """The text was handed over, but the server's word never came: it may or may not have been accepted."""


class Mailer(Protocol):
    """Sends messages; one conversation per night."""

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> Refusals:
        """Hand a message over to all recipients at once."""

    def delivered(self, message: EmailMessage) -> bool | None:
        """Whether a message has surely gone out (True), surely not (False), or nobody can tell (None)."""

    def close(self) -> None:
        """End the conversation."""


def open_mailer(mail: Mail, home: Path) -> Mailer | None:
    """The mailer a province file asks for; None for `off`. ConfigError names a missing environment variable."""
    from doisoat.config import any_env, read_secret

    if mail.mode == "off":
        return None
    if mail.mode == "outbox":
        return MaildirMailer(home / "outbox")
    return SmtpMailer(
        host=str(any_env(mail.host, mail.host_env)),
        port=_port(any_env(mail.port, mail.port_env), mail.port_env),
        security=mail.security,
        ca_file=mail.ca_file,
        username=read_secret(mail.username_env, "mail.username_env") or "",
        password=read_secret(mail.password_env, "mail.password_env") or "",
        timeout_s=mail.timeout_s,
    )


def _port(value: object, variable: str | None) -> int:
    text = str(value)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ConfigError(f"environment variable {variable}: expected a port number", key="mail.port_env")
    return int(text)


class SmtpMailer:
    """SMTP with STARTTLS or TLS; certificates are always verified, and never is a password sent in the clear.

    `security`: none | starttls | tls. `ca_file`: certificate authority of the server where the system's own
    do not know it. One connection serves all messages; a lost one is opened again for the next message.
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: str = "starttls",
        ca_file: Path | None = None,
        username: str = "",
        password: str = "",
        timeout_s: float = 30,
    ) -> None:
        if security not in {"none", "starttls", "tls"}:
            raise ConfigError(f"none, starttls or tls, not {security!r}", key="mail.security")
        if username and security == "none":
            raise ConfigError("a password is only sent over starttls or tls", key="mail.security")
        self._host, self._port, self._security = host, port, security
        self._username, self._password = username, password
        self._timeout = timeout_s
        self._context = _tls(ca_file) if security != "none" else None
        self._connection: smtplib.SMTP | None = None
        self._lost = 0  # mails in a row the server left without an answer

    @property
    def _where(self) -> str:
        return f"mail server {self._host}:{self._port}"

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> Refusals:
        """One SMTP transaction: all recipients, or those the server does not refuse for good."""
        if self._lost >= _PATIENCE:
            raise MailServerGone(f"{self._where} left {self._lost} mails without an answer: try again")
        was_idle = self._connection is not None  # it may have ended since the last message: then a fresh one, once
        try:
            refused = self._transact(message, recipients)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            if was_idle:
                return self.send(message, recipients)
            self._lost += 1
            raise MailNotAccepted(f"{self._where} broke off ({_said(error)}): try again") from None
        self._lost = 0
        return refused

    def _transact(self, message: EmailMessage, recipients: Sequence[str]) -> Refusals:
        connection = self._connection or self._open()
        refused = self._envelope(connection, parseaddr(str(message["From"]))[1], recipients)
        if len(refused) < len(recipients):
            refused |= self._hand_over(connection, wire_bytes(message), recipients)
        return refused

    def delivered(self, message: EmailMessage) -> None:
        """Nobody can tell: the server keeps no list for us."""
        return

    def close(self) -> None:
        """Say goodbye; a server that is gone already is no error."""
        connection, self._connection, self._lost = self._connection, None, 0
        if connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.quit()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> smtplib.SMTP:
        with self._opening():
            name = socket.gethostname()
            if self._security == "tls":
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    self._host, self._port, name, timeout=self._timeout, context=self._context
                )
            else:
                connection = smtplib.SMTP(self._host, self._port, name, timeout=self._timeout)
            self._connection = connection
            connection.ehlo_or_helo_if_needed()
            if self._security == "starttls":
                connection.starttls(context=self._context)
            if self._username:
                connection.login(self._username, self._password)
        return connection

    @contextmanager
    def _opening(self) -> Iterator[None]:
        """What goes wrong before the first message: certificate and password need a person, the rest time."""
        try:
            yield
            return
        except ssl.SSLCertVerificationError as error:
            problem: Exception = TerminalError(
                f"{self._where} shows a certificate we do not trust ({error.verify_message}): nothing was sent; "
                "check mail.host and mail.ca_file"
            )
        except smtplib.SMTPNotSupportedError as error:
            problem = TerminalError(f"{self._where}: {error} Nothing was sent; check mail.security")
        except smtplib.SMTPAuthenticationError as error:
            problem = _refusal(error.smtp_code, f"{self._where} refuses the login ({error.smtp_code})")
        except smtplib.SMTPResponseException as error:
            problem = _refusal(error.smtp_code, f"{self._where} turns us away ({_said(error)})")
        except (smtplib.SMTPException, OSError) as error:
            problem = MailServerGone(f"{self._where} cannot be reached ({_said(error)}): try again")
        self._drop()
        raise problem from None

    def _envelope(self, connection: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> dict[str, str]:
        """MAIL and RCPT; whatever is neither yes nor no defers the whole message, so that nobody gets it twice."""
        code, said = connection.mail(sender)
        if not _is_yes(code):
            self._reset(connection)
            raise _refusal(code, f"{self._where} refuses the sender {sender} ({code} {_text(said)})")
        refused: dict[str, str] = {}
        for mailbox in recipients:
            code, said = connection.rcpt(mailbox)
            if _is_no(code):
                refused[mailbox] = f"{code} {_text(said)}"
            elif not _is_yes(code):
                self._reset(connection)
                raise MailNotAccepted(f"{self._where} defers {mailbox} ({code} {_text(said)}): try again")
        if len(refused) == len(recipients):
            self._reset(connection)
        return refused

    def _hand_over(self, connection: smtplib.SMTP, payload: bytes, recipients: Sequence[str]) -> dict[str, str]:
        """DATA: until the server's answer to the final dot nobody knows whether it took the message."""
        code, said = connection.docmd("DATA")
        if code == 354:
            code, said = self._send_text(connection, payload)
            if _is_yes(code):
                return {}
        self._reset(connection)
        if _is_no(code):
            return dict.fromkeys(recipients, f"{code} {_text(said)}")
        raise MailNotAccepted(f"{self._where} defers the message ({code} {_text(said)}): try again")

    def _send_text(self, connection: smtplib.SMTP, payload: bytes) -> tuple[int, bytes]:
        """The answer to the text: yes, no or later; MailOutcomeUnknown without one that can be read."""
        dotted = payload.replace(b"\r\n.", b"\r\n..")
        try:
            connection.send((b"." if dotted.startswith(b".") else b"") + dotted + b".\r\n")
            code, said = connection.getreply()
        except (smtplib.SMTPException, OSError) as error:
            problem = f"broke off after the text was handed over ({_said(error)})"
        else:
            if _is_yes(code) or _is_no(code) or _is_later(code):
                return code, said
            problem = f"gave no answer to the text that can be read ({_text(said)})"
        self._drop()
        self._lost += 1
        raise MailOutcomeUnknown(f"{self._where} {problem}") from None

    def _reset(self, connection: smtplib.SMTP) -> None:
        """Ready for the next message; what the server has said holds, even if it hangs up now."""
        try:
            connection.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _is_later(code: int) -> bool:
    return 400 <= code < 500


def _is_no(code: int) -> bool:
    return 500 <= code < 600


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """Certificate and host name are checked, always."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError):
        raise ConfigError(f"{ca_file} is no readable certificate file", key="mail.ca_file") from None


def _refusal(code: int, message: str) -> TerminalError | MailNotAccepted:
    if _is_later(code):
        return MailServerGone(f"{message}: try again")
    return TerminalError(f"{message}: check the mail settings of the province file")


def _text(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:200]


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return f"{error.smtp_code} {_text(words if isinstance(words, bytes) else str(words).encode())}"
    return " ".join(str(error).split())[:200] or type(error).__name__
