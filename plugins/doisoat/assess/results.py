"""What `assess` makes of a night: tables in the engine, files in the run's folder, rows for the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from doisoat.assess.causes import pattern_facts
from doisoat.assess.inputs import Night
from doisoat.model import DiscrepancyKind, Verdict
from doisoat.rules.causes import Segment
from doisoat.store.engine import read_query, run_query
from doisoat.store.fingerprints import fingerprint
from doisoat.store.layout import replaced_folder, write_json

_FIGURES = DiscrepancyKind.AGGREGATE_MISMATCH


def name_tonight(night: Night) -> None:
    """Give tonight's discrepancies their lasting names: relation tonight."""
    run_query(night.connection, "assessment/tonight", {"province": night.files.key.province_code})


def assess_discrepancies(night: Night) -> None:
    """Date, age and rank tonight's discrepancies: relation assessed."""
    key = night.files.key
    first_day = night.connection.execute("SELECT MIN(day) FROM calendar").fetchall()[0][0]
    parameters = {"business_date": key.business_date, "first_day": first_day}
    run_query(night.connection, "assessment/discrepancies", parameters)


def resolved_fingerprints(night: Night) -> list[str]:
    """What was open and surely no longer differs; nothing in a partial run."""
    if night.verdict is Verdict.PARTIAL:
        return []
    parameters = {"not_compared_kinds": night.not_compared_kinds}
    dossiers = [name for (name,) in run_query(night.connection, "assessment/resolved", parameters).fetchall()]
    return sorted([*dossiers, *_resolved_figures(night)])


def _resolved_figures(night: Night) -> set[str]:
    """Published figures that were open and compared as equal tonight; one that was not compared stays as it is."""
    path = night.files.work("reconcile") / "aggregates.parquet"
    if not path.is_file():
        return set()
    province = night.files.key.province_code
    relation = night.connection.read_parquet(str(path)).filter("state = 'equal'")
    equal = {
        fingerprint(province, _FIGURES, "", field, agency_code=agency, period=period, subtype=measure)
        for field, agency, period, measure in relation.project("field, agency_code, period, measure").fetchall()
    }
    known = night.connection.table("prior_state").project("fingerprint").fetchall()
    return equal & {name for (name,) in known}


def recorded_rows(night: Night) -> list[dict[str, Any]]:
    """Tonight's discrepancies as the warehouse keeps them."""
    cursor = run_query(night.connection, "assessment/recorded")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def write_files(night: Night, resolved: Sequence[str], patterns: Sequence[Segment]) -> dict[str, Any]:
    """Replace the stage's folder; returns the summary."""
    connection = night.connection
    summary = _summary(night, resolved) | {"patterns": [pattern_facts(one) for one in patterns]}
    with replaced_folder(night.files.work("assess")) as folder:
        for name, rows in (
            ("prior", connection.table("prior_state").order("fingerprint")),
            ("discrepancies", connection.sql(read_query("assessment/discrepancies_file"))),
            ("agencies", connection.sql(read_query("assessment/agencies"))),
        ):
            rows.write_parquet(str(folder / f"{name}.parquet"), compression="zstd")
        write_json(folder / "summary.json", summary)
    return summary


def _summary(night: Night, resolved: Sequence[str]) -> dict[str, Any]:
    """Counts of the night: `new` first seen tonight, `open` what stays open with what was not compared."""
    connection = night.connection
    totals = run_query(connection, "assessment/totals").fetchall()
    figures = run_query(connection, "assessment/figures")
    names = [column[0] for column in figures.description or ()]
    (row,) = figures.fetchall()
    numbers = dict(zip(names, row, strict=True))
    carried = numbers.pop("unseen") - len(resolved)
    return {
        **numbers,
        "verdict": night.verdict.value,
        "counts": {kind: found for kind, found, _ in totals},
        "first_seen": {kind: new for kind, _, new in totals if new},
        "new": sum(new for *_, new in totals),
        "open": sum(found for _, found, _ in totals) + carried,
        "carried": carried,
        "resolved": len(resolved),
    }
