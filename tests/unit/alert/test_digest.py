"""What has changed since an agency's last mail, and whether that is worth a mail. Calendar: 3/9/2026 is a Thursday."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from syrupy.assertion import SnapshotAssertion

from doisoat.alert import planned_night
from doisoat.rules.lifecycle import Turn
from doisoat.store.decisions import Wanted, Word
from doisoat.store.layout import RunFiles
from tests.database_servers import anywhere
from tests.unit.alert.nights import BUILDING, WARD, Nights, opened, province, text_of


@pytest.fixture
def nights(tmp_path: Path, warehouse_url: str) -> Iterator[Nights]:
    with opened(tmp_path, warehouse_url) as made:
        yield made


def subject(message: EmailMessage) -> str:
    return str(message["Subject"]).partition(": ")[2]


def column(message: EmailMessage) -> dict[str, str]:
    """Dossier -> "So với thư trước" of the attached list."""
    (attached,) = message.iter_attachments()
    rows = CalamineWorkbook.from_filelike(BytesIO(attached.get_content())).get_sheet_by_name("Việc cần làm").to_python()
    head = rows[0]
    return {row[head.index("Mã hồ sơ")]: row[head.index("So với thư trước")] for row in rows[1:]}


def test_the_first_mail_has_nothing_to_compare_with(nights: Nights) -> None:
    sent = nights.night(3, ["A-1", "B-2"])
    assert subject(sent[BUILDING]) == "2 hồ sơ cần xử lý"
    assert "So với thư trước" not in text_of(sent[BUILDING])
    assert column(sent[BUILDING]) == {"A-1": "Mới", "B-2": "Mới"}


def test_nothing_new_no_mail_until_the_reminder(nights: Nights) -> None:
    """Mailed on the night of Thursday 3/9; overdue after three working days, reminded five later."""
    nights.night(3, ["A-1"])
    assert nights.night(7, ["A-1"]) == {}
    assert nights.reasons(7) == {BUILDING: "không có gì mới, đã nhắc ngày 03/09/2026"}
    overdue = nights.night(8, ["A-1"])
    assert subject(overdue[BUILDING]) == "1 hồ sơ cần xử lý – 1 quá hạn xử lý"
    assert [day for day in (9, 10, 13, 14, 15) if nights.night(day, ["A-1"])] == [15], "Tuesday, five working days on"
    assert nights.reasons(14) == {BUILDING: "không có gì mới, đã nhắc ngày 08/09/2026"}


def test_the_whole_digest(nights: Nights, snapshot: SnapshotAssertion) -> None:
    nights.night(date(2026, 8, 26), ["BACK-1", "OLD-1"])
    nights.night(3, ["OLD-1", "R-1"])
    sent = nights.night(7, ["OLD-1", "NEW-1", "BACK-1"])
    message = sent[BUILDING]
    assert subject(message) == "3 hồ sơ cần xử lý – 1 mới, 1 lệch trở lại, 1 quá hạn xử lý, 1 đã hết lệch"
    assert column(message) == {"OLD-1": "Quá hạn xử lý", "NEW-1": "Mới", "BACK-1": "Lệch trở lại"}
    assert text_of(message) == snapshot(name="text")
    assert text_of(message, "html") == snapshot(name="page")


def test_what_is_put_right_is_told_with_five_codes(nights: Nights) -> None:
    nights.night(3, [*(f"R-{n}" for n in range(7)), "OLD-1"])
    sent = nights.night(7, ["OLD-1"])
    assert subject(sent[BUILDING]) == "1 hồ sơ cần xử lý – 1 còn mở, 7 đã hết lệch"
    for kind in ("plain", "html"):
        read = re.sub("</?span[^>]*>", "", text_of(sent[BUILDING], kind))
        assert "1 còn mở, 7 đã hết lệch (R-0, R-1, R-2, R-3, R-4, …)" in read
    assert nights.night(8, ["OLD-1"])[BUILDING]["Subject"].endswith("1 quá hạn xử lý"), "told once only"


def test_a_change_of_one_agency_is_none_of_another(nights: Nights) -> None:
    ward = {"agency_code": WARD}
    nights.night(3, {"A-1": {}, "W-1": ward})
    assert list(nights.night(7, {"A-1": {}, "W-1": ward, "W-2": ward})) == [WARD]


def test_nothing_arrives_on_a_day_off_and_the_next_mail_covers_it(nights: Nights) -> None:
    """Friday 4/9 would arrive on Saturday, Saturday on Sunday; Sunday's arrives on Monday."""
    nights.night(3, ["A-1"])
    assert [nights.night(day, ["A-1", "B-2"]) for day in (4, 5)] == [{}, {}]
    assert nights.reasons(4) == {BUILDING: "ngày nghỉ"}
    (message,) = nights.night(6, ["A-1", "B-2", "C-3"]).values()
    assert subject(message) == "3 hồ sơ cần xử lý – 2 mới, 1 còn mở"
    assert "TRƯỚC HẾT NGÀY 09/09/2026" in text_of(message)


def test_quiet_days_can_be_switched_off(tmp_path: Path) -> None:
    with opened(tmp_path, province=province(quiet_days=False)) as nights:
        assert list(nights.night(4, ["A-1"])) == [BUILDING]


@anywhere
def test_a_partial_night_says_nothing_of_what_is_put_right_the_next_complete_one_does(nights: Nights) -> None:
    nights.night(3, ["A-1", "B-2"])
    partial = nights.night(6, ["A-1", "C-3"], partial=True)
    assert "đã hết lệch" not in text_of(partial[BUILDING]) + str(partial[BUILDING]["Subject"])
    complete = nights.night(7, ["A-1", "C-3"])
    assert subject(complete[BUILDING]) == "2 hồ sơ cần xử lý – 2 còn mở, 1 đã hết lệch"


@anywhere
def test_what_was_taken_back_or_expired_has_come_back(nights: Nights) -> None:
    nights.night(3, ["A-1", "B-2", "C-3"])
    names = {one.dossier_code: one.fingerprint for one in nights.warehouse.find("H44", Wanted())}
    for code in ("A-1", "B-2"):
        nights.warehouse.say("H44", names[code], Word(Turn.ACCEPTED, "Lan", "chờ", date(2026, 9, 6)))
    assert nights.night(6, ["A-1", "B-2", "C-3"]) == {}, "one is still open, and it is known"
    nights.warehouse.say("H44", names["A-1"], Word(Turn.TAKEN_BACK, "Lan"))
    files = nights.assess(7, ["A-1", "B-2", "C-3"])
    assert column(nights.alert(files)[BUILDING]) == {"A-1": "Lệch trở lại", "B-2": "Lệch trở lại", "C-3": "Còn mở"}


def test_a_mail_that_never_went_is_no_last_mail(nights: Nights) -> None:
    """The agency is told on the next night, as new."""
    files = nights.assess(3, ["A-1"])
    key = files.key
    nights.alert(files)
    with nights.warehouse._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mails SET state = 'refused'")
    assert nights.warehouse.mails(key)[BUILDING].state == "refused"
    assert column(nights.night(6, ["A-1"])[BUILDING]) == {"A-1": "Mới"}


TECHNICAL = {"technical": True}


@anywhere
def test_what_was_technical_is_known_from_the_first_mail_after_that(nights: Nights) -> None:
    """Told of A-1 on Thursday 3/9; T-1 turns out on Tuesday to be the agency's: its three working days begin then."""
    for day in (3, 7):
        nights.night(day, {"A-1": {}, "T-1": TECHNICAL})
    told = nights.night(8, ["A-1", "T-1"])[BUILDING]
    assert column(told) == {"A-1": "Quá hạn xử lý", "T-1": "Mới"}
    assert "T-1" in text_of(told) and "xử lý xong trước hết ngày 11/09/2026" in text_of(told)
    assert nights.night(10, ["A-1", "T-1"]) == {}
    overdue = nights.night(13, ["A-1", "T-1"])[BUILDING]
    assert subject(overdue) == "2 hồ sơ cần xử lý – 2 quá hạn xử lý"


@anywhere
def test_it_is_known_anew_each_time_it_was_technical(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    assert nights.night(7, {"A-1": TECHNICAL}) == {}
    assert column(nights.night(8, ["A-1"])[BUILDING]) == {"A-1": "Mới"}
    assert nights.night(10, ["A-1"]) == {}, "told on Tuesday, to be done by Friday"


@anywhere
def test_a_night_that_charged_something_gives_the_same_mail_again(nights: Nights) -> None:
    """Whether it runs on from its own files, or has lost what it took as known, or is taken back."""
    nights.night(3, {"A-1": {}, "T-1": TECHNICAL})
    nights.night(7, {"A-1": {}, "T-1": TECHNICAL})
    files = nights.assess(8, ["A-1", "T-1"])
    first = planned(nights, files)
    nights.alert(files)
    nights.night(9, ["A-1", "T-1"])
    nights.night(13, {"A-1": {}, "T-1": TECHNICAL})
    assert planned(nights, files) == first
    nights.reassess(files)
    assert planned(nights, files) == first
    (files.work("assess") / "prior.parquet").unlink()
    nights.reassess(files)
    assert planned(nights, files) == first
    nights.reassess(files, rewind=True)
    assert planned(nights, files) == first


def test_what_came_back_gives_the_same_mail_again_though_it_is_technical_later(nights: Nights) -> None:
    nights.night(3, ["A-1"])
    (known,) = nights.warehouse.find("H44", Wanted())
    nights.warehouse.say("H44", known.fingerprint, Word(Turn.ACCEPTED, "Lan", "chờ", date(2026, 9, 6)))
    files = nights.assess(7, ["A-1"])
    first = planned(nights, files)
    assert "1 lệch trở lại" in first[0]
    nights.alert(files)
    nights.night(9, {"A-1": TECHNICAL})
    assert planned(nights, files) == first


def planned(nights: Nights, files: RunFiles) -> list[str]:
    memory = nights.warehouse.mail_memory(files.key)
    outbox = planned_night(files, nights.province, nights.reference, memory)
    return [text_of(draft.message) for draft in outbox.drafts]


@anywhere
def test_a_night_with_a_later_one_behind_it_has_nothing_to_tell_any_more(nights: Nights) -> None:
    """Its mails never went; today's say how it stands, and a mail that comes after them would be out of date."""
    old = nights.assess(3, ["A-1"])
    nights.night(7, ["A-1", "B-2"])
    assert nights.alert(old) == {}
    assert nights.reasons(3) == {BUILDING: "đã có đêm 07/09/2026 sau đêm này"}
    assert nights.warehouse.mails(old.key) == {}


def test_the_same_night_again_gives_the_same_mail_whatever_came_later(nights: Nights) -> None:
    nights.night(3, ["A-1", "B-2"])
    first = nights.assess(7, ["A-1", "C-3"])
    (message,) = nights.alert(first).values()
    nights.night(9, ["A-1", "C-3", "D-4"])
    nights.warehouse.say("H44", nights.warehouse.find("H44", Wanted())[0].fingerprint, Word(Turn.ACKNOWLEDGED, "Lan"))
    told = nights.told(7)
    assert nights.alert(first) == {}
    assert nights.told(7) == told
    assert nights.warehouse.mails(first.key)[BUILDING].message_id == message["Message-ID"]
