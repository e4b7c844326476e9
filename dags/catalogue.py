"""The catalogue DAGs: one per file in `dags/provinces/` that has the section `catalogue`. Keep it a list."""

from doisoat_airflow.catalogue_factory import catalogue_dags

globals().update(catalogue_dags())
