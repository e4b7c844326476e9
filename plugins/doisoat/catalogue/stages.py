"""The three steps of the wing over a run's files: guard what was landed, compare it, publish what was found.

`compare_catalogues` replaces `runs/<p>/<d>/catalogue/` (prior.json, discrepancies.json, summary.json) and then tells
the warehouse; `publish_catalogue` puts `catalogue.html`, `.xlsx`, `.csv` and `.json` into the date's report folder,
whose other files it leaves alone. Same files in, same bytes out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.catalogue.comparison import compare
from doisoat.catalogue.guard import shrink_problem, sizes, without_empty_lists
from doisoat.catalogue.landing import read_listing
from doisoat.catalogue.own import with_own_agencies
from doisoat.catalogue.results import KIND, discrepancies, recorded, resolved, summary
from doisoat.config import Province
from doisoat.errors import ValidationFailed
from doisoat.model import Side
from doisoat.rules.catalogue import Listing
from doisoat.store.acceptance import AcceptedSnapshot, CatalogueSide
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json
from doisoat.store.set_lifecycle import OpenSetDiscrepancy
from doisoat.store.spreadsheets import safe_text

if TYPE_CHECKING:
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse

ARTEFACTS = ("catalogue.html", "catalogue.xlsx", "catalogue.json", "catalogue.csv")
CSV_COLUMNS = (
    *("dossier_code", "kind", "subtype", "agency_code", "procedure_code", "field", "value_shop", "value_portal"),
    *("cause", "side", "severity", "first_seen_on", "last_seen_on", "state", "period"),
)
_ALWAYS = date(2000, 1, 1)  # a catalogue has no scope in time
_MEASURED = {Side.SHOP: CatalogueSide.SHOP, Side.PORTAL: CatalogueSide.PORTAL}


def compare_catalogues(
    files: RunFiles, province: Province, reference: Reference, warehouse: Warehouse
) -> dict[str, Any]:
    """Guard, compare, record; returns the summary. ValidationFailed (exit 3) for a list that shrank unconfirmed."""
    listings = _listings(files, province, reference)
    _guard(files, province, listings, warehouse)
    folder = files.work("catalogue")
    stored = folder / "prior.json"
    prior = _read_prior(stored) if stored.is_file() else warehouse.open_set_before(files.key, KIND)
    snapshot, snapshot_on = _snapshot(files)
    comparison = compare(
        listings[Side.SHOP],
        listings[Side.PORTAL],
        reference,
        files.key.business_date,
        province_roots=province.province_roots,
        snapshot=snapshot,
    )
    rows = discrepancies(files.key, comparison.found, prior)
    over = resolved(prior, rows, comparison, listings, has_snapshot=snapshot is not None)
    told = summary(files.key, listings, rows, over, prior, snapshot_on=snapshot_on, versions=reference.versions)
    with replaced_folder(folder) as fresh:
        write_json(fresh / "prior.json", [asdict(item) for item in prior])
        write_json(fresh / "discrepancies.json", rows)
        write_json(fresh / "summary.json", told)
    warehouse.record_set(files.key, KIND, recorded(rows), over)
    return told


def _listings(files: RunFiles, province: Province, reference: Reference) -> dict[Side, Listing]:
    read = {side: without_empty_lists(read_listing(files.landing_catalogue(side))) for side in Side}
    return {**read, Side.SHOP: with_own_agencies(read[Side.SHOP], reference, province.province_roots)}


def _guard(files: RunFiles, province: Province, listings: Mapping[Side, Listing], warehouse: Warehouse) -> None:
    """Stop on a list that shrank; take those that are whole as right from now on."""
    problems = []
    for side, measured in _MEASURED.items():
        accepted = warehouse.accepted_snapshot(files.key, measured, scope_from=_ALWAYS)
        rows = accepted.rows if accepted else None
        problems.append(shrink_problem(side, listings[side], rows, province.rules.max_shrink_pct))
    if told := [problem for problem in problems if problem]:
        raise ValidationFailed("; ".join(told), failed=("catalogue_not_shrunken",))
    for side, measured in _MEASURED.items():
        if "procedure" in listings[side].whole:
            counted = sizes(listings[side])
            snapshot = AcceptedSnapshot(measured, files.key.business_date, counted["procedure"], counted, _ALWAYS)
            warehouse.accept_snapshot(files.key, snapshot)


def _snapshot(files: RunFiles) -> tuple[Path, date] | tuple[None, None]:
    """The shop's staged dossiers of the date, else of the last night before it."""
    nights = [files.key, *files.previous_dates(Side.SHOP)]
    for key in nights:
        night = RunFiles(files.home, key)
        if night.partition(Side.SHOP).is_file():
            return night.dossiers(Side.SHOP), key.business_date
    return None, None


def _read_prior(path: Path) -> list[OpenSetDiscrepancy]:
    return [
        OpenSetDiscrepancy(**{**row, "first_seen_on": date.fromisoformat(row["first_seen_on"])})
        for row in read_json(path)
    ]


def publish_catalogue(files: RunFiles, province: Province) -> dict[str, Path]:
    """Write the report of what `compare_catalogues` left; returns file name -> path, in the order people open them."""
    from doisoat.catalogue.page import render_page
    from doisoat.catalogue.report import make_report
    from doisoat.catalogue.workbook import write_workbook

    folder = files.work("catalogue")
    told, rows = read_json(folder / "summary.json"), read_json(folder / "discrepancies.json")
    report = make_report(files.key.province_code, province.name, told, rows)
    writers: dict[str, Callable[[Path], object]] = {
        "catalogue.html": lambda path: path.write_text(render_page(report), encoding="utf-8", newline="\n"),
        "catalogue.xlsx": lambda path: write_workbook(path, report),
        "catalogue.json": lambda path: write_json(path, {**told, "discrepancies": rows}),
        "catalogue.csv": lambda path: _write_csv(path, rows),
    }
    files.report.mkdir(parents=True, exist_ok=True)
    for name, write in writers.items():
        fresh = files.report / f".new-{name}"
        write(fresh)
        fresh.replace(files.report / name)
    return {name: files.report / name for name in ARTEFACTS}


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same columns and form as `discrepancies.csv`."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(CSV_COLUMNS)
        for row in rows:
            writer.writerow([safe_text(str(row[name])) if row[name] is not None else None for name in CSV_COLUMNS])
