"""One dossier as an item of OpenCPS' `GET /o/rest/v2/dossiers` (wire-contract §11.1), three date dialects.

`submitDate`, `receiveDate`, `modifiedDate`: `dd/MM/yyyy HH:mm:ss`. `dueDate`, `releaseDate`, `finishDate` are
handed through raw from the index: `yyyyMMddHHmmss` or epoch milliseconds, as text. A null date is `""`, a null
number 0.
The wire knows only online or not and whole amounts (a Java long: 0 also when unknown), so channel and fee
stand in `moRong` as well, beside what it does not name at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from doisoat_simulator.servers.igate_items import extension
from doisoat_simulator.servers.spellings import (
    OPENCPS_WORDS,
    STATUS_LABELS,
    channel_number,
    compact,
    epoch_ms,
    pick,
    slashed,
    status_number,
)
from doisoat_simulator.servers.world_protocol import Row

FORMATTED_DATES = {"submitDate": "NgayNopHoSo", "receiveDate": "NgayTiepNhan", "modifiedDate": "updated_at"}
RAW_DATES = {"dueDate": "NgayHenTra", "releaseDate": "NgayKetThucXuLy", "finishDate": "NgayTra"}


def opencps_item(row: Row, names: Mapping[str, str], *, pure_wire: bool = False) -> dict[str, Any]:
    """The item of a row; `names` gives a name for procedure and agency codes."""
    record_id = str(row.get("source_id"))
    shape = pick(record_id, 1 << 30)
    item = _identity(row, names, record_id) | _applicant(row) | _state(row)
    for wire, column in FORMATTED_DATES.items():
        item[wire] = _spelled(row.get(column), slashed)
    for place, (wire, column) in enumerate(RAW_DATES.items()):
        item[wire] = _spelled(row.get(column), epoch_ms if shape >> place & 1 else compact)
    if not pure_wire:
        item["moRong"] = extension(row) | {"KenhThucHien": row.get("KenhThucHien")}
    return item


def _spelled(value: Any, form: Any) -> Any:
    if value is None:
        return ""
    return form(value) if isinstance(value, date) else value


def _identity(row: Row, names: Mapping[str, str], record_id: str) -> dict[str, Any]:
    procedure, agency = row.get("MaTTHC"), row.get("MaCoQuan")
    number = pick(record_id, 1 << 32)
    return {
        "dossierId": _number(record_id),
        "dossierNo": row.get("MaHoSo"),
        "referenceUid": str(UUID(int=number * 0x1_0000_0001_0000_0001_0000_0001, version=4)),
        "originDossierNo": "",
        "systemId": 0,
        "serviceCode": procedure if procedure is not None else "",
        "serviceName": row.get("TenTTHC") or names.get(str(procedure), ""),
        "govAgencyCode": agency if agency is not None else "",
        "govAgencyName": row.get("TenCoQuan") or names.get(str(agency), ""),
        "domainCode": row.get("MaLinhVuc") or "",
        "domainName": row.get("TenLinhVuc") or "",
    }


def _number(record_id: str) -> int:
    """OpenCPS counts its dossiers: a numeric id as it is, a hexadecimal one by its first 52 bits."""
    if record_id.isascii() and record_id.isdigit() and len(record_id) < 16:
        return int(record_id)
    try:
        return int(record_id[:13], 16)
    except ValueError:
        return pick(record_id, 1 << 32)


def _applicant(row: Row) -> dict[str, Any]:
    """Personal data, as the real list has it."""
    return {
        "applicantName": row.get("ChuHoSo") or "",
        "applicantIdType": "citizen",
        "applicantIdNo": row.get("SoGiayToChuHoSo") or "",
        "address": row.get("DiaChi") or "",
        "contactEmail": row.get("Email") or "",
        "contactTelNo": row.get("SoDienThoai") or "",
        "dossierName": row.get("TrichYeuHoSo") or "",
        "applicantNote": row.get("GhiChu") or "",
        "lastActionUser": row.get("NguoiXuLy") or "",
    }


def _state(row: Row) -> dict[str, Any]:
    status = row.get("TrangThaiHoSo")
    number, channel = status_number(status), channel_number(row.get("KenhThucHien"))
    as_spelled = "" if status is None else str(status)
    fee = row.get("TongLePhi")
    return {
        "dossierStatus": OPENCPS_WORDS[number] if number else as_spelled,
        "dossierStatusText": STATUS_LABELS[number] if number else as_spelled,
        "dossierSubStatus": "",
        "dossierSubStatusText": "",
        "lockState": "PAUSE" if number == 5 else "",
        "dossierOverdue": "Không xác định",
        "stepCode": "",
        "stepName": "",
        "lastActionName": "Chuyển xử lý",
        "lastActionNote": "",
        "extendDate": "",
        "cancellingDate": "",
        "correctingDate": "",
        "online": channel == 2,
        "viaPostal": 2 if channel == 3 else 0,
        "serviceLevel": 4 if channel == 2 else 2,
        "durationCount": row.get("ThoiHan") or 0,
        "durationUnit": 0,
        "feeAmount": fee if isinstance(fee, int) else 0,
        "totalAmount": fee if isinstance(fee, int) else 0,
    }
