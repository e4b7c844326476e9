"""How fast records become a landing and a snapshot: pages over HTTP from a server that has them ready, and a large CSV.

Each beside its floor in the same run: the pages only fetched and parsed, the CSV only read and hashed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.land_pages import IN_FLIGHT
from tests.bench.made_rows import write_csv
from tests.bench.measured import Measured, measure, repeated
from tests.bench.night import measured_floor
from tests.bench.results import Figure, Section, at_least, at_most
from tests.e2e.nights import DAY, DOISOAT, FILES_PROVINCE

RUNS = 3
PAGES, SLOW_MS = 400, 50
LARGE, USUAL = 1_000, 200  # dossiers a page
ROWS = 1_000_000
_FLAT_MIB = 300


@contextmanager
def page_server(pages: int, delay_ms: int, rows: int) -> Iterator[str]:
    """Address of a server with that many pages of that many rows, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.page_server", str(pages), str(delay_ms), str(rows)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.communicate()  # closes its standard input, which ends it


def read_pages(way: str, pages: int, delay_ms: int, runs: int = RUNS, rows: int = LARGE) -> tuple[float, Measured]:
    """Rows per second of the middle run, without the start of the process; and the process as a whole."""
    with page_server(pages, delay_ms, rows) as address:
        done = repeated(runs, lambda: _read_once(way, address, pages, rows))
    said = json.loads(done.stdout)
    if said["rows"] != pages * rows:
        raise RuntimeError(f"{way}: {said['rows']} rows of {pages} pages")
    return said["rows"] / said["seconds"], done


def _read_once(way: str, address: str, pages: int, rows: int) -> Measured:
    with TemporaryDirectory() as folder:
        done = measure([sys.executable, "-m", "tests.bench.land_pages", way, address, str(pages), str(rows), folder])
    if done.code != 0:
        raise RuntimeError(f"{way} ended with exit code {done.code}: {done.stderr[-2000:]}")
    return done


def bench_land(pages: int = PAGES, runs: int = RUNS) -> Section:
    """iGate pages of 1,000, eight in flight: from a source that answers at once, and after 50 ms."""
    fetched, _ = read_pages("fetch", pages, 0, runs)
    landed, process = read_pages("read", pages, 0, runs)
    _, short = read_pages("read", max(pages // 8, 1), 0, 1)
    slow, _ = read_pages("read", pages, SLOW_MS, runs)
    usual, _ = read_pages("read", pages * LARGE // USUAL, SLOW_MS, runs, USUAL)
    bound = IN_FLIGHT / (SLOW_MS / 1000)
    figures = (
        Figure("floor: pages fetched with requests and parsed, nothing else", fetched, "dossiers/s"),
        at_least("fetched, projected and landed, source answers at once", landed, "dossiers/s", 100_000),
        Figure("floor : landed", fetched / landed, "times"),
        Figure(f"landed, {SLOW_MS} ms a page of {USUAL}", usual, "dossiers/s"),
        at_least(f"of the bound ({IN_FLIGHT} pages in {SLOW_MS} ms)", 100 * usual / bound / USUAL, "%", 85),
        Figure(f"landed, {SLOW_MS} ms a page of {LARGE}", slow, "dossiers/s"),
        at_least("of the bound, which is beyond what two cores fetch and parse", 100 * slow / bound / LARGE, "%", 85),
        at_most(f"peak memory while {pages * LARGE:,} dossiers land, RSS", process.rss, "MiB", _FLAT_MIB),
        Figure("the same with an eighth of them", short.rss, "MiB"),
    )
    title = f"Landing {pages * LARGE:,} dossiers of iGate pages (median of {runs})"
    return Section("land", title, figures)


def bench_csv(rows: int = ROWS) -> Section:
    """One CSV with the wire's columns and personal ones, through `doisoat land_shop` and `doisoat stage`."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        export, config = _exports(folder, rows)
        floor = measured_floor([str(export)])
        landing, portal, staging = (
            stage_of(config, folder / "var", stage) for stage in ("land_shop", "land_portal", "stage")
        )
    counted = json.loads(staging.stdout)["sides"]["shop"]
    if counted["staged"] + sum(counted["rejected"].values()) != rows:
        raise RuntimeError(f"{rows} rows were written, {counted} came out")
    wall = landing.wall + staging.wall
    figures = (
        Figure("floor: DuckDB reads the CSV and hashes its rows, wall", floor.wall, "s"),
        Figure("landed, wall of the process", landing.wall, "s"),
        Figure("staged, wall of the process", staging.wall, "s"),
        at_most("both", wall, "s", 15 * rows / ROWS),
        Figure("both : floor", wall / floor.wall, "times"),
        Figure("both, CPU", landing.cpu + staging.cpu, "s"),
        Figure("one row, landed and staged, CPU", (landing.cpu + staging.cpu) / rows * 1e6, "µs"),
        at_most("peak memory while landing, RSS", max(landing.rss, portal.rss), "MiB", _FLAT_MIB),
        Figure("peak memory while staging, RSS", staging.rss, "MiB"),
    )
    return Section("csv", f"A CSV of {rows:,} dossiers landed and staged (one run)", figures)


def _exports(folder: Path, rows: int) -> tuple[Path, Path]:
    """The shop's CSV, and the province file that reads it; the portal has a small one."""
    config = folder / "phu_tho.yaml"
    config.write_text(FILES_PROVINCE, encoding="utf-8")
    for side in ("shop", "portal"):
        (folder / "exports" / side).mkdir(parents=True)
    export = folder / "exports" / "shop" / "ho-so.csv"
    write_csv(export, rows)
    write_csv(folder / "exports" / "portal" / "ho-so.csv", 10)
    return export, config


def stage_of(config: Path, home: Path, stage: str) -> Measured:
    """One stage by the command line; RuntimeError where it fails."""
    command = [DOISOAT, stage, "phu_tho", DAY.isoformat(), "--config", str(config), "--home", str(home), "--json"]
    done = measure(command)
    if done.code != 0:
        raise RuntimeError(f"{stage} ended with exit code {done.code}: {done.stderr[-2000:]}")
    return done
