"""The oracle's reading of raw records: rules "Reading values" and "Rejections and warnings", row by row.

Records are mappings of wire names, values as a file or an API spells them. Reading one value is the product's
`rules.values` (which has tests of its own); what a record becomes is written here independently of `stage`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from doisoat.rules.values import (
    CODE_MAX,
    code_problem,
    read_channel,
    read_code,
    read_instant,
    read_integer,
    read_status,
    read_text,
)
from doisoat.store.reference import Reference
from tests.oracle_night import DEFAULTS, StagedRow, day

DATES = {
    "NgayTiepNhan": "received_at",
    "NgayNopHoSo": "submitted_at",
    "NgayHenTra": "due_at",
    "NgayKetThucXuLy": "finished_at",
    "NgayTra": "returned_at",
    "ThoiDiemXuLy": "step_at",
    "NgayYeuCauBoSung": "supplement_requested_at",
    "NgayHoanThanhBoSung": "supplement_completed_at",
}
CROSSWALKS = {
    "national_code": ("MaHoSoQG", "nationCode"),
    "alternative_code": ("MaHoSoKhac",),
    "unit_code": ("MaHoSoDonVi",),
}
RESULTS = ("DuongDanTepTinKetQua", "DanhSachGiayToKetQua")


@dataclass(frozen=True)
class Rejected:
    rule: str
    dossier_code: str | None  # where it could be read


Wire = Mapping[str, Any]


def stage_rows(
    records: Iterable[Wire], reference: Reference, business_date: date, extracted_at: datetime
) -> tuple[list[StagedRow], list[Rejected]]:
    """(staged rows, rejections) of one side's records, in their order."""
    staged: list[StagedRow] = []
    rejected: list[Rejected] = []
    for record in records:
        row = stage_row(record, reference, business_date, extracted_at)
        (staged if isinstance(row, StagedRow) else rejected).append(row)  # type: ignore[arg-type]
    return staged, rejected


def stage_row(record: Wire, reference: Reference, business_date: date, extracted_at: datetime) -> StagedRow | Rejected:
    """The first rule a record breaks, or the staged row."""
    code = read_code(record.get("MaHoSo"))
    if code is None:
        return Rejected("code_missing", None)
    if code_problem(code):
        return Rejected("code_malformed", None)
    status = read_status(record.get("TrangThaiHoSo"), {})
    if status is None:
        return Rejected("status_invalid", code)
    try:
        values = {**instants(record), **supplements(record)}
    except ValueError:
        return Rejected("date_invalid", code)
    latest = extracted_at + timedelta(hours=DEFAULTS.future_tolerance_hours)
    received_at, end_at = values["received_at"], values["finished_at"] or values["returned_at"]
    if received_at and received_at > latest:
        return Rejected("received_in_future", code)
    if end_at and end_at > latest:
        return Rejected("finished_in_future", code)
    if end_at and received_at and day(end_at) < day(received_at):
        return Rejected("finished_before_received", code)
    began = received_at or values["submitted_at"]
    on = day(began) if began else business_date
    values |= procedure(record, reference, on) | agency(record, reference, on) | others(record)
    return StagedRow(dossier_code=code, status=status, **values)


def instants(record: Wire) -> dict[str, Any]:
    return {column: read_instant(record.get(name)) for name, column in DATES.items()}


def supplements(record: Wire) -> dict[str, Any]:
    """The list, where present, replaces count and dates of the flat fields."""
    listed = record.get("DanhSachHoSoBoSung")
    if listed is None:
        return {"supplement_count": integer(record.get("SoLanBoSung")) or 0}
    items = json.loads(listed) if isinstance(listed, str) else listed
    dates = [(read_instant(item.get("NgayBoSung")), read_instant(item.get("NgayTiepNhanBoSung"))) for item in items]
    asked = [pair for pair in dates if pair[0]]
    last = max(asked, key=lambda pair: pair[0] or datetime.min) if asked else (None, None)
    return {
        "supplement_count": len(items),
        "supplement_requested_at": last[0],
        "supplement_completed_at": last[1],
        "first_supplement_completed_at": min((c for _, c in dates if c), default=None),
    }


def procedure(record: Wire, reference: Reference, on: date) -> dict[str, Any]:
    raw = bounded_code(record.get("MaTTHC"))
    table = reference.procedures
    return {
        "procedure_raw": raw,
        "procedure_code": table.national(raw),
        "procedure_issue": table.issue(raw, on),
    }


def agency(record: Wire, reference: Reference, on: date) -> dict[str, Any]:
    raw = bounded_code(record.get("MaCoQuan"))
    table = reference.agencies
    code = table.canonical(raw)
    return {
        "agency_raw": raw,
        "agency_code": code,
        "agency_known": code is not None and table.is_known(code),
        "agency_ended": code is not None and table.ended_before(code, on),
        "agency_final": None if code is None else table.final(code),
    }


def others(record: Wire) -> dict[str, Any]:
    codes = {
        column: next((code for name in names if (code := bounded_code(record.get(name)))), None)
        for column, names in CROSSWALKS.items()
    }
    try:
        channel = read_channel(record.get("KenhThucHien"))
    except ValueError:
        channel = None
    return {
        **codes,
        "channel": channel,
        "extension_count": integer(record.get("SoLanGiaHan")) or 0,
        "online_payment": integer(record.get("DuocThanhToanTrucTuyen")),
        "fee_total": integer(record.get("TongLePhi")),
        "has_result": any(read_text(record.get(name)) for name in RESULTS),
    }


def bounded_code(value: object) -> str | None:
    code = read_code(value)
    return code if code is None or len(code) <= CODE_MAX else None


def integer(value: object) -> int | None:
    try:
        return read_integer(value)
    except ValueError:
        return None
