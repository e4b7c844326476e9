"""Deadlines in the report: three clocks side by side with their reasons, and the duties of NĐ 118; hostile text stays text."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from doisoat.errors import TerminalError
from doisoat.rules.duties import DUTIES
from tests.unit.publish.conftest import Published
from tests.unit.publish.factory import NightFiles, Record, at, discrepancy, pair

CODE = "H44.05-260803-0001"
Publish = Callable[..., Published]


def clock_lines(code: str = CODE, rank: int = 1, **other: Any) -> list[Record]:
    """A supplement that the law resets and the portal subtracts."""
    read = {
        "work_rank": rank,
        "dossier_code": code,
        "agency_code": "H44.05",
        "procedure_code": "1.001612",
        "subtype": "supplement_reset",
        "status": 9,
        "received_at": at("03/08 08:00"),
        "appointed_at": at("10/08 17:00"),
        "extension_count": 0,
        "supplement_count": 1,
        "requested_at": at("05/08 08:00"),
        "completed_at": at("12/08 08:00"),
        "restarts_at": at("12/08 08:00"),
        "limit_amount": 5.0,
        "limit_unit": "Ngày làm việc",
        **other,
    }
    said: dict[str, tuple[str, str, datetime, datetime]] = {
        "luat": ("on_time", "term_restarted", at("19/08 23:59"), at("18/08 10:00")),
        "dvcqg": ("late", "waiting_subtracted", at("10/08 17:00"), at("11/08 10:00")),
        "mot_cua": ("late", "appointment", at("10/08 17:00"), at("18/08 10:00")),
    }
    return [
        {**read, "clock": clock, "verdict": verdict, "reason": reason, "due_at": due, "end_at": end}
        for clock, (verdict, reason, due, end) in said.items()
    ]


def facts(**broken: dict[str, Any]) -> dict[str, Any]:
    """Every duty judged but the apology."""
    judged = {info.duty.value: {"duty": info.duty.value, "state": "judged", "broken": 0} for info in DUTIES}
    judged["apology"] = {"duty": "apology", "state": "not_compared", "reason": "không có dữ liệu: không nguồn nào"}
    return {"duties": [{**one, **broken.get(duty, {})} for duty, one in judged.items()]}


def duty_line(code: str, duty: str = "late_intake", agency: str | None = "H44.05", **other: Any) -> Record:
    return {
        "duty": duty,
        "dossier_code": code,
        "agency_code": agency,
        "procedure_code": "1.001612",
        "began_at": at("27/08 08:00"),
        "done_at": at("31/08 09:00"),
        "measured": 17.5,
        **other,
    }


def night(**changes: Any) -> NightFiles:
    told = {"late_intake": {"broken": 2, "judged": 40, "without_data": 3, "earlier": 5}}
    return NightFiles(
        **{
            "discrepancies": [discrepancy(CODE, "lateness_disagreement", "supplement_reset", field="NgayHenTra")],
            "pairs": [pair(CODE)],
            "clock_lines": clock_lines(),
            "duty_lines": [duty_line("A-1"), duty_line("A-2", agency="H44.37", measured=9.0)],
            "deadline_facts": facts(**told),
            **changes,
        }
    )


def sheet(published: Published, name: str) -> list[list[Any]]:
    rows: list[list[Any]] = (
        CalamineWorkbook.from_path(str(published.folder / "report.xlsx")).get_sheet_by_name(name).to_python()
    )
    return rows


def test_the_page_says_why_each_clock_judges_as_it_does(publish: Publish) -> None:
    html = publish(night()).html
    for told in (
        "bổ sung xong 12/08/2026 thì thời hạn 5 ngày làm việc tính lại từ đầu, hạn mới 19/08/2026: đúng hạn",
        "NĐ 118/2025 Đ19.5",
        "Kết thúc 18/08/2026, sau hạn 10/08/2026; trừ 7 ngày chờ bổ sung còn 11/08/2026: quá hạn",
        "QĐ 766 mục 2.1 điểm 5",
        "Hiển thị toàn bộ 1 hồ sơ.",
        "Nghĩa vụ khác theo NĐ 118",
        "không có dữ liệu: không nguồn nào",
        "thiếu dữ liệu để xét 3 hồ sơ; 5 hồ sơ tiếp nhận trước khi có nghĩa vụ này",
        "Sở Xây dựng <strong>1</strong>, Phường Việt Trì <strong>1</strong>",
    ):
        assert told in html


def test_what_a_procedure_rules_is_told_with_its_source(publish: Publish) -> None:
    moved, waits = {"begins_at": at("13/08 07:30")}, {"paused_at": at("15/08 08:00"), "status": 6}
    late = [line | (moved if line["clock"] == "luat" else {}) for line in clock_lines("A-1")]
    paying = [line | (waits if line["clock"] == "luat" else {"status": 6}) for line in clock_lines("A-2", 2)]
    html = publish(night(clock_lines=[*late, *paying])).html
    assert "bổ sung xong 12/08/2026 08:00, quá giờ nhận trong ngày nên tính từ 13/08/2026, thời hạn" in html
    assert "NĐ 118/2025 Đ18.2, Đ19.5; quy định riêng của thủ tục" in html
    assert (
        "Đang chờ nộp nghĩa vụ tài chính từ 15/08/2026 (luật chuyên ngành không tính thời gian chờ), bổ sung xong"
        in html
    )
    assert "NĐ 118/2025 Đ19.5; luật chuyên ngành" in html


def test_a_night_assessed_before_procedures_had_rules_is_told_as_it_was(publish: Publish, tmp_path: Path) -> None:
    from doisoat.publish import publish_night
    from tests.unit.publish import factory

    told = publish(night()).json
    files = night().write(tmp_path / "earlier")
    lines = files.work("deadlines") / "clocks.parquet"
    pq.write_table(pq.read_table(lines).drop_columns(["begins_at", "paused_at"]), lines)
    publish_night(files, factory.province(), factory.reference())
    assert json.loads((files.report / "report.json").read_text(encoding="utf-8"))["deadlines"] == told["deadlines"]


def test_the_workbook_has_the_three_clocks_side_by_side(publish: Publish) -> None:
    head, row = sheet(publish(night()), "Ba cách tính")
    assert head[5:] == [
        *("Theo luật", "Theo luật: vì sao", "Theo luật: căn cứ"),
        *("Theo Cổng DVCQG", "Theo Cổng DVCQG: vì sao", "Theo Cổng DVCQG: căn cứ"),
        *("Theo Một cửa", "Theo Một cửa: vì sao", "Theo Một cửa: căn cứ"),
    ]
    assert (row[0], row[2], row[5], row[8], row[11]) == (CODE, "Sở Xây dựng", "Đúng hạn", "Quá hạn", "Quá hạn")
    assert row[12] == "Kết thúc 18/08/2026, hạn 10/08/2026: quá hạn"


def test_the_workbook_has_the_duties_by_agency_and_every_breach(publish: Publish) -> None:
    published = publish(night())
    totals = {(row[0], row[3]): row[4:] for row in sheet(published, "Nghĩa vụ khác")[1:]}
    intake = "Tiếp nhận trong 08 giờ làm việc"
    assert totals[intake, "Toàn tỉnh"] == [2, 40, 3, 5, ""]
    assert totals[intake, "Phường Việt Trì"][0] == 1
    assert totals["Xin lỗi trước hạn ít nhất 01 ngày", "Toàn tỉnh"] == [
        "",
        "",
        "",
        "",
        "không có dữ liệu: không nguồn nào",
    ]
    breaches = sheet(published, "Hồ sơ sai nghĩa vụ")[1:]
    assert [(row[2], row[8], row[9]) for row in breaches] == [("A-1", 17.5, "giờ làm việc"), ("A-2", 9, "giờ làm việc")]


def test_the_json_tells_the_same(publish: Publish) -> None:
    told = publish(night()).json["deadlines"]
    assert [word["clock"] for word in told["cases"][0]["words"]] == ["luat", "dvcqg", "mot_cua"]
    intake, *_ = told["duties"]
    assert (intake["broken"], [one["dossiers"] for one in intake["agencies"]]) == (2, [1, 1])
    assert intake["worst"][0]["began_at"] == "2026-08-27T08:00:00"


def test_long_lists_are_cut_on_the_page_and_whole_in_the_workbook(publish: Publish) -> None:
    codes = [f"A-{number:02}" for number in range(25)]
    many = night(
        clock_lines=[line for rank, code in enumerate(codes, start=1) for line in clock_lines(code, rank)],
        duty_lines=[duty_line(code) for code in codes],
        deadline_facts=facts(late_intake={"broken": 25}),
    )
    published = publish(many)
    assert published.html.count("Hiển thị 20 hồ sơ đứng đầu trong tổng số 25") == 2
    assert len(published.json["deadlines"]["cases"]) == 20
    assert len(sheet(published, "Ba cách tính")) == len(sheet(published, "Hồ sơ sai nghĩa vụ")) == 26


def test_hostile_codes_stay_text(publish: Publish) -> None:
    hostile = "<script>alert(1)</script>"
    published = publish(night(clock_lines=clock_lines(hostile), duty_lines=[duty_line("=cmd()", agency=None)]))
    assert hostile not in published.html
    assert "&lt;script&gt;" in published.html
    assert sheet(published, "Hồ sơ sai nghĩa vụ")[1][2] == "'=cmd()"
    assert "Chưa rõ cơ quan" in published.html


def test_a_quiet_night_says_so(publish: Publish) -> None:
    published = publish(night(clock_lines=[], duty_lines=[], deadline_facts=facts()))
    assert published.json["deadlines"]["disagreeing"] == 0
    assert 'Hồ sơ ba cách tính nói khác nhau</h3>\n<p class="calm">Không có hồ sơ nào.</p>' in published.html


def test_a_night_assessed_before_this_was_told_has_no_such_part(publish: Publish) -> None:
    published = publish(night(deadline_facts=None))
    assert "deadlines" not in published.json
    assert "Nghĩa vụ khác" not in published.html


def test_a_damaged_file_names_the_stage_to_run_again(publish: Publish, tmp_path: Path) -> None:
    publish(night())
    broken = next((tmp_path / "home").rglob("deadlines/clocks.parquet"))
    files = night().write(tmp_path / "again")
    (files.work("deadlines") / "clocks.parquet").write_bytes(broken.read_bytes()[:20])
    from doisoat.publish import publish_night
    from tests.unit.publish import factory

    with pytest.raises(TerminalError, match="run 'doisoat assess'"):
        publish_night(files, factory.province(), factory.reference())
