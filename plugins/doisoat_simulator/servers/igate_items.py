"""One dossier as an item of the iGate v2 search (wire-contract §11.3), unstable shapes included.

Which shape an item has depends on its id alone, so that it looks the same whenever it is asked for.
`moRong` (an extension real installations have in other forms) carries, under the canonical names, what the
wire does not name; `pure_wire` leaves it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from doisoat_simulator.servers.spellings import (
    CHANNEL_LABELS,
    IGATE_CHANNEL_IDS,
    IGATE_STATUS_IDS,
    STATUS_LABELS,
    channel_number,
    iso_local,
    iso_utc,
    pick,
    status_number,
)
from doisoat_simulator.servers.world_protocol import EXTENSION_COLUMNS, Row

VIETNAMESE = 228  # iGate's languageId

# Wire date -> canonical column. `dueDate` repeats the appointment, as iGate does.
DATE_COLUMNS = {
    "appliedDate": "NgayNopHoSo",
    "acceptedDate": "NgayTiepNhan",
    "appointmentDate": "NgayHenTra",
    "dueDate": "NgayHenTra",
    "completedDate": "NgayKetThucXuLy",
    "returnedDate": "NgayTra",
    "updatedDate": "updated_at",
}


def igate_item(row: Row, names: Mapping[str, str], *, pure_wire: bool = False) -> dict[str, Any]:
    """The item of a row; `names` gives a name for procedure and agency codes."""
    record_id = str(row.get("source_id"))
    shape = pick(record_id, 1 << 30)
    item: dict[str, Any] = {
        "id": record_id,
        "code": row.get("MaHoSo"),
        "nationCode": row.get("nationCode") or row.get("MaHoSoQG"),
        "dossierStatus": _status(row.get("TrangThaiHoSo")),
        "dossierTaskStatus": {"id": f"ts{shape % 9}", "name": [_translated("Đang theo dõi")]},
        "applicant": _applicant(row, record_id),
        "procedure": _procedure(row, names, shape),
        "procedureProcessDefinition": {
            "processDefinition": {"processingTime": row.get("ThoiHan"), "processingTimeUnit": "d"}
        },
        "agency": _agency(row, names),
        "applyMethod": _apply_method(row.get("KenhThucHien")),
        "currentTask": _current_task(row, shape),
        "task": [],
        "accepter": {"fullname": row.get("NguoiXuLy")},
        "eForm": {"data": {"ghiChu": row.get("GhiChu")}},
        "isDVCLT": False,
        "undefindedCompleteTime": 0,
        "countDutypaidCert": 0,
    }
    for place, (wire, column) in enumerate(DATE_COLUMNS.items()):
        item[wire] = _instant(row.get(column), shape >> place & 1)
    if not pure_wire:
        item["moRong"] = extension(row)
    return item


def extension(row: Row) -> dict[str, Any]:
    """The canonical fields no shop's wire names: null is null, and a column the world lacks is absent."""
    return {column: row[column] for column in EXTENSION_COLUMNS if column in row}


def _instant(value: Any, form: int) -> Any:
    if isinstance(value, date):
        return iso_local(value) if form else iso_utc(value)
    return value


def _status(value: Any) -> dict[str, Any]:
    number = status_number(value)
    if number is None:
        return {"id": None, "name": None if value is None else str(value)}
    return {"id": IGATE_STATUS_IDS[number], "name": STATUS_LABELS[number]}


def _translated(name: str | None) -> dict[str, Any]:
    return {"languageId": VIETNAMESE, "name": name}


def _applicant(row: Row, record_id: str) -> dict[str, Any]:
    """Personal data, as the real search has it: nobody who reconciles may keep it."""
    return {
        "userId": f"u-{record_id}",
        "eformId": f"e-{record_id}",
        "data": {
            "fullname": row.get("ChuHoSo"),
            "ownerFullname": row.get("ChuHoSo"),
            "identityNumber": row.get("SoGiayToChuHoSo"),
            "phoneNumber": row.get("SoDienThoai"),
            "email": row.get("Email"),
            "address": row.get("DiaChi"),
            "noidungyeucaugiaiquyet": row.get("TrichYeuHoSo"),
        },
    }


def _procedure(row: Row, names: Mapping[str, str], shape: int) -> dict[str, Any]:
    code = row.get("MaTTHC")
    one = _translated(row.get("TenTTHC") or names.get(str(code)))
    translate: Any = (one, [one], {"0": one})[shape % 3]
    sector = row.get("MaLinhVuc") or "G09-LV01"
    return {
        "id": f"p-{code}",
        "code": code,
        "translate": translate,
        "sector": {"id": f"s-{sector}", "code": sector},
    }


def _agency(row: Row, names: Mapping[str, str]) -> dict[str, Any] | None:
    code = row.get("MaCoQuan")
    if code is None:
        return None
    return {"id": f"a-{code}", "name": row.get("TenCoQuan") or names.get(str(code)), "code": code}


def _apply_method(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    number = channel_number(value)
    if number is None:
        return {"id": None, "name": str(value)}
    return {"id": IGATE_CHANNEL_IDS[number], "name": CHANNEL_LABELS[number]}


def _current_task(row: Row, shape: int) -> Any:
    task = {"id": f"t{shape}", "assignee": {"fullname": row.get("NguoiXuLy")}, "name": "Xử lý hồ sơ"}
    return [task] if shape & 1 else task
