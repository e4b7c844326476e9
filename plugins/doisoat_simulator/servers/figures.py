"""The published figures of Phú Thọ's units for August 2026, and blanks for every other period; no shapes.

Cells the published fixtures did not show (see the table's own gaps) are null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from doisoat_simulator.publication import cells, publication
from doisoat_simulator.published import month_of
from doisoat_simulator.servers.catalogue import ROOT_ID, read_table

if TYPE_CHECKING:
    from doisoat_simulator.world import World

Number = int | float | None

PUBLISHED_MONTH = (2026, 8)
_KNOWN_IDS = {"H44": ROOT_ID, "H44.100": "019d2be3-6ab4-74ce-8a81-1708de733a98"}


def uuid7_of(text: str) -> str:
    """An id that looks like the portal's own (UUID v7) and depends on the text alone."""
    digest = sha256(text.encode()).hexdigest()
    return f"019d2be3-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"


def department_id(code: str) -> str:
    """The portal's id of a unit; only two are published, the others are made up."""
    return _KNOWN_IDS.get(code) or uuid7_of(code)


def read_number(text: str) -> Number:
    """A published number: integer without decimals, else float; empty = null."""
    if not text:
        return None
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def rounded(value: float | Decimal) -> int | float:
    """Half up to two decimals, integers without decimals, as published."""
    cut = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return int(cut) if cut == cut.to_integral_value() else float(cut)


def percent(part: Number, whole: Number) -> Number:
    """100·part/whole; null when unknown or nothing to divide by."""
    if part is None or not whole:
        return None
    return rounded(Decimal(100) * Decimal(str(part)) / Decimal(str(whole)))


@dataclass(frozen=True)
class Unit:
    """One unit's figures by column name; a blank unit answers 0 to everything."""

    code: str
    name: str
    kind: str
    cells: Mapping[str, str] | None

    def __getitem__(self, column: str) -> Number:
        return 0 if self.cells is None else read_number(self.cells.get(column, ""))

    def text(self, column: str) -> str:
        return "" if self.cells is None else self.cells[column]

    @property
    def id(self) -> str:
        return department_id(self.code)

    @property
    def is_root(self) -> bool:
        return self.kind == "PROVINCE"


@cache
def units(*, published: bool) -> tuple[Unit, ...]:
    """The province first, then its units in the order of their codes as text."""
    return tuple(
        Unit(
            row["department_code"],
            row["department_name"],
            row["department_type"],
            row if published else None,
        )
        for row in read_table("national_scores_phu_tho_2026-08.csv")
    )


Figures = Callable[[Mapping[str, Any]], tuple[Unit, ...]]
"""The units' figures for the period a request asks for."""


def world_figures(world: World) -> Figures:
    """The figures of a world, month by month, with faults planted; blanks for months that are not over."""

    @cache
    def of_month(year: int, month: int) -> tuple[Unit, ...]:
        if (year, month) >= (world.business_date.year, world.business_date.month):
            return units(published=False)
        rows = enumerate(publication(world, month_of(year, month)))
        return tuple(Unit(unit.code, unit.name, unit.kind, cells(unit, place)) for place, unit in rows)

    def asked(body: Mapping[str, Any]) -> tuple[Unit, ...]:
        if days := body.get("fromDate"):
            return of_month(int(days[:4]), int(days[5:7]))
        is_month = body.get("timeType") == "month"
        return of_month(body["year"], body["month"]) if is_month else units(published=False)

    return asked


def period_units(body: Mapping[str, Any]) -> tuple[Unit, ...]:
    """The figures really published of Phú Thọ, for the period and procedure a request asks for."""
    month = (body.get("year"), body.get("month")) if body.get("timeType") == "month" else None
    days = (body.get("fromDate"), body.get("toDate"))
    is_published = month == PUBLISHED_MONTH or days == ("2026-08-01", "2026-08-31")
    return units(published=is_published)
