"""The reference tables of a province: CSV files read once, checked, and named by their content (rules §1).

Owns the files only; what the tables mean is `rules.reference`, the days of the calendar are
`store.calendar_tables`. A wrong file is a
ConfigError that names file, line and column and says what was expected.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from doisoat.config import Mapped, Province
from doisoat.errors import ConfigError
from doisoat.model import DossierStatus
from doisoat.rules.reference import Agency, AgencyTable, Contact, Procedure, ProcedureTable
from doisoat.rules.status_words import StatusWord, StatusWords
from doisoat.rules.values import fold
from doisoat.rules.working_calendar import UNITS, WorkingCalendar
from doisoat.store.calendar_tables import CalendarFiles, calendar_version, load_days, working_calendar
from doisoat.store.contacts import read_contacts
from doisoat.store.crosswalks import read_agency_crosswalk, read_procedure_crosswalk
from doisoat.store.reference_rows import Cells, RejectedRow, read_rows, read_validity

SHIPPED = Path(__file__).resolve().parents[1] / "reference"
ONLINE_LEVELS = ("toan_trinh", "mot_phan", "khong")

_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Reference:
    """All tables of one province; `versions` maps a table's name to file name and content digest."""

    agencies: AgencyTable
    procedures: ProcedureTable
    calendar: WorkingCalendar
    contacts: tuple[Contact, ...]
    versions: dict[str, str]
    status_words: StatusWords = field(default_factory=StatusWords)
    contacts_rejected: tuple[RejectedRow, ...] = ()  # lines of the contacts' table that were left out

    def status_map(self, section: Mapped, day: date) -> dict[str, int]:
        """Folded word -> 1..10, as the section's source speaks on a business date."""
        return self.status_words.of(section.system, day, section.status_map)


def load_reference(province: Province) -> Reference:
    """The tables a province file names, the shipped ones where it names none; ConfigError if one is wrong."""
    named = province.reference
    files = {
        name: province.resolve(path) if path else SHIPPED / f"{name}.csv"
        for name, path in (
            ("agencies", named.agencies),
            ("procedures", named.procedures),
            ("holidays", named.holidays),
            ("contacts", named.contacts),
            ("procedure_crosswalk", named.procedure_crosswalk),
            ("agency_crosswalk", named.agency_crosswalk),
            ("status_words", named.status_words),
        )
    }
    layers = calendar_files(province)
    calendar = working_calendar(load_days(layers, province.rules), province.rules)
    files["holiday_overrides"] = layers.own or layers.overrides
    words = _status_words(files["status_words"])
    _require_systems(province, words, files["status_words"])
    agencies = _agencies(files, ships_crosswalk=named.agency_crosswalk is None)
    contacts, rejected = read_contacts(files["contacts"], agencies)
    return Reference(
        agencies=agencies,
        procedures=_procedures(files),
        calendar=calendar,
        contacts=contacts,
        contacts_rejected=rejected,
        versions={
            **{name: _version(file) for name, file in sorted(files.items())},
            "calendar": calendar_version(calendar),
        },
        status_words=words,
    )


def _agencies(files: dict[str, Path], *, ships_crosswalk: bool) -> AgencyTable:
    file = files["agencies"]
    table = _table(AgencyTable, read_rows(file, _AGENCY_COLUMNS, _agency), file)
    return AgencyTable(table, read_agency_crosswalk(files["agency_crosswalk"], table, is_shipped=ships_crosswalk))


def _procedures(files: dict[str, Path]) -> ProcedureTable:
    file = files["procedures"]
    table = _table(ProcedureTable, read_rows(file, _PROCEDURE_COLUMNS, _procedure), file)
    return ProcedureTable(table, read_procedure_crosswalk(files["procedure_crosswalk"], table))


def calendar_files(province: Province) -> CalendarFiles:
    """Where the layers of a province's calendar lie."""
    named = province.reference
    return CalendarFiles(
        province.resolve(named.holidays) if named.holidays else SHIPPED / "holidays.csv",
        SHIPPED / "holiday_overrides.csv",
        province.resolve(named.holiday_overrides) if named.holiday_overrides else None,
        base_is_shipped=named.holidays is None,
    )


def _status_words(file: Path) -> StatusWords:
    """The table; ConfigError where two lines tell the meaning of one word on one day."""
    read: list[tuple[int, StatusWord]] = []
    for line, word in read_rows(file, _STATUS_COLUMNS, _status_word):
        for earlier, other in read:
            if word.contradicts(other):
                message = f"{word.word!r} of {word.system} has a meaning on the same days in line {earlier}"
                raise ConfigError(message, file=file, line=line, key="tu")
        read.append((line, word))
    return StatusWords(word for _, word in read)


def _require_systems(province: Province, words: StatusWords, file: Path) -> None:
    """ConfigError where a section names a system of which the table has no word."""
    for name, section in province.sections().items():
        if "system" in section.model_fields_set and section.system and fold(section.system) not in words.systems:
            known = ", ".join(sorted(words.systems))
            message = f"{file.name} has no words of {section.system!r}; it has those of {known}"
            raise ConfigError(message, file=province.source_file, key=f"{name}.system")


# --- one row of each table -----------------------------------------------------------------------------

# fmt: off
_AGENCY_COLUMNS = ("ma", "ma_cu", "ten", "cap", "cha", "hieu_luc_tu", "hieu_luc_den", "ke_thua_boi", "hop_thu")
_PROCEDURE_COLUMNS = ("ma_quoc_gia", "ma_dia_phuong", "ten", "linh_vuc", "thoi_han", "don_vi_tinh", "co_ket_qua",
                      "hieu_luc_tu", "hieu_luc_den")
# fmt: on
# Of procedures also, where the file has them: muc_do, tru_cho_thanh_toan, sau_15_gio.
_STATUS_COLUMNS = ("he_thong", "tu", "trang_thai", "hieu_luc_tu", "hieu_luc_den", "can_cu")


def _agency(cells: Cells) -> Agency:
    valid_from, valid_to = read_validity(cells)
    return Agency(
        code=cells.required("ma"),
        other_spellings=cells.codes("ma_cu"),
        name=cells.text("ten") or "",
        level=cells.text("cap") or "",
        parent=cells.code("cha"),
        valid_from=valid_from,
        valid_to=valid_to,
        successor=cells.code("ke_thua_boi"),
        mailbox=cells.mailbox("hop_thu"),
    )


def _procedure(cells: Cells) -> Procedure:
    valid_from, valid_to = read_validity(cells)
    limit, unit = _limit(cells)
    return Procedure(
        national_code=cells.required("ma_quoc_gia"),
        local_codes=cells.codes("ma_dia_phuong"),
        name=cells.text("ten") or "",
        field=cells.text("linh_vuc") or "",
        limit=limit,
        limit_unit=unit,
        returns_document=cells.yes_or_no("co_ket_qua", default=True),
        online_level=cells.one_of("muc_do", ONLINE_LEVELS),
        valid_from=valid_from,
        valid_to=valid_to,
        excludes_payment_wait=cells.yes_or_no("tru_cho_thanh_toan"),
        late_starts_next_day=cells.yes_or_no("sau_15_gio"),
    )


def _limit(cells: Cells) -> tuple[float, str] | tuple[None, None]:
    """Amount and unit; both or neither."""
    text, unit = cells.text("thoi_han"), cells.one_of("don_vi_tinh", UNITS)
    if text is None:
        return None, None
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not 0 <= amount <= 10_000:
        raise ValueError("thoi_han", "expected a number from 0 to 10000, or nothing")
    if unit is None:
        raise ValueError("don_vi_tinh", f"a limit needs its unit, one of {', '.join(UNITS)}")
    return amount, unit


def _status_word(cells: Cells) -> StatusWord:
    valid_from, valid_to = read_validity(cells)
    system, word = cells.text("he_thong"), cells.text("tu")
    if system is None or word is None:
        raise ValueError("he_thong" if system is None else "tu", "must not be empty")
    status = cells.one_of("trang_thai", tuple(str(int(status)) for status in DossierStatus))
    return StatusWord(system, word, None if status is None else int(status), valid_from, valid_to)


# --- files -----------------------------------------------------------------------------------------------


_Table = TypeVar("_Table")


def _table(make: Callable[[list[_Row]], _Table], rows: Iterator[tuple[int, _Row]], file: Path) -> _Table:
    """The table of these rows; a code that stands twice is an error of the file."""
    try:
        return make([row for _, row in rows])
    except ValueError as error:
        raise ConfigError(str(error), file=file) from None


def _version(file: Path) -> str:
    return f"{file.name} sha256:{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
