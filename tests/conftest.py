"""What holds for every test: Airflow's home is a scratch folder, stamina does not wait, no province but ours."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[1]

# One of each for a whole test process: imported by several conftests, a session's fixture would be made for each of them.
pytest_plugins = ("tests.database_servers", "tests.e2e.fixtures")

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
