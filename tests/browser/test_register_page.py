"""The register's page in a real browser: a desk and a phone, long and hostile text; and not one request to anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from doisoat.inspection.page import render_page
from doisoat.rules.inspection import FindingState, Form
from tests.unit.inspection.registers import HOSTILE, check, finding
from tests.unit.inspection.test_page import REGISTER, overview

CHROMIUM = "/usr/bin/chromium"
LONG = "X" * 300
LARGE = [
    check(
        f"2026-{number:03}",
        tuple(finding(at, state, of=f"2026-{number:03}") for at, state in enumerate(FindingState, 1)),
        subject=text,
        form=form,
    )
    for number, (text, form) in enumerate(zip([LONG, HOSTILE] * 10, [*Form] * 5, strict=True), 1)
]
PAGES = {"usual": REGISTER, "large": LARGE, "empty": []}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_fits_and_asks_nobody(tmp_path: Path, name: str, width: int) -> None:
    file = tmp_path / "index.html"
    file.write_text(render_page(overview(PAGES[name])), encoding="utf-8")
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title().startswith("Sổ theo dõi kiểm tra")
        assert page.locator("section").count() >= 6
        browser.close()
    assert asked == [file.as_uri()]
