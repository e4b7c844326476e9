"""How long the warehouse takes to take a night over: 300,000 that stand open against 300,000 that were found.

Run as a module with a database URL it is the measured process itself: `python -m tests.bench.lifecycle URL`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.measured import measure
from tests.bench.results import Figure, Section, at_most

STANDING = 300_000
_GOALS = {"SQLite": 10, "PostgreSQL": 15}
_TURNED = 10  # one in ten is over, and as many are new, on the second measured night


def bench_lifecycle(standing: int = STANDING) -> Section:
    """Only `record_night`: the rows are in memory, as `assess` hands them over."""
    from tests.unit.warehouse.postgres import running_server

    figures: list[Figure] = []
    with TemporaryDirectory() as folder:
        figures += _figures("SQLite", f"sqlite:///{Path(folder) / 'warehouse.sqlite'}", standing)
    with running_server(durable=True) as server:
        figures += _figures("PostgreSQL", server.new_database(), standing)
    return Section("lifecycle", f"Lifecycle: {standing:,} open against {standing:,} found", tuple(figures))


def _figures(engine: str, url: str, standing: int) -> Iterator[Figure]:
    done = measure([sys.executable, "-m", "tests.bench.lifecycle", url, str(standing)])
    if done.code:
        raise RuntimeError(f"ended with exit code {done.code}: {done.stderr[-2000:]}")
    for what, (wall, cpu) in json.loads(done.stdout).items():
        is_promised = what.startswith(("all", "one"))
        figure = f"{engine}, {what}, wall"
        yield at_most(figure, wall, "s", _GOALS[engine]) if is_promised else Figure(figure, wall, "s")
        yield Figure(f"{engine}, {what}, CPU of our process", cpu, "s")


def update(url: str, standing: int) -> dict[str, tuple[float, float]]:
    """What -> seconds (wall, CPU of this process), for four nights one after the other."""
    from doisoat.rules.lifecycle import Finding
    from doisoat.store.night_update import Found
    from doisoat.store.warehouse import Warehouse

    moved = standing // _TURNED
    over = [Found(_name(number), Finding.RESOLVED) for number in range(moved)]
    turned = _rows(moved, standing + moved)
    nights = {
        "a first night, all new": (1, _rows(0, standing), []),
        "all seen again": (2, _rows(0, standing), []),
        "one in ten over, one in ten new": (3, turned, over),
        "that night again": (3, turned, over),
    }
    spent = {}
    with Warehouse(url) as warehouse:
        warehouse.migrate()
        for what, (day, rows, found) in nights.items():
            spent[what] = _timed(partial(warehouse.record_night, _night(day), rows, found))
        before = partial(warehouse.pending_before, "H44", date(2026, 9, 30))
        spent["reading the state before a night"] = _timed(before)
    return spent


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _night(day: int) -> Any:
    from doisoat.model import RunKey, Verdict
    from doisoat.store.lifecycle import NightRecord

    key = RunKey("H44", date(2026, 9, day))
    return NightRecord(key, Verdict.COMPLETE, key.day_end, {"rules": "1"}, {}, {})


def _name(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def _rows(first: int, last: int) -> list[dict[str, Any]]:
    """Discrepancies as `assess` hands them over: by fingerprint."""
    rows = [
        {
            "fingerprint": _name(number),
            "kind": "status_lag",
            "subtype": "",
            "dossier_code": f"H44.{number % 190:02}-260803-{number:06}",
            "agency_code": f"H44.{number % 190:02}",
            "procedure_code": "1.001612",
            "field": "TrangThaiHoSo",
            "value_shop": "4",
            "value_portal": "2",
            "cause": "undetermined",
            "side": "shop",
            "severity": "medium",
            "technical": False,
            "period": "",
            "began_on": date(2026, 8, 3),
            "confidence": "medium",
            "evidence": "Cán bộ đã bấm trên Một cửa lúc 03/08/2026 08:00; Cổng chưa nhận bước này.",
            "in_pattern": False,
            "charged_on": None,
        }
        for number in range(first, last)
    ]
    return sorted(rows, key=lambda row: row["fingerprint"])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(update(sys.argv[1], int(sys.argv[2]))))
