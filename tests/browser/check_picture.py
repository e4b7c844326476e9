"""The picture of `check-source` in the README, made again: `python -m tests.browser.check_picture FONT.ttf`.

An iGate whose wire names little, read by a clock an hour ahead, as a terminal of 100 columns shows it. FONT is a
monospaced one that has Vietnamese (Debian: fonts-jetbrains-mono). A module, not a test: people look at what it makes.
"""

from __future__ import annotations

import math
import os
import re
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console

from doisoat.config import load_province
from doisoat.pipeline.checking import SourceCheck, check_source
from doisoat.source_tables import print_check
from doisoat_simulator.servers.clock import frozen_now
from tests.browser.pictures import CHROMIUM, save
from tests.e2e.nights import DAY
from tests.e2e.simulated import IGATE, province_file, simulated

COLUMNS = 100


def take(font: Path) -> None:
    """Check, draw, and write docs/check-source.png."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        picture, svg = drawn(checked(Path(folder)), font), Path(folder) / "check.svg"
        svg.write_text(picture, encoding="utf-8")
        width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)[0])
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": math.ceil(width), "height": math.ceil(height)})
        page.goto(svg.as_uri())
        page.wait_for_function("document.fonts.status === 'loaded'")
        save(page.locator("svg").screenshot(), "check-source.png")
        browser.close()


def checked(folder: Path) -> SourceCheck:
    with simulated(pure_wire=True) as running:
        os.environ.update(running.environment)
        province = load_province(province_file(folder / "phu_tho.yaml", IGATE))
        return check_source(province, clock=lambda: frozen_now(DAY) + timedelta(hours=1))


def drawn(check: SourceCheck, font: Path) -> str:
    """The terminal as SVG, its letters from `font`, the simulator at its usual port."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, highlight=False)
        print_check(console, check)
        svg = console.export_svg(title="doisoat check-source phu_tho")
    svg = re.sub(r"src: local.*?;", f'src: url("{font.resolve().as_uri()}");', svg, flags=re.DOTALL)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:18765", svg)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
