"""`doisoat mail …` against a real warehouse, maildir and mail server."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from doisoat.cli import app
from doisoat.errors import ConfigError
from doisoat.store.ledger import MailState
from tests.database_servers import anywhere
from tests.unit.alert.nights import BUILDING, WARD, Nights, opened, province, reference
from tests.unit.alert.smtp import Script, smtp_server

AGENCIES = """ma,ma_cu,ten,cap,cha,hieu_luc_tu,hieu_luc_den,ke_thua_boi,hop_thu
H44,,UBND tỉnh Phú Thọ,tinh,,,,,
H44.05,,"Sở <script>alert(1)</script> =1+1",so,H44,,,,sxd@phutho.example
H44.37,,Phường Việt Trì,xa,H44,,,,viettri@phutho.example
"""
CONTACTS = "ma,vai_tro,hop_thu,hieu_luc_tu,hieu_luc_den\nH44.05,co_quan,a@x.vn; b@x.vn,,\n"
YAML = """province: H44
name: Phú Thọ
reference: {{agencies: agencies.csv, contacts: contacts.csv}}
shop: {{kind: files, path: exports}}
portal: {{kind: files, path: exports}}
engineers: [kysu@phutho.example]
mail: {{mode: smtp, security: none, host: 127.0.0.1, port: {port}, sender: doisoat@phutho.example{mail}}}
"""
ID = "<H44.2026-09-03.H44.05@phutho.example>"


@pytest.fixture
def nights(tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    monkeypatch.setenv("DOISOAT_WAREHOUSE_URL", warehouse_url)
    with opened(tmp_path, warehouse_url, province=province(), reference=reference()) as made:
        yield made


def call(
    nights: Nights, *words: str, port: int = 25, answer: str | None = None, mail: str = "", contacts: str = ""
) -> Result:
    """`mail` and `contacts`: more of the province file's section, and of the table."""
    config = nights.home / "phu_tho.yaml"
    config.write_text(YAML.format(port=port, mail=mail), encoding="utf-8")
    (nights.home / "agencies.csv").write_text(AGENCIES, encoding="utf-8")
    (nights.home / "contacts.csv").write_text(CONTACTS + contacts, encoding="utf-8")
    place = ["--config", str(config), "--home", str(nights.home)]
    return CliRunner().invoke(app, ["mail", *words, *place], input=answer)


def told(nights: Nights, *words: str, **more: Any) -> Any:
    result = call(nights, *words, "--json", **more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def unclear(nights: Nights) -> None:
    """The mail to the building department is found `sending` after a crash."""
    files = nights.assess(3, {"A-1": {}, "W-1": {"agency_code": WARD}})
    nights.alert(files)
    nights.make_unclear(BUILDING)


def states(nights: Nights) -> dict[str, str]:
    return {code: mail["state"] for code, mail in told(nights, "list", "phu_tho", "2026-09-03")["mails"].items()}


# --- preview --------------------------------------------------------------------------------------


@anywhere
def test_the_preview_shows_everything_and_sends_and_notes_nothing(nights: Nights) -> None:
    files = nights.assess(3, {"A-1": {}, "T-1": {"technical": True, "agency_code": WARD}})
    result = told(nights, "preview", "phu_tho", "2026-09-03")
    assert (result["mails"], result["skipped"]) == (3, 1), "the department, the technicians, the engineers; the ward"
    page = Path(result["preview"]).read_text(encoding="utf-8")
    for words in (
        "sxd@phutho.example",
        "1 hồ sơ cần xử lý",
        "chỉ có mục đang kiểm tra kỹ thuật",
        "kysu@phutho.example",
    ):
        assert words in page
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    links = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)""", page)
    assert links and all(link.startswith(("#", "data:")) for link in links), "self-contained"
    assert nights.warehouse.mails(files.key) == {}
    assert not (nights.home / "outbox").exists()


def test_the_preview_of_a_night_that_was_not_run_names_the_stage(nights: Nights) -> None:
    result = call(nights, "preview", "phu_tho", "2026-09-03")
    assert "run 'doisoat" in str(result.exception)


# --- resend ---------------------------------------------------------------------------------------


@anywhere
def test_an_unclear_mail_is_sent_again_once_and_under_its_own_id(nights: Nights) -> None:
    unclear(nights)
    script = Script()
    with smtp_server(script) as port:
        assert call(nights, "resend", "phu_tho", "2026-09-03", ID, port=port, answer="n\n").exit_code == 2
        assert script.accepted == []
        sent = told(nights, "resend", "phu_tho", "2026-09-03", ID, "--yes", port=port)
        again = call(nights, "resend", "phu_tho", "2026-09-03", ID, "--yes", port=port)
    assert sent == {"message_id": ID, "recipients": ["sxd@phutho.example"], "state": "sent"}
    assert isinstance(again.exception, ConfigError) and "only a mail of unknown outcome" in str(again.exception)
    ((_, recipients, text),) = script.accepted
    assert recipients == ["sxd@phutho.example"] and f"Message-ID: {ID}".encode() in text
    assert states(nights) == {BUILDING: "sent", WARD: "sent"}


@anywhere
@pytest.mark.parametrize(
    ("script", "state"),
    [
        (Script(recipients={"sxd@phutho.example": "550 no such user"}), MailState.REFUSED),
        (Script(recipients={"sxd@phutho.example": "450 later"}), MailState.UNKNOWN),
        (Script(drop_at="data"), MailState.UNKNOWN),
    ],
)
def test_sending_again_may_fail_in_every_way_of_a_mail(nights: Nights, script: Script, state: MailState) -> None:
    unclear(nights)
    with smtp_server(script) as port:
        call(nights, "resend", "phu_tho", "2026-09-03", ID, "--yes", port=port)
    assert states(nights)[BUILDING] == state


def test_what_was_deferred_is_sent_again_by_hand_though_later_nights_came(nights: Nights) -> None:
    unclear(nights)
    nights.night(7, ["A-1"])
    script = Script(data="451 later")
    with smtp_server(script) as port:
        again = ("resend", "phu_tho", "2026-09-03", ID, "--yes")
        assert "try again" in str(call(nights, *again, port=port).exception)
        script.data = "250 taken"
        assert told(nights, *again, port=port)["state"] == "sent"
    assert script.mailboxes == ["sxd@phutho.example"]


@pytest.mark.parametrize("message_id", ["<H44.2026-09-03.H44.37@phutho.example>", "<nonsense>", "\r\nBcc: a@x.vn"])
def test_nothing_else_is_sent_again(nights: Nights, message_id: str) -> None:
    unclear(nights)
    result = call(nights, "resend", "phu_tho", "2026-09-03", message_id, "--yes")
    assert isinstance(result.exception, ConfigError)
    assert states(nights) == {BUILDING: "unknown", WARD: "sent"}


# --- unclear ones of earlier nights --------------------------------------------------------------


@anywhere
def test_an_unclear_mail_of_an_earlier_night_is_found_everywhere_until_it_is_sent_again(nights: Nights) -> None:
    unclear(nights)
    later = nights.assess(7, {"A-1": {}, "B-2": {}})
    nights.alert(later)
    command = f"doisoat mail resend phu_tho 2026-09-03 '{ID}' --yes"
    (listed,) = told(nights, "list", "phu_tho")["unclear"]
    assert (listed["business_date"], listed["agency_code"], listed["resend"]) == ("2026-09-03", BUILDING, command)
    assert command in call(nights, "list", "phu_tho").stdout
    assert [one["message_id"] for one in nights.told(7)["unclear_before"]] == [ID]
    page = Path(told(nights, "preview", "phu_tho", "2026-09-07")["preview"]).read_text(encoding="utf-8")
    assert "Thư đêm trước không rõ đã gửi" in page and command in html.unescape(page)
    with smtp_server(Script()) as port:
        told(nights, "resend", "phu_tho", "2026-09-03", ID, "--yes", port=port)
    assert [one["agency_code"] for one in nights.told(3)["sent"]] == [BUILDING, WARD], "the night's own file, too"
    assert told(nights, "list", "phu_tho")["unclear"] == []
    assert "Không có thư nào không rõ đã gửi." in call(nights, "list", "phu_tho").stdout
    nights.alert(later)
    assert nights.told(7)["unclear_before"] == []


def test_an_unclear_mail_stays_listed_when_it_can_no_longer_be_written(nights: Nights) -> None:
    unclear(nights)
    files = nights.assess(3, {"W-1": {"agency_code": WARD}}, rules="2")
    nights.reassess(files, rewind=True)
    nights.alert(files)
    (mail,) = nights.told(3)["unknown"]
    assert (mail["agency_code"], mail["message_id"], mail["subject"]) == (BUILDING, ID, "")
    result = call(nights, "resend", "phu_tho", "2026-09-03", ID, "--yes")
    assert "can no longer be written" in str(result.exception)


def test_a_mail_to_leaders_is_sent_again_though_the_agency_was_muted_since(nights: Nights) -> None:
    mail = {"escalation": [{"after_working_days": 1, "to": "lanh_dao"}], "sender": "doisoat@phutho.example"}
    nights.province = province(**mail)
    nights.night(3, ["A-1"])
    nights.night(7, ["A-1"])
    nights.make_unclear(f"{BUILDING}:lanh_dao")
    nights.warehouse.mute("H44", BUILDING, reason="x", ticket="y", until=date(2099, 12, 31))
    name, script = "<H44.2026-09-07.H44.05.lanh_dao@phutho.example>", Script()
    with smtp_server(script) as port:
        more = ", escalation: [{after_working_days: 1, to: lanh_dao}]"
        leaders = "H44.05,lanh_dao,gd.sxd@phutho.example,,\n"
        result = call(nights, "resend", "phu_tho", "2026-09-07", name, "--yes", port=port, mail=more, contacts=leaders)
    assert result.exit_code == 0, result.exception
    assert script.mailboxes == ["gd.sxd@phutho.example"]


# --- mute -----------------------------------------------------------------------------------------


@anywhere
def test_a_muted_agency_is_skipped_listed_and_heard_again_by_itself(nights: Nights) -> None:
    words = ("--reason", "chuyển trụ sở", "--ticket", "PTC-7", "--until", "2099-12-31")
    assert call(nights, "mute", "phu_tho", "h44.05", *words).exit_code == 0
    nights.night(3, ["A-1"])
    assert nights.reasons(3) == {BUILDING: "tạm ngừng nhắc đến hết ngày 31/12/2099: chuyển trụ sở (PTC-7)"}
    assert [one["ticket"] for one in nights.told(3)["muted"]] == ["PTC-7"]
    assert [one["agency_code"] for one in told(nights, "list", "phu_tho")["mutes"]] == [BUILDING]
    assert call(nights, "unmute", "phu_tho", BUILDING).exit_code == 0
    assert list(nights.night(7, ["A-1"])) == [BUILDING]
    assert "is not muted" in str(call(nights, "unmute", "phu_tho", BUILDING).exception)


@anywhere
def test_a_mute_ends_by_itself(nights: Nights) -> None:
    """Its last day is Tuesday 8/9: the mail of Monday's night arrives then, that of Tuesday's a day later."""
    nights.warehouse.mute("H44", BUILDING, reason="x", ticket="y", until=date(2026, 9, 8))
    assert nights.night(7, ["A-1"]) == {}
    assert list(nights.night(8, ["A-1"])) == [BUILDING]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"--reason": " "}, "--reason"),
        ({"--ticket": ""}, "--ticket"),
        ({"--ticket": "7" * 101}, "longer than 100"),
        ({"--reason": "a\r\nBcc: b@x.vn"}, "one line"),
        ({"--until": "2020-01-01"}, "is over"),
        ({"--until": "2026-02-30"}, "is a day like"),
        ({"AGENCY": "H99.99"}, "no agency of the table"),
    ],
)
def test_muting_needs_reason_ticket_end_and_an_agency(nights: Nights, change: dict[str, str], message: str) -> None:
    given = {"AGENCY": BUILDING, "--reason": "x", "--ticket": "y", "--until": "2099-12-31"} | change
    agency = given.pop("AGENCY")
    result = call(nights, "mute", "phu_tho", agency, *(word for pair in given.items() for word in pair))
    assert isinstance(result.exception, ConfigError) and message in str(result.exception)
    assert nights.warehouse.mutes("H44") == []


@pytest.mark.parametrize("missing", ["--reason", "--ticket", "--until"])
def test_a_missing_word_is_wrong_use(nights: Nights, missing: str) -> None:
    given = {"--reason": "x", "--ticket": "y", "--until": "2099-12-31"}
    del given[missing]
    result = call(nights, "mute", "phu_tho", BUILDING, *(word for pair in given.items() for word in pair))
    assert (result.exit_code, missing in result.output) == (2, True)
