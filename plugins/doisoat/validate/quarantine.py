"""The quarantine: every row that breaks a row rule, from one DuckDB pass, as a list for people.

Position, key, rule, reason; never the payload. Complete, whatever Great Expectations samples.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from doisoat.model import Side
from doisoat.store.engine import run_query
from doisoat.store.layout import RunFiles
from doisoat.validate.contracts import ROW_RULES


def find_broken(connection: duckdb.DuckDBPyConnection, files: RunFiles) -> None:
    """Table `broken`: every row of both sides that breaks a row rule, once a rule."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE broken (side VARCHAR, source_file VARCHAR, source_row BIGINT, "
        "dossier_code VARCHAR, rule VARCHAR)"
    )
    for side in Side:
        parameters = {"snapshot": str(files.dossiers(side)), "side": side.value}
        run_query(connection, "checks/quarantine", parameters)


def broken_counts(connection: duckdb.DuckDBPyConnection, side: Side) -> dict[str, int]:
    """How many rows of a side break each row rule. From `broken`."""
    counted = dict(run_query(connection, "checks/broken_counts", {"side": side.value}).fetchall())
    return {rule.id: counted.get(rule.id, 0) for rule in ROW_RULES}


def write_quarantine(connection: duckdb.DuckDBPyConnection, target: Path) -> int:
    """Write quarantine.parquet from `broken`; the number of its rows."""
    connection.execute("CREATE OR REPLACE TEMP TABLE row_rules (rule VARCHAR, severity VARCHAR, reason VARCHAR)")
    connection.executemany(
        "INSERT INTO row_rules VALUES (?, ?, ?)",
        [(rule.id, rule.strength, rule.meaning) for rule in ROW_RULES],
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE quarantine AS SELECT side, source_file, source_row, dossier_code, rule, "
        "severity, reason FROM broken JOIN row_rules USING (rule) ORDER BY side, source_file, source_row, rule"
    )
    connection.table("quarantine").write_parquet(str(target), compression="zstd")
    return int(connection.table("quarantine").shape[0])
