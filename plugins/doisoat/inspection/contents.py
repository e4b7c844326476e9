"""What the report of a remote inspection says, as plain values in eight parts; how it looks is the template's.

"Báo cáo kết quả kiểm tra từ xa" (domain rules §4.5). Vietnamese; days dd/MM/yyyy; never a person's name or number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from doisoat.config import Inspection, Province
from doisoat.model import VIETNAM, DiscrepancyKind, Side, Verdict
from doisoat.papers.columns import column_shares
from doisoat.rules.causes import Cause
from doisoat.rules.inspection import FindingState, Form
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.lifecycle import State
from doisoat.rules.text import number, signed
from doisoat.store.lifecycle import rule_version_of
from doisoat.store.work_items import EMPTY, day, moment, plain_value

if TYPE_CHECKING:
    from doisoat.store.decisions import Known
    from doisoat.store.inspections import Basis, Check, Finding, Snapshot
    from doisoat.store.reference import Reference

_KIND = DiscrepancyKind
_GROUNDS = (
    "Nghị định số 118/2025/NĐ-CP về thực hiện thủ tục hành chính theo cơ chế một cửa, một cửa liên thông (điểm d "
    "khoản 1 Điều 8)",
    "Nghị định số 137/2024/NĐ-CP (giám sát, kiểm tra, thanh tra thực hiện trên môi trường điện tử)",
    "Thông tư số 09/2026/TT-BTP (khoản 2 Điều 15) về rà soát, đối chiếu số liệu với Cổng Dịch vụ công quốc gia",
)
_HELD: Mapping[Form, str] = {
    Form.ON_SITE: "trực tiếp",
    Form.ONLINE: "trực tuyến",
    Form.REMOTE: "từ xa",
    Form.COMBINED: "trực tiếp kết hợp từ xa",
}
_OBJECTIVE = (Cause.TRANSPORT, Cause.MAPPING, Cause.PORTAL, Cause.RULE, Cause.NOT_DUE)


@dataclass(frozen=True)
class Told:
    """Everything a report is made of; `members`: (number of the finding, discrepancy as it stands on `night`)."""

    check: Check
    earlier: Sequence[Check]  # of the same agency, opened before
    members: Sequence[tuple[int, Known]]
    night: date | None  # the last one
    planned: str  # how the plan names it; '' = unplanned


def report_values(told: Told, province: Province, reference: Reference) -> dict[str, Any]:
    """All that the templates name."""
    wanted, section = province.letters, province.inspection or Inspection()
    agency = reference.agencies.name(told.check.opening.agency_code)
    return {
        "authority": wanted.authority or f"ỦY BAN NHÂN DÂN TỈNH {province.name.upper()}",
        "issuer": wanted.issuer,
        "symbol": f"BC-{wanted.symbol}",
        "place": wanted.place or province.name,
        "year": report_time(told).year,
        "subject": f"Kết quả kiểm tra {_HELD[told.check.opening.form]} việc giải quyết TTHC tại {agency}",
        "sections": [
            _scope(told, section, agency),
            _sources(told.check),
            _figures(told.check.opening.basis),
            _kinds(told.check.opening.basis, reference),
            _causes(told.check.opening.basis),
            _earlier(told, agency),
            _requests(told, section, reference),
        ],
        "annex": _annex(told),
        "signer": wanted.signer,
        "copies": [agency, *(copy for copy in wanted.copies if not copy.startswith("Như trên"))],
    }


def report_time(told: Told) -> datetime:
    """The time the report bears: of the data it rests on, else the day the inspection was opened."""
    opening = told.check.opening
    return opening.basis.as_of if opening.basis else datetime.combine(opening.opened_on, datetime.min.time(), VIETNAM)


def _section(
    title: str, paragraphs: Iterable[str], heads: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()
) -> dict[str, Any]:
    """One part: sentences, and a table below them where it has rows."""
    shown = list(heads) if rows else []
    return {
        "title": title,
        "paragraphs": list(paragraphs),
        "heads": shown,
        "rows": [list(row) for row in rows],
        "widths": column_shares(shown, rows) if rows else [],
    }


def _scope(told: Told, section: Inspection, agency: str) -> dict[str, Any]:
    opening = told.check.opening
    planned = f"theo kế hoạch ({told.planned})" if told.planned else f"đột xuất: {opening.unplanned_reason}"
    return _section(
        "1. Căn cứ, phạm vi, thời kỳ, đối tượng kiểm tra",
        [
            *(f"Căn cứ {ground};" for ground in (*_GROUNDS, *section.bases)),
            f"Đối tượng: {agency} (mã {opening.agency_code}) và các đơn vị trực thuộc. Nội dung: {opening.subject}.",
            f"Thời kỳ được kiểm tra: từ {day(opening.period_from)} đến {day(opening.period_to)}. "
            f"Cuộc kiểm tra số {told.check.inspection_id}, mở ngày {day(opening.opened_on)}, {planned}.",
            "Phạm vi không gồm hồ sơ, thủ tục, cơ quan thuộc danh mục bí mật nhà nước.",
        ],
    )


def _sources(check: Check) -> dict[str, Any]:
    opening, basis = check.opening, check.opening.basis
    steps = ", ".join(opening.online_steps) or "không có bước nào được ghi nhận riêng"
    lines = [f"Hình thức: {opening.form.label.lower()}. Các bước qua môi trường số: {steps}."]
    title = "2. Hình thức, nguồn dữ liệu, thời điểm trích xuất, dấu kiểm"
    if basis is None:
        return _section(title, [*lines, "Cuộc kiểm tra không dựa trên dữ liệu trích xuất."])
    whole = (
        "đọc đầy đủ" if basis.verdict == Verdict.COMPLETE.value else "chỉ đọc được MỘT PHẦN, xem kết luận thận trọng"
    )
    lines += [
        f"Dữ liệu của đêm đối soát {day(basis.business_date)} ({whole}), số liệu đến {moment(basis.as_of)}. "
        "Dấu kiểm là SHA-256 của bản kê dữ liệu đã nhận và của bản chụp đã chuẩn hóa; dữ liệu đổi thì dấu kiểm đổi.",
        f"Quy tắc đối soát: {basis.rule_versions.get('rules', EMPTY)}; dấu kiểm của mọi quy tắc, bảng tham chiếu: "
        f"{rule_version_of(basis.rule_versions)}.",
    ]
    facts: tuple[tuple[str, Callable[[Snapshot], str]], ...] = (
        ("Nguồn", lambda one: one.source or EMPTY),
        ("Trích xuất lúc", lambda one: moment(one.extracted_at)),
        ("Số bản ghi", lambda one: number(one.records)),
        ("Dấu kiểm dữ liệu nhận", lambda one: _grouped(one.manifest_sha256)),
        ("Dấu kiểm bản chụp", lambda one: _grouped(one.partitions_sha256)),
    )
    heads = ["Thông tin", *(Side(one.side).label for one in basis.snapshots)]
    return _section(title, lines, heads, [[label, *map(of, basis.snapshots)] for label, of in facts])


def _grouped(digest: str) -> str:
    """A digest that can be broken into lines and compared by eye."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8)) or EMPTY


def _figures(basis: Basis | None) -> dict[str, Any]:
    title = "3. Số liệu hai bên và chênh lệch"
    if basis is None:
        return _section(title, ["Không có số liệu trích xuất."])
    told = basis.figures
    rows = [
        _two_sided("Hồ sơ của đơn vị", told["dossiers_shop"], told["dossiers_portal"]),
        _two_sided("Hồ sơ bị tính quá hạn theo từng hệ thống", told["late_province"], told["late_portal"]),
    ]
    lines = [
        f"Theo Nghị định số 118/2025/NĐ-CP, {number(told['late_law'])} hồ sơ quá hạn. "
        f"{number(told['false_overdue'])} hồ sơ đã xong đúng hạn tại Một cửa nhưng Cổng đang tính quá hạn.",
        f"Hồ sơ đã giải quyết trên Hệ thống Một cửa: {number(told['finished_shop'])}.",
    ]
    return _section(title, lines, ["Chỉ tiêu", "Một cửa", "Cổng DVCQG", "Chênh lệch"], rows)


def _two_sided(label: str, shop: int, portal: int) -> list[str]:
    return [label, number(shop), number(portal), signed(portal - shop, 0)]


def _kinds(basis: Basis | None, reference: Reference) -> dict[str, Any]:
    title = "4. Chênh lệch theo loại, theo cơ quan"
    found = basis.figures.get("found", []) if basis else []
    if not found:
        return _section(title, ["Không có chênh lệch nào."])
    counted: Counter[tuple[str, str]] = Counter()
    technical: Counter[tuple[str, str]] = Counter()
    for agency, kind, _cause, is_technical, times in found:
        counted[agency, kind] += times
        technical[agency, kind] += times if is_technical else 0
    rows = [
        [reference.agencies.name(agency), KIND_INFO[_KIND(kind)].label, number(times), number(technical[agency, kind])]
        for (agency, kind), times in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]
    total, apart = sum(counted.values()), sum(technical.values())
    line = f"{number(total)} chênh lệch, trong đó {number(apart)} đang kiểm tra kỹ thuật, chưa tính cho đơn vị."
    return _section(title, [line], ["Cơ quan", "Loại chênh lệch", "Số chênh lệch", "Trong đó kỹ thuật"], rows)


def _causes(basis: Basis | None) -> dict[str, Any]:
    title = "5. Nguyên nhân"
    causes: Counter[Cause] = Counter()
    for _agency, _kind, cause, _technical, times in basis.figures.get("found", []) if basis else []:
        causes[Cause(cause)] += times
    total = sum(causes.values())
    if not total:
        return _section(title, ["Không có chênh lệch nên không phân tích nguyên nhân."])
    objective = sum(causes[cause] for cause in _OBJECTIVE)
    rows = [
        [cause.label, cause.meaning, number(times), f"{number(100 * times / total, 1)} %"]
        for cause, times in sorted(causes.items(), key=lambda one: (-one[1], one[0]))
    ]
    lines = [
        f"Chủ quan (thao tác của cán bộ): {number(causes[Cause.OFFICER])}; khách quan (kỹ thuật, danh mục, cách "
        f"tính, chưa đến hạn đồng bộ): {number(objective)}; chưa đủ bằng chứng: {number(causes[Cause.UNDETERMINED])}. "
        "Nguyên nhân xác định theo bằng chứng trong dữ liệu, không quy lỗi khi chưa rõ."
    ]
    return _section(title, lines, ["Nguyên nhân", "Ý nghĩa", "Số chênh lệch", "Tỷ lệ"], rows)


def _earlier(told: Told, agency: str) -> dict[str, Any]:
    title = "6. Kết quả khắc phục của các lần kiểm tra trước"
    findings = [finding for check in told.earlier for finding in check.findings]
    if not findings:
        return _section(title, [f"Chưa có phát hiện nào của lần kiểm tra trước tại {agency}."])
    states = Counter(finding.state for finding in findings)
    counted = "; ".join(f"{state.label.lower()}: {number(states[state])}" for state in FindingState if states[state])
    silent = sum(finding.standing.lacks_report for finding in findings)
    lines = [f"{number(len(findings))} phát hiện của {number(len(told.earlier))} cuộc kiểm tra trước: {counted}."]
    if silent:
        lines.append(f"{number(silent)} phát hiện đã hết chênh lệch nhưng đơn vị chưa có báo cáo khắc phục.")
    heads = ["Phát hiện", "Nội dung", "Tình trạng", "Hạn", "Báo cáo khắc phục", "Kiểm chứng"]
    return _section(title, lines, heads, [_finding_row(finding) for finding in findings])


def _finding_row(finding: Finding) -> list[str]:
    standing = finding.standing
    state = finding.state.label + (f" ({number(standing.reopened)} lần)" if standing.reopened else "")
    days = [day(one) for one in (standing.due_on, standing.remedied_on, standing.verified_on)]
    return [finding.finding_id, finding.title, state, *days]


def _requests(told: Told, section: Inspection, reference: Reference) -> dict[str, Any]:
    title, findings = "7. Kiến nghị, thời hạn", told.check.findings
    if not findings:
        return _section(title, ["Không có kiến nghị."])
    kinds: dict[int, set[str]] = {finding.number: set() for finding in findings}
    for of, one in told.members:
        kinds[of].add(one.kind)
    rows = []
    for finding in findings:
        actions = sorted(KIND_INFO[_KIND(kind)].action for kind in kinds[finding.number])
        due = finding.standing.due_on
        days = f"{section.remedy_working_days} ngày làm việc kể từ ngày nhận văn bản"
        rows.append([finding.title, " ".join(actions) or "Khắc phục và báo cáo kết quả.", day(due) if due else days])
    lines = [
        "Đề nghị đơn vị khắc phục các phát hiện dưới đây và gửi báo cáo kết quả khắc phục. Kết quả được kiểm chứng "
        "bằng dữ liệu của đêm đối soát đầy đủ sau đó; chênh lệch xuất hiện lại thì phát hiện được mở lại.",
    ]
    return _section(title, lines, ["Phát hiện", "Việc cần làm", "Thời hạn"], rows)


def _annex(told: Told) -> dict[str, Any]:
    until = f"Tình trạng đến đêm đối soát {day(told.night)}." if told.night else ""
    heads = [
        *("Phát hiện", "Mã hồ sơ", "Mã TTHC", "Loại chênh lệch", "Một cửa", "Cổng DVCQG"),
        *("Từ ngày", "Nguyên nhân", "Tình trạng"),
    ]
    rows = list(_annex_rows(told))
    lines = [until] if rows else ["Không có hồ sơ nào."]
    return _section("8. Phụ lục: hồ sơ có chênh lệch", lines, heads, rows)


def _annex_rows(told: Told) -> Iterator[list[str]]:
    for number_, one in told.members:
        yield [
            f"{told.check.inspection_id}.{number_}",
            *(one.dossier_code or one.period or EMPTY, one.procedure_code or EMPTY, KIND_INFO[_KIND(one.kind)].label),
            *(plain_value(one.field, one.value_shop), plain_value(one.field, one.value_portal)),
            *(day(one.first_seen_on), Cause(one.cause).label, State(one.state).label),
        ]
