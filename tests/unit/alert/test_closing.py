"""The mail that says everything is put right: when it goes, what it says, and that it goes once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from doisoat.alert import planned_night
from doisoat.alert.preview import preview_page
from doisoat.rules.lifecycle import Turn
from doisoat.rules.reference import Agency
from doisoat.store.decisions import Wanted, Word
from doisoat.store.mailers import SmtpMailer
from tests.database_servers import anywhere
from tests.unit.alert.nights import AGENCIES, BUILDING, WARD, Nights, opened, province, reference, text_of
from tests.unit.alert.smtp import Script, smtp_server
from tests.unit.assess.nights import parquet
from tests.unit.publish.factory import FIGURE_LINE

SUBJECT = "[Đối soát H44] {}/09/2026: đã hết lệch – Sở Xây dựng"
ONLY_TECHNICAL = {BUILDING: "chỉ có mục đang kiểm tra kỹ thuật"}


@pytest.fixture
def nights(tmp_path: Path, warehouse_url: str) -> Iterator[Nights]:
    with opened(
        tmp_path, warehouse_url, province=province(escalation=[{"after_working_days": 1, "to": "lanh_dao"}])
    ) as made:
        yield made


def test_the_whole_mail(nights: Nights, snapshot: SnapshotAssertion) -> None:
    """Seven put right; a technical one and an accepted one are left."""
    technical = {"T-1": {"technical": True}}
    nights.night(3, {f"R-{n}": {} for n in range(7)} | {"KEPT-1": {}} | technical)
    (kept,) = (one for one in nights.warehouse.find("H44", Wanted()) if one.dossier_code == "KEPT-1")
    nights.warehouse.say("H44", kept.fingerprint, Word(Turn.ACCEPTED, "Lan", "chờ", date(2026, 12, 31)))
    sent = nights.night(7, {"KEPT-1": {}} | technical)
    assert list(sent) == [BUILDING], "nobody is told up the ladder"
    message = sent[BUILDING]
    assert (message["Subject"], message["To"]) == (SUBJECT.format("07"), "sxd@phutho.example")
    assert message["Message-ID"] == "<H44.2026-09-07.H44.05@phutho.example>"
    assert list(message.iter_attachments()) == []
    assert text_of(message) == snapshot(name="text")
    assert text_of(message, "html") == snapshot(name="page")
    (told,) = nights.told(7)["sent"]
    assert (told["agency_code"], told["subject"], told["dossiers"]) == (BUILDING, SUBJECT.format("07"), 0)


@anywhere
def test_once_even_after_many_mails_and_anew_after_the_next_ones(nights: Nights) -> None:
    got = {
        day: [message["Subject"].partition(": ")[2] for name, message in sent.items() if name == BUILDING]
        for day, found in {3: ["A-1", "B-2"], 6: ["A-1", "B-2", "C-3"], 7: ["C-3"], 8: [], 9: [], 15: []}.items()
        if (sent := nights.night(day, found))
    }
    assert list(got) == [3, 6, 7, 8] and got[8] == ["đã hết lệch – Sở Xây dựng"]
    again = nights.night(16, ["D-4"]), nights.night(17, [])
    assert "trước: 1 hồ sơ." in text_of(again[1][BUILDING]), "and nothing of what was told before"


def test_what_an_agency_was_never_told_of_is_not_closed(nights: Nights) -> None:
    """D-4 is found on Friday, whose mails do not go, and put right by Sunday."""
    nights.night(3, ["A-1"])
    ward = {"W-1": {"agency_code": WARD}}
    assert nights.night(4, {"A-1": {}, "D-4": {}} | ward) == {}
    told = text_of(nights.night(6, [])[BUILDING])
    assert "trước: 1 hồ sơ." in told and "- Hồ sơ: A-1\n" in told
    nights.night(10, ["B-2"])
    assert list(nights.night(13, ["B-2"])) == [f"{BUILDING}.lanh_dao"]
    assert nights.told(6)["skipped"] == [], "the ward was never written to"


def test_a_mail_that_never_went_told_nothing(nights: Nights) -> None:
    with smtp_server(Script(recipients={"sxd@phutho.example": "550 no such user"})) as port:
        nights.night(3, ["A-1"], mailer=SmtpMailer("127.0.0.1", port, "none"))
    assert nights.night(7, []) == {}


def test_a_day_off_waits(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    assert nights.night(4, []) == {}
    assert nights.reasons(4) == {BUILDING: "ngày nghỉ"}
    assert nights.night(6, [])[BUILDING]["Subject"] == SUBJECT.format("06")


@anywhere
def test_a_muted_agency_hears_of_it_when_it_is_heard_again(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    nights.warehouse.mute("H44", BUILDING, reason="chuyển trụ sở", ticket="PTC-7", until=date(2026, 9, 8))
    assert nights.night(7, []) == {}
    assert nights.reasons(7)[BUILDING].startswith("tạm ngừng nhắc")
    assert list(nights.night(8, [])) == [BUILDING]


def test_a_partial_night_says_nothing_of_it(nights: Nights) -> None:
    nights.night(3, ["A-1", "B-2"])
    assert nights.night(6, [], partial=True) == {}
    assert list(nights.night(7, [])) == [BUILDING]


def test_a_mail_of_a_partial_night_is_one_it_follows(nights: Nights) -> None:
    nights.night(3, ["A-1"], partial=True)
    assert nights.night(4, []) == {}
    assert list(nights.night(6, [])) == [BUILDING]


@anywhere
def test_what_was_not_compared_is_not_put_right(nights: Nights) -> None:
    nights.night(3, ["A-1", "B-2"])
    unknown = [{"dossier_code": "B-2", "reason": "look_up_failed"}]
    files = nights.assess(7, [], unknown=unknown)
    assert nights.alert(files) == {}
    assert nights.reasons(7) == {BUILDING: "có mục đêm nay chưa đối soát được nên chưa báo hết lệch"}
    assert "trước: 2 hồ sơ." in (told := text_of(nights.night(8, [])[BUILDING]))
    assert "- Hồ sơ: A-1\n- Hồ sơ: B-2\n" in told
    before = nights.told(7)
    assert nights.alert(files) == {} and nights.told(7) == before, "whatever later nights compared"


def test_only_technical_ones_left_and_nothing_put_right(nights: Nights) -> None:
    nights.night(3, {"A-1": {}})
    assert nights.night(7, {"A-1": {"technical": True}}) == {}
    assert nights.reasons(7) == ONLY_TECHNICAL | {
        ":technical": "danh bạ không có ky_thuat, tệp tỉnh không có engineers"
    }


def test_a_published_figure_is_put_right(nights: Nights) -> None:
    about = {"kind": "aggregate_mismatch", "subtype": "received", "field": "totalReceived", "period": "2026-08"}
    nights.night(3, {"": about | {"procedure_code": None}})
    equal = {"field": "totalReceived", "agency_code": BUILDING, "period": "2026-08", "measure": "received"}
    files = nights.assess(7, [])
    parquet(files.work("reconcile") / "aggregates.parquet", FIGURE_LINE, [equal | {"state": "equal"}])
    nights.reassess(files)
    assert "từ thư trước: 1 số liệu công bố." in text_of(nights.alert(files)[BUILDING])


def test_nowhere_to_send_it_is_said(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    nights.reference = reference(agencies=[Agency(BUILDING, name="Sở Xây dựng")])
    assert nights.night(7, []) == {}
    assert nights.reasons(7) == {BUILDING: "không có hộp thư hợp lệ trong danh bạ"}


@anywhere
def test_an_unclear_one_is_not_repeated_on_later_nights(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    script = Script(drop_at="data")
    with smtp_server(script) as port:
        for day in (7, 8):
            nights.night(day, [], mailer=SmtpMailer("127.0.0.1", port, "none"))
            script.drop_at = ""
    assert len(script.accepted) == 1, "it took it and never said so"
    assert [one["agency_code"] for one in nights.told(7)["unknown"]] == [BUILDING]


HOSTILE = 'Sở X\r\nBcc: ke.gian <script>alert("1")</script> =cmd() {{ 7*7 }} \u202egnp'


def test_a_hostile_name_stays_a_text(nights: Nights) -> None:
    nights.reference = reference(agencies=[AGENCIES[0], Agency(BUILDING, name=HOSTILE, mailbox="sxd@phutho.example")])
    nights.night(3, ["A-1"])
    (message,) = nights.night(7, []).values()
    assert message["Bcc"] is None and "\n" not in str(message["Subject"]) and "\u202e" not in str(message["Subject"])
    page = text_of(message, "html")
    assert "<script" not in page and "{{ 7*7 }}" in page


def test_a_name_that_holds_a_person_holds_it_back(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    personal = Agency(BUILDING, name="Sở X (0912 345 678)", mailbox="sxd@phutho.example")
    nights.reference = reference(agencies=[AGENCIES[0], personal])
    files = nights.assess(7, [])
    memory = nights.warehouse.mail_memory(files.key)
    outbox = planned_night(files, nights.province, nights.reference, memory)
    assert ([one.reason for one in outbox.held], outbox.drafts) == (["số điện thoại"], [])


def test_the_preview_shows_it(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    files = nights.assess(7, [])
    memory = nights.warehouse.mail_memory(files.key)
    outbox = planned_night(files, nights.province, nights.reference, memory)
    page = preview_page(outbox, files.key, nights.province)
    assert SUBJECT.format("07") in page and "- Hồ sơ: A-1" in page


@pytest.mark.parametrize("later", [{}, {"A-1": {}}])
def test_the_same_night_again_gives_the_same_mail_whatever_came_later(nights: Nights, later: dict[str, Any]) -> None:
    nights.night(3, ["A-1", "B-2"])
    files = nights.assess(7, [])
    (message,) = nights.alert(files).values()
    told = nights.told(7)
    nights.night(9, later)
    assert nights.alert(files) == {}
    assert nights.told(7) == told
    planned = planned_night(files, nights.province, nights.reference, nights.warehouse.mail_memory(files.key))
    assert [text_of(draft.message) for draft in planned.drafts] == [text_of(message)]
