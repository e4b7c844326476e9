"""The page `catalogue.html`: the report poured into one template; one self-contained file."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.catalogue.report import CAP, SECTOR_CAP, CatalogueReport
from doisoat.catalogue.wording import SUBTYPES, TITLES
from doisoat.model import Side
from doisoat.pages import environment, style
from doisoat.pages.charts import Bar, segments
from doisoat.rules.text import number
from doisoat.store.work_items import EMPTY, day, moment

if TYPE_CHECKING:
    from jinja2 import Environment

_COLOURS = {  # classes of the shared style
    "expired_in_use": "high",
    "unmapped_code": "medium",
    "only_in_shop": "shop",
    "only_on_portal": "portal",
    "attribute": "unknown",
}


def render_page(report: CatalogueReport) -> str:
    """The whole page; the same report gives the same text."""
    return (
        _environment()
        .get_template("catalogue.html.j2")
        .render(
            report=report,
            style=style(),
            sides=[(side.value, side.label) for side in Side],
            subtypes=SUBTYPES,
            titles=TITLES,
            sector_bars=sector_bars(report),
            legend=[(_COLOURS[subtype], TITLES[subtype]) for subtype in SUBTYPES],
            cap=CAP,
            sector_cap=SECTOR_CAP,
        )
    )


@cache
def _environment() -> Environment:
    templates = Path(__file__).parent / "templates"
    return environment(templates, {"instant": _instant, "date_text": lambda text: day(date.fromisoformat(text))})


def _instant(text: str | None) -> str:
    return moment(datetime.fromisoformat(text)) if text else EMPTY


def sector_bars(report: CatalogueReport) -> tuple[Bar, ...]:
    """The sectors with most discrepancies, coloured by subtype."""
    worst = report.sectors[:SECTOR_CAP]
    full = max((one.total for one in worst), default=0)
    return tuple(
        Bar(
            one.sector,
            segments([(_COLOURS[name], TITLES[name], one.counts.get(name, 0)) for name in SUBTYPES], full),
            number(one.total),
        )
        for one in worst
    )
