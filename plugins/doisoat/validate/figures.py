"""The figures of a side the set rules judge: size, balance, and how much it shrank since it was last accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import duckdb

from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.engine import run_query
from doisoat.store.layout import RunFiles


class Accepted(Protocol):
    """The last snapshot of a side that was accepted: its rows, whole and per final agency."""

    @property
    def rows(self) -> int: ...
    @property
    def per_agency(self) -> Mapping[str, int]: ...


def side_figures(
    connection: duckdb.DuckDBPyConnection,
    files: RunFiles,
    side: Side,
    staged: Mapping[str, Any],
    accepted: Accepted | None,
    parameters: RuleParameters,
) -> dict[str, float]:
    """Figure name -> value for one side; shrink figures are 0 where nothing was accepted before."""
    path = {"snapshot": str(files.dossiers(side))}
    row = run_query(connection, "checks/side_figures", path).fetchone()
    assert row is not None
    rows, duplicate_pct = int(row[0]), float(row[1])
    per_agency = dict(run_query(connection, "checks/rows_per_agency", path).fetchall())
    possible = _with_unanswered(connection, files, per_agency) if side is Side.PORTAL else per_agency
    counts = staged["sides"][side.value]
    rejected = sum(counts["rejected"].values())
    other = staged["sides"][side.other.value]["staged"]
    return {
        "rows": rows,
        "duplicate_pct": duplicate_pct,
        "unaccounted": counts["landed"] - counts["staged"] - rejected - counts["repeated"] + (counts["staged"] - rows),
        "rejected_pct": 100.0 * rejected / max(counts["landed"], 1),
        "of_other_side_pct": 100.0 * rows / max(other, 1),
        "shrink_pct": shrink_pct(accepted.rows, sum(possible.values())) if accepted else 0.0,
        "worst_agency_shrink_pct": worst_agency_shrink(accepted, possible, parameters.shrink_min_agency_rows),
    }


def _with_unanswered(
    connection: duckdb.DuckDBPyConnection, files: RunFiles, per_agency: Mapping[str, int]
) -> dict[str, int]:
    """Rows per agency, and the dossiers a portal of look-ups gave no answer about: those may still be there."""
    if not files.unanswered.is_file():
        return dict(per_agency)
    paths = {"shop": str(files.dossiers(Side.SHOP)), "unanswered": str(files.unanswered)}
    silent = dict(run_query(connection, "checks/unanswered_per_agency", paths).fetchall())
    return {code: per_agency.get(code, 0) + silent.get(code, 0) for code in {**per_agency, **silent}}


def shrink_pct(before: int, now: int) -> float:
    """By how many per cent `now` lies below `before`; never negative.

    >>> shrink_pct(200, 150), shrink_pct(0, 5), shrink_pct(10, 12)
    (25.0, 0.0, 0.0)
    """
    return max(0.0, 100.0 * (before - now) / before) if before else 0.0


def worst_agency_shrink(accepted: Accepted | None, per_agency: Mapping[str, int], min_rows: int) -> float:
    """The greatest fall of one agency that had at least `min_rows` rows (§5, shrink guard)."""
    if accepted is None:
        return 0.0
    large = {code: rows for code, rows in accepted.per_agency.items() if code and rows >= min_rows}
    return max((shrink_pct(rows, per_agency.get(code, 0)) for code, rows in large.items()), default=0.0)
