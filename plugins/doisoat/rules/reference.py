"""Agencies, procedures and contacts, and how a code in the data finds its row (discrepancy-rules §1, §3).

Values and look-ups only; `store.reference` reads the files. Codes given to the look-ups are already
normalised by `values.read_code`. Sources: QĐ 20/2020/QĐ-TTg (agency codes; `000.00.05.H21` is the older
QCVN 102:2016 spelling of `H21.05`); procedure codes are `d.dddddd`, local variants append the agency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from doisoat.rules.crosswalk import Crosswalk, DatedCodes, Spelling, spelled

ProcedureIssue = Literal["blank", "unknown", "retired"]
Value = TypeVar("Value")
Limit = tuple[float, str]  # amount, one of `calendar.UNITS`

_OLD_AGENCY = re.compile(r"000\.00\.(\d\d)\.([A-Z]\d\d)", re.ASCII)
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_STEM = re.compile(r"(\d\.\d{6})\..*", re.ASCII)


@dataclass(frozen=True)
class Agency:
    """One row of `agencies`; `valid_to` is the last valid day, None = open."""

    code: str
    other_spellings: tuple[str, ...] = ()
    name: str = ""
    level: str = ""
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    mailbox: str | None = None


@dataclass(frozen=True)
class Procedure:
    """One row of `procedures`; `limit` in `limit_unit`, None = the table names no limit."""

    national_code: str
    local_codes: tuple[str, ...] = ()
    name: str = ""
    field: str = ""
    limit: float | None = None
    limit_unit: str | None = None
    returns_document: bool = True
    online_level: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    excludes_payment_wait: bool = False  # sector law does not count the wait for a financial obligation
    late_starts_next_day: bool = False  # its own text counts what comes in after 15:00 from the next working day


@dataclass(frozen=True)
class Term:
    """What a procedure says about its time: the limit (None = none named), and two rules the law's clock follows.

    The rules are those of `Procedure`; they hold without a limit too.
    """

    limit: Limit | None = None
    excludes_payment_wait: bool = False
    late_starts_next_day: bool = False


@dataclass(frozen=True)
class Contact:
    """Whom to write to; `role` is co_quan, lanh_dao, van_phong or ky_thuat."""

    agency_code: str
    role: str
    mailbox: str
    valid_from: date | None = None
    valid_to: date | None = None


def is_mailbox(text: str) -> bool:
    """Whether a text is one plain address: no blanks, no line breaks, not several in one.

    >>> is_mailbox("sxd@phutho.gov.vn"), is_mailbox("a@x.vn; b@x.vn")
    (True, False)
    """
    return _MAILBOX.fullmatch(text) is not None


def root(code: str) -> str:
    """The province part of a canonical agency code.

    >>> root("H21.05.02")
    'H21'
    """
    return code.partition(".")[0]


class AgencyTable:
    """Agencies by code and by other spelling; ValueError if a code or spelling stands twice.

    A crosswalk gives a code that is no agency of the table its meaning by the day, and an agency of the table its
    successor where it names none itself.
    """

    def __init__(self, agencies: Iterable[Agency], crosswalk: Iterable[Crosswalk] = ()) -> None:
        self._crosswalk = DatedCodes(crosswalk)
        self._by_code: dict[str, Agency] = {}
        self._by_spelling: dict[str, str] = {}
        for agency in agencies:
            _claim(self._by_code, agency.code, agency)
            for spelling in agency.other_spellings:
                _claim(self._by_spelling, spelling, agency.code)

    def __iter__(self) -> Iterator[Agency]:
        """All agencies, in code order."""
        return iter(sorted(self._by_code.values(), key=lambda agency: agency.code))

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, canonical: str) -> Agency | None:
        return self._by_code.get(canonical)

    def canonical(self, code: str | None, day: date | None = None) -> str | None:
        """Code in `ma`; else by the crosswalk; else in `ma_cu`; else rewritten; else as it is (an unknown agency).

        >>> AgencyTable([Agency("H21.05")]).canonical("000.00.05.H21")
        'H21.05'
        """
        if code is None or code in self._by_code:
            return code
        if code in self._crosswalk:
            return self._crosswalk.target(code, day) or _rewritten(code)
        return self._by_spelling.get(code) or _rewritten(code)

    def final(self, canonical: str) -> str:
        """The end of the chain of successors; a loop stops before the first repeat."""
        seen = [canonical]
        while (agency := self._by_code.get(seen[-1])) is not None:
            successor = self.canonical(agency.successor or self._crosswalk.target(agency.code, None))
            if successor is None or successor in seen:
                break
            seen.append(successor)
        return seen[-1]

    def is_known(self, canonical: str) -> bool:
        return canonical in self._by_code

    def ended_before(self, canonical: str, day: date) -> bool:
        """Whether the table's last valid day lies before `day`; False for unknown agencies."""
        return _ended_before(self._by_code.get(canonical), day)

    def name(self, canonical: str) -> str:
        """The agency's name; its code if the table does not know it."""
        agency = self._by_code.get(canonical)
        return agency.name if agency and agency.name else canonical

    def parent(self, canonical: str) -> str | None:
        agency = self._by_code.get(canonical)
        return agency.parent if agency else None

    def mailbox(self, canonical: str) -> str | None:
        """The agency's mailbox in the table, else the nearest parent's that has one."""
        seen: set[str] = set()
        code: str | None = canonical
        while code is not None and code not in seen:
            seen.add(code)
            agency = self._by_code.get(code)
            if agency is None or agency.mailbox:
                return agency.mailbox if agency else None
            code = agency.parent
        return None

    def spellings(self) -> Iterator[Spelling]:
        """Every spelling with the days it holds, the codes themselves included."""
        for code in self._by_code:
            yield code, code, date.min, date.max
        for spelling, code in self._by_spelling.items():
            if spelling not in self._by_code and spelling not in self._crosswalk:
                yield spelling, code, date.min, date.max
        yield from spelled(row for row in self._crosswalk if row.code not in self._by_code)


class ProcedureTable:
    """Procedures by national and by local code; ValueError if a code stands twice.

    A local code that stands in the crosswalk is mapped by the crosswalk alone, by the day.
    """

    def __init__(self, procedures: Iterable[Procedure], crosswalk: Iterable[Crosswalk] = ()) -> None:
        self._crosswalk = DatedCodes(crosswalk)
        self._by_code: dict[str, Procedure] = {}
        self._by_local: dict[str, str] = {}
        for procedure in procedures:
            _claim(self._by_code, procedure.national_code, procedure)
            for local in procedure.local_codes:
                _claim(self._by_local, local, procedure.national_code)

    def __iter__(self) -> Iterator[Procedure]:
        """All procedures, in order of the national code."""
        return iter(sorted(self._by_code.values(), key=lambda procedure: procedure.national_code))

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, national: str | None) -> Procedure | None:
        return None if national is None else self._by_code.get(national)

    def national(self, code: str | None, day: date | None = None) -> str | None:
        """The crosswalk, then `ma_dia_phuong` first; else in `ma_quoc_gia`; else its stem there; else None (unmapped).

        >>> ProcedureTable([Procedure("1.001612")]).national("1.001612.000.00.00.H21")
        '1.001612'
        """
        if code is None:
            return None
        if (target := self._crosswalk.target(code, day)) is not None:
            return target
        if code in self._by_local and code not in self._crosswalk:
            return self._by_local[code]
        if code in self._by_code:
            return code
        stem = _STEM.fullmatch(code)
        return stem[1] if stem and stem[1] in self._by_code else None

    def ended_before(self, national: str, day: date) -> bool:
        """Whether the procedure's last valid day lies before `day`."""
        return _ended_before(self._by_code.get(national), day)

    def issue(self, code: str | None, day: date) -> ProcedureIssue | None:
        """Why a row with this normalised code is `procedure_unmapped` on its reference day, or None."""
        if code is None:
            return "blank"
        national = self.national(code, day)
        if national is None:
            return "unknown"
        return "retired" if self.ended_before(national, day) else None

    def term(self, national: str | None) -> Term:
        """What the table says about the procedure's time; of one it does not have nothing."""
        procedure = self.get(national)
        if procedure is None:
            return Term()
        amount, unit = procedure.limit, procedure.limit_unit
        limit = None if amount is None or unit is None else (amount, unit)
        return Term(limit, procedure.excludes_payment_wait, procedure.late_starts_next_day)

    def returns_document(self, national: str | None) -> bool:
        """Whether the procedure returns a document; unmapped = yes."""
        procedure = self.get(national)
        return procedure is None or procedure.returns_document

    def spellings(self) -> Iterator[Spelling]:
        """Every code that is mapped as a whole, with the days it holds, national codes themselves included."""
        for code in self._by_code:
            if code not in self._by_local and code not in self._crosswalk:
                yield code, code, date.min, date.max
        for local, national in self._by_local.items():
            if local not in self._crosswalk:
                yield local, national, date.min, date.max
        yield from spelled(self._crosswalk)


def _rewritten(code: str) -> str:
    """The older spelling `000.00.05.H21` as `H21.05`; anything else as it is."""
    old = _OLD_AGENCY.fullmatch(code)
    if old is None:
        return code
    unit, province = old.groups()
    return province if unit == "00" else f"{province}.{unit}"


def _claim(owners: dict[str, Value], code: str, owner: Value) -> None:
    if code in owners:
        raise ValueError(f"the code {code} stands twice")
    owners[code] = owner


def _ended_before(row: Agency | Procedure | None, day: date) -> bool:
    return row is not None and row.valid_to is not None and row.valid_to < day
