"""The report's part about the indicators of QĐ 766: section, sheets, JSON; and nothing of it where none were computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]
AUGUST = {
    **{"period": "2026-08", "label": "Tháng 8/2026", "length": "month", "first_day": "2026-08-01"},
    **{"last_day": "2026-08-31", "is_running": False},
}
SEPTEMBER = AUGUST | {
    **{"period": "2026-09", "label": "Tháng 9/2026", "first_day": "2026-09-01", "last_day": "2026-09-03"},
    "is_running": True,
}
FACTS: dict[str, Any] = {
    "definition": "calendar",
    "periods": [AUGUST, SEPTEMBER],
    "points": {},
    "grades": [["Xuất sắc", 90], ["Tốt", 80], ["Khá", 70], ["Trung bình", 50], ["Yếu", 0]],
}
Side = tuple[int, int, str] | None


def line(
    agency: str, indicator: str, shop: Side = None, portal: Side = None, published: Side = None, why_not: str = ""
) -> dict[str, Any]:
    row: dict[str, Any] = {"period": "2026-08", "agency_code": agency, "indicator": indicator, "why_not": why_not}
    for side, counts in (("shop", shop), ("portal", portal), ("published", published)):
        part, whole, points = counts or (None, None, None)
        row |= {f"part_{side}": part, f"whole_{side}": whole, f"score_{side}": points and Decimal(points)}
    return row


def cause(agency: str, cause: str, dossiers: int, points: str, gain: str = "0") -> dict[str, Any]:
    row = {"period": "2026-08", "agency_code": agency, "indicator": "PROGRESS_ON_TIME", "cause": cause}
    return {**row, "dossiers": dossiers, "part": 0, "whole": 0, "points": Decimal(points), "gain": Decimal(gain)}


LINES = [
    line("H44", "PROGRESS_ON_TIME", (900, 1000, "18"), (725, 862, "16.82"), published=(700, 862, "16.24")),
    line("H44", "DOSSIER_SYNC", (500, 500, "6"), (450, 500, "5.4")),
    line("H44", "PUBLISH_ON_TIME", why_not="cần ngày ký quyết định công bố"),
    line("H44", "CITIZEN_DATA_CONNECTED_DOSSIER", (5, 1000, "0.01"), why_not="Cổng DVCQG không có cột <b>X</b>"),
    line("H44.05", "PROGRESS_ON_TIME", (90, 100, "18"), (70, 100, "14")),
    line("H44.37", "PROGRESS_ON_TIME", (2, 2, "20"), (0, 2, "0")),
]
CAUSES = [
    cause("H44", "missing_on_portal", 138, "0.357", "0.361"),
    cause("H44", "finished_not_synced", 41, "0.82", "0.95"),
    cause("H44", "in_flight", 2, "0.002"),
    cause("H44", "not_compared", 1, "0.001"),
    cause("H44.05", "finished_not_synced", 20, "4", "4"),
    cause("H44.05", "in_flight", 1, "0", "5"),
]


def night(**facts: Any) -> factory.NightFiles:
    return factory.NightFiles(indicator_lines=LINES, indicator_causes=CAUSES, indicator_facts=FACTS | facts)


def test_tree(publish: Publish) -> None:
    found = publish(night()).json["indicators"]
    august, september = found["periods"]
    whole = august["province"]
    assert (whole["shop"], whole["portal"], whole["maximum"]) == (24.0, 22.22, 26)
    assert (whole["grade_shop"], whole["grade_portal"]) == ("Xuất sắc", "Tốt")
    assert [(one["cause"], one["dossiers"], one["points"]) for one in august["causes"]][:2] == [
        ("finished_not_synced", 41, 0.82),
        ("missing_on_portal", 138, 0.357),
    ]
    assert [(one["agency_code"], one["dossiers"]) for one in august["units"]] == [("H44.37", 2), ("H44.05", 100)]
    assert [fix["cause"] for fix in august["units"][1]["fixes"]] == ["finished_not_synced"]  # a list somebody can fix
    assert [(one["indicator"], one["why"]) for one in august["not_computed"]] == [
        ("PUBLISH_ON_TIME", "cần ngày ký quyết định công bố")
    ]
    assert (september["province"]["maximum"], september["province"]["grade_shop"], september["figures"]) == (0, "", [])
    (unit,) = [one for one in august["figures"] if one["agency_code"] == "H44.05"]
    assert (unit["shop"], unit["portal"]["score"]) == ({"part": 90, "whole": 100, "score": 18.0}, 14.0)


def test_page(publish: Publish) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<(?!b>)[^>]+>", "", publish(night()).html))
    for text in (
        "6. Chỉ số theo Quyết định 766/QĐ-TTg",
        "Theo dữ liệu Một cửa tỉnh đạt 24,00/26 (Xuất sắc); theo dữ liệu trên Cổng DVCQG 22,22/26 (Tốt): "
        "dữ liệu trên Cổng làm điểm giảm 1,78.",
        "41 đã xong nhưng DVCQG còn xử lý (+0,82); 138 chưa đồng bộ lên DVCQG (+0,36); 2 đang chờ đồng bộ (0,00); "
        "1 nguyên nhân khác (0,00)",
        "16,24−0,58",
        "20 đã xong nhưng DVCQG còn xử lý (+4,00)",
        "Hiển thị 1 trong 1 cơ quan mất điểm có từ 30 hồ sơ trong kỳ",
        "Tháng 9/2026 (đang chạy)",
        "cần ngày ký quyết định công bố",
        "Cổng DVCQG không có cột &lt;b&gt;X&lt;/b&gt;",
    ):
        assert text in page, text


@pytest.mark.parametrize("last", [9, 10])
def test_sections_are_numbered_without_a_gap(publish: Publish, last: int) -> None:
    page = publish(night() if last == 10 else factory.NightFiles()).html
    headings = re.findall(r'<h2 id="([a-z-]+)">(\d+)\. ', page)
    assert [int(number) for _, number in headings] == list(range(1, last + 1))
    assert re.findall(r'<a href="#([a-z-]+)">(\d+)\. ', page) == headings


def test_sheets(publish: Publish) -> None:
    book = CalamineWorkbook.from_path(str(publish(night()).folder / "report.xlsx"))
    cells = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    (scores,) = [row for row in cells["Điểm 766 theo cơ quan"] if row[1] == "H44.05"]
    assert scores[2:8] == ["Sở Xây dựng", 100, 18, 14, 4, 20]
    assert scores[-1] == "20 hồ sơ Đã xong nhưng DVCQG còn xử lý (+4,00)"
    (figure,) = [row for row in cells["Chỉ số 766"] if row[1:3] == ["H44", "2.1"]]
    assert figure[5:15] == [900, 1000, 18, 725, 862, 16.82, 700, 862, 16.24, 1.18]
    cause_row = next(row for row in cells["Giải thích chỉ số"] if row[1] == "H44")
    assert cause_row[4:7] == ["Đã xong nhưng DVCQG còn xử lý", 41, 0.82]
    assert ["Tháng 8/2026", "1.1"] in [row[:2] for row in cells["Chỉ số chưa tính được"]]


def test_nothing_of_it_where_none_were_computed(publish: Publish) -> None:
    published = publish(factory.NightFiles())
    assert "indicators" not in published.json and "Quyết định 766" not in published.html
    names = CalamineWorkbook.from_path(str(published.folder / "report.xlsx")).sheet_names
    assert not [name for name in names if "766" in name]
