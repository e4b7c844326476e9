"""One notice for a technical fault, and the engineers' list of what is wrong with the mails themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from doisoat.errors import MailNotAccepted, TerminalError
from doisoat.rules.reference import Contact
from doisoat.store.layout import read_json
from doisoat.store.mailers import SmtpMailer
from doisoat.store.reference_rows import RejectedRow
from tests.unit.alert.nights import BUILDING, CONTACTS, WARD, Nights, opened, province, reference, text_of
from tests.unit.alert.smtp import Script, smtp_server
from tests.unit.assess.nights import at

ENGINEER = "kysu@phutho.example"
TECHNICAL: dict[str, Any] = {"technical": True, "kind": "missing_on_portal"}


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    with opened(tmp_path, province=province(engineers=[ENGINEER])) as made:
        yield made


# --- technical faults -----------------------------------------------------------------------------


def test_one_notice_instead_of_forty_reminders(nights: Nights, snapshot: SnapshotAssertion) -> None:
    found = {f"T-{n:02}": TECHNICAL | {"agency_code": (BUILDING, WARD)[n % 2]} for n in range(40)}
    sent = nights.night(3, found)
    assert list(sent) == ["technical"]
    assert sent["technical"]["To"] == ENGINEER
    assert sent["technical"]["Subject"] == "[Đối soát H44] 03/09/2026: 1 lỗi kỹ thuật, 40 chênh lệch"
    assert text_of(sent["technical"]) == snapshot(name="text")
    assert text_of(sent["technical"], "html") == snapshot(name="page")
    assert nights.night(7, found) == {}
    assert nights.reasons(7)[":technical"] == "không có gì mới, đã nhắc ngày 03/09/2026"
    assert list(nights.night(8, found | {"T-99": TECHNICAL})) == ["technical"]


def test_many_of_one_cause_are_told_by_what_it_means_and_not_by_the_time_of_one_of_them(nights: Nights) -> None:
    moments = {"T-1": at("24/08 08:00"), "T-2": at("25/08 09:30")}
    found = {code: TECHNICAL | {"since": moment} for code, moment in moments.items()}
    text = text_of(nights.night(3, {"T-1": found["T-1"]})["technical"])
    assert "Một cửa đã ghi đủ từ 24/08/2026 08:00" in text
    text = text_of(nights.night(7, found)["technical"])
    assert "24/08/2026 08:00" not in text
    assert "Đường đồng bộ. Một cửa đã ghi đủ nhưng dữ liệu chưa đến hoặc đến sai, đầu mối kỹ thuật xử lý." in text


def test_a_proven_pattern_is_one_fault_with_its_agencies(nights: Nights) -> None:
    sentence = "93 % chênh lệch mới cùng thủ tục 1.004194: một lỗi ánh xạ hoặc đồng bộ của thủ tục."
    files = nights.assess(3, {"T-1": TECHNICAL, "T-2": TECHNICAL | {"agency_code": WARD}})
    summary = read_json(files.work("assess") / "summary.json")
    pattern = {"cause": "mapping", "sentence": sentence, "began_at": "2026-09-03T14:05:00", "new": 40}
    summary["patterns"] = [pattern, {**pattern, "cause": None, "sentence": "chậm ở một nơi"}]
    (files.work("assess") / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    text = text_of(nights.alert(files)["technical"])
    assert sentence in text and "Từ khi nào: 03/09/2026 14:05" in text and "Số chênh lệch: 40" in text
    assert "chậm ở một nơi" not in text, "slow people are no technical fault"


def test_technicians_before_engineers_and_nobody_is_said(tmp_path: Path) -> None:
    technician = Contact("H44", "ky_thuat", "cntt@phutho.example")
    with opened(tmp_path, province=province([ENGINEER]), reference=reference(contacts=[technician])) as nights:
        assert nights.night(3, {"T-1": TECHNICAL})["technical"]["To"] == "cntt@phutho.example"
        nights.province, nights.reference = province(), reference()
        assert nights.night(7, {"T-1": TECHNICAL, "T-2": TECHNICAL}) == {}
        assert nights.reasons(7)[":technical"] == "danh bạ không có ky_thuat, tệp tỉnh không có engineers"


# --- the engineers --------------------------------------------------------------------------------


def test_nothing_wrong_no_mail_to_the_engineers(nights: Nights) -> None:
    assert list(nights.night(3, ["A-1"])) == [BUILDING]


def test_everything_that_is_wrong_in_one_mail(nights: Nights, snapshot: SnapshotAssertion) -> None:
    nights.reference = replace(
        reference(contacts=CONTACTS),
        contacts_rejected=(RejectedRow(7, "hop_thu", "thiếu hộp thư"),),
    )
    nights.warehouse.mute("H44", "H44.01", reason="chuyển trụ sở", ticket="PTC-7", until=date(2026, 9, 30))
    script = Script(recipients={"sxd@phutho.example": "550 5.1.1 no such user, ask 0912 345 678 or lan@gmail.com"})
    found = {"A-1": {}, "W-1": {"agency_code": WARD}, "X-1": {"agency_code": "H44.99"}}
    with smtp_server(script) as port:
        nights.night(3, found, mailer=SmtpMailer("127.0.0.1", port, "none"))
    assert [recipients for _, recipients, _ in script.accepted] == [["viettri@phutho.example"], [ENGINEER]]
    message = parsed(script.accepted[-1][2])
    assert message["Subject"] == "[Đối soát H44] 03/09/2026: 3 việc về thư cần xem"
    text = text_of(message)
    assert text == snapshot(name="text")
    assert text_of(message, "html") == snapshot(name="page")
    assert "sxd@phutho.example" in text and "lan@gmail.com" not in text and "0912" not in text
    told = nights.told(3)
    assert told["contacts_rejected"] == [{"line": 7, "column": "hop_thu", "reason": "thiếu hộp thư"}]
    assert [one["agency_code"] for one in told["muted"]] == ["H44.01"]


def test_an_unclear_mail_is_listed_with_the_command_that_sends_it_again(nights: Nights) -> None:
    script = Script(drop_at="data")
    with smtp_server(script) as port:
        nights.night(3, ["A-1"], mailer=_Calming("127.0.0.1", port, script))
        text = text_of(parsed(script.accepted[-1][2]))
        assert "doisoat mail resend H44 2026-09-03 '<H44.2026-09-03.H44.05@phutho.example>' --yes" in text
        nights.night(7, ["A-1", "B-2"], mailer=SmtpMailer("127.0.0.1", port, "none"))
        nights.night(8, ["A-1", "B-2"], mailer=SmtpMailer("127.0.0.1", port, "none"))
    to_engineers = [text for _, recipients, text in script.accepted if recipients == [ENGINEER]]
    assert len(to_engineers) == 2, "of an earlier night: once more, then no longer by itself"


def test_an_unclear_mail_to_the_engineers_is_in_their_next_one(nights: Nights) -> None:
    nowhere = {"X-1": {"agency_code": "H44.99"}}
    script = Script(drop_at="data")
    with smtp_server(script) as port:
        nights.night(3, nowhere, mailer=SmtpMailer("127.0.0.1", port, "none"))
        script.drop_at = ""
        nights.night(7, [], mailer=SmtpMailer("127.0.0.1", port, "none"))
    assert "<H44.2026-09-03.engineers@phutho.example>" in text_of(parsed(script.accepted[-1][2]))
    assert len(script.accepted) == 2


class _Calming(SmtpMailer):
    """The server breaks off once, after the first text."""

    def __init__(self, host: str, port: int, script: Script) -> None:
        super().__init__(host, port, "none")
        self._script = script

    def send(self, message: Any, recipients: Any) -> Any:
        try:
            return super().send(message, recipients)
        finally:
            self._script.drop_at = ""


def test_engineers_hear_when_the_round_has_ended_not_while_mails_are_deferred(nights: Nights) -> None:
    script = Script(recipients={"sxd@phutho.example": "450 later", "viettri@phutho.example": "550 no"})
    found = {"A-1": {}, "W-1": {"agency_code": WARD}}
    with smtp_server(script) as port:
        with pytest.raises(MailNotAccepted):
            nights.night(3, found, mailer=SmtpMailer("127.0.0.1", port, "none"))
        assert script.accepted == []
        script.recipients.pop("sxd@phutho.example")
        nights.night(3, found, mailer=SmtpMailer("127.0.0.1", port, "none"))
    assert [recipients for _, recipients, _ in script.accepted] == [["sxd@phutho.example"], [ENGINEER]]


def test_a_mail_held_back_is_told_without_what_was_found_in_it(nights: Nights) -> None:
    with pytest.raises(TerminalError, match="held back"):
        nights.night(3, {"0912345678": {}})
    (message,) = [nights._read(name) for name in nights._names()]
    assert "số điện thoại" in text_of(message) and "0912345678" not in text_of(message)


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)  # type: ignore[return-value]
