"""The indicators of QĐ 766 of a night: per agency and period what either side counts, scores, and why they differ.

Writes `runs/<p>/<d>/indicators/` (docs/data-contracts.md): every agency, those above it, and the province.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.assess.counting import open_counter
from doisoat.assess.indicator_lines import (
    CauseLine,
    IndicatorLine,
    Published,
    Reading,
    cause_lines,
    indicator_lines,
    unit_totals,
)
from doisoat.assess.ranking import RankingLine, ranking_lines
from doisoat.config import Province
from doisoat.model import Side
from doisoat.rules.published_figures import read_figure
from doisoat.rules.reporting_periods import ReportingPeriod, nightly_periods, period_facts
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json

if TYPE_CHECKING:
    from doisoat.store.reference import Reference


@dataclass
class Computed:
    """What was computed, period after period."""

    lines: list[IndicatorLine] = field(default_factory=list)
    causes: list[CauseLine] = field(default_factory=list)
    ranking: list[RankingLine] = field(default_factory=list)


def assess_indicators(
    files: RunFiles, province: Province, reference: Reference, *, spill: Path, memory_limit: str
) -> dict[str, Any]:
    """Compute and write the indicators of the night's periods; the content of summary.json."""
    wanted, day = province.indicators, files.key.business_date
    periods = list(nightly_periods(day, wanted.periods, wanted.definition, wanted.finished_months))
    found = compute_indicators(files, province, reference, periods, spill=spill, memory_limit=memory_limit)
    summary = {
        "definition": wanted.definition.value,
        "periods": [period_facts(period, day) for period in periods],
        "points": wanted.points,
        "grades": [astuple(one) for one in wanted.scale],
    }
    with replaced_folder(files.work("indicators")) as folder:
        _write(folder / "indicators.parquet", IndicatorLine, found.lines)
        _write(folder / "causes.parquet", CauseLine, found.causes)
        _write(folder / "ranking.parquet", RankingLine, found.ranking)
        write_json(folder / "summary.json", summary)
    return summary


def compute_indicators(
    files: RunFiles,
    province: Province,
    reference: Reference,
    periods: Iterable[ReportingPeriod],
    *,
    spill: Path,
    memory_limit: str,
) -> Computed:
    """The indicators of any periods from a reconciled night, and why the sides differ; writes nothing."""
    sides = read_json(files.staged)["sides"]
    absent = {side: frozenset(sides[side.value]["absent_columns"]) for side in Side}
    published_by = province.aggregates.period if province.aggregates else None
    reading = Reading(province, reference, absent, _published(files, province, reference), published_by)
    found = Computed()
    with open_counter(files, province, reference, spill=spill, memory_limit=memory_limit) as counter:
        for period in periods:
            counts = counter.count(period)
            units = unit_totals(counts, reading)
            found.lines += indicator_lines(period, units, reading)
            found.causes += cause_lines(period, units, counts.caused, reading)
            found.ranking += ranking_lines(period, units, counts.caused, reading)
    return found


def _published(files: RunFiles, province: Province, reference: Reference) -> Published:
    """What was landed of the portal's publications; nothing where none are configured."""
    from doisoat.store.figures import read_figures

    if province.aggregates is None:
        return {}
    agencies = reference.agencies
    return {
        (one.period, agencies.final(agencies.canonical(one.agency_code) or one.agency_code), one.figure): (
            read_figure(one.value)
        )
        for one in read_figures(files.landing_aggregates)[1]
        if one.agency_code
    }


def _write(path: Path, kind: type[Any], lines: Sequence[Any]) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    types = {"str": pa.string(), "int": pa.int64(), "Decimal": pa.decimal128(18, 6)}
    schema = pa.schema([(one.name, types[str(one.type).removesuffix(" | None")]) for one in fields(kind)])
    columns = {name: [getattr(line, name) for line in lines] for name in schema.names}
    pq.write_table(pa.Table.from_pydict(columns, schema=schema), path, compression="zstd")
