"""The night as a workbook: everything, uncapped, each sheet ready to filter, print and pass on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from doisoat.model import Verdict
from doisoat.publish.deadline_sheets import add_deadline_sheets
from doisoat.publish.figure_sheets import add_figure_sheets
from doisoat.publish.indicator_sheets import add_indicator_sheets
from doisoat.publish.inputs import Inputs, rows
from doisoat.publish.ranking_sheet import add_ranking_sheet
from doisoat.publish.report import LookUps, ReportData
from doisoat.publish.wording import CLOCKS, how_read, kind_text, rule_label, side_label
from doisoat.store.spreadsheets import ACCEPTED_COLUMNS, ROW_LIMIT, Book, Column, Row, add_work_list, workbook
from doisoat.store.work_items import SEVERITY_LABELS, WorkItem, day, moment


class WorkList(Protocol):
    """Where the uncapped lists come from."""

    def work(self, query: str = ..., *, technical: bool | None = ..., cap: int | None = ...) -> Iterator[WorkItem]: ...

    def agency_name(self, code: str) -> str: ...


def write_workbook(
    path: Path, report: ReportData, lists: WorkList, inputs: Inputs, *, row_limit: int = ROW_LIMIT
) -> None:
    """Write `report.xlsx`; lists longer than a sheet go on in a further one."""
    with workbook(path, f"{report.title}, ngày {day(report.business_date)}", report.as_of) as book:
        _overview(book, report)
        for name, technical in (("Việc cần làm", False), ("Đang kiểm tra kỹ thuật", True)):
            add_work_list(book, name, lists.work(technical=technical), row_limit=row_limit)
        if report.accepted.total:
            accepted = lists.work("reports/accepted")
            add_work_list(book, "Đã chấp nhận", accepted, ACCEPTED_COLUMNS, row_limit=row_limit)
        _agencies(book, report)
        _kinds(book, report)
        _false_overdue(book, lists, row_limit)
        if report.ranking is not None:
            add_ranking_sheet(book, report.ranking)
        if report.deadlines is not None:
            add_deadline_sheets(book, report.deadlines, inputs, lists.agency_name, row_limit=row_limit)
        if report.aggregates is not None:
            add_figure_sheets(book, report.aggregates)
        if report.indicators is not None:
            add_indicator_sheets(book, report.indicators)
        _rejected(book, inputs, row_limit)
        _not_compared(book, report)
        _sources(book, report)


def _overview(book: Book, report: ReportData) -> None:
    coverage = report.coverage
    verdict = "ĐẦY ĐỦ" if coverage.verdict is Verdict.COMPLETE else "MỘT PHẦN"
    labels = [text for on, text in ((coverage.skewed, "không cùng thời điểm"), (coverage.late, "đọc muộn")) if on]
    lead = [
        f"Ngày nghiệp vụ {day(report.business_date)} · số liệu đến {moment(report.as_of)} (giờ Việt Nam)",
        f"Kết luận về dữ liệu: {'; '.join([verdict, *labels])}",
        *coverage.reasons,
    ]
    groups = {"Kết quả": _results(report)}
    groups["Chỉ có một bên"] = [
        ("Chỉ có ở Một cửa", coverage.shop_only),
        ("Chỉ có trên Cổng DVCQG", coverage.portal_only),
    ]
    for side in coverage.sides:
        groups[f"Dữ liệu đọc từ {side_label(side.side)}"] = [
            ("Bản ghi đọc được", side.landed),
            *([("Cách đọc", how_read(side.reading))] if how_read(side.reading) else []),
            ("Đưa vào đối soát", side.staged),
            ("Bị loại (xem trang Bản ghi bị loại)", side.rejected),
            ("Lặp lại cùng một bản ghi", side.repeated),
            ("Đọc lúc", moment(side.extracted_at)),
        ]
    if coverage.look_ups is not None:
        groups["Tra cứu từng hồ sơ trên Cổng DVCQG"] = _look_ups(coverage.look_ups)
    for clock in report.clocks:
        groups[f"Đúng hạn, quá hạn: {CLOCKS[clock.clock][0]}"] = [
            ("Đúng hạn", clock.on_time),
            ("Quá hạn", clock.late),
            ("Không tính", clock.not_counted),
            ("Chưa xác định được", clock.unknown),
        ]
    book.add_facts("Tổng quan", groups, lead)


def _look_ups(asked: LookUps) -> list[tuple[str, object]]:
    return [
        ("Hồ sơ của Một cửa", asked.dossiers),
        ("Đã biết Cổng DVCQG nói gì", asked.known),
        ("– hỏi trong đêm", asked.asked),
        *((f"– biết từ {days} ngày trước", dossiers) for days, dossiers in asked.carried),
        ("Câu trả lời cũ nhất còn dùng (ngày)", asked.oldest_days),
        ("Hỏi mà không có câu trả lời", asked.failed),
        ("Câu trả lời cũ không còn dùng được", asked.outdated),
        ("Chưa hỏi lần nào", asked.never_asked),
        ("Lượt tra cứu trong đêm", asked.calls),
    ]


def _results(report: ReportData) -> list[tuple[str, object]]:
    coverage, totals = report.coverage, report.totals
    return [
        ("Hồ sơ đối chiếu được ở cả hai bên", coverage.matched),
        ("Hồ sơ có chênh lệch", totals.dossiers),
        ("Chênh lệch", totals.discrepancies),
        ("– phát hiện lần đầu trong đêm", totals.first_seen),
        ("– mức cao", totals.high),
        ("– mức trung bình", totals.medium),
        ("– mức thấp", totals.low),
        ("– đang kiểm tra kỹ thuật, chưa tính cho đơn vị", totals.technical),
        ("Hồ sơ xong đúng hạn nhưng Cổng DVCQG đang tính quá hạn", totals.false_overdue),
        *((label, number) for label, number in report.lives),
        ("Đã hết lệch so với các đêm trước", report.resolved),
        ("Còn mở từ trước, đêm nay chưa đối soát được", report.carried),
        ("Cơ quan có việc cần xử lý", totals.lagging_agencies),
        ("Đề nghị xử lý xong trước hết ngày", day(report.act_by)),
    ]


def _agencies(book: Book, report: ReportData) -> None:
    columns = [Column("Mã cơ quan", 14), Column("Cơ quan", 46)] + [
        Column(heading, 13, "number")
        for heading in (
            "Chênh lệch tính cho đơn vị",
            "Mức cao",
            "Mức trung bình",
            "Mức thấp",
            "Đang kiểm tra kỹ thuật",
            "Mới trong đêm",
            "Bị tính quá hạn oan",
            "Hồ sơ có chênh lệch",
            "Hồ sơ tại Một cửa",
            "Hồ sơ trên Cổng",
            "Quá hạn theo luật",
            "Quá hạn theo Cổng",
            "Quá hạn theo Một cửa",
        )
    ]
    columns.append(Column("Chênh lệch trên 1.000 hồ sơ", 13, "decimal"))
    book.add_table("Theo cơ quan", columns, _agency_rows(report))


def _agency_rows(report: ReportData) -> Iterator[Row]:
    for one in report.agencies:
        yield (
            one.agency_code,
            one.agency_name,
            one.charged,
            one.high,
            one.medium,
            one.low,
            one.technical,
            one.first_seen,
            one.false_overdue,
            one.dossiers_affected,
            one.dossiers_shop,
            one.dossiers_portal,
            one.late_law,
            one.late_portal,
            one.late_province,
            one.per_thousand,
        )


def _kinds(book: Book, report: ReportData) -> None:
    columns = [
        Column("Loại chênh lệch", 30),
        Column("Chi tiết", 34),
        Column("Mức độ", 12, "severity"),
        Column("Số chênh lệch", 12, "number"),
        Column("Mới trong đêm", 12, "number"),
        Column("Nhóm", 24),
        Column("Bên xử lý", 14),
        Column("Nghĩa là", 52),
        Column("Việc cần làm", 52),
        Column("Mã loại", 24),
        Column("Mã chi tiết", 20),
    ]
    book.add_table("Theo loại", columns, _kind_rows(report))


def _kind_rows(report: ReportData) -> Iterator[Row]:
    for kind in (*report.kinds, *report.technical_kinds):
        for part in kind.subtypes:
            group = "Đang kiểm tra kỹ thuật" if kind.technical else "Đơn vị xử lý"
            yield (
                kind.label,
                part.label,
                SEVERITY_LABELS[part.severity],
                part.discrepancies,
                part.first_seen,
                group,
                side_label(kind.side),
                kind.meaning,
                kind.action,
                kind.kind,
                part.subtype,
            )


def _false_overdue(book: Book, lists: WorkList, row_limit: int) -> None:
    columns = [
        Column("Mã hồ sơ", 26),
        Column("Mã cơ quan", 13),
        Column("Cơ quan", 36),
        Column("Mã TTHC", 12),
        Column("Hẹn trả (Một cửa)", 18, "moment"),
        Column("Hẹn trả (Cổng DVCQG)", 18, "moment"),
        Column("Kết thúc tại Một cửa", 18, "moment"),
        Column("Trạng thái Một cửa", 22),
        Column("Trạng thái Cổng DVCQG", 22),
        Column("Số ngày làm việc đã qua", 12, "number"),
        Column("Việc cần làm", 50),
        Column("Xử lý xong trước hết ngày", 13, "day"),
    ]
    found = (
        (
            item.dossier_code,
            item.agency_code,
            item.agency_name,
            item.procedure_code,
            item.due_at,
            item.due_at_portal,
            item.finished_at,
            item.status_shop_text,
            item.status_portal_text,
            item.age_working_days,
            item.action,
            item.act_by,
        )
        for item in lists.work("reports/false_overdue")
    )
    book.add_table("Hồ sơ bị tính quá hạn oan", columns, found, row_limit=row_limit)


def _rejected(book: Book, inputs: Inputs, row_limit: int) -> None:
    columns = [
        Column("Bên", 13),
        Column("Tệp hoặc trang", 34),
        Column("Dòng", 10, "number"),
        Column("Mã hồ sơ (nếu đọc được)", 28),
        Column("Quy tắc", 36),
        Column("Lý do", 60),
        Column("Mã quy tắc", 24),
    ]
    found = (
        (
            side_label(row["side"]),
            row["source_file"],
            row["source_row"],
            row["dossier_code"],
            rule_label(row["rule"]),
            row["reason"],
            row["rule"],
        )
        for row in rows(inputs, "rejected_records")
    )
    book.add_table("Bản ghi bị loại", columns, found, row_limit=row_limit)


def _not_compared(book: Book, report: ReportData) -> None:
    columns = [
        Column("Loại chênh lệch", 34),
        Column("Bên", 14),
        Column("Lý do chưa đối soát", 80),
        Column("Số hồ sơ", 12, "number"),
    ]
    found = (
        (kind_text(one.kind), side_label(one.side), one.reason, one.dossiers) for one in report.coverage.not_compared
    )
    book.add_table("Chưa đối soát", columns, found)


def _sources(book: Book, report: ReportData) -> None:
    groups: dict[str, list[tuple[str, object]]] = {}
    for side in report.coverage.sides:
        groups[f"Nguồn {side_label(side.side)}"] = [
            ("Địa chỉ", side.source),
            ("Đọc lúc", moment(side.extracted_at)),
            ("Đọc hết", "có" if side.complete else "chưa"),
            ("Có dấu độ mật", "có" if side.has_secrecy_mark else "không"),
            ("Cột không có trong nguồn", ", ".join(side.absent_columns)),
            *(("Ghi chú khi đọc", note) for note in side.notes),
        ]
    groups["Phiên bản quy tắc và danh mục"] = list(report.rule_versions)
    groups["Tham số"] = [
        (f"{one.label} [{one.name}]", one.value + (" (khác mặc định)" if one.changed else ""))
        for one in report.parameters
    ]
    book.add_facts("Nguồn và quy tắc", groups, [])
