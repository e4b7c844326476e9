"""The world as folders of export files, the way provinces hand them over: many files, many habits."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from doisoat_simulator.lives import Row
from doisoat_simulator.officers import officers_workbook
from doisoat_simulator.people import people
from doisoat_simulator.world import Truth, World

Formats = Literal["csv", "mixed", "officers"]
DATES = (
    "NgayNopHoSo",
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayKetThucXuLy",
    "NgayTra",
    "ThoiDiemXuLy",
    "NgayYeuCauBoSung",
    "NgayHoanThanhBoSung",
)
_NUMBERS = ("TrangThaiHoSo", "DuocThanhToanTrucTuyen", "TongLePhi", "SoLanBoSung", "SoLanGiaHan")
_INTERNAL = frozenset({"source_id", "updated_at"})


@dataclass(frozen=True, slots=True)
class Part:
    """One export file: its name, its writer and its habits."""

    name: str
    kind: str
    date_format: str = "%Y-%m-%dT%H:%M:%S+07:00"
    separator: str = ","
    bom: bool = False
    null: str = ""
    heading: Callable[[str], str] = str
    weight: int = 4


_CSV = (
    Part("ho-so-1.csv", "csv"),
    Part("ho-so-2.csv", "csv", "%d/%m/%Y %H:%M:%S", ";", True, heading=str.upper),
    Part("ho-so-3.csv", "csv", "%Y%m%d%H%M%S", "\t", null="NULL"),
    Part("ho-so-4.csv", "csv", "%Y-%m-%d %H:%M:%S", ";", heading=lambda name: f" {name} "),
)
_MIXED = (
    _CSV[0],
    _CSV[1],
    Part("ho-so-5.jsonl", "jsonl"),
    Part("ho-so-6.jsonl.gz", "jsonl.gz", "%d/%m/%Y %H:%M:%S"),
    Part("ho-so-7.csv.zst", "csv.zst", "%Y%m%d%H%M%S", "\t", True),
    Part("ho-so-8.xlsx", "xlsx", "%d-%m-%Y %H:%M:%S", weight=2),
    Part("ho-so-9.parquet", "parquet"),
    Part("ho-so-10.csv.gz", "csv.gz", "%Y/%m/%d %H:%M:%S", null="(null)"),
)


_OFFICERS = (
    Part("ho-so.csv", "csv", weight=0),  # what a workbook cannot hold: broken rows, values that are none
    Part("danh-sach.xlsx", "officers", weight=1),
)
_PARTS: dict[Formats, tuple[Part, ...]] = {"csv": _CSV, "mixed": _MIXED, "officers": _OFFICERS}


def write_exports(world: World, folder: Path, *, formats: Formats = "csv") -> None:
    """Write ``shop/``, ``portal/``, ``truth.csv`` and ``truth.json`` into a folder."""
    for side, rows in (("shop", world.shop_rows), ("portal", world.portal_rows)):
        _write_side(world, side, rows, folder / side, _PARTS[formats])
    _write_truth(world, folder)


def _write_side(world: World, side: str, rows: list[Row], folder: Path, parts: tuple[Part, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    broken = world.expected_rejections[side].get("row_shape", 0)
    for part, found in _dealt(rows, parts):
        first = part is parts[0]
        (folder / part.name).write_bytes(_encoded(part, found, broken if first else 0))
    manifest = {"extracted_at": world.as_of.isoformat(), "complete": True, "expected_rows": len(rows) + broken}
    (folder / "_export.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _dealt(rows: list[Row], parts: tuple[Part, ...]) -> list[tuple[Part, list[Row]]]:
    """Deal the rows out; what is no clean value goes to a part that is text."""
    wheel = [index for index, part in enumerate(parts) for _ in range(part.weight)]
    hands: list[list[Row]] = [[] for _ in parts]
    for number, row in enumerate(rows):
        index = wheel[number % len(wheel)]
        if parts[index].kind in ("xlsx", "parquet", "officers") and not _clean(row):
            index = 0
        hands[index].append(row)
    return list(zip(parts, hands, strict=True))


def _clean(row: Row) -> bool:
    dated = all(row[name] is None or isinstance(row[name], datetime) for name in DATES)
    return dated and all(row[name] is None or type(row[name]) is int for name in (*_NUMBERS, "KenhThucHien"))


def _encoded(part: Part, rows: list[Row], broken: int) -> bytes:
    if part.kind == "officers":
        return officers_workbook(rows)
    if part.kind == "xlsx":
        return _xlsx(part, rows)
    if part.kind == "parquet":
        return _parquet(rows)
    body = _csv(part, rows, broken) if part.kind.startswith("csv") else _jsonl(part, rows, broken)
    if part.kind.endswith(".gz"):
        return gzip.compress(body, 6, mtime=0)
    return _zstd(body) if part.kind.endswith(".zst") else body


def _columns(rows: list[Row]) -> list[str]:
    return [name for name in rows[0] if name not in _INTERNAL] if rows else ["MaHoSo"]


def _texts(part: Part, row: Row, columns: Iterable[str]) -> list[str]:
    return [_text(part, row[name]) for name in columns]


def _text(part: Part, value: Any) -> str:
    if value is None:
        return part.null
    return value.strftime(part.date_format) if isinstance(value, datetime) else str(value)


def _csv(part: Part, rows: list[Row], broken: int) -> bytes:
    columns = _columns(rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=part.separator, lineterminator="\r\n")
    writer.writerow([part.heading(name) for name in columns])
    for number, row in enumerate(rows):
        writer.writerow(_texts(part, row, columns))
        if number % 5000 == 17:
            out.write("\r\n")
    for number in range(broken):
        writer.writerow(_broken_cells(number, len(columns)))
    return ("\ufeff" if part.bom else "").encode() + out.getvalue().encode()


def _broken_cells(number: int, columns: int) -> list[str]:
    person = people()[number % len(people())]
    cells = ["H44.100-260820-00O1", "4", person.name, person.number, person.mail]
    return cells if number % 2 else cells + ["9"] * columns


def _jsonl(part: Part, rows: list[Row], broken: int) -> bytes:
    columns = _columns(rows)
    lines = []
    for row in rows:
        values = {name: _json_value(part, row[name]) for name in columns}
        lines.append(json.dumps(values, ensure_ascii=False))
    lines += [json.dumps(_broken_cells(number, 3), ensure_ascii=False) for number in range(broken)]
    return ("\n".join(lines) + "\n\n").encode()


def _json_value(part: Part, value: Any) -> Any:
    return _text(part, value) if isinstance(value, datetime) else value


def _zstd(body: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor(level=5, write_content_size=True).compress(body)


def _xlsx(part: Part, rows: list[Row]) -> bytes:
    """A workbook whose first sheet is a cover; due dates are real date cells, the rest is text."""
    import xlsxwriter  # type: ignore[import-untyped]

    out, columns = io.BytesIO(), _columns(rows)
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2026, 1, 1)})
    book.add_worksheet("Bìa").write_string(0, 0, "Danh sách hồ sơ")
    sheet = book.add_worksheet("Hồ sơ")
    stamp = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    for index, name in enumerate(columns):
        sheet.write_string(1, index, name)
    for line, row in enumerate(rows, 2):
        for index, name in enumerate(columns):
            value = row[name]
            if name == "NgayHenTra" and value is not None:
                sheet.write_datetime(line, index, value, stamp)
            elif isinstance(value, int):
                sheet.write_number(line, index, value)
            elif value is not None:
                sheet.write_string(line, index, _text(part, value))
    book.close()
    return out.getvalue()


def _parquet(rows: list[Row]) -> bytes:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    columns = _columns(rows)
    fields = [pa.field(name, _arrow_type(pa, name)) for name in columns]
    values = [pa.array([row[name] for row in rows], kind.type) for name, kind in zip(columns, fields, strict=True)]
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(values, schema=pa.schema(fields)), out, compression="zstd")
    return bytes(out.getvalue().to_pybytes())


def _arrow_type(pa: Any, name: str) -> Any:
    if name in DATES:
        return pa.timestamp("us")
    return pa.int64() if name in (*_NUMBERS, "KenhThucHien") else pa.string()


def _write_truth(world: World, folder: Path) -> None:
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(Truth.__dataclass_fields__)
        for item in world.truth:
            writer.writerow([item.dossier_code, item.kind, item.subtype, item.plant, int(item.in_flight)])
    summary = {
        "business_date": world.business_date.isoformat(),
        "seed": world.seed,
        "dossiers": world.dossiers,
        "rows": {"shop": len(world.shop_rows), "portal": len(world.portal_rows)},
        "expected_rejections": world.expected_rejections,
        "expected_unknown": sorted(world.expected_unknown),
        "secret_codes": sorted(world.secret_codes),
        "canaries": list(world.canaries),
    }
    text = json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
    (folder / "truth.json").write_text(text, encoding="utf-8")
