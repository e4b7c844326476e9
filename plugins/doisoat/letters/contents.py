"""What a letter says, as plain values; how it looks is the template's. Vietnamese; days dd/MM/yyyy.

What real ones say: base and data source, period and totals, who is worst, causes, what to do by when, whose duty it
is, whom to ask (TT 09/2026/TT-BTP Điều 15.2, NĐ 118/2025/NĐ-CP Điều 8.1d, 12.5). Never a person's name or number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from doisoat.config import Province
from doisoat.model import DiscrepancyKind
from doisoat.papers.columns import column_shares
from doisoat.publish.gather import Gatherer
from doisoat.publish.report import AgencyCount, ReportData
from doisoat.publish.wording import lowered
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.text import number
from doisoat.store.reference import Reference
from doisoat.store.work_items import WorkItem, day, moment

NAMED = 5  # agencies named in the province's letter, kinds in an agency's
_KIND = DiscrepancyKind
# Columns of the annex of agencies: heading -> kinds that count there.
_COLUMNS = (
    ("Đã xong, Cổng chưa ghi", (_KIND.FINISHED_NOT_SYNCED,)),
    ("Chậm tiếp nhận", (_KIND.LATE_INTAKE,)),
    ("Hồ sơ treo", (_KIND.STUCK,)),
    ("Lệch trạng thái", (_KIND.STATUS_LAG, _KIND.STATUS_CONFLICT)),
    ("Lệch ngày", (_KIND.DUE_AT_MISMATCH, _KIND.RECEIVED_AT_MISMATCH, _KIND.FINISHED_AT_MISMATCH)),
)


@dataclass(frozen=True)
class Letter:
    """One letter: a file name and everything the template names."""

    file_name: str
    values: dict[str, Any]


def letters(
    gatherer: Gatherer, report: ReportData, province: Province, reference: Reference, only: Sequence[str] = ()
) -> Iterator[Letter]:
    """The province's letter to all, then one per lagging agency in code order; `only` = letters to these alone."""
    items: dict[str, list[WorkItem]] = defaultdict(list)
    for item in gatherer.work(technical=False):
        if item.agency_code is not None:
            items[item.agency_code].append(item)
    common = _common(report, province, reference)
    counted = {one.agency_code: one for one in report.agencies if one.agency_code is not None}
    if not only:
        yield _letter("cong-van-chung", common | _to_all(report, items, counted))
    for code in sorted(items.keys() & set(only) if only else items):
        yield _letter(f"cong-van-{code}", common | _to_one(items[code], counted.get(code)))


def _letter(file_name: str, values: dict[str, Any]) -> Letter:
    return Letter(file_name, values | {"widths": column_shares(values["annex_heads"], values["annex_rows"])})


def _common(report: ReportData, province: Province, reference: Reference) -> dict[str, Any]:
    wanted, name = province.letters, province.name
    answer_by = reference.calendar.add_working_days(report.act_by, wanted.answer_working_days)
    return {
        "authority": wanted.authority or f"ỦY BAN NHÂN DÂN TỈNH {name.upper()}",
        "issuer": wanted.issuer,
        "issuer_named": named(wanted.issuer),
        "letter_of": "abcdefghijklmnopqrstuvwxyz",
        "symbol": wanted.symbol,
        "place": wanted.place or name,
        "year": report.business_date.year,
        "subject": "V/v xử lý hồ sơ thủ tục hành chính chậm cập nhật, lệch dữ liệu trên Cổng Dịch vụ công quốc gia",
        "base": _base(report),
        "partial": "" if not report.coverage.reasons else _partial(report),
        "act_by": day(report.act_by),
        "answer_by": day(answer_by),
        "duties": _duties(report.act_by, answer_by, wanted.issuer),
        "contact": province.mail.technical_contact or "(đầu mối kỹ thuật của tỉnh)",
        "signer": wanted.signer,
        "copies": list(wanted.copies),
    }


def _base(report: ReportData) -> str:
    read = {side.side: moment(side.extracted_at) for side in report.coverage.sides}
    return (
        "Căn cứ khoản 2 Điều 15 Thông tư số 09/2026/TT-BTP về rà soát, đối chiếu số liệu với Cổng Dịch vụ công "
        "quốc gia và điểm d khoản 1 Điều 8 Nghị định số 118/2025/NĐ-CP về đôn đốc giải quyết hồ sơ đến hạn, quá hạn; "
        f"qua đối soát dữ liệu trích xuất từ Hệ thống Một cửa (lúc {read.get('shop', '–')}) và Cổng Dịch vụ công "
        f"quốc gia (lúc {read.get('portal', '–')}), số liệu đến {moment(report.as_of)},"
    )


def _partial(report: ReportData) -> str:
    return f"Lưu ý: số liệu chưa đầy đủ ({'; '.join(report.coverage.reasons)}); hồ sơ chưa đọc được không nêu ở đây."


def _duties(act_by: date, answer_by: date, issuer: str) -> list[str]:
    return [
        f"Rà soát từng hồ sơ trong Phụ lục, xử lý xong trước hết ngày {day(act_by)} theo cột “Việc cần làm”.",
        "Với hồ sơ quá hạn hoặc dự kiến quá hạn: có văn bản xin lỗi, nêu lý do và hẹn lại không quá một lần "
        "(khoản 5 Điều 12, khoản 6 Điều 19 Nghị định số 118/2025/NĐ-CP).",
        "Cập nhật đủ các bước “Kết thúc xử lý”, “Trả kết quả” trên Hệ thống Một cửa ngay khi thực hiện.",
        "Trường hợp số liệu của đơn vị khác Phụ lục hoặc nguyên nhân do kỹ thuật: báo đầu mối kỹ thuật, không sửa "
        "ngày tháng cho khớp.",
        f"Báo cáo kết quả xử lý về {named(issuer)} trước ngày {day(answer_by)}. "
        "Người đứng đầu đơn vị chịu trách nhiệm về kết quả; kết quả là căn cứ đánh giá theo Quyết định số 766/QĐ-TTg.",
    ]


def _to_all(report: ReportData, items: dict[str, list[WorkItem]], counted: dict[str, AgencyCount]) -> dict[str, Any]:
    worst = sorted(items, key=lambda code: (-counted[code].high if code in counted else 0, -len(items[code]), code))
    named = "; ".join(f"{_name(items[code])} ({number(len(items[code]))})" for code in worst[:NAMED])
    return {
        "addressees": ["Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường, đặc khu"],
        "figures": [
            f"Đối chiếu {number(report.coverage.matched)} hồ sơ có ở cả hai hệ thống; {number(report.totals.dossiers)} "
            f"hồ sơ có chênh lệch, trong đó {number(report.totals.charged)} chênh lệch thuộc trách nhiệm xử lý của "
            f"{number(len(items))} cơ quan.",
            f"{number(report.totals.false_overdue)} hồ sơ đã xong đúng hạn tại Một cửa nhưng Cổng đang tính quá hạn.",
            f"Nguyên nhân theo bằng chứng: {_causes(report)}.",
            f"Các cơ quan còn nhiều việc mức cao: {named}." if named else "Không cơ quan nào còn việc phải xử lý.",
        ],
        "annex_title": "Các cơ quan có hồ sơ cần xử lý (nhiều việc mức cao trước)",
        "annex_heads": ["Cơ quan", "Hồ sơ", *(heading for heading, _ in _COLUMNS), "Khác", "Tổng số"],
        "annex_rows": [list(_agency_row(items[code], counted.get(code))) for code in worst],
    }


def _agency_row(items: Sequence[WorkItem], counts: AgencyCount | None) -> Iterator[str]:
    kinds = Counter(item.kind for item in items)
    yield _name(items)
    yield number(counts.dossiers_shop) if counts else "–"
    told = [sum(kinds[kind] for kind in group) for _, group in _COLUMNS]
    yield from (number(one) for one in told)
    yield number(len(items) - sum(told))
    yield number(len(items))


def _to_one(items: Sequence[WorkItem], counts: AgencyCount | None) -> dict[str, Any]:
    most = _most(Counter(item.kind for item in items))
    dossiers = len({item.dossier_code for item in items} - {""})
    lines = [f"{number(dossiers)} hồ sơ của đơn vị có {number(len(items))} điểm cần xử lý: {most}."]
    if counts is not None:
        lines.insert(
            0,
            f"Đơn vị có {number(counts.dossiers_shop)} hồ sơ trên Hệ thống Một cửa; quá hạn theo Cổng "
            f"{number(counts.late_portal)}, theo Một cửa {number(counts.late_province)}, theo Nghị định 118/2025/NĐ-CP "
            f"{number(counts.late_law)}.",
        )
        if counts.false_overdue:
            lines.append(f"{number(counts.false_overdue)} hồ sơ đã xong đúng hạn nhưng Cổng đang tính quá hạn.")
        if counts.technical:
            lines.append(
                f"{number(counts.technical)} chênh lệch đang kiểm tra kỹ thuật, chưa tính cho đơn vị, không nêu ở đây."
            )
    return {
        "addressees": [_name(items)],
        "figures": lines,
        "annex_title": f"Hồ sơ cần xử lý của {_name(items)}",
        "annex_heads": [
            *("Mã hồ sơ", "Mã TTHC", "Loại chênh lệch", "Trạng thái Một cửa", "Trạng thái Cổng DVCQG"),
            *("Hẹn trả", "Ngày làm việc đã qua", "Nguyên nhân", "Việc cần làm"),
        ],
        "annex_rows": [
            [
                *(item.subject, item.procedure_code or "–", item.kind_label, item.status_shop_text),
                *(item.status_portal_text, moment(item.due_at)),
                *(
                    "–" if item.age_working_days is None else number(item.age_working_days),
                    item.cause_label,
                    item.action,
                ),
            ]
            for item in items
        ],
    }


def _most(kinds: Counter[str]) -> str:
    """The most frequent kinds with their counts; what is rarer together."""
    ordered = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    told = [f"{number(count)} {lowered(KIND_INFO[_KIND(kind)].label)}" for kind, count in ordered[:NAMED]]
    rest = sum(count for _, count in ordered[NAMED:])
    return "; ".join([*told, *([f"{number(rest)} loại khác"] if rest else [])])


def named(issuer: str) -> str:
    """The issuer inside a sentence.

    >>> named("TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG")
    'Trung tâm phục vụ hành chính công'
    """
    return issuer.capitalize() if issuer.isupper() else issuer


def _name(items: Sequence[WorkItem]) -> str:
    return items[0].agency_name


def _causes(report: ReportData) -> str:
    total = report.totals.discrepancies or 1
    return "; ".join(
        f"{one.label[:1].lower()}{one.label[1:]} {number(100 * one.discrepancies / total, 1)} %"
        for one in report.causes
    )
