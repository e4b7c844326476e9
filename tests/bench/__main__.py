"""`python -m tests.bench [--only NAME …] [--full] [--json] [--record FILE]`: 15 minutes, 45 with --full."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.carry import bench_carry
from tests.bench.causes import bench_causes
from tests.bench.delta import bench_delta
from tests.bench.forms import bench_forms
from tests.bench.gate import bench_gate
from tests.bench.indicators import bench_indicators
from tests.bench.landing import bench_csv, bench_land
from tests.bench.lifecycle import bench_lifecycle
from tests.bench.mails import bench_mails
from tests.bench.night import RUNS, bench_files, bench_http
from tests.bench.results import Section, machine, record
from tests.bench.sixty import bench_sixty
from tests.bench.staging import COPIES, bench_stage
from tests.bench.startup import bench_airflow, bench_startup
from tests.bench.truth import bench_truth

LONG = frozenset({"sixty"})  # only when asked for, or with --full


def benches(*, full: bool) -> dict[str, Callable[[], Section]]:
    """Name on the command line -> bench, in the order they run."""
    return {
        "startup": bench_startup,
        "land": bench_land,
        "csv": bench_csv,
        "stage": lambda: bench_stage(copies=COPIES if full else 1),
        "gate": bench_gate,
        "night": bench_http,
        "files": lambda: bench_files("files", 20_000, RUNS),
        "large": lambda: bench_files("large", 200_000, RUNS if full else 1),
        "delta": bench_delta,
        "carry": lambda: bench_carry(10_000_000 if full else 1_000_000),
        "indicators": bench_indicators,
        "lifecycle": bench_lifecycle,
        "mails": bench_mails,
        "forms": bench_forms,
        "airflow": bench_airflow,
        "causes": bench_causes,
        "sixty": bench_sixty,
        "truth": lambda: bench_truth(full=full),
    }


def main() -> None:
    known = benches(full=False)
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(known), help="only these (may be repeated)")
    parser.add_argument("--full", action="store_true", help="truth at 200,000 dossiers, carry and stage at 10 million")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--record", type=Path, metavar="FILE", help="also write the tables into this file")
    given = parser.parse_args()
    sections = []
    for name, bench in benches(full=given.full).items():
        if (name not in given.only) if given.only else (name in LONG and not given.full):
            continue
        section = _timed(name, bench)
        sections.append(section)
        if given.record:
            record(given.record, section)
        if not given.json:
            sys.stdout.write(section.markdown() + "\n")
    if given.json:
        result = {"machine": machine(), "benches": [section.as_json() for section in sections]}
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


def _timed(name: str, bench: Callable[[], Section]) -> Section:
    started = time.monotonic()
    section = bench()
    sys.stderr.write(f"{name}: {time.monotonic() - started:.0f} s\n")
    return section


if __name__ == "__main__":
    main()
