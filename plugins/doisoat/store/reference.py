"""The reference tables of a province: CSV files read once, checked, and named by their content (rules §1).

Owns the files only; what the tables mean is `rules.reference` and `rules.working_calendar`. A wrong file is a
ConfigError that names file, line and column and says what was expected.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from doisoat.config import Province
from doisoat.errors import ConfigError
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Agency, AgencyTable, Contact, Procedure, ProcedureTable
from doisoat.rules.values import fold, read_code, read_text
from doisoat.rules.working_calendar import UNITS, WorkingCalendar

SHIPPED = Path(__file__).resolve().parents[1] / "reference"
CONTACT_ROLES = ("co_quan", "lanh_dao", "van_phong", "ky_thuat")
ONLINE_LEVELS = ("toan_trinh", "mot_phan", "khong")

_MAILBOX = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Reference:
    """All tables of one province; `versions` maps a table's name to file name and content digest."""

    agencies: AgencyTable
    procedures: ProcedureTable
    calendar: WorkingCalendar
    contacts: tuple[Contact, ...]
    versions: dict[str, str]


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
        )
    }
    agencies = _table(AgencyTable, _read(files["agencies"], _AGENCY_COLUMNS, _agency), files["agencies"])
    procedures = _table(ProcedureTable, _read(files["procedures"], _PROCEDURE_COLUMNS, _procedure), files["procedures"])
    return Reference(
        agencies=agencies,
        procedures=procedures,
        calendar=load_calendar(files["holidays"], province.rules),
        contacts=tuple(row for _, row in _read(files["contacts"], _CONTACT_COLUMNS, _contact)),
        versions={name: _version(file) for name, file in sorted(files.items())},
    )


def load_calendar(file: Path, parameters: RuleParameters) -> WorkingCalendar:
    """The working calendar of a holidays file under these parameters (`holiday_24_11`, `working_hours`)."""
    days: dict[date, str] = {}
    for line, (day, sort) in _read(file, _HOLIDAY_COLUMNS, _holiday):
        if days.setdefault(day, sort) != sort:
            raise ConfigError(f"{day} is both off and worked", file=file, line=line, key="ngay")
    off = {day for day, sort in days.items() if sort == "nghi"}
    if not parameters.holiday_24_11:
        off -= {day for year in range(2015, 2100) for day in _culture_day(year)}
    worked = frozenset(day for day, sort in days.items() if sort == "lam_bu")
    try:
        return WorkingCalendar(frozenset(off), worked, parameters.working_hours)
    except ValueError as error:
        raise ConfigError(str(error), key="rules.working_hours") from None


def _culture_day(year: int) -> Iterator[date]:
    """24/11 (Ngày Văn hóa Việt Nam) and the Monday off in lieu when it falls on a weekend."""
    day = date(year, 11, 24)
    yield day
    if day.weekday() >= 5:
        yield day + timedelta(days=7 - day.weekday())


# --- one row of each table -----------------------------------------------------------------------------

# fmt: off
_AGENCY_COLUMNS = ("ma", "ma_cu", "ten", "cap", "cha", "hieu_luc_tu", "hieu_luc_den", "ke_thua_boi", "hop_thu")
_PROCEDURE_COLUMNS = ("ma_quoc_gia", "ma_dia_phuong", "ten", "linh_vuc", "thoi_han", "don_vi_tinh", "co_ket_qua",
                      "hieu_luc_tu", "hieu_luc_den")  # and `muc_do`, which is optional
# fmt: on
_HOLIDAY_COLUMNS = ("ngay", "loai", "can_cu")
_CONTACT_COLUMNS = ("ma", "vai_tro", "hop_thu", "hieu_luc_tu", "hieu_luc_den")


class _Cells:
    """The cells of one line by column; reading a wrong one raises ValueError(column, what was expected)."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells

    def text(self, column: str) -> str | None:
        return read_text(self._cells.get(column))

    def code(self, column: str) -> str | None:
        return read_code(self._cells.get(column))

    def required(self, column: str) -> str:
        code = self.code(column)
        if code is None:
            raise ValueError(column, "a code is missing")
        return code

    def codes(self, column: str) -> tuple[str, ...]:
        """Codes separated by `;`, each once."""
        parts = (read_code(part) for part in (self._cells.get(column) or "").split(";"))
        return tuple(dict.fromkeys(part for part in parts if part))

    def day(self, column: str) -> date | None:
        text = self.text(column)
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(column, "expected a date like 2026-09-03, or nothing") from None

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str | None:
        text = self.text(column)
        if text is None:
            return None
        for word in allowed:
            if fold(word) == fold(text):
                return word
        raise ValueError(column, f"expected one of {', '.join(allowed)}")

    def mailbox(self, column: str) -> str | None:
        text = self.text(column)
        if text is not None and not _MAILBOX.fullmatch(text):
            raise ValueError(column, "expected one e-mail address, or nothing")
        return text


def _agency(cells: _Cells) -> Agency:
    valid_from, valid_to = _validity(cells)
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


def _procedure(cells: _Cells) -> Procedure:
    valid_from, valid_to = _validity(cells)
    limit, unit = _limit(cells)
    return Procedure(
        national_code=cells.required("ma_quoc_gia"),
        local_codes=cells.codes("ma_dia_phuong"),
        name=cells.text("ten") or "",
        field=cells.text("linh_vuc") or "",
        limit=limit,
        limit_unit=unit,
        returns_document=(cells.one_of("co_ket_qua", ("0", "1")) or "1") == "1",
        online_level=cells.one_of("muc_do", ONLINE_LEVELS),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _limit(cells: _Cells) -> tuple[float, str] | tuple[None, None]:
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


def _contact(cells: _Cells) -> Contact:
    valid_from, valid_to = _validity(cells)
    role, mailbox = cells.one_of("vai_tro", CONTACT_ROLES), cells.mailbox("hop_thu")
    if role is None:
        raise ValueError("vai_tro", f"expected one of {', '.join(CONTACT_ROLES)}")
    if mailbox is None:
        raise ValueError("hop_thu", "an e-mail address is missing")
    return Contact(cells.required("ma"), role, mailbox, valid_from, valid_to)


def _holiday(cells: _Cells) -> tuple[date, str]:
    day, sort = cells.day("ngay"), cells.one_of("loai", ("nghi", "lam_bu"))
    if day is None or sort is None:
        raise ValueError("ngay" if day is None else "loai", "must not be empty")
    return day, sort


def _validity(cells: _Cells) -> tuple[date | None, date | None]:
    first, last = cells.day("hieu_luc_tu"), cells.day("hieu_luc_den")
    if first and last and last < first:
        raise ValueError("hieu_luc_den", "ends before it begins")
    return first, last


# --- files -----------------------------------------------------------------------------------------------


def _read(file: Path, columns: tuple[str, ...], row: Callable[[_Cells], _Row]) -> Iterator[tuple[int, _Row]]:
    """(line, row) of every line that is not empty, in file order."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, columns, file, reader.line_num)
            elif len(cells) != len(header):
                message = f"{len(cells)} cells, the header has {len(header)} columns"
                raise ConfigError(message, file=file, line=reader.line_num)
            else:
                yield reader.line_num, row(_Cells(dict(zip(header, cells, strict=True))))
    except ValueError as error:
        column, message = error.args
        raise ConfigError(message, file=file, line=reader.line_num, key=column) from None
    except csv.Error as error:
        raise ConfigError(f"not CSV: {error}", file=file, line=reader.line_num) from None
    if header is None:
        raise ConfigError(f"the file is empty; expected the columns {', '.join(columns)}", file=file)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError("no such reference table", file=file) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"not UTF-8 (byte {error.start}); save the table as UTF-8", file=file) from None


def _header(cells: list[str], columns: tuple[str, ...], file: Path, line: int) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    for column in columns:
        if names.count(column) != 1:
            problem = "stands twice" if column in names else "is missing"
            raise ConfigError(f"the column {column} {problem}", file=file, line=line, key=column)
    return names


_Table = TypeVar("_Table")


def _table(make: Callable[[list[_Row]], _Table], rows: Iterator[tuple[int, _Row]], file: Path) -> _Table:
    """The table of these rows; a code that stands twice is an error of the file."""
    try:
        return make([row for _, row in rows])
    except ValueError as error:
        raise ConfigError(str(error), file=file) from None


def _version(file: Path) -> str:
    return f"{file.name} sha256:{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
