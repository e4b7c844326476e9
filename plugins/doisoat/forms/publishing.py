"""Writes `periods/<p>/<period>/`: every form as workbook and PDF, both sides beside each other, all numbers as JSON.

Reads what `computing` and `checking` left, nothing else. The folder is replaced whole or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from doisoat.errors import ConfigError
from doisoat.forms.comparison import write_comparison
from doisoat.forms.filling import FilledForm, fill
from doisoat.forms.pdf import form_pdf
from doisoat.forms.workbook import write_form
from doisoat.store.layout import PeriodFiles, read_json, replaced_folder, write_json

Report = Callable[[int, int], None]  # (forms done, of how many)


def publish_period(places: PeriodFiles, report: Report, *, agency: str | None = None) -> dict[str, Path]:
    """File name -> path of what was written; `agency` = only its form, into a folder of its own beside the others."""
    figures, checks = (read_json(places.work / name) for name in ("figures.json", "checks.json"))
    forms = fill(figures)
    if agency is not None:
        forms = [one for one in forms if one.unit_code == agency and not one.is_of_province]
        if not forms:
            raise ConfigError(f"{agency} reports nothing in {places.name}; --agency is a code of the agency table")
    target = places.published if agency is None else places.published_alone(forms[0].safe_code)
    with replaced_folder(target) as folder:
        for done, one in enumerate(forms):
            report(done, len(forms))
            _write(folder, one, figures, checks)
        report(len(forms), len(forms))
        if agency is None:
            write_comparison(folder / "comparison.xlsx", figures, forms, places.period, places.work / "carried.parquet")
            write_json(folder / "period.json", {**figures, "checks": checks})
            shutil.copyfile(places.work / "members.parquet", folder / "members.parquet")
    return {path.relative_to(target).as_posix(): path for path in sorted(target.rglob("*")) if path.is_file()}


def _write(folder: Path, one: FilledForm, figures: dict[str, Any], checks: dict[str, Any]) -> None:
    path = folder / one.file_name
    path.parent.mkdir(exist_ok=True)
    write_form(path.with_name(f"{path.name}.xlsx"), one, figures, checks)
    path.with_name(f"{path.name}.pdf").write_bytes(form_pdf(one, one.blocks[one.filed], figures, checks))
