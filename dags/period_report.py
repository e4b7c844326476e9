"""The DAGs of the statutory forms: one per file in `dags/provinces/`. Keep it a list."""

from doisoat_airflow.period_factory import period_dags

globals().update(period_dags())
