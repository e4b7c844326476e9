"""The publication of a month: the portal's counts, with faults planted, as the cells of the published table.

Planted by the place of a unit in the published order, so that every kind of fault has its own: deviations of each
measure, temporary denominators, nulls, a unit that is not published, one that nobody knows, and figures that contradict
each other. `figure_truth` says which figures a comparison must report.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from doisoat_simulator.published import MEASURES, Counts, Month, count_side, last_month, published_units
from doisoat_simulator.reference import DATA, PROVINCE
from doisoat_simulator.world import World

UNKNOWN_UNIT = ("H44.997", "Đơn vị không có trong danh mục", "COMMUNE_PEOPLE_COMMITTEE")
TEMPORARY = "TEMP_NATIONAL_REPORT_DENOMINATOR"
_UNPUBLISHED = 12  # place of the unit that is left out
_WRONG_SPLIT, _WRONG_RATIO = 20, 41  # places of units whose figures contradict each other
_COLUMN = {
    "received": "progress_total_received",
    "on_time": "progress_total_on_time",
    "overdue": "progress_total_overdue",
    "synced": "dossier_sync_num",
    "online": "channel_online",
    "paid_online": "payment_dossier_online_success",
}
Cells = dict[str, str]


@dataclass(frozen=True)
class PublishedUnit:
    """One unit of a publication; `counts` None = a null in its place."""

    code: str
    name: str
    kind: str
    counts: dict[str, int | None]
    is_temporary: bool

    @property
    def is_root(self) -> bool:
        return self.code == PROVINCE


@dataclass(frozen=True)
class FigureTruth:
    """One published figure that must be reported; `online` only where units publish their channels."""

    agency_code: str
    measure: str


def publication(world: World, month: Month) -> list[PublishedUnit]:
    """The province and its units with what the portal publishes of them."""
    counts = count_side(world, "portal", month)
    units = [_unit(place, *unit, counts) for place, unit in enumerate(published_units()) if place != _UNPUBLISHED]
    stranger: dict[str, int | None] = {measure: 0 if measure == "overdue" else 3 for measure in MEASURES}
    return [*units, PublishedUnit(*UNKNOWN_UNIT, stranger, is_temporary=False)]


def _unit(place: int, code: str, name: str, kind: str, counts: Counts) -> PublishedUnit:
    told: dict[str, int | None] = {measure: counts[code, measure] for measure in MEASURES}
    if code != PROVINCE:
        _deviate(told, place)
    else:
        told["overdue"] = None  # never published of the province
    if place % 17 == 4:
        told["paid_online"] = None
    return PublishedUnit(code, name, kind, told, is_temporary=place % 11 == 3)


def _deviate(told: dict[str, int | None], place: int) -> None:
    """Faults of publication; received = on time + overdue stays true."""
    amount = 3 + place % 5
    if place % 4 == 0:
        _add(told, amount, "received", "overdue")
    elif place % 4 == 1:
        _add(told, amount, "received", "on_time")
    if place % 4 == 2:
        _add(told, amount, "synced")
    if place % 3 == 0:
        _add(told, amount, "online")
    elif place % 3 == 1:
        _add(told, amount, "paid_online")
    if place == _WRONG_SPLIT:
        _add(told, 1, "received")


def _add(told: dict[str, int | None], amount: int, *measures: str) -> None:
    for measure in measures:
        told[measure] = (told[measure] or 0) + amount


def figure_truth(world: World, month: Month, *, units_online: bool) -> frozenset[FigureTruth]:
    """What must be reported: published, comparable, and further from the shop's count than one percent.

    `units_online`: units publish their own number of online dossiers (tables may, the API does not).
    """
    ours = count_side(world, "shop", month)
    found = set()
    for unit in publication(world, month):
        if unit.code == UNKNOWN_UNIT[0]:
            continue
        for measure, value in unit.counts.items():
            is_hidden = measure == "synced" and (unit.is_temporary or not value)
            is_hidden |= measure == "online" and not unit.is_root and not units_online
            if value is None or is_hidden:
                continue
            if abs(value - ours[unit.code, measure]) * 100 > value:
                found.add(FigureTruth(unit.code, measure))
    return frozenset(found)


# --- cells of the published table ---------------------------------------------------------------


@cache
def columns() -> tuple[str, ...]:
    """The columns of the published table."""
    with (DATA / "national_scores_phu_tho_2026-08.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(next(csv.reader(handle)))


def cells(unit: PublishedUnit, place: int) -> Cells:
    """One unit's row: the counts, and the ratios and scores that follow from them; what is not counted is empty."""
    row = dict.fromkeys(columns(), "")
    row |= {"department_code": unit.code, "department_name": unit.name, "department_type": unit.kind}
    row |= {_COLUMN[measure]: "" if value is None else str(value) for measure, value in unit.counts.items()}
    received, on_time, synced = (unit.counts[name] or 0 for name in ("received", "on_time", "synced"))
    row["progress_ratio"] = _share(100, on_time, received, of_nothing="0")
    if place == _WRONG_RATIO:
        row["progress_ratio"] = _text(Decimal(row["progress_ratio"]) + 1)
    row["progress_score"] = _share(20, on_time, received, of_nothing="0")
    whole = synced if unit.is_temporary else synced + place % 3
    row |= {"dossier_sync_den": str(whole), "dossier_sync_data_quality_status": TEMPORARY if unit.is_temporary else ""}
    if not synced:
        row["dossier_sync_data_quality_status"] = "NO_NATIONAL_REPORT_DATA"
    row |= {"dossier_sync_ratio": _share(100, synced, whole), "dossier_sync_score": _share(6, synced, whole)}
    row["transparency_score"] = row["dossier_sync_score"]
    return row | _payment(unit, place)


def _payment(unit: PublishedUnit, place: int) -> Cells:
    paid = unit.counts["paid_online"]
    if paid is None:
        return {}
    owed = paid + place % 7
    score = _share(6, paid, owed, of_nothing="0")
    row = {"payment_dossier_financial_obligation": str(owed), "payment_score": score}
    row["payment_ratio"] = _text(Decimal(score) * 10)
    names = ("formality_online_success", "fee_dossier_formality_distinct", "fee_dossier_formality", "fee_formality")
    return row | {f"payment_{name}": "0" for name in names}


def _share(most: int, part: int, whole: int, *, of_nothing: str = "") -> str:
    return _text(most * Decimal(part) / whole) if whole else of_nothing


def _text(value: Decimal) -> str:
    cut = value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    return f"{cut:f}"


def write_publication(world: World, folder: Path) -> None:
    """`published/so-cong-bo-YYYY-MM.csv` of the last month that is over, and `figures_truth.csv` beside it."""
    month = last_month(world.business_date)
    rows = [cells(unit, place) for place, unit in enumerate(publication(world, month))]
    names = [*columns(), "channel_online"]
    target = folder / "published" / f"so-cong-bo-{month.name}.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target, names, ([row.get(name, "") for name in names] for row in rows))
    truth = sorted(figure_truth(world, month, units_online=True), key=lambda one: (one.agency_code, one.measure))
    _write(folder / "figures_truth.csv", ["agency_code", "measure"], ([one.agency_code, one.measure] for one in truth))


def _write(path: Path, names: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
