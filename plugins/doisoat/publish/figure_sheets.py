"""The workbook's sheets about the figures the portal has published: everything, uncapped."""

from __future__ import annotations

from collections.abc import Iterator

from doisoat.publish.aggregates import Aggregates
from doisoat.store.spreadsheets import Book, Column, Row


def add_figure_sheets(book: Book, aggregates: Aggregates) -> None:
    """Every figure beside ours, and the contradictions inside the published ones."""
    columns = [Column("Kỳ", 22), Column("Mã cơ quan", 13), Column("Cơ quan", 40), Column("Số liệu", 28)]
    columns += [
        Column(heading, 12, "number")
        for heading in (
            "Công bố",
            "Dữ liệu trên Cổng",
            "Một cửa",
            "Công bố − Một cửa",
            "Chưa có trên Cổng",
            "Cổng ghi khác",
            "Chỉ Cổng tính",
            "Công bố − dữ liệu trên Cổng",
        )
    ]
    columns += [Column("Kết quả", 12), Column("Giải thích", 60), Column("Cờ chất lượng", 28)]
    columns += [Column("Tên trong số công bố", 28)]
    book.add_table("Số liệu tổng hợp", columns, _figures(aggregates))
    columns = [Column("Kỳ", 22), Column("Mã cơ quan", 13), Column("Cơ quan", 40), Column("Mâu thuẫn", 50)]
    columns += [Column("Chỉ tiêu", 34), Column("Công bố", 14), Column("Tính lại từ số công bố khác", 16)]
    book.add_table("Mâu thuẫn số công bố", columns, _contradictions(aggregates))


def _figures(aggregates: Aggregates) -> Iterator[Row]:
    for month in aggregates.months:
        for line in month.lines:
            yield (
                month.period,
                line.agency_code,
                line.agency_name,
                line.label,
                line.published,
                line.portal,
                line.shop,
                line.difference,
                line.not_synced,
                line.differing,
                line.portal_only,
                line.unexplained,
                line.state_label,
                line.explanation if line.state != "equal" else "",
                line.flag,
                line.field,
            )


def _contradictions(aggregates: Aggregates) -> Iterator[Row]:
    for month in aggregates.months:
        for one in month.contradictions:
            yield (
                month.period,
                one.agency_code,
                one.agency_name,
                one.label,
                one.figure,
                one.published,
                one.expected,
            )
