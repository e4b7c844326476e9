"""Data Docs in a real browser whose network is blocked, and the library behind them without a socket."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.unit.validate.test_validate import BROKEN, night, run

CHROMIUM = "/usr/bin/chromium"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data Docs of a night in which one warning failed."""
    files = night(tmp_path_factory.mktemp("night"), [{}, BROKEN["agency_known"], {}], [{}] * 3)
    run(files)
    return files.work("validate") / "data_docs"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [1280, 375])
def test_every_page_opens_with_the_network_blocked_and_without_a_failed_request(
    docs: Path, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    asked, failed, complaints = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    pages = sorted(docs.rglob("*.html"))
    for file in pages:
        page.goto(file.as_uri())
        assert page.inner_text("body").strip()
    context.close()
    assert len(pages) >= 9
    assert failed == [] and complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_the_index_says_in_vietnamese_what_failed_and_links_the_details(docs: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((docs / "index.html").as_uri())
    row = page.locator("tr", has_text="Mã cơ quan có trong danh mục").first
    assert "Không đạt" in row.inner_text() and "cảnh báo" in row.inner_text() and "1 / 3" in row.inner_text()
    page.locator("a", has_text="shop_hop_dong").first.click()
    assert "shop_hop_dong" in page.content()
    page.close()


def test_great_expectations_opens_no_socket(tmp_path: Path) -> None:
    """Its analytics would call home; an audit hook turns any outgoing connection into a failure."""
    code = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "plugins")!r}]
opened = []
sys.addaudithook(lambda event, args: opened.append(args) if event in ("socket.connect", "socket.getaddrinfo") else None)
from pathlib import Path
from tests.unit.validate.test_validate import night, run
result = run(night(Path({str(tmp_path)!r}), [{{}}] * 3, [{{}}] * 3))
assert result["passed"]
import atexit, threading
[thread.join(5) for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]
print("opened:", opened)
"""
    environment = {name: value for name, value in os.environ.items() if name != "GX_ANALYTICS_ENABLED"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "opened: []"
