"""`python -m tests.bench.gate_parts HOME`: seconds of each part of `validate` over a made world, as JSON.

In a process of its own, so that the import of Great Expectations is counted and nothing else is in memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from doisoat.benching.world import open_world
from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.engine import engine
from doisoat.store.layout import read_json
from doisoat.validate import snapshot_frame
from doisoat.validate.contracts import set_rules
from doisoat.validate.figures import side_figures
from doisoat.validate.quarantine import broken_counts, find_broken, write_quarantine

SWEEP = "SQL: every row by every row rule, quarantine written"
BY_ROWS = "Great Expectations: every row instead of the counts"


class Parts(dict[str, float]):
    """CPU seconds of this process by part."""

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self[part] = time.process_time() - started


def main(home: Path) -> None:
    files, parameters, parts, out = open_world(home).files, RuleParameters(), Parts(), home / "gate"
    staged = read_json(files.staged)
    for side in staged["sides"].values():  # a made world has read no landing
        side |= {"landed": side["staged"], "rejected": {}, "repeated": 0}
    with engine(home / "tmp") as connection:
        with parts.timed(SWEEP):
            find_broken(connection, files)
            broken = {side: broken_counts(connection, side) for side in Side}
            write_quarantine(connection, home / "quarantine.parquet")
        with parts.timed("SQL: set-level metrics"):
            figures = {side: side_figures(connection, files, side, staged, None, parameters) for side in Side}
        with parts.timed("snapshots as frames"):
            frames = {side: snapshot_frame(connection, files, side) for side in Side}
    with parts.timed("import of Great Expectations"):
        from doisoat.validate.data_docs import make_offline
        from doisoat.validate.gate import SideBatch, judge, load_library

        load_library()
    counted = [SideBatch(side, frames[side].head(0), figures[side], broken[side]) for side in Side]
    with parts.timed("Great Expectations: set-level metrics and the counts of the sweep, Data Docs"):
        judged = judge(counted, set_rules(parameters), files.key, out / "counted")
    with parts.timed("Data Docs made to work without the internet"):
        make_offline(out / "counted", files.key, judged)
    parts["peak memory until here, MiB"] = _peak()
    whole = [SideBatch(side, frames[side], figures[side]) for side in Side]
    with parts.timed(BY_ROWS):
        judge(whole, set_rules(parameters), files.key, out / "whole")
    parts["peak memory then, MiB"] = _peak()
    sys.stdout.write(json.dumps(parts) + "\n")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
