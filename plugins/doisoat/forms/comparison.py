"""Both sides of a period beside each other, by agency and by field; what the period before left: `comparison.xlsx`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from doisoat.forms.carrying import REASONS
from doisoat.forms.checking import CHECKS
from doisoat.forms.filling import Figures, FilledForm
from doisoat.forms.wording import ROMAN, clock_text, printable
from doisoat.model import Side
from doisoat.rules.reporting_periods import ReportingPeriod
from doisoat.rules.statutory_forms import TOTAL, FormCounts, deadlines, is_required
from doisoat.store.spreadsheets import Book, Column, Row, workbook
from doisoat.store.work_items import day

_COMPARED = {
    "received": "Tiếp nhận",
    "carried": "Từ kỳ trước",
    "resolved": "Đã giải quyết",
    "late": "Giải quyết quá hạn",
    "open": "Đang giải quyết",
    "open_over": "Đang giải quyết quá hạn",
}
_FIGURES = tuple(
    Column(f"{label}: {of}", 11, "number") for label in _COMPARED.values() for of in ("Một cửa", "DVCQG", "chênh lệch")
)
_CARRIED = (
    Column("Bên", 13),
    Column("Mã hồ sơ", 28),
    Column("Lý do", 62),
    Column("Cơ quan, biểu kỳ trước", 16),
    Column("Cơ quan, kỳ này", 16),
    Column("Lĩnh vực, biểu kỳ trước", 32),
    Column("Lĩnh vực, kỳ này", 32),
)


def write_comparison(
    path: Path, figures: Figures, forms: Sequence[FilledForm], period: ReportingPeriod, carried: Path
) -> None:
    """Write the workbook; `forms` end with the province's."""
    title = f"Đối chiếu số liệu giải quyết TTHC, {figures['label']} – {figures['province_unit']}"
    *agencies, province = forms
    with workbook(path, title, datetime.fromisoformat(figures["as_of"])) as book:
        _overview(book, figures, province, period)
        rows = [[one.unit_code, printable(one.reporter), *_cells(one)] for one in agencies]
        rows.append(["", f"{TOTAL} (biểu của tỉnh)", *_cells(province)])
        book.add_table("Theo cơ quan", [Column("Mã", 12), Column("Cơ quan", 40), *_FIGURES], rows)
        book.add_table("Theo lĩnh vực", [Column("Mục", 6), Column("Lĩnh vực", 46), *_FIGURES], _fields(province))
        if carried.is_file():
            book.add_table("Kỳ trước chuyển sang", _CARRIED, _carried(carried))


def _cells(one: FilledForm) -> list[int]:
    return _beside(*(one.blocks[side].total for side in Side))


def _beside(shop: FormCounts, portal: FormCounts) -> list[int]:
    pairs = ((getattr(shop, name), getattr(portal, name)) for name in _COMPARED)
    return [value for ours, theirs in pairs for value in (ours, theirs, ours - theirs)]


def _fields(province: FilledForm) -> Iterator[Row]:
    shop, portal = (province.blocks[side].parts for side in Side)
    for place, difference in enumerate(province.difference.parts):
        ours, theirs = ({row.field: row.counts for row in parts[place].rows} for parts in (shop, portal))
        for row in difference.rows:
            counts = (side.get(row.field, FormCounts()) for side in (ours, theirs))
            yield [ROMAN[place], printable(row.field), *_beside(*counts)]


def _carried(path: Path) -> Iterator[Row]:
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    for row in pq.read_table(path).to_pylist():
        places = (row["unit_before"], row["unit_now"], row["field_before"], row["field_now"])
        yield [Side(row["side"]).label, row["dossier_code"], REASONS[row["reason"]], *places]


def _overview(book: Book, figures: Figures, province: FilledForm, period: ReportingPeriod) -> None:
    first, last = (date.fromisoformat(figures[name]) for name in ("first_day", "last_day"))
    night = date.fromisoformat(figures["business_date"])
    lead = [
        f"Từ ngày {day(first)} đến ngày {day(last)}, theo số liệu đêm {day(night)}",
        f"Tính {clock_text(figures)}",
        *figures["partial_reasons"],
    ]
    groups: dict[str, list[tuple[str, Any]]] = {
        side.label: [(label, getattr(province.blocks[side].total, name)) for name, label in _COMPARED.items()]
        + [
            (
                "Đã tiếp nhận, không có ngày tiếp nhận: không tính vào kỳ nào",
                figures["unplaced"].get(side, 0),
            ),
            ("Bản ghi bị loại khi đọc", figures["rejected"][side.value]),
        ]
        for side in Side
    }
    if figures["unanswered"]:
        groups["Cổng DVCQG"].append(("Hồ sơ chưa tra cứu được, không tính", figures["unanswered"]))
    groups["Đã kiểm tra"] = [(meaning, "đạt") for meaning in CHECKS.values()]
    groups["So với biểu kỳ trước đã lập"] = _carried_facts(figures["carried"])
    if is_required(period) and figures["definition"] == "statutory":
        agency, up = deadlines(last)
        groups["Thời hạn gửi (TT 09/2026/TT-BTP Điều 11)"] = [
            ("Cơ quan, UBND cấp xã gửi tỉnh", day(agency)),
            (f"Tỉnh gửi {province.receiver}", day(up)),
        ]
    book.add_facts("Tổng quan", groups, lead)


def _carried_facts(carried: dict[str, Any]) -> list[tuple[str, Any]]:
    if carried["basis"] != "published":
        return [(f"Kỳ {carried['period']}", "chưa có biểu đã lập để đối chiếu")]
    if not carried["differences"]:
        return [(f"Kỳ {carried['period']}", "khớp từng hồ sơ")]
    return [(f"{Side(row['side']).label}: {REASONS[row['reason']]}", row["dossiers"]) for row in carried["differences"]]
