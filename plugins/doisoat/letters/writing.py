"""Writes the letters of a published night: all, or none where one cannot be made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from doisoat.config import Province
from doisoat.errors import ConfigError
from doisoat.letters.contents import Letter, letters
from doisoat.letters.document import letter_docx
from doisoat.letters.preview import letter_pdf
from doisoat.pipeline import Progress
from doisoat.publish.gather import Gatherer
from doisoat.publish.inputs import open_inputs
from doisoat.store.layout import RunFiles, replaced_folder
from doisoat.store.reference import Reference


def write_letters(
    files: RunFiles,
    province: Province,
    reference: Reference,
    agencies: tuple[str, ...] = (),
    progress: Progress = lambda what, done, total: None,
) -> list[Path]:
    """Replace the folder of letters; the DOCX files written. ConfigError for an agency without anything to do."""
    with open_inputs(files) as inputs:
        gatherer = Gatherer(inputs, province, reference, files.key)
        report = gatherer.report()
        found = list(letters(gatherer, report, province, reference, agencies))
    _refuse_idle(found, agencies)
    template = province.letters.template
    template = None if template is None else province.resolve(template)
    paths = []
    with replaced_folder(files.letters) as folder:
        for done, one in enumerate(found, start=1):
            (folder / f"{one.file_name}.docx").write_bytes(letter_docx(template, one.values, report.as_of))
            (folder / f"{one.file_name}.pdf").write_bytes(letter_pdf(one.values, report.as_of))
            paths.append(files.letters / f"{one.file_name}.docx")
            progress("công văn", done, len(found))
    return paths


def _refuse_idle(found: Iterable[Letter], agencies: tuple[str, ...]) -> None:
    written = {one.file_name for one in found}
    idle = [code for code in agencies if f"cong-van-{code}" not in written]
    if idle:
        raise ConfigError(f"nothing to write to {', '.join(idle)}: no open discrepancy of this agency in that night")
