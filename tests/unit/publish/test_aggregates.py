"""The report's part about published figures: section, sheets, JSON; and nothing of it where none are configured."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]

MONTH: dict[str, Any] = {
    "period": "2026-08 (15/7–14/8)",
    "definition": "kỳ báo cáo (từ ngày 15 tháng trước đến ngày 14)",
    "first_day": "2026-07-15",
    "last_day": "2026-08-14",
    "scope_from": "2025-01-01",
    "hint": "số công bố khớp tháng dương lịch hơn kỳ báo cáo",
    "contradictions": [
        {
            "agency_code": "H44.05",
            "rule": "sync_over_received",
            "figure": "dossier_sync_num",
            "published": "6",
            "expected": "5",
        },
        {
            "agency_code": None,
            "rule": "temporary_denominator",
            "figure": "dossier_sync_den",
            "published": "10",
            "expected": "2",
        },
    ],
}
FACTS = {
    "kind": "files",
    "source": "exports/published",
    "captured_at": "2026-09-03T23:59:59+07:00",
    "complete": True,
    "definition": "statutory",
    "periods": [MONTH],
}


def line(agency: str, measure: str, state: str = "equal", **numbers: Any) -> dict[str, Any]:
    empty = {"published": None, "shop": 0, "portal": 0, "not_synced": 0, "differing": 0, "portal_only": 0}
    named = {"period": MONTH["period"], "agency_code": agency, "measure": measure, "field": measure}
    return {**named, **empty, "state": state, "flag": "", **numbers}


def night(**facts: Any) -> factory.NightFiles:
    return factory.NightFiles(
        figure_lines=[
            line("H44", "on_time", published=8, shop=8, portal=8),
            line(
                "H44",
                "received",
                "mismatch",
                published=120,
                shop=131,
                portal=118,
                not_synced=9,
                differing=5,
                portal_only=1,
            ),
            line("H44.05", "synced", "flagged", published=3, shop=2, portal=3, flag="TEMP_NATIONAL_REPORT_DENOMINATOR"),
            line("H44.37", "received", "mismatch", published=5, shop=3, portal=3),
        ],
        figure_facts=FACTS | facts,
    )


def test_tree(publish: Publish) -> None:
    found = publish(night()).json["aggregates"]
    assert (found["source"], found["captured_at"]) == ("exports/published", "2026-09-03T23:59:59+07:00")
    (month,) = found["months"]
    assert [(one["agency_code"], one["agency_name"], one["measure"]) for one in month["lines"]] == [
        ("H44", "H44", "on_time"),
        ("H44", "H44", "received"),
        ("H44.05", "Sở Xây dựng", "synced"),
        ("H44.37", "Phường Việt Trì", "received"),
    ]
    counted = {one["measure"]: (one["equal"], one["mismatch"], one["not_compared"]) for one in month["measures"]}
    assert (counted["received"], counted["on_time"], counted["synced"]) == ((0, 2, 0), (1, 0, 0), (0, 0, 1))


def test_page(publish: Publish) -> None:
    page = publish(night()).html
    for text in (
        "6. Số liệu tổng hợp: công bố trên Cổng DVCQG và đếm từ hồ sơ",
        "Kỳ 2026-08 (15/7–14/8): 2 số lệch trong 3 số đã so",
        "từ 15/07/2026 đến hết 14/08/2026",
        "số công bố khớp tháng dương lịch hơn kỳ báo cáo",
        "9 hồ sơ chưa có trên Cổng; 5 hồ sơ Cổng ghi khác (trạng thái, ngày, cơ quan); 1 hồ sơ chỉ Cổng tính; "
        "2 không giải thích được bằng hồ sơ trên Cổng",
        "Mâu thuẫn trong chính số liệu công bố",
        "Hồ sơ đồng bộ lên Cổng DVCQG: tử số",
        "không tính cho đơn vị nào",
    ):
        assert text in page, text


@pytest.mark.parametrize("last", [9, 10])
def test_sections_are_numbered_without_a_gap(publish: Publish, last: int) -> None:
    """With published figures, a tenth section, and without them; in the headings as in the list of them."""
    page = publish(night() if last == 10 else factory.NightFiles()).html
    headings = re.findall(r'<h2 id="([a-z-]+)">(\d+)\. ', page)
    assert [int(number) for _, number in headings] == list(range(1, last + 1))
    assert re.findall(r'<a href="#([a-z-]+)">(\d+)\. ', page) == headings


def test_a_night_without_a_month_says_so(publish: Publish) -> None:
    page = publish(night(periods=[], complete=False)).html
    assert "Chưa có kỳ nào so được" in page and "chưa đọc hết" in page


def test_sheets(publish: Publish) -> None:
    published = publish(night())
    book = CalamineWorkbook.from_path(str(published.folder / "report.xlsx"))
    cells = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    rows = [row for row in cells["Số liệu tổng hợp"] if row[1] == "H44"]
    assert [row[3:8] for row in rows] == [
        ["số đúng hạn", 8, 8, 8, 0],
        ["số hồ sơ phải xử lý trong kỳ", 120, 118, 131, -11],
    ]
    contradictions = [row for row in cells["Mâu thuẫn số công bố"] if row[0] == MONTH["period"]]
    assert [(row[2], row[5], row[6]) for row in contradictions] == [
        ("Sở Xây dựng", "6", "5"),
        ("Cả kỳ công bố", "10", "2"),
    ]


def test_nothing_of_it_where_nothing_is_configured(publish: Publish) -> None:
    published = publish(factory.busy_night())
    assert "aggregates" not in published.json
    assert "Số liệu tổng hợp" not in published.html
    book = CalamineWorkbook.from_path(str(published.folder / "report.xlsx"))
    assert "Số liệu tổng hợp" not in book.sheet_names
