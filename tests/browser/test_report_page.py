"""The report in a real browser and on paper: a desk, a phone, A4; and not one request to anywhere."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from doisoat.publish import publish_night
from tests.unit.publish import factory

CHROMIUM = "/usr/bin/chromium"
LONG = "X" * 400


def nights() -> dict[str, factory.NightFiles]:
    hostile = replace(
        factory.busy_night(),
        discrepancies=[
            factory.false_overdue("A-" + LONG[:48]),
            factory.discrepancy("A2", "agency_mismatch", agency_code=LONG, value_shop=LONG, field="MaCoQuan"),
            factory.discrepancy("A3", "status_lag", agency_code="<script>document.title='hacked'</script>"),
        ],
        agencies=[factory.agency(LONG, f"<img src=http://127.0.0.1:9/x> {LONG}")],
        shop=factory.side(partial=True, complete=False, partial_reasons=[LONG], source=f"http://host/{LONG}"),
        staged={"skewed": True, "late": True},
    )
    return {
        "large": factory.large_night(600),
        "empty": factory.NightFiles(),
        "hostile": hostile,
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Published nights by name: path of report.html."""
    found = {}
    for name, night in nights().items():
        files = night.write(tmp_path_factory.mktemp(name))
        found[name] = publish_night(files, factory.province(), factory.reference())["report.html"]
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def open_page(browser: Browser, file: Path, width: int, height: int = 900) -> tuple[Page, list[str]]:
    """The page at a width with every list open, and whatever went wrong or was asked of the outside."""
    page = browser.new_page(viewport={"width": width, "height": height})
    trouble: list[str] = []
    page.on("request", lambda request: None if request.url == file.as_uri() else trouble.append(request.url))
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return page, trouble


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("night", ["large", "empty", "hostile"])
def test_it_fits_the_screen_and_asks_nothing(browser: Browser, pages: dict[str, Path], night: str, width: int) -> None:
    page, trouble = open_page(browser, pages[night], width)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
    outside = page.evaluate(
        """width => [...document.querySelectorAll('body *')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width > 1 && (box.right > width + 1 || box.left < -1);
        }).map(one => one.tagName + '.' + one.className)""",
        width,
    )
    title = page.title()
    page.close()
    assert widths == [width, width]
    assert outside == []
    assert trouble == []
    assert title == "Báo cáo đối soát hồ sơ – Phú Thọ, ngày 03/09/2026"


def test_on_a_phone_every_figure_keeps_its_heading(browser: Browser, pages: dict[str, Path]) -> None:
    page, _ = open_page(browser, pages["large"], 375)
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('table.cards td')]
            .filter(cell => !cell.dataset.label).length"""
    )
    shown = page.evaluate("() => getComputedStyle(document.querySelector('table.overdue td'), '::before').content")
    page.close()
    assert unnamed == 0
    assert shown == 'attr("data-label")' or "Cơ quan" in shown


def test_words_stand_out_from_their_ground(browser: Browser, pages: dict[str, Path]) -> None:
    """Contrast of all text at least 4.5 : 1 (WCAG AA)."""
    page, _ = open_page(browser, pages["hostile"], 1280)
    faint = page.evaluate(
        """() => {
            const rgb = text => text.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
            const ground = one => {
                for (let at = one; at; at = at.parentElement) {
                    const colour = rgb(getComputedStyle(at).backgroundColor);
                    if (colour.length === 3 || colour[3] > 0) return colour;
                }
                return [255, 255, 255];
            };
            const faint = new Set();
            for (const one of document.querySelectorAll('body *')) {
                const words = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
                if (!words || one.closest('svg') || !one.getClientRects().length) continue;
                const pair = [light(rgb(getComputedStyle(one).color)), light(ground(one))].sort((a, b) => b - a);
                const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
                if (ratio < 4.5) faint.add(`${one.tagName}.${one.className} ${ratio.toFixed(2)}`);
            }
            return [...faint];
        }"""
    )
    page.close()
    assert faint == []


def test_a_table_names_its_columns_and_rows(browser: Browser, pages: dict[str, Path]) -> None:
    page, _ = open_page(browser, pages["large"], 1280)
    tables, heads, rows, unnamed = page.evaluate(
        """() => [
            document.querySelectorAll('table').length,
            document.querySelectorAll('thead th').length,
            document.querySelectorAll('tbody tr').length,
            document.querySelectorAll('thead th:not([scope=col]), tbody tr:not(:has(th[scope=row]))').length,
        ]"""
    )
    levels = page.evaluate("() => [...document.querySelectorAll('h1,h2,h3')].map(one => Number(one.tagName[1]))")
    page.close()
    assert tables > 10 and heads > tables and rows > heads
    assert unnamed == 0
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_on_a4_paper(browser: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(pages["large"].as_uri())
    pdf = tmp_path / "report.pdf"
    page.pdf(path=str(pdf), prefer_css_page_size=True, print_background=True)
    page.close()
    told = _run("pdfinfo", str(pdf))
    assert "(A4)" in told
    sheets = int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))
    subprocess.run(["pdftoppm", "-r", "40", "-png", str(pdf), str(tmp_path / "sheet")], check=True)
    assert len(list(tmp_path.glob("sheet-*.png"))) == sheets
    texts = _run("pdftotext", "-layout", str(pdf), "-").split("\f")[:sheets]
    assert all(f"Trang {number}/{sheets}" in text for number, text in enumerate(texts, start=1))
    agencies = [text for text in texts if "phường Việt Trì" in text and "Hồ sơ" in text]
    assert len(agencies) > 2  # the long table goes on, with its headings on every sheet
    listed = sum(text.count("H44.") for text in agencies)
    assert listed > 163  # rest of the list is printed although folded on the screen


def test_it_reads_without_style_or_drawing(browser: Browser, pages: dict[str, Path]) -> None:
    page, _ = open_page(browser, pages["large"], 1280)
    page.evaluate("document.querySelectorAll('style, svg').forEach(one => one.remove())")
    headings = page.evaluate("() => [...document.querySelectorAll('main h2')].map(one => one.innerText)")
    page.close()
    assert headings == [
        "Dữ liệu đầy đủ",
        "Tóm tắt",
        "1. Đã xong đúng hạn nhưng Cổng DVCQG đang tính quá hạn",
        "2. Phạm vi và độ đầy đủ",
        "3. Chênh lệch theo loại",
        "4. Vì sao lệch, ai xử lý được",
        "5. Chênh lệch theo cơ quan",
        "6. Đúng hạn hay quá hạn: ba cách tính",
        "7. Danh sách hồ sơ theo loại",
        "8. Chất lượng dữ liệu",
        "9. Nguồn và quy tắc",
        "10. Từ ngữ dùng trong báo cáo",
    ]


def _run(*command: str) -> str:
    assert shutil.which(command[0]), f"{command[0]} is missing: apt-get install poppler-utils"
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
