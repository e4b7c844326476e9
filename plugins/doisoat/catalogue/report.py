"""The report of a comparison as data: counts by subtype and sector, capped lists. Page and workbook are views of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from doisoat.catalogue.wording import ACTIONS, FIELD_LABELS, MEANINGS, SORT_LABELS, SUBTYPES, TITLES, value_text
from doisoat.store.work_items import EMPTY

CAP = 50  # lines of a list on the page
SECTOR_CAP = 20


@dataclass(frozen=True)
class Line:
    """One discrepancy as people read it."""

    code: str
    name: str
    sort_label: str
    sector: str
    field_label: str
    shop_text: str
    portal_text: str
    dossiers: int | None
    first_seen_on: date
    subtype: str


@dataclass(frozen=True)
class Group:
    """All discrepancies of one subtype."""

    subtype: str
    title: str
    meaning: str
    action: str
    lines: tuple[Line, ...]
    new: int

    @property
    def shown(self) -> tuple[Line, ...]:
        return self.lines[:CAP]


@dataclass(frozen=True)
class SectorCount:
    """Discrepancies of one sector, by subtype."""

    sector: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class CatalogueReport:
    """One comparison; `summary` as `results.summary` made it."""

    province_code: str
    province_name: str
    business_date: date
    as_of: datetime
    summary: Mapping[str, Any]
    groups: tuple[Group, ...]
    sectors: tuple[SectorCount, ...]

    @property
    def title(self) -> str:
        return f"Đối soát danh mục TTHC, dịch vụ công trực tuyến – {self.province_name}"

    @property
    def is_complete(self) -> bool:
        return bool(self.summary["verdict"] == "complete")


def make_report(
    province_code: str, province_name: str, summary: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> CatalogueReport:
    """The report of what `compare` left behind; most dossiers first, then by code."""
    day = date.fromisoformat(summary["business_date"])
    lines = [_line(row) for row in rows]
    groups = (_group(subtype, [line for line in lines if line.subtype == subtype], day) for subtype in SUBTYPES)
    return CatalogueReport(
        province_code,
        province_name,
        day,
        datetime.fromisoformat(summary["as_of"]),
        summary,
        tuple(group for group in groups if group.lines),
        _sectors(lines),
    )


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        code=row["procedure_code"] or row["agency_code"] or EMPTY,
        name=row["name"] or EMPTY,
        sort_label=SORT_LABELS[row["sort"]],
        sector=row["sector"] or ("" if row["sort"] == "procedure" else SORT_LABELS[row["sort"]]),
        field_label=FIELD_LABELS[row["field"]],
        shop_text=value_text(row["field"], row["value_shop"]),
        portal_text=value_text(row["field"], row["value_portal"]),
        dossiers=row["dossiers"],
        first_seen_on=date.fromisoformat(str(row["first_seen_on"])),
        subtype=row["subtype"],
    )


def _group(subtype: str, lines: list[Line], day: date) -> Group:
    ordered = sorted(lines, key=lambda line: (-(line.dossiers or 0), line.code, line.field_label))
    new = sum(line.first_seen_on == day for line in lines)
    return Group(subtype, TITLES[subtype], MEANINGS[subtype], ACTIONS[subtype], tuple(ordered), new)


def _sectors(lines: Sequence[Line]) -> tuple[SectorCount, ...]:
    """Sectors with most discrepancies first."""
    found: dict[str, Counter[str]] = {}
    for line in lines:
        found.setdefault(line.sector or "Chưa rõ lĩnh vực", Counter())[line.subtype] += 1
    counted = (SectorCount(sector, dict(counts)) for sector, counts in found.items())
    return tuple(sorted(counted, key=lambda one: (-one.total, one.sector)))
