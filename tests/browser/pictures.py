"""The pictures of the README, made again: `python -m tests.browser.pictures [HOME]`.

Runs a night through Airflow against the simulator (20,000 dossiers), then looks at Airflow's grid and at the report
with Chromium. A module, not a test: people look at what it makes.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from doisoat_airflow.__main__ import simulator_environment
from doisoat_airflow.local_airflow import LocalAirflow, local_airflow
from doisoat_simulator.run import simulator_process
from tests.e2e.nights import DAY

DOCS = Path(__file__).resolve().parents[2] / "docs"
CHROMIUM = "/usr/bin/chromium"
DAG = "nightly_phu_tho"
PATIENCE_SECONDS = 900
LARGEST_BYTES = 300 * 1024


def take_all(home: Path, dossiers: int = 20_000) -> None:
    """Run the night in `home`, then take the pictures into docs/."""
    with (
        simulator_process(dossiers=dossiers, business_date=DAY) as simulator,
        local_airflow(home / "airflow", extra=simulator_environment(simulator, home)) as airflow,
        sync_playwright() as playwright,
    ):
        run_id = _night(airflow)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        save(_grid(browser, airflow, run_id), "airflow-grid.png")
        airflow.set_paused(DAG, True)
        report = home / "reports" / "H44" / DAY.isoformat() / "report.html"
        save(_page(browser, report, 1280, 1000), "report.png")
        save(_page(browser, report, 390, 844, scale=2), "report-phone.png")
        browser.close()


def _night(airflow: LocalAirflow) -> str:
    airflow.wait_for_dag(DAG)
    run_id = airflow.trigger(DAG, {"business_date": DAY.isoformat()})
    state = airflow.wait(DAG, run_id, seconds=PATIENCE_SECONDS)
    assert state == "success", state
    return run_id


def _grid(browser: Browser, airflow: LocalAirflow, run_id: str) -> bytes:
    """The DAG's page with the finished run chosen: grid on the left, its tasks on the right."""
    page = browser.new_page(viewport={"width": 1560, "height": 960}, locale="en-GB", timezone_id="Asia/Ho_Chi_Minh")
    page.goto(f"{airflow.base}/dags/{DAG}/runs/{run_id}")
    page.get_by_text("land_shop").first.wait_for()
    page.wait_for_load_state("networkidle")
    taken = page.screenshot()
    page.close()
    return taken


def _page(browser: Browser, file: Path, width: int, height: int, scale: float = 1) -> bytes:
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
    page.goto(file.as_uri())
    taken = page.screenshot()
    page.close()
    return taken


def save(picture: bytes, name: str) -> None:
    """As PNG in few enough colours to be small."""
    target = DOCS / name
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    assert target.stat().st_size <= LARGEST_BYTES, f"{name}: {target.stat().st_size} bytes"


if __name__ == "__main__":
    take_all(Path(sys.argv[1] if len(sys.argv) > 1 else "var/pictures").resolve())
