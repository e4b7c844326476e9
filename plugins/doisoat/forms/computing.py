"""Counts the dossiers of a period for the statutory forms, on both sides, by `sql/forms`.

Leaves `runs/<p>/<d>/period/<period>/` (docs/data-contracts.md): `members.parquet`, where each dossier stands;
`carried.parquet`, what differs from the period before as it was published; `figures.json`.
"""

from __future__ import annotations

from datetime import datetime, time
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import Province
from doisoat.forms.carrying import compare_with_published
from doisoat.forms.units import Unit, Units
from doisoat.model import VIETNAM, Side, local_iso
from doisoat.rules.reporting_periods import ReportingPeriod
from doisoat.store.counted_night import counted_night, partial_reasons
from doisoat.store.engine import query_rows, run_query, sql_folder
from doisoat.store.layout import PeriodFiles, RunFiles, read_json, replaced_folder, write_json

if TYPE_CHECKING:
    import duckdb

    from doisoat.store.reference import Reference

_STEPS = (
    "aggregates/period",
    "aggregates/period_rows",
    "forms/clock_rows",
    "lateness/clock_rules",
    "lateness/term_ends",
    "lateness/clock_dues",
    "lateness/row_clocks",
    "forms/members",
)


def compute_period(
    files: RunFiles,
    province: Province,
    reference: Reference,
    period: ReportingPeriod,
    *,
    spill: Path,
    memory_limit: str,
) -> dict[str, Any]:
    """Count and write; returns the content of figures.json."""
    places = PeriodFiles(files, period)
    units = Units(reference.agencies, province.province, province.province_roots)
    night = counted_night(files, province, reference, spill=spill, memory_limit=memory_limit)
    with night as (connection, bindings), replaced_folder(places.work) as folder:
        bindings = bindings | _period_bindings(period, province, bindings["as_of"])
        run_query(connection, "forms/side_rows", bindings)
        listed = _register_units(connection, units)
        for step in _STEPS:
            run_query(connection, step, bindings)
        run_query(connection, "forms/write_members", {"path": str(folder / "members.parquet")})
        figures = {
            **_facts(files, province, period, bindings["as_of"]),
            "province_unit": _province_unit(province, reference),
            "figures": query_rows(connection, "forms/counts", bindings),
            "left_before": query_rows(connection, "forms/left_before", bindings),
            "unplaced": {row["side"]: row["dossiers"] for row in query_rows(connection, "forms/unplaced", bindings)},
            "unanswered": _unanswered(connection, files),
            "units": [_unit(one) for one in _all_units(units.reporting_in(period), listed)],
            "carried": compare_with_published(connection, places, folder / "carried.parquet", bindings),
        }
        write_json(folder / "figures.json", figures)
    return figures


def _period_bindings(period: ReportingPeriod, province: Province, as_of: datetime) -> dict[str, Any]:
    """A period that is still running is counted up to the night's reference time."""
    until = min(as_of, datetime.combine(period.last_day, time(23, 59, 59)))
    return {"starts_on": period.first_day, "ends_on": until.date(), "as_of": until, "clock": province.forms.clock}


def _register_units(connection: duckdb.DuckDBPyConnection, units: Units) -> list[Unit]:
    """The relation form_units, of every agency a dossier names; the units that report any."""
    agencies = [code for (code,) in run_query(connection, "aggregates/agencies").fetchall()]
    reporting = [units.unit_of(code) for code in agencies]
    lists = {
        "agency_codes": agencies,
        "unit_codes": [one.code if one else None for one in reporting],
        "sections": [one.section.value if one else "province" for one in reporting],
    }
    run_query(connection, "forms/units", lists)
    return [one for one in reporting if one is not None]


def _all_units(existing: list[Unit], listed: list[Unit]) -> list[Unit]:
    return sorted({*existing, *listed}, key=lambda one: one.code)


def _unit(one: Unit) -> dict[str, str]:
    return {"code": one.code, "name": one.name, "section": one.section.value}


def _unanswered(connection: duckdb.DuckDBPyConnection, files: RunFiles) -> int:
    """Dossiers of which a portal of look-ups told nothing: on its side they are not counted, which is no zero."""
    if not files.unanswered.is_file():
        return 0
    return len(connection.read_parquet(str(files.unanswered)))


def _facts(files: RunFiles, province: Province, period: ReportingPeriod, as_of: datetime) -> dict[str, Any]:
    staged, day = read_json(files.staged), files.key.business_date
    return {
        "province": files.key.province_code,
        "province_name": province.name,
        "business_date": day.isoformat(),
        "as_of": local_iso(as_of.replace(tzinfo=VIETNAM)),
        "period": str(period),
        "definition": period.definition.value,
        "label": period.label,
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "is_provisional": period.last_day > day,
        "partial_reasons": partial_reasons(staged),
        "side": province.forms.side.value,
        "clock": province.forms.clock,
        "law_supplement": province.rules.law_supplement,
        "rule_versions": {**staged.get("rule_versions", {}), "forms": _forms_version()},
        "snapshots": {side.value: _snapshot_digest(files, side) for side in Side},
        "rejected": {side.value: sum((staged["sides"][side.value].get("rejected") or {}).values()) for side in Side},
    }


def _province_unit(province: Province, reference: Reference) -> str:
    """The name of the province's people's committee, as the agency table spells it."""
    name = reference.agencies.name(province.province)
    return f"UBND {province.name}" if name == province.province else name


def _snapshot_digest(files: RunFiles, side: Side) -> str:
    """Which rows the forms were counted from: of the fingerprints of all its months, or where none are, their bytes."""
    told = files.snapshot(side) / "partitions.json"
    paths = [told] if told.is_file() else sorted(told.parent.glob("dossiers/*.parquet"))
    digest = sha256()
    for path in paths:
        with path.open("rb") as handle:
            digest.update(file_digest(handle, "sha256").digest())
    return digest.hexdigest()


def _forms_version() -> str:
    digest = sha256()
    for area in ("forms", "indicators", "lateness", "aggregates"):
        for file in sorted((sql_folder() / area).glob("*.sql")):
            digest.update(file.read_bytes())
    return f"sha256:{digest.hexdigest()[:12]}"
