"""Dossiers made on the fly, so that a million of them need no memory: the wire's columns and personal ones to be dropped.

Not a world like the simulator's: no two sides, nothing planted, only rows of realistic width and variety.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

_FIRST = datetime(2026, 1, 5, 7, 30)
_AGENCIES = [f"H44.{number}" for number in range(100, 248)]
_PROCEDURES = ["1.004873", "2.000815", "1.001612", "1.001776", "2.000635", "1.012783", "1.000045", "2.001610"]
_STATUSES = ("10", "10", "10", "9", "4", "2", "5", "1")
COLUMNS = (
    *("MaHoSo", "TrangThaiHoSo", "MaTTHC", "MaCoQuan", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy"),
    *("NgayTra", "ThoiDiemXuLy", "KenhThucHien", "DuocThanhToanTrucTuyen", "TongLePhi", "SoLanBoSung", "SoLanGiaHan"),
    *("DuongDanTepTinKetQua", "MaHoSoQG", "DoMat"),
    *("ChuHoSo", "SoGiayToChuHoSo", "Email", "SoDienThoai", "DiaChi", "TrichYeuHoSo", "GhiChu", "NguoiXuLy"),
)


def made_row(number: int) -> tuple[str, ...]:
    """Row `number` (0-based), in the order of COLUMNS; the same number gives the same row."""
    received = _FIRST + timedelta(seconds=number * 7919 % 20_000_000)
    agency, status = _AGENCIES[number % len(_AGENCIES)], _STATUSES[number % 8]
    finished = received + timedelta(seconds=3 * 86_400 + number % 36_000) if status in {"9", "10"} else None
    done = _at(finished)
    return (
        *(f"{agency}-{received:%y%m%d}-{number:07d}", status, _PROCEDURES[number // 3 % 8], agency),
        *(_at(received - timedelta(minutes=number % 3)), _at(received), _at(received + timedelta(days=7))),
        *(done, done if status == "10" else "", done or _at(received)),
        *(str(1 + number % 2), "1" if number % 5 else "0", str(number % 9 * 5_000), "0", ""),
        *(f"https://motcua.phutho.example/ket-qua/{number % 97:03d}.pdf" if done else "", "", ""),
        *(f"Hoàngyến Văn {number % 1000}", f"00001{number:07d}", f"cd{number}@canary.example", f"099{number:07d}"),
        f"Số {number % 300}, ngõ Hoàngyến, phường Minh Họa",
        f"Đơn của Hoàngyến Văn {number % 1000}, số 00001{number:07d}",
        *("Ghi nhận bản gốc" if number % 4 else "", f"Hoàngyến Cán Bộ {number % 30:02d}"),
    )


def write_csv(path: Path, rows: int) -> None:
    """A CSV of that many rows, header first, row by row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_rows(rows))


def _rows(rows: int) -> Iterator[tuple[str, ...]]:
    return map(made_row, range(rows))


def _at(local: datetime | None) -> str:
    return "" if local is None else f"{local:%Y-%m-%dT%H:%M:%S}+07:00"
