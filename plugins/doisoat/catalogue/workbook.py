"""The comparison as a workbook: everything, uncapped, one sheet a subtype."""

from __future__ import annotations

from pathlib import Path

from doisoat.catalogue.report import CatalogueReport, Line
from doisoat.catalogue.wording import SUBTYPES, TITLES
from doisoat.model import Side
from doisoat.store.spreadsheets import Book, Column, Row, workbook
from doisoat.store.work_items import day

_COLUMNS = (
    Column("Loại mục", 11),
    Column("Mã", 26),
    Column("Tên", 60),
    Column("Lĩnh vực", 28),
    Column("Điểm lệch", 22),
    Column("Một cửa", 36),
    Column("Cổng DVCQG", 36),
    Column("Hồ sơ sau ngày hết hiệu lực", 13, "number"),
    Column("Phát hiện lần đầu", 12, "day"),
)


def write_workbook(path: Path, report: CatalogueReport) -> None:
    """Write `catalogue.xlsx`."""
    with workbook(path, f"{report.title}, ngày {day(report.business_date)}", report.as_of) as book:
        _overview(book, report)
        for group in report.groups:
            book.add_table(group.title[:31], _COLUMNS, (_row(line) for line in group.lines))
        _sectors(book, report)
        _unread(book, report)


def _overview(book: Book, report: CatalogueReport) -> None:
    summary = report.summary
    lead = [
        f"Ngày nghiệp vụ {day(report.business_date)}",
        f"Kết luận về dữ liệu: {'ĐẦY ĐỦ' if report.is_complete else 'MỘT PHẦN'}",
        *summary["reasons"],
    ]
    groups: dict[str, list[tuple[str, object]]] = {
        "Chênh lệch": [(TITLES[subtype], summary["counts"].get(subtype, 0)) for subtype in SUBTYPES],
        "So với lần trước": [
            ("Phát hiện lần đầu", summary["new"]),
            ("Đã hết lệch", summary["resolved"]),
            ("Còn mở từ trước, lần này chưa đối soát được", summary["carried"]),
        ],
    }
    for side in Side:
        read = summary["sides"][side.value]
        groups[f"Danh mục đọc từ {side.label}"] = [
            ("Nguồn", read["source"]),
            ("Thủ tục", read["entries"].get("procedure", 0)),
            ("Cơ quan", read["entries"].get("agency", 0)),
            ("Lĩnh vực", read["entries"].get("sector", 0)),
        ]
    groups["Chưa đối soát"] = [(note, "") for note in summary["not_compared"]]
    book.add_facts("Tổng quan", groups, lead)


def _row(line: Line) -> Row:
    return (
        line.sort_label,
        line.code,
        line.name,
        line.sector,
        line.field_label,
        line.shop_text,
        line.portal_text,
        line.dossiers,
        line.first_seen_on,
    )


def _sectors(book: Book, report: CatalogueReport) -> None:
    columns = [Column("Lĩnh vực", 46), *(Column(TITLES[name], 15, "number") for name in SUBTYPES)]
    columns.append(Column("Tổng", 10, "number"))
    rows = ([one.sector, *(one.counts.get(name, 0) for name in SUBTYPES), one.total] for one in report.sectors)
    book.add_table("Theo lĩnh vực", columns, rows)


def _unread(book: Book, report: CatalogueReport) -> None:
    columns = [Column("Bên", 14), Column("Vị trí", 44), Column("Lý do", 60)]
    rows = (
        (side.label, note["place"], note["reason"])
        for side in Side
        for note in report.summary["sides"][side.value]["unread"]
    )
    if told := list(rows):
        book.add_table("Không đọc được", columns, told)
