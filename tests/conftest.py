"""What holds for every test: Airflow's home is a scratch folder, stamina does not wait, no province but ours.

And which modules go to one worker together: those that look at the same finished nights (`tests.e2e.fixtures`).
"""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]

# One of each for a whole test process: imported by several conftests, a session's fixture would be made for each of them.
pytest_plugins = ("tests.database_servers", "tests.e2e.fixtures")

# `files_night`, `http_night` and the simulator `served` are made once, where all who look at them are in one process.
LOOK_AT_NIGHTS = frozenset(
    {
        *(f"tests/e2e/test_{name}.py" for name in ("canaries", "check_source", "command_line", "indicators", "period")),
        *(f"tests/e2e/test_{name}.py" for name in ("published_figures", "same_bytes", "truth_over_http")),
        *(f"tests/faults/e2e/test_{name}.py" for name in ("killed_nights", "shrunken_sides", "trouble_over_http")),
    }
)

# Airflow reads these once, at its first import, and writes a configuration file into its home.
os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="doisoat-airflow-"))
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(ROOT / "dags")
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(ROOT / "plugins")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "False"
os.environ["GX_ANALYTICS_ENABLED"] = "false"

# Started in the background by a script, the whole suite would ignore Ctrl-C, and so would every process it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def free_duckdb() -> None:
    """A result one test left unread on DuckDB's default connection must not stop another.

    A connection of its own for every test would take 18 ms, here a minute and a half in all.
    """
    duckdb.abort()


def looks_at_nights(nodeid: str) -> bool:
    return nodeid.partition("::")[0] in LOOK_AT_NIGHTS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They come first, being the longest: meanwhile another worker waits for Airflow."""
    items.sort(key=lambda item: not looks_at_nights(item.nodeid))


class Scopes(LoadScopeScheduling):
    """Module by module, as `loadscope` does, but all of `LOOK_AT_NIGHTS` as one."""

    def _split_scope(self, nodeid: str) -> str:
        return "nights" if looks_at_nights(nodeid) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return Scopes(config, log) if config.getoption("dist") == "loadscope" else None
