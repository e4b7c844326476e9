"""Two small catalogues for tests of their comparison: a case names only what matters, the rest agrees on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from doisoat.catalogue.comparison import Found, compare
from doisoat.rules.catalogue import Entry, Listing
from doisoat.rules.crosswalk import Crosswalk
from doisoat.rules.reference import Agency, AgencyTable, Procedure, ProcedureTable
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.reference import Reference

DAY = date(2026, 9, 3)
ROOTS = ("H21", "H08")
AGENCIES = AgencyTable(
    [
        Agency("H21", name="UBND tỉnh Gia Lai"),
        Agency("H21.05", ("000.00.05.H21",), "Sở Tư pháp"),
        Agency("H08.05", name="Sở Tư pháp Bình Định", valid_to=date(2025, 6, 30), successor="H21.05"),
    ]
)
PROCEDURES = ProcedureTable(
    [
        Procedure("1.001612", name="Thành lập hộ kinh doanh"),
        Procedure("2.000477", ("1.003560.000.00.00.H21",), name="Cấp giấy phép"),
        Procedure("1.000002", name="Đã hết", valid_to=date(2025, 12, 31)),
    ],
    [
        Crosswalk("TTHC-01", "1.001612", date(2025, 1, 1), date(2026, 6, 30)),
        Crosswalk("TTHC-01", "2.000477", date(2026, 7, 1)),
    ],
)
REFERENCE = Reference(AGENCIES, PROCEDURES, WorkingCalendar(frozenset(), frozenset()), (), {})
DEFAULTS: dict[str, Any] = {
    "sort": "procedure",
    "code": "1.001612",
    "name": "Thành lập hộ kinh doanh",
    "sector": "Hộ kinh doanh",
    "level": "toan_trinh",
    "fee": 100_000,
    "limit": 3,
    "unit": "Ngày làm việc",
    "is_active": True,
}


def entry(given: Mapping[str, Any]) -> Entry:
    """An entry with the defaults of its sort."""
    if given.get("sort", "procedure") != "procedure":
        return Entry(**{"name": "Tên", "is_active": True, **given})
    return Entry(**{**DEFAULTS, **given})


def listing(rows: Iterable[Mapping[str, Any]], **changes: Any) -> Listing:
    return Listing("thử", tuple(entry(row) for row in rows), **changes)


def found(shop: Listing, portal: Listing, folder: Path, dossiers: Iterable[tuple[str, str]] = ()) -> list[Found]:
    """What the comparison tells; `dossiers` are (procedure, day received)."""
    rows = list(dossiers)
    snapshot = folder / "dossiers.parquet"
    days = [date.fromisoformat(day) for _, day in rows]
    table = pa.table(
        {
            "procedure_code": pa.array([code for code, _ in rows], pa.string()),
            "received_at": pa.array(days, pa.date32()),
        }
    )
    pq.write_table(table, snapshot)
    return list(compare(shop, portal, REFERENCE, DAY, province_roots=ROOTS, snapshot=snapshot).found)
