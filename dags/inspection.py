"""The inspection DAGs: one per file in `dags/provinces/` that has the section `inspection`. Keep it a list."""

from doisoat_airflow.inspection_factory import inspection_dags

globals().update(inspection_dags())
