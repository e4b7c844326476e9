"""Staged rows for tests of the comparison: a case names only what matters, the rest agrees on both sides.

The business date is Thursday 3/9/2026, the reference tables are the small ones below. Instants are written in local
time. Codes of agencies and procedures are written as normalised codes; what `stage` derives from them is derived
here from the same reference tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from doisoat.model import VIETNAM, Side
from doisoat.reconcile import Case, judge
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Agency, AgencyTable, Procedure, ProcedureTable
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.engine import engine
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference

BUSINESS_DATE = date(2026, 9, 3)
AS_OF = datetime(2026, 9, 3, 23, 59, 59, tzinfo=VIETNAM)
ROOTS = ("H21", "H08")

_INSTANT = pa.timestamp("us", tz="UTC")
INSTANTS = ("received_at", "submitted_at", "due_at", "finished_at", "returned_at", "step_at")
SUPPLEMENT_INSTANTS = ("supplement_requested_at", "supplement_completed_at", "first_supplement_completed_at")
INDICATORS = ("has_result_code", "is_digitised", "has_digitised_part", "from_personal_store", "is_vneid")
SCHEMA = pa.schema(
    [
        ("dossier_code", pa.string()),
        ("code_raw", pa.string()),
        ("status", pa.int8()),
        ("status_raw", pa.string()),
        ("procedure_raw", pa.string()),
        ("procedure_code", pa.string()),
        ("procedure_issue", pa.string()),
        ("agency_raw", pa.string()),
        ("agency_code", pa.string()),
        ("agency_known", pa.bool_()),
        ("agency_ended", pa.bool_()),
        ("agency_final", pa.string()),
        *((name, _INSTANT) for name in INSTANTS),
        ("supplement_count", pa.int32()),
        *((name, _INSTANT) for name in SUPPLEMENT_INSTANTS),
        ("extension_count", pa.int32()),
        ("channel", pa.int8()),
        ("online_payment", pa.int8()),
        ("fee_total", pa.int64()),
        ("has_result", pa.bool_()),
        ("national_code", pa.string()),
        ("alternative_code", pa.string()),
        ("unit_code", pa.string()),
        *((name, pa.bool_()) for name in INDICATORS),
        ("source_file", pa.string()),
        ("source_row", pa.int64()),
        ("warnings", pa.list_(pa.string())),
    ]
)
REJECTION_SCHEMA = pa.schema(
    [
        ("side", pa.string()),
        ("source_file", pa.string()),
        ("source_row", pa.int64()),
        ("rule", pa.string()),
        ("reason", pa.string()),
        ("dossier_code", pa.string()),
    ]
)

REFERENCE = Reference(
    agencies=AgencyTable(
        [
            Agency("H21", name="UBND tỉnh"),
            Agency("H21.05", name="Sở Nội vụ", parent="H21"),
            Agency("H21.05.02", name="Phòng Công chức", parent="H21.05"),
            Agency("H21.06", name="Sở Tài chính", parent="H21"),
            Agency("H08.05", name="Sở Nội vụ (cũ)", valid_to=date(2025, 6, 30), successor="H21.05"),
            Agency("H15.05", name="Sở của tỉnh khác"),
        ]
    ),
    procedures=ProcedureTable(
        [
            Procedure("1.001612", limit=5, limit_unit="Ngày làm việc", online_level="toan_trinh"),
            Procedure("2.000815", limit=8, limit_unit="Giờ", returns_document=False),
            Procedure("2.000477", local_codes=("1.003560.000.00.00.H21",), limit=1, limit_unit="Tháng"),
            Procedure("3.000001", limit=15, limit_unit="Ngày"),
            Procedure("1.000999", limit=5, limit_unit="Ngày làm việc", valid_to=date(2025, 12, 31)),
            Procedure("1.000111"),
            Procedure("1.001756", limit=5, limit_unit="Ngày làm việc", excludes_payment_wait=True),
            Procedure("1.004221", limit=8, limit_unit="Giờ", late_starts_next_day=True),
            Procedure("1.004222", limit=5, limit_unit="Ngày làm việc", late_starts_next_day=True),
            Procedure("1.012821", excludes_payment_wait=True, late_starts_next_day=True),
        ]
    ),
    calendar=WorkingCalendar(
        off=frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)}),
        worked=frozenset({date(2026, 8, 22)}),
    ),
    contacts=(),
    versions={},
)

# A dossier in processing that both sides tell alike; every test starts from it.
DEFAULTS: dict[str, Any] = {
    "code": "H21.05-260824-0001",
    "status": 4,
    "procedure": "1.001612",
    "agency": "H21.05",
    "received_at": "2026-08-24 09:00:00",
    "due_at": "2026-09-07 17:00:00",
    "supplement_count": 0,
    "extension_count": 0,
    "channel": 1,
    "has_result": True,
}


def local(value: Any) -> datetime | None:
    """A local instant from its ISO text, or none."""
    if value is None:
        return None
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)


def staged_row(values: Mapping[str, Any], position: int = 1) -> dict[str, Any]:
    """A row of dossiers.parquet from what a test names; `code`, `procedure`, `agency` are the normalised codes."""
    given = {**DEFAULTS, **values}
    code, procedure, agency = given.pop("code"), given.pop("procedure"), given.pop("agency")
    unknown = given.keys() - set(SCHEMA.names)
    assert not unknown, f"no such column: {sorted(unknown)}"
    given |= {name: local(given.get(name)) for name in (*INSTANTS, *SUPPLEMENT_INSTANTS)}
    began = given["received_at"] or given["submitted_at"]
    reference_day = began.astimezone(VIETNAM).date() if began else BUSINESS_DATE
    canonical = REFERENCE.agencies.canonical(agency)
    derived = {
        "dossier_code": code,
        "code_raw": code,
        "status_raw": str(given["status"]),
        "procedure_raw": procedure,
        "procedure_code": REFERENCE.procedures.national(procedure),
        "procedure_issue": REFERENCE.procedures.issue(procedure, reference_day),
        "agency_raw": agency,
        "agency_code": canonical,
        "agency_known": canonical is not None and REFERENCE.agencies.is_known(canonical),
        "agency_ended": canonical is not None and REFERENCE.agencies.ended_before(canonical, reference_day),
        "agency_final": None if canonical is None else REFERENCE.agencies.final(canonical),
        "source_file": "rows.csv",
        "source_row": position,
        "warnings": [],
        **dict.fromkeys(INDICATORS, False),
    }
    return {**dict.fromkeys(SCHEMA.names), **derived, **given}


def dossier_table(rows: Iterable[Mapping[str, Any]] | pa.Table) -> pa.Table:
    """The rows of one side as `stage` leaves them; a finished table as it is."""
    if isinstance(rows, pa.Table):
        return rows
    return pa.Table.from_pylist([staged_row(row, place) for place, row in enumerate(rows, start=1)], schema=SCHEMA)


def rejection_table(codes: Iterable[str | None], side: Side) -> pa.Table:
    """One rejected row for each code (None = unreadable)."""
    rows = [
        {
            "side": side.value,
            "source_file": "rejected.csv",
            "source_row": place,
            "rule": "status_invalid",
            "reason": "trạng thái không đọc được",
            "dossier_code": code,
        }
        for place, code in enumerate(codes, start=1)
    ]
    return pa.Table.from_pylist(rows, schema=REJECTION_SCHEMA)


@contextmanager
def judged(
    shop: Iterable[Mapping[str, Any]] = (),
    portal: Iterable[Mapping[str, Any]] = (),
    *,
    case: Case | None = None,
    rejected_shop: Iterable[str | None] = (),
    rejected_portal: Iterable[str | None] = (),
    unanswered: Mapping[str, str] | None = None,
    reference: Reference = REFERENCE,
) -> Any:
    """A connection on which the rows have been compared; `unanswered`: code -> why, of a portal of look-ups."""
    with engine(threads=1) as connection:
        if unanswered is not None:
            silent = pa.table({"dossier_code": list(unanswered), "reason": list(unanswered.values())})
            connection.from_arrow(silent).create("unanswered")
        register_reference(connection, reference)
        connection.register("shop_dossiers", dossier_table(shop))
        connection.register("portal_dossiers", dossier_table(portal))
        connection.register("shop_rejections", rejection_table(rejected_shop, Side.SHOP))
        connection.register("portal_rejections", rejection_table(rejected_portal, Side.PORTAL))
        judge(connection, case or night())
        yield connection


def night(**changes: Any) -> Case:
    """The case of the business date; both sides complete, every column there, default rules."""
    return Case(
        **{
            "business_date": BUSINESS_DATE,
            "as_of": AS_OF,
            "province_roots": ROOTS,
            "rules": RuleParameters(),
            **changes,
        }
    )


def found(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What was found, in the order of discrepancies.parquet."""
    answer = connection.execute(
        "SELECT dossier_code, kind, subtype, field, value_shop, value_portal, agency_code, procedure_code "
        "FROM found ORDER BY dossier_code, kind, subtype, field"
    )
    columns = [column[0] for column in answer.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def write_snapshot(folder: Path, rows: Iterable[Mapping[str, Any]], rejected: Iterable[str | None], side: Side) -> None:
    """dossiers.parquet and rejections.parquet of one side."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(dossier_table(rows), folder / "dossiers.parquet")
    pq.write_table(rejection_table(rejected, side), folder / "rejections.parquet")
