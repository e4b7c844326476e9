"""The report's ranking of agencies: who is surely better or worse, in a picture, a table, a sheet and JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from python_calamine import CalamineWorkbook

from tests.unit.publish import factory
from tests.unit.publish.conftest import Published
from tests.unit.publish.test_indicators import AUGUST, FACTS, LINES, SEPTEMBER

Publish = Callable[..., Published]
JULY = AUGUST | {"period": "2026-07", "label": "Tháng 7/2026", "first_day": "2026-07-01", "last_day": "2026-07-31"}


def line(
    agency: str, level: str, on_time: int, handled: int, *, period: str = "2026-08", portal: int | None = None
) -> dict[str, Any]:
    row: dict[str, Any] = {"period": period, "agency_code": agency, "level": level, "set_apart": 0}
    for side in ("shop", "portal", "fair"):
        row |= {f"on_time_{side}": on_time, f"handled_{side}": handled}
    return row if portal is None else row | {"on_time_portal": portal, "set_apart": on_time - portal}


RANKED = [
    line("H44.01", "xa", 98, 100),
    line("H44.02", "xa", 1_900, 2_000),
    line("H44.03", "xa", 600, 1_000, portal=550),  # surely worse
    line("H44.04", "xa", 0, 29),  # too few to say
    line("H44.05", "so", 90, 100),
    line("H44.06", "so", 0, 0),
    line("H44.09", "", 50, 50),
    line("H44.03", "xa", 500, 1_000, period="2026-07"),
    line("H44.04", "xa", 0, 29, period="2026-07"),
]


def night(lines: list[dict[str, Any]] | None) -> factory.NightFiles:
    facts = FACTS | {"periods": [AUGUST, JULY, SEPTEMBER]}
    return factory.NightFiles(indicator_lines=LINES, indicator_facts=facts, ranking_lines=lines)


def test_tree(publish: Publish) -> None:
    found = publish(night(RANKED)).json["ranking"]
    assert [period["period"] for period in found["periods"]] == ["2026-08", "2026-07"]  # nothing counted in September
    departments, communes, others = found["periods"][0]["levels"]
    assert [level["label"] for level in (departments, communes, others)] == [
        "Sở, ban, ngành",
        "Xã, phường, đặc khu",
        "Cơ quan khác",
    ]
    assert [(one["agency_code"], one["place"], one["standing"]) for one in communes["agencies"]] == [
        ("H44.01", 1, "better"),
        ("H44.02", 2, "better"),
        ("H44.03", 3, "worse"),
        ("H44.04", None, "few"),
    ]
    assert [one["place"] for one in departments["agencies"]] == [1, None]
    slow = communes["agencies"][2]
    assert (slow["rate"], round(slow["change"], 3), slow["set_apart"]) == (0.6, 0.1, 50)
    assert communes["agencies"][3]["change"] is None  # of too few nothing is said
    assert slow["interval"]["low"] < 0.6 < slow["interval"]["high"]


def test_equal_rates_share_a_place(publish: Publish) -> None:
    lines = [line(f"H44.0{number}", "xa", 90, 100) for number in range(1, 4)] + [line("H44.04", "xa", 50, 100)]
    (level,) = publish(night(lines)).json["ranking"]["periods"][0]["levels"]
    assert [one["place"] for one in level["agencies"]] == [1, 1, 1, 4]


def test_page(publish: Publish) -> None:
    page = publish(night(RANKED)).html
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for expected in (
        "6. Cơ quan nào làm tốt, cơ quan nào chậm",
        "7. Chỉ số theo Quyết định 766/QĐ-TTg",
        "Xã, phường, đặc khu: 1 kém hơn, 2 tốt hơn mức chung 83,0 %",
        "Không cơ quan nào chắc chắn khác mức chung",
        "Quá ít hồ sơ, không xếp",
        "+10,0 điểm %",
        "55,0 %",
    ):
        assert expected in text, expected
    picture = page[page.index('id="xep-hang"') :]
    assert float(re.findall(r'class="span" x="([\d.]+)"', picture)[0]) < 50
    assert 'aria-label="H44.03: 60,0 %; mức chung 83,0 %, DVCQG đang hiện 55,0 %, tỷ lệ công bằng 60,0 %"' in picture


def test_no_section_for_an_earlier_night(publish: Publish) -> None:
    found = publish(night(None))
    assert "ranking" not in found.json and "xep-hang" not in found.html


def spell(agency: str, days: int, discrepancies: int = 1, *, is_open: bool = False) -> dict[str, Any]:
    return {"agency_code": agency, "days": days, "is_open": is_open, "discrepancies": discrepancies}


def test_how_long_it_takes_to_put_things_right(publish: Publish) -> None:
    """What is still open has lasted at least its age; what stands below an agency is its own."""
    files = night(RANKED)
    files.lags = [spell("H44.01", 1, 3), spell("H44.01.02", 4), spell("H44.01", 9, 6, is_open=True)]
    files.lags += [spell("H44.99", 1)]  # of nobody who is ranked
    found = publish(files)
    first = found.json["ranking"]["periods"][0]["levels"][1]["agencies"][0]
    assert first["lag"] == {"half": None, "most": None, "closed": 4, "still_open": 6, "oldest": 9}
    assert "còn 6 việc mở, lâu nhất 9 ngày" in found.html


def test_sheet(publish: Publish) -> None:
    book = CalamineWorkbook.from_path(str(publish(night(RANKED)).folder / "report.xlsx"))
    rows = book.get_sheet_by_name("Xếp hạng đúng hạn").to_python()
    (slow,) = [row for row in rows if row[2] == "H44.03" and row[0] == "Tháng 8/2026"]
    assert slow[4:9] == [3, "Kém hơn mức chung", 1000, 600, 60]
    assert slow[12:15] == [55, 50, 10]
