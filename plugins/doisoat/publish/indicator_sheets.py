"""The workbook's sheets about the indicators of QĐ 766: every unit and period, uncapped."""

from __future__ import annotations

from collections.abc import Iterator

from doisoat.publish.indicators import IndicatorReport
from doisoat.store.spreadsheets import Book, Column, Row


def add_indicator_sheets(book: Book, indicators: IndicatorReport) -> None:
    """Scores of every unit; every indicator on both sides; what the differences are made of; what is not computed."""
    _scores(book, indicators)
    _figures(book, indicators)
    _causes(book, indicators)
    columns = [Column("Kỳ", 20), Column("Mục", 8), Column("Chỉ số", 50), Column("Tối đa", 10, "number")]
    columns += [Column("Vì sao chưa tính được", 80)]
    silent = (
        (period.label, one.paragraph, one.label, one.maximum, one.why)
        for period in indicators.periods
        for one in period.not_computed
    )
    book.add_table("Chỉ số chưa tính được", columns, silent)


def _scores(book: Book, indicators: IndicatorReport) -> None:
    columns = [
        Column("Kỳ", 20),
        Column("Mã cơ quan", 13),
        Column("Cơ quan", 44),
        Column("Hồ sơ trong kỳ", 10, "number"),
    ]
    columns += [Column(heading, 13, "points") for heading in ("Điểm theo Một cửa", "Điểm theo Cổng", "Một cửa − Cổng")]
    columns += [Column("Điểm tối đa của phần tính được", 13, "number")]
    columns += [Column("Xếp loại theo Một cửa", 16), Column("Xếp loại theo Cổng", 16)]
    columns += [Column("Danh sách nên sửa trước (điểm Cổng tăng thêm nếu chỉ sửa danh sách này)", 90)]
    book.add_table("Điểm 766 theo cơ quan", columns, _score_rows(indicators))


def _score_rows(indicators: IndicatorReport) -> Iterator[Row]:
    for period in indicators.periods:
        for one in (period.province, *period.units):
            fixes = "; ".join(f"{fix.dossiers} hồ sơ {fix.label} (+{fix.gain:.2f})" for fix in one.fixes)
            yield (
                *(period.label, one.agency_code, one.agency_name, one.dossiers),
                *(one.shop, one.portal, one.difference, one.maximum),
                *(one.grade_shop, one.grade_portal, fixes.replace(".", ",")),
            )


def _figures(book: Book, indicators: IndicatorReport) -> None:
    columns = [Column("Kỳ", 20), Column("Mã cơ quan", 13), Column("Mục", 8), Column("Chỉ số", 44)]
    columns += [Column("Tối đa", 9, "number")]
    for side in ("Một cửa", "Cổng DVCQG", "công bố"):
        columns += [Column(f"Tử số {side}", 12, "number"), Column(f"Mẫu số {side}", 12, "number")]
        columns += [Column(f"Điểm {side}", 11, "points")]
    columns += [Column("Một cửa − Cổng DVCQG (điểm)", 13, "points"), Column("Ghi chú", 60)]
    found = (
        (
            *(period.label, one.agency_code, one.paragraph, one.label, one.maximum),
            *(value for side in (one.shop, one.portal, one.published) for value in (side.part, side.whole, side.score)),
            *(one.difference, one.caveat),
        )
        for period in indicators.periods
        for one in period.figures
    )
    book.add_table("Chỉ số 766", columns, found)


def _causes(book: Book, indicators: IndicatorReport) -> None:
    columns = [Column("Kỳ", 20), Column("Mã cơ quan", 13), Column("Mục", 8), Column("Chỉ số", 44)]
    columns += [Column("Nguyên nhân", 52), Column("Số hồ sơ", 11, "number")]
    columns += [Column("Phần của chênh lệch Một cửa − Cổng (điểm)", 16, "points")]
    columns += [Column("Cổng tăng thêm nếu chỉ sửa danh sách này (điểm)", 16, "points")]
    found = (
        (period.label, one.agency_code, one.paragraph, one.label, part.label, part.dossiers, part.points, part.gain)
        for period in indicators.periods
        for one in period.figures
        for part in one.parts
    )
    book.add_table("Giải thích chỉ số", columns, found)
