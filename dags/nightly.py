"""The nightly DAGs: one per file in `dags/provinces/`. Airflow reads this file all the time; keep it a list."""

from doisoat_airflow.factory import nightly_dags

globals().update(nightly_dags())
