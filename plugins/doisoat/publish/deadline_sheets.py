"""Sheets of the workbook around deadlines: the three clocks side by side, and the duties of NĐ 118."""

from __future__ import annotations

from collections.abc import Iterator

from doisoat.publish.deadlines import AgencyName, Deadlines, clock_cases, duty_breaches
from doisoat.publish.inputs import Inputs
from doisoat.publish.wording import CLOCKS
from doisoat.rules.duties import DUTY_INFO, Duty
from doisoat.store.spreadsheets import Book, Column, Row


def add_deadline_sheets(
    book: Book, deadlines: Deadlines, inputs: Inputs, agency_name: AgencyName, *, row_limit: int
) -> None:
    """Every dossier the clocks disagree about with its reasons, the duties per agency, and every breach."""
    book.add_table("Ba cách tính", _clock_columns(), _clock_rows(inputs, agency_name), row_limit=row_limit)
    book.add_table("Nghĩa vụ khác", _DUTY_COLUMNS, _duty_rows(deadlines))
    book.add_table("Hồ sơ sai nghĩa vụ", _BREACH_COLUMNS, _breach_rows(inputs, agency_name), row_limit=row_limit)


def _clock_columns() -> list[Column]:
    columns = [
        Column("Mã hồ sơ", 26),
        Column("Mã cơ quan", 13),
        Column("Cơ quan", 32),
        Column("Mã TTHC", 12),
        Column("Lý do lệch", 26),
    ]
    for label, _ in CLOCKS.values():
        columns += [Column(label, 14), Column(f"{label}: vì sao", 52), Column(f"{label}: căn cứ", 26)]
    return columns


def _clock_rows(inputs: Inputs, agency_name: AgencyName) -> Iterator[Row]:
    for case in clock_cases(inputs, agency_name):
        words = {word.clock: word for word in case.words}
        cells: list[object] = [
            case.dossier_code,
            case.agency_code,
            case.agency_name,
            case.procedure_code,
            case.detail,
        ]
        for clock in CLOCKS:
            word = words.get(clock)
            cells += [word.verdict_label, word.sentence, word.article] if word else [None, None, None]
        yield cells


_DUTY_COLUMNS = [
    Column("Nghĩa vụ", 38),
    Column("Căn cứ", 22),
    Column("Mã cơ quan", 13),
    Column("Cơ quan", 40),
    Column("Hồ sơ không thực hiện đúng", 14, "number"),
    Column("Hồ sơ xét được", 12, "number"),
    Column("Thiếu dữ liệu để xét", 12, "number"),
    Column("Tiếp nhận trước khi có nghĩa vụ", 14, "number"),
    Column("Vì sao chưa xét", 44),
]


def _duty_rows(deadlines: Deadlines) -> Iterator[Row]:
    """A duty's total, then its agencies."""
    for one in deadlines.duties:
        broken = None if one.reason else one.broken
        total = (broken, one.judged, one.without_data, one.earlier, one.reason)
        yield (one.label, one.article, None, "Toàn tỉnh", *total)
        for agency in one.agencies:
            told = (agency.agency_code, agency.agency_name, agency.dossiers)
            yield (one.label, one.article, *told, None, None, None, None)


_BREACH_COLUMNS = [
    Column("Nghĩa vụ", 38),
    Column("Căn cứ", 22),
    Column("Mã hồ sơ", 26),
    Column("Mã cơ quan", 13),
    Column("Cơ quan", 36),
    Column("Mã TTHC", 12),
    Column("Tính từ", 18, "moment"),
    Column("Thực hiện lúc", 18, "moment"),
    Column("Đã dùng", 10, "decimal"),
    Column("Đơn vị tính", 14),
]


def _breach_rows(inputs: Inputs, agency_name: AgencyName) -> Iterator[Row]:
    for one in duty_breaches(inputs, agency_name):
        info = DUTY_INFO[Duty(one.duty)]
        yield (
            info.label,
            info.article,
            one.dossier_code,
            one.agency_code,
            one.agency_name,
            one.procedure_code,
            one.began_at,
            one.done_at,
            one.measured,
            info.measured if one.measured is not None else None,
        )
