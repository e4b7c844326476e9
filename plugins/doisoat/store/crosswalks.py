"""The crosswalk tables of a province (`procedure_crosswalk.csv`, `agency_crosswalk.csv`), read and checked.

Every row has its days and the document behind it. A row that leads nowhere, overlaps another or leads back to itself
is a ConfigError with file and line. What they mean is `rules.crosswalk`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from doisoat.errors import ConfigError
from doisoat.rules.crosswalk import Crosswalk, crosswalk_problem
from doisoat.rules.reference import AgencyTable, ProcedureTable
from doisoat.store.reference_rows import Cells, read_rows, read_validity

_COLUMNS = ("hieu_luc_tu", "hieu_luc_den", "can_cu")


def read_procedure_crosswalk(file: Path, procedures: ProcedureTable) -> list[Crosswalk]:
    """Local procedure codes and what they mean; every target is in the table of procedures."""
    rows = list(read_rows(file, ("ma_dia_phuong", "ma_quoc_gia", *_COLUMNS), _mapped_procedure))
    return _sound(rows, file, "ma_quoc_gia", lambda code: procedures.get(code) is not None)


def read_agency_crosswalk(file: Path, agencies: AgencyTable, *, is_shipped: bool) -> list[Crosswalk]:
    """The rows of a province's own table; of the shipped one those that say what the agency table leaves open."""
    rows = list(read_rows(file, ("ma_cu", "ma", *_COLUMNS), _mapped_agency))
    if is_shipped:
        known = {agency.code: agency.successor for agency in agencies}
        rows = [(line, row) for line, row in rows if row.target in known and not known.get(row.code)]
    for line, row in rows:
        agency = agencies.get(row.code)
        if agency and agency.successor and agency.successor != row.target:
            message = f"the agency table says {row.code} was succeeded by {agency.successor}, here it is {row.target}"
            raise ConfigError(message, file=file, line=line, key="ma")
    return _sound(rows, file, "ma", agencies.is_known)


def _sound(rows: list[tuple[int, Crosswalk]], file: Path, column: str, known: Callable[[str], bool]) -> list[Crosswalk]:
    """The rows, or ConfigError naming the line of the first that cannot be right."""
    crosswalk = [row for _, row in rows]
    problem = crosswalk_problem(crosswalk, known)
    if problem is not None:
        raise ConfigError(problem[1], file=file, line=rows[problem[0]][0], key=column)
    return crosswalk


def _mapped_procedure(cells: Cells) -> Crosswalk:
    return _mapped(cells, "ma_dia_phuong", "ma_quoc_gia")


def _mapped_agency(cells: Cells) -> Crosswalk:
    return _mapped(cells, "ma_cu", "ma")


def _mapped(cells: Cells, code: str, target: str) -> Crosswalk:
    valid_from, valid_to = read_validity(cells)
    return Crosswalk(cells.required(code), cells.required(target), valid_from, valid_to, cells.text("can_cu") or "")
