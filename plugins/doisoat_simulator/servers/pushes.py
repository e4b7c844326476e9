"""What clients push: `DongBoHoSoMC` and `CapNhatTienDoHoSoMC` (wire-contract §4.1, §4.2), validated, kept in memory.

The first problem found refuses the whole call. A look-up shows what was pushed, as the real portal would; the
frozen world itself never changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Refusal = tuple[str, str]  # error_code, message

REQUIRED = (
    "MaHoSo",
    "MaTTHC",
    "TenTTHC",
    "MaLinhVuc",
    "TenLinhVuc",
    "LoaiDoiTuong",
    "NgayTiepNhan",
    "TrangThaiHoSo",
    "HinhThuc",
    "DonViXuLy",
)
PRESENT = ("NgayHenTra",)  # required, may be ""
STEP_REQUIRED = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai")
LENGTHS = {"MaHoSo": 50, "MaTTHC": 50, "MaLinhVuc": 50, "TenTTHC": 250, "TenLinhVuc": 150}
LENGTHS |= {"TrichYeuHoSo": 1000, "GhiChu": 2000, "NguoiXuLy": 50}
DATES = ("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayTuChoi")
STEP_DATES = ("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh")
MAX_ITEMS = 1_000
_COMPACT = re.compile(r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d")


class Pushes:
    """Dossiers and steps as they were sent; `known` says whether the frozen portal has a code."""

    def __init__(self, known: Callable[[str], bool]) -> None:
        self._known = known
        self.dossiers: dict[str, dict[str, Any]] = {}
        self.steps: list[dict[str, Any]] = []
        self._last_step: dict[str, dict[str, Any]] = {}

    def push_dossiers(self, call: Mapping[str, Any]) -> Refusal | None:
        """`isUpdating` "True"/"False" (or JSON booleans) and `data`; None when all were taken."""
        updating = {"true": True, "false": False}.get(str(call.get("isUpdating")).strip().lower())
        if updating is None:
            return "-1", "Thiếu hoặc sai isUpdating"
        items = call.get("data")
        if refusal := _check_items(items, REQUIRED, PRESENT, DATES, "TrangThaiHoSo"):
            return refusal
        assert isinstance(items, list)
        for item in items:
            exists = self.exists(item["MaHoSo"])
            if exists and not updating:
                return "3", f"Hồ sơ {item['MaHoSo']} đã tồn tại"
            if updating and not exists:
                return "-1", f"Hồ sơ {item['MaHoSo']} không tồn tại"
        self.dossiers |= {item["MaHoSo"]: dict(item) for item in items}
        return None

    def push_steps(self, call: Mapping[str, Any]) -> Refusal | None:
        """Steps of known dossiers; None when all were taken."""
        items = call.get("data")
        if refusal := _check_items(items, STEP_REQUIRED, (), STEP_DATES, "TrangThai"):
            return refusal
        assert isinstance(items, list)
        for item in items:
            if not self.exists(item["MaHoSo"]):
                return "-1", f"Hồ sơ {item['MaHoSo']} không tồn tại"
        self.steps += [dict(item) for item in items]
        self._last_step |= {item["MaHoSo"]: item for item in items}
        return None

    def exists(self, code: str) -> bool:
        return code in self.dossiers or self._known(code)

    def shown(self, code: str, record: dict[str, Any] | None) -> dict[str, Any] | None:
        """What a look-up answers: the frozen record under what was pushed, and under the last step's status."""
        if code in self.dossiers:
            record = (record or {}) | self.dossiers[code]
        if record is None:
            return None
        if step := self._last_step.get(code):
            record |= {"TrangThaiHoSo": step["TrangThai"], "ThoiDiemXuLy": step["ThoiDiemXuLy"]}
        return record


def _check_items(
    items: Any, required: tuple[str, ...], present: tuple[str, ...], dates: tuple[str, ...], status: str
) -> Refusal | None:
    if not isinstance(items, list) or not items:
        return "-1", "Thiếu data"
    if len(items) > MAX_ITEMS:
        return "-1", f"Tối đa {MAX_ITEMS} phần tử một lần"
    for item in items:
        if problem := _problem(item, required, present, dates, status):
            return "-1", problem
    return None


def _problem(
    item: Any, required: tuple[str, ...], present: tuple[str, ...], dates: tuple[str, ...], status: str
) -> str | None:
    """What is wrong with one item, naming the field and never its value."""
    if not isinstance(item, dict):
        return "Phần tử của data không phải đối tượng"
    for name in (*required, *present):
        value = item.get(name)
        if not isinstance(value, str) or (name in required and not value.strip()):
            return f"Thiếu trường bắt buộc {name}"
    for name, limit in LENGTHS.items():
        if len(str(item.get(name) or "")) > limit:
            return f"Trường {name} dài quá {limit} ký tự"
    for name in dates:
        if item.get(name) and not _COMPACT.fullmatch(str(item[name])):
            return f"Trường {name} sai định dạng yyyyMMddHHmmss"
    if item[status] not in {str(number) for number in range(1, 11)}:
        return f"Trường {status} phải từ 1 đến 10"
    return None
