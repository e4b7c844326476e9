"""`python -m tests.bench.gate_parts HOME`: seconds of each part of `validate` over a made world, as JSON.

In a process of its own, so that the import of Great Expectations is counted and nothing else is in memory.
"""

from __future__ import annotations

import json
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
from doisoat.validate.quarantine import write_quarantine


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
        with parts.timed("both snapshots as frames for Great Expectations"):
            frames = {side: snapshot_frame(connection, files, side) for side in Side}
        with parts.timed("SQL: set-level metrics of both sides"):
            figures = {side: side_figures(connection, files, side, staged, None, parameters) for side in Side}
        with parts.timed("SQL: full sweep, every row by every row rule, quarantine written"):
            write_quarantine(connection, files, home / "quarantine.parquet")
    with parts.timed("import of Great Expectations"):
        from doisoat.validate.data_docs import make_offline
        from doisoat.validate.gate import SideBatch, judge, load_library

        load_library()
    with parts.timed("Great Expectations: rows, set-level metrics, Data Docs rendered"):
        judged = judge(
            [SideBatch(side, frames[side], figures[side]) for side in Side], set_rules(parameters), files.key, out
        )
    with parts.timed("Data Docs made to work without the internet"):
        make_offline(out, files.key, judged)
    sys.stdout.write(json.dumps(parts) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
