"""Builds `ReportData` from a night's files: counts by the queries in `sql/reports`, coverage from JSON.

Pure but for reading; no clock, no rendering.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from doisoat.config import Province
from doisoat.model import DiscrepancyKind, Lateness, RunKey
from doisoat.publish.aggregates import read_aggregates
from doisoat.publish.causes import read_causes, read_patterns
from doisoat.publish.coverage import read_coverage
from doisoat.publish.deadlines import read_deadlines
from doisoat.publish.indicator_reading import read_indicators
from doisoat.publish.inputs import Inputs, rows
from doisoat.publish.quality import read_quality
from doisoat.publish.ranking import read_ranking
from doisoat.publish.report import (
    CAP,
    LIST_CAP,
    AgencyCount,
    ClockCount,
    KindCount,
    Parameter,
    ReportData,
    Shown,
    SubtypeCount,
    Totals,
)
from doisoat.publish.wording import CLOCKS, PARAMETERS, SEVERITY_ORDER, life_counts, parameter_text
from doisoat.rules.kinds import KIND_INFO
from doisoat.store.reference import Reference
from doisoat.store.work_items import NO_AGENCY, WorkItem, subtype_label, work_items


class Gatherer:
    """Reads one night; every method answers one part of the report."""

    def __init__(self, inputs: Inputs, province: Province, reference: Reference, key: RunKey) -> None:
        self._inputs, self._province, self._reference, self._key = inputs, province, reference, key
        self.act_by = reference.calendar.add_working_days(key.business_date, province.rules.remedy_working_days)

    def report(self) -> ReportData:
        """The whole tree."""
        coverage = read_coverage(self._inputs.staged, self._inputs.comparison)
        (counted,) = list(self._rows("totals"))
        totals, kinds = Totals(**counted), self._kinds()
        return ReportData(
            province_code=self._key.province_code,
            province_name=self._province.name,
            business_date=self._key.business_date,
            as_of=datetime.fromisoformat(self._inputs.staged["as_of"]),
            act_by=self.act_by,
            coverage=coverage,
            totals=totals,
            resolved=int(self._inputs.assessment.get("resolved") or 0),
            carried=int(self._inputs.assessment.get("carried") or 0),
            lives=life_counts(self._inputs.assessment),
            false_overdue=self._shown("reports/false_overdue", totals.false_overdue),
            accepted=self._shown("reports/accepted", totals.accepted),
            kinds=tuple(kind for kind in kinds if not kind.technical),
            technical_kinds=tuple(kind for kind in kinds if kind.technical),
            agencies=tuple(self._agencies()),
            clocks=self._clocks(),
            causes=tuple(read_causes(self._inputs, self._key.business_date)),
            patterns=tuple(read_patterns(self._inputs)),
            quality=read_quality(self._inputs),
            rule_versions=tuple(sorted(self._inputs.staged.get("rule_versions", {}).items())),
            parameters=self._parameters(),
            aggregates=read_aggregates(self._inputs, self._key.province_code, self.agency_name),
            indicators=read_indicators(self._inputs, self._key.province_code, self.agency_name),
            ranking=read_ranking(self._inputs, self.agency_name),
            deadlines=read_deadlines(self._inputs, self.agency_name),
        )

    def work(
        self, query: str = "reports/work_items", *, technical: bool | None = None, cap: int | None = None
    ) -> Iterator[WorkItem]:
        """Lines of the work list by one of its queries, streamed; `technical` None = both."""
        return work_items(
            self._inputs.connection,
            self.act_by,
            self.agency_name,
            query=query,
            technical=technical,
            cap=cap,
        )

    def agency_name(self, code: str) -> str:
        """Name of an agency; its code where the table does not know it."""
        return self._reference.agencies.name(code)

    def _rows(self, query: str) -> Iterator[dict[str, Any]]:
        yield from rows(self._inputs, query, {"business_date": self._key.business_date})

    def _shown(self, query: str, total: int) -> Shown:
        return Shown(tuple(self.work(query, cap=LIST_CAP)), total)

    def _kinds(self) -> list[KindCount]:
        """Every kind, its technical part apart, most frequent first."""
        worst = {
            part: tuple(items)
            for part, items in groupby(
                self.work("reports/drill_down", cap=CAP), key=lambda item: (item.technical, item.kind)
            )
        }
        counted = [
            _kind_count(part[1], part[0], list(counts), worst[part])
            for part, counts in groupby(list(self._rows("by_kind")), key=lambda row: (row["technical"], row["kind"]))
        ]
        return sorted(counted, key=lambda count: (-count.discrepancies, count.kind))

    def _agencies(self) -> Iterator[AgencyCount]:
        for row in self._rows("by_agency"):
            code, stored = row["agency_code"], row["agency_name"]
            name = stored or (NO_AGENCY if code is None else self.agency_name(code))
            yield AgencyCount(**{**row, "agency_name": name})

    def _clocks(self) -> tuple[ClockCount, ...]:
        counts = {(row["clock"], row["verdict"]): row["dossiers"] for row in self._rows("lateness")}
        return tuple(
            ClockCount(clock, *(counts.get((clock, verdict.value), 0) for verdict in Lateness)) for clock in CLOCKS
        )

    def _parameters(self) -> tuple[Parameter, ...]:
        values = self._province.rules.model_dump(mode="json")
        changed = self._province.rules.changed()
        return tuple(
            Parameter(name, PARAMETERS.get(name, name), parameter_text(value), name in changed)
            for name, value in values.items()
        )


def _kind_count(kind: str, technical: bool, parts: list[dict[str, Any]], worst: tuple[WorkItem, ...]) -> KindCount:
    """One kind from its rows of `by_kind`."""
    info = KIND_INFO[DiscrepancyKind(kind)]
    total = sum(part["discrepancies"] for part in parts)
    of_severity = {
        name: sum(part["discrepancies"] for part in parts if part["severity"] == name) for name in SEVERITY_ORDER
    }
    return KindCount(
        kind=kind,
        label=info.label,
        meaning=info.meaning,
        action=info.action,
        side=max(parts, key=lambda part: part["discrepancies"])["side"],
        technical=technical,
        severity=min((part["severity"] for part in parts), key=SEVERITY_ORDER.index),
        discrepancies=total,
        first_seen=sum(part["first_seen"] for part in parts),
        subtypes=_subtypes(kind, parts),
        worst=Shown(worst, total),
        **of_severity,
    )


def _subtypes(kind: str, parts: list[dict[str, Any]]) -> tuple[SubtypeCount, ...]:
    counted = [
        SubtypeCount(
            subtype=part["subtype"],
            label=subtype_label(kind, part["subtype"]) or "Không có đặc điểm riêng",
            severity=part["severity"],
            discrepancies=part["discrepancies"],
            first_seen=part["first_seen"],
        )
        for part in parts
    ]
    return tuple(sorted(counted, key=lambda count: (-count.discrepancies, count.subtype, count.severity)))
