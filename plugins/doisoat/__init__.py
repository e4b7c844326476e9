"""doisoat (đối soát): nightly reconciliation of a province's one-stop-shop with the national portal.

One folder per stage, in the order of the pipeline: `land`, `stage`, `validate`, `reconcile`, `recheck`,
`assess`, `publish`, `alert`; below them `rules` (pure) and `store` (files, engine, warehouse).
Nothing in here imports Airflow.
"""
