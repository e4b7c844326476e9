"""Who else is told, on which night, and that it is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from doisoat.rules.lifecycle import Turn
from doisoat.rules.reference import Agency
from doisoat.store.decisions import Wanted, Word
from doisoat.store.mailers import SmtpMailer
from tests.database_servers import anywhere
from tests.unit.alert.nights import BUILDING, CONTACTS, WARD, Nights, opened, province, reference, text_of
from tests.unit.alert.smtp import Script, smtp_server

LADDER = [{"after_working_days": 3, "to": "lanh_dao"}, {"after_working_days": 10, "to": "van_phong"}]
LEADERS, OFFICE = f"{BUILDING}.lanh_dao", f"{BUILDING}.van_phong"


@pytest.fixture
def nights(tmp_path: Path, warehouse_url: str) -> Iterator[Nights]:
    with opened(tmp_path, warehouse_url, province=province(escalation=LADDER)) as made:
        yield made


def through(nights: Nights, first: date, last: date, found: Any) -> dict[str, list[date]]:
    """Receiver -> the nights of its mails, every night from first to last."""
    got: dict[str, list[date]] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for receiver in nights.night(day, found):
            got.setdefault(receiver, []).append(day)
    return got


def test_on_the_right_night_over_weekends_and_holidays(nights: Nights) -> None:
    """Told on the night of Thursday 27/8; 28/8, 3/9 and 4/9 are three working days, 15/9 the tenth.

    4/9 would arrive on Saturday: so it is the night of Sunday 6/9, whose mail arrives on Monday. 31/8-2/9 are off.
    """
    got = through(nights, date(2026, 8, 27), date(2026, 9, 30), ["A-1"])
    assert got[LEADERS] == [date(2026, 9, 6)]
    assert got[OFFICE] == [date(2026, 9, 15)]
    assert nights.reasons(4)[f"{BUILDING}:lanh_dao"] == "ngày nghỉ"


def test_the_whole_mail_to_the_leaders(nights: Nights, snapshot: SnapshotAssertion) -> None:
    nights.night(3, ["A-1", "B-2"])
    sent = nights.night(8, ["A-1", "B-2", "C-3"])
    message = sent[LEADERS]
    assert message["Subject"] == "[Đối soát H44] 08/09/2026: 2 việc quá 3 ngày làm việc chưa xong – Sở Xây dựng"
    assert message["To"] == "gd.sxd@phutho.example"
    assert message["Message-ID"] == "<H44.2026-09-08.H44.05.lanh_dao@phutho.example>"
    assert text_of(message) == snapshot(name="text")
    assert text_of(message, "html") == snapshot(name="page")
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "doi-soat-H44.2026-09-08.H44.05.lanh_dao.xlsx"
    ]


@anywhere
def test_only_what_is_new_to_the_rung_and_anew_when_it_came_back(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    nights.night(7, ["A-1", "B-2"])
    assert "A-1" in text_of(nights.night(8, ["A-1", "B-2"])[LEADERS])
    second = nights.night(10, ["B-2"])[LEADERS]
    assert ("B-2" in text_of(second), "A-1" in text_of(second)) == (True, False)
    assert LEADERS not in nights.night(14, ["A-1", "B-2"]), "it came back, and the agency hears of it tonight"
    again = nights.night(17, ["A-1", "B-2"])[LEADERS]
    assert ("A-1" in text_of(again), "B-2" in text_of(again)) == (True, False)


def test_the_parent_leads_an_agency_without_leaders(nights: Nights) -> None:
    ward = {"W-1": {"agency_code": WARD}}
    nights.night(3, ward)
    assert nights.night(8, ward)[f"{WARD}.lanh_dao"]["To"] == "ct@phutho.example"


def test_technical_accepted_and_muted_ones_never_climb(nights: Nights) -> None:
    found: dict[str, Any] = {"T-1": {"technical": True}, "A-1": {}, "W-1": {"agency_code": WARD}}
    nights.night(3, found)
    names = {one.dossier_code: one.fingerprint for one in nights.warehouse.find("H44", Wanted())}
    nights.warehouse.say("H44", names["A-1"], Word(Turn.ACCEPTED, "Lan", "chờ", date(2026, 12, 31)))
    nights.warehouse.mute("H44", WARD, reason="chuyển trụ sở", ticket="PTC-7", until=date(2026, 12, 31))
    got = through(nights, date(2026, 9, 7), date(2026, 9, 25), found)
    assert got == {}


def test_what_was_technical_climbs_only_after_its_own_days(nights: Nights) -> None:
    """Told of A-1 on Thursday 3/9; T-1 is the agency's since Tuesday 8/9: on Friday 11/9 it is due, Sunday's mail tells."""
    found: dict[str, Any] = {"A-1": {}, "T-1": {"technical": True}}
    nights.night(3, found)
    first = nights.night(8, {"A-1": {}, "T-1": {}})[LEADERS]
    assert ("A-1" in text_of(first), "T-1" in text_of(first)) == (True, False)
    got = through(nights, date(2026, 9, 9), date(2026, 9, 15), ["A-1", "T-1"])
    assert got[LEADERS] == [date(2026, 9, 13)]


def test_an_agency_nobody_can_write_to_has_what_was_technical_since_then(nights: Nights) -> None:
    nights.reference = reference(agencies=[Agency("H44"), Agency(BUILDING, parent="H44")])
    nights.night(3, {"T-1": {"technical": True}})
    nights.night(7, ["T-1"])
    assert nights.night(9, ["T-1"]) == {}
    assert list(nights.night(10, ["T-1"])) == [LEADERS]


def test_an_acknowledged_one_climbs_nevertheless(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    (known,) = nights.warehouse.find("H44", Wanted())
    nights.warehouse.say("H44", known.fingerprint, Word(Turn.ACKNOWLEDGED, "Lan"))
    assert "Đã nhận xử lý (Lan)" in text_of(nights.night(8, ["A-1"])[LEADERS])


def test_no_contact_no_climbing_and_it_is_made_up_for(tmp_path: Path) -> None:
    office = [one for one in CONTACTS if one.role == "van_phong"]
    with opened(tmp_path, province=province(escalation=LADDER), reference=reference(contacts=office)) as nights:
        nights.night(3, ["A-1"])
        nights.night(8, ["A-1"])
        assert nights.reasons(8)[f"{BUILDING}:lanh_dao"] == "danh bạ không có đầu mối lanh_dao"
        nights.reference = reference()
        assert LEADERS in nights.night(9, ["A-1"])


def test_an_agency_nobody_can_write_to_is_told_about_from_when_it_was_found(tmp_path: Path) -> None:
    with opened(tmp_path, province=province(escalation=LADDER)) as nights:
        found = {"X-1": {"agency_code": "H44.99"}}
        got = through(nights, date(2026, 9, 3), date(2026, 9, 25), found)
        assert got == {"H44.99.van_phong": [date(2026, 9, 17)]}, "no parent, so no leaders"
        assert nights.reasons(17) == {
            "H44.99": "không có hộp thư hợp lệ trong danh bạ",
            "H44.99:lanh_dao": "danh bạ không có đầu mối lanh_dao",
        }


def test_an_agency_whose_mailbox_is_closed_does_not_escape_its_leaders(nights: Nights) -> None:
    """Its server refuses every mail: the ladder counts from when it was found, else nobody would ever hear of it."""
    script = Script(recipients={"sxd@phutho.example": "550 no such user"})
    with smtp_server(script) as port:
        for day in (3, 7, 8):
            nights.night(day, ["A-1"], mailer=SmtpMailer("127.0.0.1", port, "none"))
    assert [recipients for _, recipients, _ in script.accepted] == [["gd.sxd@phutho.example"]]
    assert [one["agency_code"] for one in nights.told(8)["sent"]] == [f"{BUILDING}:lanh_dao"]


@anywhere
def test_a_refused_climb_climbs_again_and_an_unclear_one_never_by_itself(nights: Nights) -> None:
    script = Script(recipients={"gd.sxd@phutho.example": "550 no such user"})
    with smtp_server(script) as port:

        def night(day: int) -> None:
            nights.night(day, ["A-1"], mailer=SmtpMailer("127.0.0.1", port, "none"))

        night(3)
        night(8)
        assert [one["agency_code"] for one in nights.told(8)["refused"]] == [f"{BUILDING}:lanh_dao"]
        script.recipients, script.drop_at = {}, "data"
        night(9)
        assert [one["agency_code"] for one in nights.told(9)["unknown"]] == [f"{BUILDING}:lanh_dao"]
        script.drop_at = ""
        night(10)
        night(14)
    told = [recipients for _, recipients, _ in script.accepted]
    assert told.count(["gd.sxd@phutho.example"]) == 1, "it took one and never said so; none went again"


@anywhere
@pytest.mark.parametrize("again", [1, 2])
def test_a_night_run_again_tells_nobody_twice(nights: Nights, again: int) -> None:
    nights.night(3, ["A-1"])
    files = nights.assess(8, ["A-1"])
    assert LEADERS in nights.alert(files)
    told = nights.told(8)
    for _ in range(again):
        assert nights.alert(files) == {}
    assert nights.told(8) == told
