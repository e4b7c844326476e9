"""Every way a mail is sent, against a server that is slow, refuses, defers or hangs up: it goes once or is told of.

What went is what the server says it took, never what we say we sent.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from doisoat.errors import MailNotAccepted
from doisoat.model import RunKey
from doisoat.pipeline.mailing import resend
from doisoat.pipeline.night import open_night
from doisoat.rules.reference import Agency, Contact
from doisoat.store.layout import RunFiles
from doisoat.store.ledger import MailState
from doisoat.store.mailers import MailServerGone, SmtpMailer
from tests.unit.alert.nights import BUILDING, CONTACTS, Nights, opened, province, reference, text_of
from tests.unit.alert.smtp import Script, smtp_server

ENGINEER, TECHNICIAN, DEPARTMENT = "kysu@phutho.example", "cntt@phutho.example", "sxd@phutho.example"
TOO_LONG_S, PATIENCE_S, A_WHILE_S = 0.4, 30.0, 0.05


# --- the paths ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MailPath:
    """A night on which exactly one mail is to go: `receiver` of the ledger, at `mailbox`."""

    receiver: str
    mailbox: str
    nights: Mapping[int, Mapping[str, Any]]  # what is open on which day; the last one is not mailed yet
    rung: str = ""
    by_hand: bool = False

    @property
    def day(self) -> int:
        return max(self.nights)

    def mail(self) -> dict[str, Any]:
        return {"escalation": [{"after_working_days": 1, "to": self.rung}]} if self.rung else {}


A = {"A-1": {}}
PATHS = {
    "agency": MailPath(BUILDING, DEPARTMENT, {3: A}),
    "closing": MailPath(BUILDING, DEPARTMENT, {3: A, 7: {}}),
    "lanh_dao": MailPath(f"{BUILDING}:lanh_dao", "gd.sxd@phutho.example", {3: A, 7: A}, rung="lanh_dao"),
    "van_phong": MailPath(f"{BUILDING}:van_phong", "vp@phutho.example", {3: A, 7: A}, rung="van_phong"),
    "technical": MailPath(":technical", TECHNICIAN, {3: {"T-1": {"technical": True}}}),
    "engineers": MailPath(":engineers", ENGINEER, {3: {"X-1": {"agency_code": "H44.99"}}}),
    "resend": MailPath(BUILDING, DEPARTMENT, {3: A}, by_hand=True),
}
YAML = """province: H44
name: Phú Thọ
reference: {{agencies: agencies.csv}}
shop: {{kind: files, path: exports}}
portal: {{kind: files, path: exports}}
mail: {{mode: smtp, security: none, host: 127.0.0.1, port: {port}, sender: doisoat@phutho.example, timeout_s: {wait}}}
"""
AGENCIES = (
    "ma,ma_cu,ten,cap,cha,hieu_luc_tu,hieu_luc_den,ke_thua_boi,hop_thu\nH44.05,,Sở Xây dựng,so,,,,,sxd@phutho.example\n"
)


@dataclass
class Round:
    """Sends the one mail of a path, as often as it is told to."""

    path: MailPath
    nights: Nights
    files: RunFiles
    again: bool = field(default=False)

    def send(self, port: int, wait_s: float = PATIENCE_S) -> None:
        """By the stage `alert`; the first time by hand where that is the path."""
        is_first, self.again = not self.again, True
        if self.path.by_hand and is_first:
            return self.by_hand(port, wait_s)
        hears = self.path.receiver == ":engineers" or not is_first
        self.nights.province = province([ENGINEER] if hears else [], **self.path.mail())
        self.nights.alert(self.files, SmtpMailer("127.0.0.1", port, "none", timeout_s=wait_s))
        return None

    def by_hand(self, port: int, wait_s: float = PATIENCE_S) -> None:
        home = self.nights.home
        (home / "phu_tho.yaml").write_text(YAML.format(port=port, wait=wait_s), encoding="utf-8")
        (home / "agencies.csv").write_text(AGENCIES, encoding="utf-8")
        day = self.files.key.business_date.isoformat()
        resend(open_night("phu_tho", day, config=home / "phu_tho.yaml", home=home), self.entry.message_id)

    @property
    def entry(self) -> Any:
        return self.nights.warehouse.mails(self.files.key)[self.path.receiver]


def _lived(path: MailPath, home: Path) -> None:
    """The path's nights until the mail is to go."""
    with _opened(path, home) as nights:
        for day, found in path.nights.items():
            files = nights.assess(day, found)
            if day != path.day or path.by_hand:
                nights.alert(files)
        if path.by_hand:
            nights.make_unclear(path.receiver)


@contextmanager
def _opened(path: MailPath, home: Path) -> Iterator[Nights]:
    contacts = [*CONTACTS, Contact("H44", "ky_thuat", TECHNICIAN)]
    with opened(home, province=province(**path.mail()), reference=reference(contacts=contacts)) as nights:
        yield nights


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Name of a path -> its home, lived once."""
    homes: dict[str, Path] = {}

    def home_of(name: str) -> Path:
        if name not in homes:
            homes[name] = tmp_path_factory.mktemp(name)
            _lived(PATHS[name], homes[name])
        return homes[name]

    return home_of


# These are sent each in a way of its own; all others go as an agency's mail does.
QUICK = ("agency", "engineers", "resend")


@pytest.fixture(params=[pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in PATHS])
def path(request: pytest.FixtureRequest, tmp_path: Path, lived: Callable[[str], Path]) -> Iterator[Round]:
    chosen = PATHS[request.param]
    home = Path(shutil.copytree(lived(request.param), tmp_path / "home"))
    with _opened(chosen, home) as nights:
        yield Round(chosen, nights, RunFiles(home, RunKey("H44", date(2026, 9, chosen.day))))


# --- the server -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["greeting", "mail", "rcpt", "text"])
def test_a_server_that_takes_its_time_gets_the_mail_once(path: Round, at: str) -> None:
    script = Script(slow_at=at, pause_s=A_WHILE_S)
    with smtp_server(script) as port:
        path.send(port)
        assert (script.slow_at, script.mailboxes) == ("", [path.path.mailbox])
        assert path.entry.state is MailState.SENT
        path.send(port)
    assert script.mailboxes == [path.path.mailbox]


LATER = {
    "too slow before its greeting": Script(slow_at="greeting"),
    "too slow at the sender": Script(slow_at="mail"),
    "too slow at the mailbox": Script(slow_at="rcpt"),
    "defers the mailbox": Script(recipients=dict.fromkeys([path.mailbox for path in PATHS.values()], "451 later")),
    "defers the text": Script(data="451 later"),
    "hangs up at the sender": Script(drop_at="mail"),
}


@pytest.mark.parametrize("why", LATER)
def test_what_stops_before_the_mail_is_taken_is_tried_again_and_it_goes_once(path: Round, why: str) -> None:
    script = replace(LATER[why], accepted=[])
    with smtp_server(script) as port:
        with pytest.raises(MailNotAccepted, match="try again"):
            path.send(port, wait_s=TOO_LONG_S if script.slow_at else PATIENCE_S)
        script.slow_at, script.recipients, script.data = "", {}, "250 taken"
        if path.path.by_hand:  # it may have gone before, so `alert` leaves it alone
            assert path.entry.state is MailState.UNKNOWN
            path.by_hand(port)
        else:
            assert path.entry.state is MailState.FAILED
            path.send(port)
        assert path.entry.state is MailState.SENT
    assert script.mailboxes == [path.path.mailbox]


UNCLEAR = {"too slow to answer the text": Script(slow_at="text"), "hangs up after the text": Script(drop_at="data")}


@pytest.mark.parametrize("why", UNCLEAR)
def test_what_stops_after_the_text_is_told_to_the_engineers_and_never_sent_again(path: Round, why: str) -> None:
    """The server takes it after we gave up: a second try would be a second mail."""
    script = replace(UNCLEAR[why], accepted=[])
    is_slow = bool(script.slow_at)
    with smtp_server(script) as port:
        path.send(port, wait_s=TOO_LONG_S if is_slow else PATIENCE_S)
        assert path.entry.state is MailState.UNKNOWN
        if is_slow:
            script.go_on()
        script.drop_at = ""
        path.send(port)
    assert path.entry.state is MailState.UNKNOWN
    own, *others = script.accepted
    assert own[1] == [path.path.mailbox]
    if path.path.receiver == ":engineers":
        assert others == [], "nobody else could be told tonight; the next night tells"
        return
    ((_, recipients, text),) = others
    assert recipients == [ENGINEER]
    command = f"doisoat mail resend H44 {path.files.key.business_date} '{path.entry.message_id}' --yes"
    assert command in text_of(message_from_bytes(text, policy=default))  # type: ignore[arg-type]


def test_what_is_refused_is_told_to_the_engineers_and_not_sent_again(path: Round) -> None:
    script = Script(recipients={path.path.mailbox: "550 5.1.1 no such user"})
    with smtp_server(script) as port:
        path.send(port)
        assert path.entry.state is MailState.REFUSED
        script.recipients = {}
        path.send(port)
    assert path.entry.state is MailState.REFUSED
    assert script.mailboxes == ([] if path.path.receiver == ":engineers" else [ENGINEER])


def test_three_mails_without_an_answer_and_the_others_wait(tmp_path: Path) -> None:
    codes = [f"H44.0{number}" for number in range(5)]
    places = reference(agencies=[Agency(code, mailbox=f"{code}@phutho.example") for code in codes])
    script = Script(drop_at="data")
    with opened(tmp_path, reference=places) as nights, smtp_server(script) as port:
        files = nights.assess(3, {f"A-{code}": {"agency_code": code} for code in codes})
        with pytest.raises(MailServerGone):
            nights.alert(files, SmtpMailer("127.0.0.1", port, "none"))
        assert [mail.state for mail in nights.warehouse.mails(files.key).values()] == [
            *[MailState.UNKNOWN] * 3,
            MailState.FAILED,
            MailState.PLANNED,
        ]
        script.drop_at = ""
        nights.alert(files, SmtpMailer("127.0.0.1", port, "none"))
    assert script.mailboxes == [f"{code}@phutho.example" for code in codes]
