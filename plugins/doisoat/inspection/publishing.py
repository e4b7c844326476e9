"""Writes the overview page of a province's register; the same register and night give the same bytes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.config import Province
from doisoat.inspection.overview import make_overview
from doisoat.inspection.secrecy import secrecy_of
from doisoat.inspection.targets import read_targets
from doisoat.model import RunKey
from doisoat.store.layout import RunFiles

if TYPE_CHECKING:
    from doisoat.store.reference import Reference
    from doisoat.store.register import Register


def publish_overview(files: RunFiles, province: Province, reference: Reference, register: Register) -> Path:
    """The page as of the business date of `files`; inspections of what has become secret stay out."""
    from doisoat.inspection.page import render_page

    code, day = files.key.province_code, files.key.business_date
    secrecy = secrecy_of(province, reference)
    checks = [one for one in register.checks(code) if not secrecy.hides_agency(one.opening.agency_code)]
    last, own = register.night(code), _night_files(files, register.last_night_of(code, day.year))
    overview = make_overview(
        (code, province.name),
        day,
        last.verdict if last else None,
        checks,
        [line for line in register.plan(code, day.year) if not secrecy.hides_agency(line.agency_code)],
        read_targets(day.year, checks, province, own),
        reference.calendar,
        reference.agencies.name,
    )
    page = files.inspections / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    fresh = page.with_name(".index.html.new")
    fresh.write_text(render_page(overview), encoding="utf-8", newline="\n")
    fresh.replace(page)
    return page


def _night_files(files: RunFiles, night: date | None) -> RunFiles | None:
    return None if night is None else RunFiles(files.home, RunKey(files.key.province_code, night))
