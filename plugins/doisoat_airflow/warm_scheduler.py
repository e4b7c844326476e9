"""Airflow's scheduler with the libraries of our stages loaded: tasks are forks of it and need not load them again.

For the scheduler of `local_airflow`, whose every task would otherwise begin with seconds of imports.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

LIBRARIES = (
    "airflow.dag_processing.dagbag",
    "airflow.sdk.execution_time.task_runner",
    "doisoat.pipeline",
    "doisoat_airflow.factory",
    "duckdb",
    "jinja2",
    "pandas",
    "pyarrow.parquet",
    "requests",
    "sqlalchemy",
    "xlsxwriter",
)


def main() -> None:
    """`airflow …`, as this process's arguments say."""
    from airflow.__main__ import main as airflow

    from doisoat.validate.gate import load_library

    for name in LIBRARIES:
        import_module(name)
    load_library()
    begin: Callable[[], None] = airflow
    begin()


if __name__ == "__main__":
    main()
