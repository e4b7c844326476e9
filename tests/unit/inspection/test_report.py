"""Báo cáo kết quả kiểm tra từ xa: its eight parts as DOCX and PDF, the same bytes for the same register."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from doisoat.inspection.contents import Told, report_values
from doisoat.inspection.writing import write_report
from doisoat.rules.inspection import Form
from tests.unit.inspection.registers import HOSTILE, basis, check, finding, member, told
from tests.unit.publish import factory

TITLES = [
    "1. Căn cứ, phạm vi, thời kỳ, đối tượng kiểm tra",
    "2. Hình thức, nguồn dữ liệu, thời điểm trích xuất, dấu kiểm",
    "3. Số liệu hai bên và chênh lệch",
    "4. Chênh lệch theo loại, theo cơ quan",
    "5. Nguyên nhân",
    "6. Kết quả khắc phục của các lần kiểm tra trước",
    "7. Kiến nghị, thời hạn",
    "8. Phụ lục: hồ sơ có chênh lệch",
]


def values(given: Told | None = None, **sections: Any) -> dict[str, Any]:
    return report_values(given or told(), factory.province(**sections), factory.reference())


def written(folder: Path, given: Told | None = None, **sections: Any) -> tuple[Path, Path]:
    docx, pdf = write_report(given or told(), factory.province(**sections), factory.reference(), folder)
    return docx, pdf


def docx_text(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


def test_both_papers_have_all_eight_parts(tmp_path: Path) -> None:
    docx, pdf = written(tmp_path)
    for text in (docx_text(docx), pdf_text(pdf)):
        for expected in (
            *TITLES,
            "ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Kết quả kiểm tra từ xa việc giải quyết TTHC tại Sở Xây dựng",
            "/BC-TTPVHCC",
            "phản ánh của báo chí",
            "H44.05-260803-0001",
        ):
            assert expected in text, expected


def rows_of(part: dict[str, Any]) -> list[list[str]]:
    return [list(row) for row in part["rows"]]


def test_sources_tell_when_and_what_was_read(tmp_path: Path) -> None:
    part = values()["sections"][1]
    assert part["heads"] == ["Thông tin", "Một cửa", "Cổng DVCQG"]
    assert rows_of(part) == [
        ["Nguồn", "http://mot-cua", "exports/portal"],
        ["Trích xuất lúc", "03/09/2026 22:30", "–"],
        ["Số bản ghi", "1.454", "1.450"],
        ["Dấu kiểm dữ liệu nhận", " ".join(["ab" * 4] * 8), " ".join(["ef" * 4] * 8)],
        ["Dấu kiểm bản chụp", " ".join(["cd" * 4] * 8), "–"],
    ]
    assert any("doisoat 1.0 sha256:aa" in line for line in part["paragraphs"])


def test_both_sides_kinds_and_causes_add_up() -> None:
    _, _, figures, kinds, causes, *_ = values()["sections"]
    assert rows_of(figures)[0] == ["Hồ sơ của đơn vị", "60", "57", "−3"]
    assert rows_of(kinds) == [
        ["Sở Xây dựng", "Hồ sơ treo", "3", "0"],
        ["H44.05.02", "Hồ sơ treo", "2", "0"],
        ["Sở Xây dựng", "Chưa đồng bộ lên DVCQG", "1", "1"],
    ]
    assert kinds["paragraphs"] == ["6 chênh lệch, trong đó 1 đang kiểm tra kỹ thuật, chưa tính cho đơn vị."]
    assert [row[::2] + row[3:] for row in rows_of(causes)] == [
        ["Thao tác của cán bộ", "3", "50,0 %"],
        ["Chưa xác định", "2", "33,3 %"],
        ["Đường đồng bộ", "1", "16,7 %"],
    ]
    assert "Chủ quan (thao tác của cán bộ): 3; khách quan" in causes["paragraphs"][0]


def test_earlier_findings_and_requests() -> None:
    *_, earlier, requests = values()["sections"]
    assert earlier["paragraphs"][1:] == ["1 phát hiện đã hết chênh lệch nhưng đơn vị chưa có báo cáo khắc phục."]
    assert rows_of(earlier)[0][2:] == ["Đã kiểm chứng khắc phục", "17/09/2026", "–", "03/09/2026"]
    assert [row[2] for row in rows_of(requests)] == ["17/09/2026", "17/09/2026"]
    assert rows_of(requests)[1][1] == "Khắc phục và báo cáo kết quả.", "entered by hand: no kind tells what to do"
    annex = values()["annex"]
    assert [row[-1] for row in rows_of(annex)] == ["Đang mở", "Đã hết lệch"]


def test_without_a_deadline_it_runs_from_the_receipt() -> None:
    open_one = told(check=check(findings=(finding(1, due_on=None),)), members=[])
    section = {"inspection": {"remedy_working_days": 7, "bases": ["Kế hoạch số 5/KH-UBND"]}}
    told_values = values(open_one, **section)
    assert rows_of(told_values["sections"][6])[0][2] == "7 ngày làm việc kể từ ngày nhận văn bản"
    assert "Căn cứ Kế hoạch số 5/KH-UBND;" in told_values["sections"][0]["paragraphs"]


EMPTY = [
    told(check=check(basis=None, form=Form.ON_SITE), earlier=[], members=[], night=None),
    told(check=check(basis=basis(figures={**basis().figures, "found": []})), earlier=[], members=[]),
]


@pytest.mark.parametrize("given", EMPTY)
def test_nothing_found_is_a_report_without_empty_tables(tmp_path: Path, given: Told) -> None:
    docx, pdf = written(tmp_path, given)
    text = docx_text(docx)
    assert text.count("STT") == (2 if given.check.opening.basis else 0), "only what was read and counted has a table"
    for expected in ("Không có kiến nghị.", "Không có chênh lệch nào.", "Không có hồ sơ nào."):
        assert expected in text and expected in pdf_text(pdf)


def test_a_partial_night_is_called_one() -> None:
    partial = values(told(check=check(basis=basis(verdict="partial"))))
    assert "chỉ đọc được MỘT PHẦN" in partial["sections"][1]["paragraphs"][1]


def test_the_same_register_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again = (written(tmp_path / name) for name in ("first", "again"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    hostile = check(
        "2026-002",
        (replace(finding(1), title=HOSTILE),),
        subject=HOSTILE,
        unplanned_reason=HOSTILE,
        online_steps=(HOSTILE,),
        form=Form.COMBINED,
    )
    given = told(check=hostile, members=[(1, member(HOSTILE[:50], value_shop=HOSTILE, procedure_code=HOSTILE))])
    docx, pdf = written(tmp_path, given, name="Phú Thọ")
    for text in (docx_text(docx), pdf_text(pdf)):
        assert "<script>alert(1)</script> {{ 7 * 7 }} #panic()" in text
        assert "\x07" not in text


def test_a_plan_is_named() -> None:
    planned = told(planned="KH-2026, dòng KH26-01", check=check(unplanned_reason=None, plan_line="KH26-01"))
    assert any("theo kế hoạch (KH-2026, dòng KH26-01)" in line for line in values(planned)["sections"][0]["paragraphs"])


def test_the_time_of_a_report_is_that_of_its_data(tmp_path: Path) -> None:
    docx, _ = written(tmp_path)
    assert Document(str(docx)).core_properties.created == factory.KEY.day_end.replace(tzinfo=UTC)
    docx, _ = written(
        tmp_path, told(check=check(basis=None, form=Form.ON_SITE, opened_on=date(2026, 8, 1)), members=[])
    )
    assert Document(str(docx)).core_properties.created.date() == date(2026, 8, 1)  # type: ignore[union-attr]
