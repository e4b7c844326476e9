"""The stage `publish`: what a night found, as files for people and programs.

`publish_night` replaces the report folder whole: one HTML page, one workbook, JSON, CSV, Parquet and the Data
Docs. Same files in, same bytes out: every date in a file is the run's `as_of` or comes from the data.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from doisoat.config import Province
from doisoat.store.layout import RunFiles, replaced_folder, write_json
from doisoat.store.reference import Reference


def publish_night(files: RunFiles, province: Province, reference: Reference) -> dict[str, Path]:
    """Write the report of a night; returns file name -> path, in the order people open them.

    Reads snapshots/…/staged.json, both rejections.parquet, and of runs/…: validate, reconcile (lateness),
    recheck (pairs, summary), assess. TerminalError names a file that is missing or unreadable.
    """
    from doisoat.publish.exports import as_json, write_csv, write_parquet
    from doisoat.publish.gather import Gatherer
    from doisoat.publish.inputs import open_inputs
    from doisoat.publish.page import render_page
    from doisoat.publish.workbook import write_workbook

    with open_inputs(files) as inputs, replaced_folder(files.report) as folder:
        gatherer = Gatherer(inputs, province, reference, files.key)
        report = gatherer.report()
        (folder / "report.html").write_text(render_page(report), encoding="utf-8", newline="\n")
        write_workbook(folder / "report.xlsx", report, gatherer, inputs)
        write_json(folder / "report.json", as_json(report))
        write_csv(inputs.connection, folder / "discrepancies.csv")
        write_parquet(inputs.connection, folder / "discrepancies.parquet")
        names = sorted(path.name for path in folder.iterdir())
        if inputs.data_docs is not None:
            shutil.copytree(inputs.data_docs, folder / "data_docs")
        for path in sorted(files.report.glob("catalogue.*")):  # another run's, published into the same folder
            shutil.copy2(path, folder / path.name)
    return {name: files.report / name for name in sorted(names, key=_reading_order)}


def _reading_order(name: str) -> tuple[int, str]:
    order = ("report.html", "report.xlsx", "report.json", "discrepancies.csv", "discrepancies.parquet")
    return (order.index(name), name)


__all__ = ["publish_night"]
