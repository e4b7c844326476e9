"""The only package that imports Airflow: the DAG factory and the local Airflow of `make run` and `make up`."""
