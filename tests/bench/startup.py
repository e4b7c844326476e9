"""What a user waits for before anything happens: `doisoat --help`, the parsing of the DAG folder, `make run`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.measured import Measured, measure, repeated
from tests.bench.results import Figure, Section, at_most
from tests.e2e.nights import DAY, DOISOAT

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
_PARSE = """\
import sys, time
from airflow.dag_processing.dagbag import DagBag
started = time.perf_counter()
bag = DagBag(dag_folder=sys.argv[1])
assert bag.dags and not bag.import_errors, bag.import_errors
print("parsed", time.perf_counter() - started)
"""


def bench_startup() -> Section:
    """`--help` and the DAGs."""
    shown = repeated(RUNS, lambda: measure([DOISOAT, "--help"]))
    empty = repeated(RUNS, lambda: measure([sys.executable, "-c", "pass"]))
    with TemporaryDirectory() as home:
        parsed = [_parse(Path(home)) for _ in range(RUNS)]
    figures = (
        at_most("doisoat --help, wall", shown.wall, "s", 0.5),
        Figure("--help : an empty Python", shown.wall / empty.wall, "times"),
        at_most("DagBag of dags/, wall", median(_parsing_seconds(one) for one in parsed), "s", 2),
        Figure("the whole process with Airflow's own import", median(one.wall for one in parsed), "s"),
    )
    return Section("startup", f"Start-up (median of {RUNS})", figures)


def _parse(home: Path) -> Measured:
    environment = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(ROOT / "plugins"),
    }
    done = measure([sys.executable, "-c", _PARSE, str(ROOT / "dags")], environment)
    if done.code != 0:
        raise RuntimeError(f"the DAGs could not be parsed: {done.stderr[-2000:]}")
    return done


def _parsing_seconds(done: Measured) -> float:
    return float(done.stdout.rpartition("parsed ")[2])


def bench_airflow(dossiers: int = 20_000) -> Section:
    """`make run` without the set-up: simulator and Airflow started, one night, both ended."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "doisoat_airflow", "run", "--date", DAY.isoformat()]
        command += ["--dossiers", str(dossiers), "--home", str(Path(folder) / "var")]
        paths = os.pathsep.join(filter(None, [str(ROOT / "plugins"), os.environ.get("PYTHONPATH")]))
        done = measure(command, {"PYTHONPATH": paths})
    printed = re.search(r"make run: (\d+) s", done.stdout)
    if done.code != 0 or printed is None:
        raise RuntimeError(f"make run ended with exit code {done.code}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    figures = (
        at_most("make run, wall as printed", float(printed[1]), "s", 180),
        Figure("CPU of the process tree (with Airflow and the simulator)", done.cpu, "s"),
        Figure("peak memory of the process tree, PSS", done.pss, "MiB"),
    )
    return Section("airflow", f"A night of {dossiers:,} dossiers a side through Airflow (one run)", figures)
