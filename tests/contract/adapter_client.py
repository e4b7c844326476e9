"""A shop at the served adapter of the portal, variant A: signing in, calling a service, the least records of a push."""

from __future__ import annotations

from typing import Any

import requests

from tests.contract.clients import PASSWORD

BASE = "/adapter/XrdAdapter/RestService/forward"
LOGIN, CALL = BASE + "/mapi/login", BASE + "/mapi/g"
NEW = "H44.100-260824-7777"  # no served world has it


def login(address: str) -> str:
    """A fresh session."""
    answer = requests.post(address + LOGIN, json={"username": "doisoat", "password": PASSWORD}, timeout=10).json()
    assert answer["error_code"] == 0
    return str(answer["session"])


def call(address: str, service: str, session: str | None = None, **fields: Any) -> dict[str, Any]:
    """The answer of a service; errors stand in it, as they do on the wire."""
    body = {"session": session or login(address), "madonvi": "000.00.00.H44", "service": service, **fields}
    answer = requests.post(address + CALL, json=body, timeout=10)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def pushed(**changes: Any) -> dict[str, Any]:
    """A hồ sơ with every required field."""
    return {
        "MaHoSo": NEW,
        "MaTTHC": "2.000815",
        "TenTTHC": "Chứng thực bản sao",
        "MaLinhVuc": "G15-TP01",
        "TenLinhVuc": "Chứng thực",
        "LoaiDoiTuong": "1",
        "NgayTiepNhan": "20260824090000",
        "NgayHenTra": "",
        "TrangThaiHoSo": "4",
        "HinhThuc": "0",
        "DonViXuLy": "UBND Phường Việt Trì",
    } | changes


def step(code: str, **changes: Any) -> dict[str, Any]:
    """A tiến trình of a dossier with every required field."""
    return {
        "MaHoSo": code,
        "NguoiXuLy": "Cán bộ một cửa",
        "ThoiDiemXuLy": "20260903160000",
        "NoiDungXuLy": "Trả kết quả",
        "TrangThai": "10",
    } | changes
