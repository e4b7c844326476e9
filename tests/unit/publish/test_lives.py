"""What people have said about discrepancies, and what became of them, as the page, the workbook and the JSON tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow.parquet as pq
import pytest

from doisoat.errors import TerminalError
from tests.unit.publish import factory
from tests.unit.publish.conftest import Published
from tests.unit.publish.factory import DAY, NightFiles, agency, discrepancy, false_overdue
from tests.unit.publish.test_page import HOSTILE
from tests.unit.publish.test_page import read as words
from tests.unit.publish.test_workbook import read as rows

Publish = Callable[..., Published]
ACCEPTED = {"state": "accepted", "person": "Lan", "accepted_until": date(2026, 12, 31), "reason": "chờ cấp trên"}


def night() -> NightFiles:
    """Of one agency: one accepted, one acknowledged, one that came back; and what the night's summary tells."""
    return NightFiles(
        discrepancies=[
            false_overdue("H44.05-260803-0001", **ACCEPTED),
            discrepancy(
                *("H44.05-260803-0002", "stuck", "payment"),
                state="acknowledged",
                person="Minh",
                first_seen_on=date(2026, 8, 28),
                known_working_days=1,
            ),
            discrepancy(
                *("H44.05-260803-0003", "stuck", "payment"),
                state="reopened",
                reopened=2,
                opened_on=date(2026, 7, 1),
                first_seen_on=DAY,
            ),
        ],
        agencies=[agency("H44.05", "Sở Xây dựng", dossiers_shop=10, dossiers_portal=10)],
        assessed={"reopened": 1, "expired": 0, "acknowledged": 1, "accepted": 1, "superseded": 4, "gone": 2},
    )


def test_accepted_ones_have_a_section_of_their_own_and_are_charged_to_nobody(publish: Publish) -> None:
    published = publish(night())
    report = published.json
    assert [item["dossier_code"][-4:] for item in report["accepted"]["items"]] == ["0001"]
    assert report["false_overdue"]["total"] == 0
    assert [(kind["kind"], kind["discrepancies"]) for kind in report["kinds"]] == [("stuck", 2)]
    (one,) = report["agencies"]
    assert (one["charged"], one["accepted"], one["high"], one["false_overdue"]) == (2, 1, 0, 0)
    totals = {name: report["totals"][name] for name in ("discrepancies", "accepted", "acknowledged", "reopened")}
    assert totals == {"discrepancies": 3, "accepted": 1, "acknowledged": 1, "reopened": 1}
    lines = words(published.html).lines
    at = lines.index("8. Chênh lệch đã được chấp nhận có thời hạn")
    assert "9. Chất lượng dữ liệu" in lines
    told = lines[at : lines.index("9. Chất lượng dữ liệu", at)]
    for text in ("H44.05-260803-0001", "31/12/2026", "chờ cấp trên", "Lan"):
        assert text in told


def test_the_page_tells_each_life_in_brief(publish: Publish) -> None:
    lines = words(publish(night()).html).lines
    assert "từ 28/08/2026 (1 ngày làm việc); đã nhận: Minh" in lines
    assert "từ 03/09/2026 (0 ngày làm việc); lệch trở lại 2 lần, lần đầu 01/07/2026" in lines
    text = " ".join(lines)
    for label in (
        "Lệch trở lại trong đêm: 1 .",
        "Nay được nêu ở loại chênh lệch khác: 4 .",
        "Hồ sơ không còn ở cả hai bên: 2 .",
    ):
        assert label in text
    assert "Hết hạn chấp nhận" not in text  # of none nothing is said


def test_a_night_without_accepted_ones_has_no_such_section(publish: Publish) -> None:
    assert "da-chap-nhan" not in publish(factory.busy_night()).html


def test_the_workbook_has_the_states_and_the_accepted_ones_apart(publish: Publish) -> None:
    path = publish(night()).paths["report.xlsx"]
    work = rows(path, "Việc cần làm")
    assert [(row["Tình trạng"], row["Số lần lệch trở lại"]) for row in work] == [
        ("Đã nhận xử lý (Minh)", 0),
        ("Mở lại", 2),
    ]
    (one,) = rows(path, "Đã chấp nhận")
    assert (one["Chấp nhận đến hết ngày"], one["Người chấp nhận"], one["Lý do"]) == (
        date(2026, 12, 31),
        "Lan",
        "chờ cấp trên",
    )
    assert rows(path, "Hồ sơ bị tính quá hạn oan") == []


def test_the_lists_for_programs_keep_every_state(publish: Publish) -> None:
    table = pq.read_table(publish(night()).paths["discrepancies.parquet"])
    assert table.column("state").to_pylist() == ["accepted", "acknowledged", "reopened"]


def test_hostile_words_of_people_stay_text(publish: Publish) -> None:
    words_of_people = {**ACCEPTED, "person": HOSTILE, "reason": "=1+1"}
    published = publish(NightFiles(discrepancies=[discrepancy("A-1", "stuck", **words_of_people)]))
    assert "<script>" not in published.html
    (one,) = rows(published.paths["report.xlsx"], "Đã chấp nhận")
    assert one["Lý do"] == "'=1+1"


def test_what_an_older_program_assessed_has_to_be_assessed_again(publish: Publish) -> None:
    class Old(NightFiles):
        def write(self, home):  # type: ignore[no-untyped-def]
            files = super().write(home)
            stored = files.work("assess") / "discrepancies.parquet"
            table = pq.read_table(stored)
            pq.write_table(table.drop_columns(["known_working_days", "reopened"]), stored)
            return files

    with pytest.raises(TerminalError, match="run 'doisoat assess' for this date again"):
        publish(Old(discrepancies=[discrepancy("A-1", "stuck")]))
