"""The catalogue page in a real browser: a desk and a phone, long and hostile text; and not one request to anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from doisoat.catalogue.page import render_page
from doisoat.catalogue.report import CAP, CatalogueReport, make_report
from doisoat.catalogue.wording import SUBTYPES

CHROMIUM = "/usr/bin/chromium"
LONG = "X" * 300
HOSTILE = "<script>document.title='hacked'</script><img src=http://127.0.0.1:9/x>"


def row(subtype: str, number: int) -> dict[str, Any]:
    return {
        "subtype": subtype,
        "field": "name" if subtype == "attribute" else "MaTTHC",
        "sort": "procedure",
        "procedure_code": f"1.{number:06d}",
        "agency_code": None,
        "name": HOSTILE if number % 2 else LONG,
        "sector": f"Lĩnh vực {number % 30}",
        "value_shop": LONG,
        "value_portal": HOSTILE,
        "dossiers": number if subtype == "expired_in_use" else None,
        "first_seen_on": "2026-09-03",
    }


def report(rows: list[dict[str, Any]], reasons: list[str]) -> CatalogueReport:
    side = {"source": LONG, "extracted_at": None, "entries": {"procedure": 9}, "whole": [], "unread": []}
    unread = [{"place": LONG, "reason": HOSTILE}] * 3
    summary = {
        "business_date": "2026-09-03",
        "as_of": "2026-09-03T23:59:59+07:00",
        "verdict": "partial" if reasons else "complete",
        "reasons": reasons,
        "not_compared": [LONG],
        "counts": {subtype: sum(one["subtype"] == subtype for one in rows) for subtype in SUBTYPES},
        "total": len(rows),
        **{"new": len(rows), "open": len(rows), "carried": 1, "resolved": 2},
        "snapshot_on": None,
        "sides": {"shop": {**side, "unread": unread}, "portal": side},
        "rule_versions": {"procedures": LONG},
    }
    return make_report("H44", "Phú Thọ", summary, rows)


LARGE = report([row(subtype, number) for subtype in SUBTYPES for number in range(CAP + 10)], [LONG])
PAGES = {"large": LARGE, "empty": report([], [])}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_fits_and_asks_nobody(tmp_path: Path, name: str, width: int) -> None:
    file = tmp_path / "catalogue.html"
    file.write_text(render_page(PAGES[name]), encoding="utf-8")
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title().startswith("Đối soát danh mục")
        assert page.locator("details").count() == len(PAGES[name].groups)
        browser.close()
    assert asked == [file.as_uri()]


def test_lists_are_capped_and_say_so() -> None:
    page = render_page(LARGE)
    assert page.count(f"Hiển thị {CAP} dòng đứng đầu trong tổng số {CAP + 10}.") == len(SUBTYPES)
    assert "Hiển thị 20 lĩnh vực đứng đầu trong tổng số 30." in page
    assert "Không có chênh lệch nào" in render_page(PAGES["empty"]) and "Không có chênh lệch nào" not in page
