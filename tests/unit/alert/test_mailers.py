"""Mailers against real conversations: a maildir that mail programs read, an SMTP server that misbehaves."""

from __future__ import annotations

import mailbox
import socket
import ssl
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.config import Mail
from doisoat.errors import ConfigError, MailNotAccepted, TerminalError
from doisoat.store.mail_bytes import stored_bytes, wire_bytes
from doisoat.store.maildir import eml_name
from doisoat.store.mailers import (
    MaildirMailer,
    MailOutcomeUnknown,
    MailServerGone,
    SmtpMailer,
    open_mailer,
)
from tests.unit.alert.smtp import Certificates, Script, smtp_server

TO = ("sxd@phutho.example", "vt@phutho.example")


def _message(
    local: str = "H44.2026-09-03.H44.05", text: str = ".\r\nDòng bắt đầu bằng dấu chấm\r\n.\r\n"
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "[Đối soát H44] 03/09/2026: 2 hồ sơ cần xử lý"
    message["From"] = "Trung tâm <doisoat@phutho.example>"
    message["To"] = ", ".join(TO)
    message["Message-ID"] = f"<{local}@phutho.example>"
    message.set_content(text, cte="8bit")
    return message


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("ca"))


# --- maildir --------------------------------------------------------------------------------------


def test_a_maildir_a_mail_program_opens(tmp_path: Path) -> None:
    outbox = MaildirMailer(tmp_path / "outbox")
    message = _message()
    assert outbox.delivered(message) is False
    assert outbox.send(message, TO) == {}
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*.eml"))] == [
        "outbox/new/H44.2026-09-03.H44.05.eml"
    ]
    (read,) = mailbox.Maildir(tmp_path / "outbox", create=False)
    assert read["Message-ID"] == "<H44.2026-09-03.H44.05@phutho.example>"
    assert read.get_payload(decode=True) == ".\nDòng bắt đầu bằng dấu chấm\n.\n".encode()
    assert outbox.delivered(message) is True


def test_a_mail_that_was_read_counts_as_delivered(tmp_path: Path) -> None:
    outbox = MaildirMailer(tmp_path)
    outbox.send(_message(), TO)
    (tmp_path / "new" / "H44.2026-09-03.H44.05.eml").rename(tmp_path / "cur" / "H44.2026-09-03.H44.05.eml:2,S")
    assert outbox.delivered(_message()) is True


def test_a_kill_while_writing_leaves_nothing_in_new_and_the_next_run_the_same_bytes(tmp_path: Path) -> None:
    outbox = MaildirMailer(tmp_path)
    outbox.send(_message(), TO)
    file = tmp_path / "new" / "H44.2026-09-03.H44.05.eml"
    whole = file.read_bytes()
    file.unlink()
    (tmp_path / "tmp" / file.name).write_bytes(whole[:40])
    assert outbox.delivered(_message()) is False
    outbox.send(_message(), TO)
    assert file.read_bytes() == whole and list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("hostile", ["../../etc/cron.d/x", ".hidden", "a/b", "a b"])
def test_a_message_id_never_becomes_a_path(tmp_path: Path, hostile: str) -> None:
    with pytest.raises(TerminalError, match="makes no file name"):
        MaildirMailer(tmp_path).send(_message(hostile), TO)


# --- bytes ----------------------------------------------------------------------------------------

SIGNS = st.one_of(
    st.sampled_from('Trung tâm Phục vụ hành chính công – ,;<>@"()[]ĐƯỢỖ'),
    st.characters(codec="utf-8", exclude_categories=("C", "Z")),
)
NAME = st.text(SIGNS, max_size=150).map(lambda text: " ".join(f"Đ{text}".split()))


@given(subject=NAME, name=NAME)
def test_long_vietnamese_headers_survive_and_no_line_is_too_long(subject: str, name: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = Address(name, addr_spec="doisoat@phutho.example")
    raw = wire_bytes(message)
    assert stored_bytes(message) == raw.replace(b"\r\n", b"\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    read = message_from_bytes(raw)
    assert _decoded(read["Subject"]) == subject
    words, _, address = read["From"].rpartition("<")
    assert (_decoded(words), address) == (name, "doisoat@phutho.example>")


def _decoded(value: str) -> str:
    return str(make_header(decode_header(value.replace("\r\n", "").strip())))


# --- SMTP -----------------------------------------------------------------------------------------


def test_one_connection_serves_the_night_and_the_text_arrives_unchanged() -> None:
    script = Script()
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        assert [mailer.send(_message(f"H44.{n}"), TO) for n in range(3)] == [{}, {}, {}]
        mailer.close()
    assert script.connections == 1
    sender, recipients, content = script.accepted[1]
    assert (sender, recipients) == ("doisoat@phutho.example", list(TO))
    assert content == wire_bytes(_message("H44.1"))
    assert mailer.delivered(_message()) is None


def test_starttls_with_login(certificates: Certificates) -> None:
    script = Script()
    with smtp_server(script, tls=certificates.server, how="starttls", auth=True) as port:
        mailer = SmtpMailer("127.0.0.1", port, "starttls", certificates.ca_file, "doisoat", "s3cret")
        mailer.send(_message(), TO)
        mailer.close()
    assert len(script.accepted) == 1


def test_tls_from_the_start(certificates: Certificates) -> None:
    script = Script()
    with smtp_server(script, tls=certificates.server, how="tls") as port:
        mailer = SmtpMailer("127.0.0.1", port, "tls", certificates.ca_file)
        mailer.send(_message(), TO)
        mailer.close()
    assert len(script.accepted) == 1


@pytest.mark.parametrize("how", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["name", "authority"])
def test_a_wrong_certificate_is_refused(certificates: Certificates, how: str, wrong: str) -> None:
    script = Script()
    shown = certificates.wrong_name if wrong == "name" else certificates.server
    trusted = certificates.ca_file if wrong == "name" else None
    with smtp_server(script, tls=shown, how=how) as port:
        mailer = SmtpMailer("127.0.0.1", port, how, trusted, timeout_s=5)
        with pytest.raises(TerminalError, match=r"certificate we do not trust.*nothing was sent"):
            mailer.send(_message(), TO)
    assert script.accepted == []


def test_a_server_without_starttls_gets_nothing() -> None:
    script = Script()
    with smtp_server(script) as port, pytest.raises(TerminalError, match=r"STARTTLS.*check mail.security"):
        SmtpMailer("127.0.0.1", port, "starttls").send(_message(), TO)
    assert script.accepted == []


def test_a_wrong_password_needs_a_person_and_is_not_told(certificates: Certificates) -> None:
    with smtp_server(Script(), tls=certificates.server, how="starttls", auth=True) as port:
        mailer = SmtpMailer("127.0.0.1", port, "starttls", certificates.ca_file, "doisoat", "wr0ng")
        with pytest.raises(TerminalError, match="refuses the login") as error:
            mailer.send(_message(), TO)
    assert "wr0ng" not in str(error.value)


def test_no_password_in_the_clear() -> None:
    with pytest.raises(ConfigError, match="only sent over starttls or tls"):
        SmtpMailer("127.0.0.1", 25, "none", username="doisoat", password="s3cret")


@pytest.mark.parametrize(
    "script",
    [
        Script(sender="451 later"),
        Script(recipients={TO[1]: "450 mailbox busy"}),
        Script(data="452 no space"),
    ],
    ids=["sender", "recipient", "text"],
)
def test_deferred_is_worth_another_try_and_nobody_got_it(script: Script) -> None:
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        with pytest.raises(MailNotAccepted, match="try again"):
            mailer.send(_message(), TO)
        script.sender, script.recipients, script.data = "250 OK", {}, "250 taken"
        assert script.accepted == []
        assert mailer.send(_message(), TO) == {}
        mailer.close()
    assert (len(script.accepted), script.connections) == (1, 1)


def test_a_refused_mailbox_is_reported_and_the_other_gets_its_mail() -> None:
    script = Script(recipients={TO[0]: "550 5.1.1 no such user"})
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        assert mailer.send(_message(), TO) == {TO[0]: "550 5.1.1 no such user"}
        mailer.close()
    assert [recipients for _, recipients, _ in script.accepted] == [[TO[1]]]


@pytest.mark.parametrize(
    "script",
    [Script(recipients=dict.fromkeys(TO, "550 no such user")), Script(data="552 too large")],
    ids=["recipients", "text"],
)
def test_refused_for_good(script: Script) -> None:
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        assert set(mailer.send(_message(), TO)) == set(TO)
        script.recipients, script.data = {}, "250 taken"
        assert mailer.send(_message(), TO) == {}, "the conversation goes on with the next mail"
        mailer.close()
    assert len(script.accepted) == 1


def test_a_refused_sender_needs_a_person() -> None:
    refused = pytest.raises(TerminalError, match=r"refuses the sender doisoat@phutho.example \(553")
    with smtp_server(Script(sender="553 sender not allowed")) as port, refused:
        SmtpMailer("127.0.0.1", port, "none").send(_message(), TO)


def test_breaking_off_after_the_text_leaves_the_outcome_unknown_and_the_next_mail_goes() -> None:
    script = Script(drop_at="data")
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        with pytest.raises(MailOutcomeUnknown, match="after the text was handed over"):
            mailer.send(_message(), TO)
        script.drop_at = ""
        assert mailer.send(_message("H44.next"), TO) == {}
        mailer.close()
    assert script.connections == 2


@pytest.mark.parametrize("answer", ["taken, thank you", "354 go on", "999 what"])
def test_an_answer_to_the_text_that_cannot_be_read_leaves_the_outcome_unknown(answer: str) -> None:
    script = Script(data=answer)
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        with pytest.raises(MailOutcomeUnknown, match=answer[-3:]):
            mailer.send(_message(), TO)
        script.data = "251 taken"
        assert mailer.send(_message("H44.next"), TO) == {}, "any 2xx is a yes"
        mailer.close()
    assert (len(script.accepted), script.connections) == (2, 2)


def test_a_server_that_answers_no_text_does_not_make_every_mail_unclear() -> None:
    """After three mails in a row the others wait: they are sent later, not looked for by hand."""
    script = Script(drop_at="data")
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        for number in range(3):
            with pytest.raises(MailOutcomeUnknown):
                mailer.send(_message(f"H44.{number}"), TO)
        with pytest.raises(MailServerGone, match="left 3 mails without an answer: try again"):
            mailer.send(_message("H44.4"), TO)
        assert script.connections == 3
        mailer.close()
        script.drop_at = ""
        assert mailer.send(_message("H44.4"), TO) == {}, "the next round asks again"
        mailer.close()


def test_mails_that_go_in_between_are_an_answer() -> None:
    script = Script()
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        for number in range(4):
            script.drop_at = "data"
            with pytest.raises(MailOutcomeUnknown):
                mailer.send(_message(f"H44.{number}"), TO)
            script.drop_at = ""
            assert mailer.send(_message(f"H44.{number}.again"), TO) == {}
        mailer.close()


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_server_that_says_nothing_is_gone(security: str, certificates: Certificates) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mailer = SmtpMailer("127.0.0.1", server.getsockname()[1], security, certificates.ca_file, timeout_s=0.3)
        with pytest.raises(MailServerGone, match=r"cannot be reached \(.*timed out\): try again"):
            mailer.send(_message(), TO)


def test_an_answer_to_a_mailbox_that_cannot_be_read_is_no_refusal() -> None:
    script = Script(recipients={TO[1]: "nonsense"})
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        with pytest.raises(MailNotAccepted, match=f"defers {TO[1]}"):
            mailer.send(_message(), TO)
        mailer.close()
    assert script.accepted == []


@pytest.mark.parametrize(
    "script",
    [
        Script(recipients=dict.fromkeys(TO, "550 no such user"), drop_at="rset"),
        Script(data="554 go away", drop_at="rset"),
    ],
    ids=["recipients", "text"],
)
def test_a_refusal_holds_though_the_server_hangs_up_behind_it(script: Script) -> None:
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        assert set(mailer.send(_message(), TO)) == set(TO)
        script.recipients, script.data = {}, "250 taken"
        assert mailer.send(_message(), TO) == {}
        mailer.close()
    assert (len(script.accepted), script.connections) == (1, 2)


@pytest.mark.parametrize("at", ["mail", "rcpt"])
def test_a_connection_in_use_that_became_too_slow_is_opened_again_and_the_mail_goes_once(at: str) -> None:
    script = Script()
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none", timeout_s=0.5)
        mailer.send(_message("H44.1"), TO)
        script.slow_at = at
        assert mailer.send(_message("H44.2"), TO) == {}
        mailer.close()
    assert (len(script.accepted), script.connections) == (2, 2)


def test_a_connection_in_use_that_became_too_slow_after_the_text_is_not_asked_again() -> None:
    script = Script()
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none", timeout_s=0.5)
        mailer.send(_message("H44.1"), TO)
        script.slow_at = "text"
        with pytest.raises(MailOutcomeUnknown, match="timed out"):
            mailer.send(_message("H44.2"), TO)
        script.go_on()
    assert (len(script.accepted), script.connections) == (2, 1)


def test_an_idle_connection_that_ended_is_opened_again() -> None:
    script = Script()
    with smtp_server(script) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none")
        mailer.send(_message("H44.1"), TO)
        script.drop_at = "mail"
        assert mailer.send(_message("H44.2"), TO) == {}
        mailer.close()
    assert (len(script.accepted), script.connections) == (2, 2)


def test_a_first_connection_that_breaks_off_is_worth_another_try() -> None:
    with smtp_server(Script(drop_at="mail")) as port, pytest.raises(MailNotAccepted, match=r"broke off.*try again"):
        SmtpMailer("127.0.0.1", port, "none").send(_message(), TO)


@pytest.mark.parametrize("answer", ["421 too busy", "554 no service for you"])
def test_a_greeting_that_turns_us_away(answer: str) -> None:
    expected = MailServerGone if answer.startswith("4") else TerminalError
    with socket.create_server(("127.0.0.1", 0)) as server:
        mailer = SmtpMailer("127.0.0.1", server.getsockname()[1], "none", timeout_s=5)
        with pytest.raises(expected, match=answer):
            _answer_once(server, f"{answer}\r\n".encode(), mailer)


def test_a_server_that_speaks_something_else_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mailer = SmtpMailer("127.0.0.1", server.getsockname()[1], "none", timeout_s=5)
        with pytest.raises((MailServerGone, TerminalError)):
            _answer_once(server, b"HTTP/1.1 400 Bad Request\r\n\r\n", mailer)


def _answer_once(server: socket.socket, answer: bytes, mailer: SmtpMailer) -> None:
    from threading import Thread

    def answer_once() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(answer)
            connection.recv(1_000)

    thread = Thread(target=answer_once)
    thread.start()
    try:
        mailer.send(_message(), TO)
    finally:
        thread.join()


def test_a_server_that_is_down_is_gone() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        mailer = SmtpMailer("127.0.0.1", probe.getsockname()[1], "none", timeout_s=5)
        with pytest.raises(MailServerGone, match=r"cannot be reached.*try again"):
            mailer.send(_message(), TO)
    mailer.close()


def test_certificates_are_always_checked(certificates: Certificates) -> None:
    mailer = SmtpMailer("127.0.0.1", 25, "starttls", certificates.ca_file)
    context = mailer._context
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


# --- which mailer ---------------------------------------------------------------------------------


def test_the_province_file_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_mailer(Mail(mode="off"), tmp_path) is None
    assert isinstance(open_mailer(Mail(mode="outbox"), tmp_path), MaildirMailer)
    script = Script()
    with smtp_server(script) as port:
        monkeypatch.setenv("DOISOAT_SMTP_PORT", str(port))
        settings = Mail(mode="smtp", host="127.0.0.1", port_env="DOISOAT_SMTP_PORT", security="none")
        mailer = open_mailer(settings, tmp_path)
        assert mailer is not None
        mailer.send(_message(), TO)
        mailer.close()
    assert len(script.accepted) == 1


@pytest.mark.parametrize(
    ("settings", "environment", "message"),
    [
        ({"password_env": "DOISOAT_SMTP_PASSWORD"}, {}, "DOISOAT_SMTP_PASSWORD is not set"),
        ({"port_env": "DOISOAT_SMTP_PORT"}, {"DOISOAT_SMTP_PORT": "smtp"}, "DOISOAT_SMTP_PORT: expected a port"),
        ({"ca_file": Path("/nowhere/ca.pem")}, {}, "/nowhere/ca.pem is no readable certificate file"),
    ],
)
def test_wrong_settings_name_themselves(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, object],
    environment: dict[str, str],
    message: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=message):
        open_mailer(Mail(mode="smtp", **settings), tmp_path)  # type: ignore[arg-type]


def test_names_of_files() -> None:
    assert eml_name(_message()) == "H44.2026-09-03.H44.05.eml"
    assert message_from_bytes(wire_bytes(_message()), policy=default)["To"] == ", ".join(TO)
