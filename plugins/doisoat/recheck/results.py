"""The files of `reconcile` that a recheck reads, and the files it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from doisoat.recheck.plan import Suspect
from doisoat.recheck.verdicts import Recheck
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles


def read_suspects(files: RunFiles) -> list[Suspect]:
    """Every discrepancy of the night, ordered by dossier, kind, subtype, field."""
    with engine() as connection:
        _open(connection, "night", files.work("reconcile"))
        rows = run_query(connection, "reconciliation/recheck/suspects").fetchall()
    return [Suspect(*row) for row in rows]


def read_findings(folder: Path) -> frozenset[tuple[str, str, str]]:
    """(dossier, kind, subtype) of a judgement."""
    with engine() as connection:
        _open(connection, "fresh", folder)
        return frozenset(run_query(connection, "reconciliation/recheck/fresh_findings").fetchall())


def write_results(files: RunFiles, fresh: Path, verdicts: Mapping[Suspect, Recheck], folder: Path) -> dict[str, int]:
    """discrepancies.parquet and pairs.parquet after the look-ups; the number of discrepancies per kind."""
    with engine(threads=1) as connection:
        _open(connection, "night", files.work("reconcile"))
        _open(connection, "fresh", fresh)
        run_query(connection, "reconciliation/recheck/verdicts", _columns(verdicts))
        run_query(connection, "reconciliation/recheck/discrepancies")
        run_query(connection, "reconciliation/recheck/pairs")
        for name in ("discrepancies", "pairs"):
            relation = connection.table(f"rechecked_{name}")
            relation.write_parquet(str(folder / f"{name}.parquet"), compression="zstd")
        counted = connection.table("rechecked_discrepancies").aggregate("kind, COUNT(*)", "kind").fetchall()
        return dict(counted)


def _open(connection: duckdb.DuckDBPyConnection, prefix: str, folder: Path) -> None:
    for name in ("discrepancies", "pairs"):
        connection.read_parquet(str(folder / f"{name}.parquet")).create_view(f"{prefix}_{name}")


def _columns(verdicts: Mapping[Suspect, Recheck]) -> dict[str, list[str]]:
    suspects = list(verdicts)
    return {
        "dossier_codes": [suspect.dossier_code for suspect in suspects],
        "kinds": [suspect.kind for suspect in suspects],
        "subtypes": [suspect.subtype for suspect in suspects],
        "fields": [suspect.field for suspect in suspects],
        "verdicts": [verdict.value for verdict in verdicts.values()],
    }
