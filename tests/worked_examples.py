"""The worked examples of the rules as data: what both sides say, and every kind that follows, with its subtype.

Business date Thu 3/9/2026, `as_of` 23:59:59; 31/8-2/9 off, Sat 22/8 worked; limit 5 working days unless said. Records
are written as a file would spell them, under wire names; `same(...)` is what both sides say. Each case is one
dossier (two where codes differ), so its expectation is complete: nothing else may be emitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from doisoat.model import VIETNAM, Side
from doisoat.rules.reference import Agency, AgencyTable, Procedure, ProcedureTable
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.reference import Reference

BUSINESS_DATE = date(2026, 9, 3)
AS_OF = datetime(2026, 9, 3, 23, 59, 59, tzinfo=VIETNAM)
PROVINCE_ROOTS = frozenset({"H21", "H08"})

Wire = Mapping[str, Any]
Expected = frozenset[tuple[str, str]]


def days_of_2026(*days: tuple[int, int]) -> frozenset[date]:
    return frozenset(date(2026, month, day) for day, month in days)


def procedure(code: str, *local: str, **changes: Any) -> Procedure:
    values = {"limit": 5.0, "limit_unit": "Ngày làm việc", **changes}
    return Procedure(code, local, name=f"Thủ tục {code}", field="Hộ tịch", **values)


REFERENCE = Reference(
    agencies=AgencyTable(
        [
            Agency("H21", name="UBND tỉnh"),
            Agency("H21.05", ("H21-SO-TP",), name="Sở Tư pháp", parent="H21"),
            Agency("H21.05.02", name="Phòng 2", parent="H21.05"),
            Agency("H21.06", name="Sở Y tế", parent="H21"),
            Agency("H08.05", name="Sở cũ", valid_to=date(2025, 6, 30), successor="H21.05"),
        ]
    ),
    procedures=ProcedureTable(
        [
            procedure("1.001612"),
            procedure("2.000815"),
            procedure("2.000477", "1.003560.000.00.00.H21"),
            procedure("1.000002", valid_to=date(2025, 12, 31)),
            procedure("1.000003", returns_document=False),
            procedure("1.000004", limit=16.0, limit_unit="Giờ"),
            procedure("1.000005", limit=None, limit_unit=None),
        ]
    ),
    calendar=WorkingCalendar(off=days_of_2026((31, 8), (1, 9), (2, 9)), worked=days_of_2026((22, 8))),
    contacts=(),
    versions={},
)

BASE: Wire = {
    "MaHoSo": "H21.05-260824-0001",
    "TrangThaiHoSo": 4,
    "MaTTHC": "1.001612",
    "MaCoQuan": "H21.05",
    "NgayNopHoSo": "2026-08-24T08:00:00",
    "NgayTiepNhan": "2026-08-24T09:00:00",
    "NgayHenTra": "2026-09-10T17:00:00",
    "KenhThucHien": 2,
    "DuocThanhToanTrucTuyen": 0,
    "DuongDanTepTinKetQua": "https://example.invalid/ket-qua.pdf",
}


def record(status: int | str | None = 4, **changes: Any) -> dict[str, Any]:
    """The base record with another status and other fields; None leaves a field out."""
    merged = {**BASE, "TrangThaiHoSo": status, **changes}
    return {name: value for name, value in merged.items() if value is not None}


@dataclass(frozen=True)
class Case:
    """One example; `line` is the row of the rules' table it stands for."""

    line: str
    name: str
    shop: tuple[Wire, ...]
    portal: tuple[Wire, ...]
    expected: Expected
    partial: frozenset[Side] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.line}: {self.name}"


def kinds(*expected: str) -> Expected:
    """`kind` or `kind/subtype` each."""
    return frozenset((kind, subtype) for kind, _, subtype in (one.partition("/") for one in expected))


def _rows(rows: Wire | tuple[Wire, ...] | None) -> tuple[Wire, ...]:
    if rows is None:
        return ()
    return rows if isinstance(rows, tuple) else (rows,)


def case(
    name: str,
    shop: Wire | tuple[Wire, ...] | None,
    portal: Wire | tuple[Wire, ...] | None,
    *expected: str,
    partial: Side | None = None,
) -> Case:
    """A case; its line is filled in by `lines`."""
    sides = frozenset({partial} if partial else ())
    return Case("", name, _rows(shop), _rows(portal), kinds(*expected), sides)


def same(name: str, status: int, *expected: str, **changes: Any) -> Case:
    """A case in which both sides say the same."""
    return case(name, record(status, **changes), record(status, **changes), *expected)


def lines(table: Mapping[str, tuple[Case, ...]]) -> tuple[Case, ...]:
    return tuple(
        Case(line, one.name, one.shop, one.portal, one.expected, one.partial)
        for line, cases in table.items()
        for one in cases
    )
