"""Writes the report of an inspection: what the register has of it, told, and both papers beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.config import Province
from doisoat.inspection.contents import Told, report_time, report_values

if TYPE_CHECKING:
    from doisoat.inspection.secrecy import Secrecy
    from doisoat.store.inspections import Check
    from doisoat.store.reference import Reference
    from doisoat.store.register import Register


def gather(register: Register, province: str, check: Check, secrecy: Secrecy) -> Told:
    """What a report is made of; nothing that has become secret since."""
    opening = check.opening
    own = [one for one in register.checks(province) if one.opening.agency_code == opening.agency_code]
    order = (opening.opened_on, check.inspection_id)
    earlier = [one for one in own if (one.opening.opened_on, one.inspection_id) < order]
    lines = {line.line_id: line for line in register.plan(province)}
    planned = lines.get(opening.plan_line or "")
    members = [
        (number, one)
        for number, one in register.members(province, check.inspection_id)
        if not secrecy.hides(one.agency_code, one.procedure_code)
    ]
    night = register.night(province)
    return Told(
        secrecy.told(check),
        earlier,
        members,
        night.business_date if night else None,
        f"{planned.plan_code}, dòng {planned.line_id}" if planned else "",
    )


def write_report(told: Told, province: Province, reference: Reference, folder: Path) -> list[Path]:
    """Write `bao-cao-<id>.docx` and `.pdf`; the same register gives the same bytes."""
    from doisoat.inspection.paper import report_docx, report_pdf

    values, at = report_values(told, province, reference), report_time(told)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for suffix, made in ((".docx", report_docx(values, at)), (".pdf", report_pdf(values, at))):
        path = folder / f"bao-cao-{told.check.inspection_id}{suffix}"
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(made)
        fresh.replace(path)
        paths.append(path)
    return paths
