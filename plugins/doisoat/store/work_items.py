"""What an agency has to do, one line per discrepancy, and how its values read to people.

Shared by `publish` and `alert`. Here: the line, its wording, reading it from a run's files. Not here: pages,
workbooks, mails. Vietnamese number and date forms (1.234.567, dd/MM/yyyy) are made in `rules.text` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from doisoat.errors import TerminalError
from doisoat.model import STATUS_LABELS, DiscrepancyKind, DossierStatus, Side
from doisoat.rules.causes import Cause
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.lifecycle import State
from doisoat.rules.text import EMPTY as EMPTY
from doisoat.rules.text import day as day
from doisoat.rules.text import moment as moment
from doisoat.rules.text import number
from doisoat.store.engine import run_query

if TYPE_CHECKING:
    import duckdb

_FIGURES = KIND_INFO[DiscrepancyKind.AGGREGATE_MISMATCH].fields
SEVERITY_LABELS = {"high": "Cao", "medium": "Trung bình", "low": "Thấp"}
VERDICT_LABELS = {
    "on_time": "Đúng hạn",
    "late": "Quá hạn",
    "not_counted": "Không tính",
    "unknown": "Chưa xác định được",
}
CHANNEL_LABELS = {"1": "Trực tiếp", "2": "Trực tuyến", "3": "Bưu chính"}
RECHECK_LABELS = {
    "confirmed": "Đã tra cứu lại, vẫn lệch",
    "unchecked": "Chưa tra cứu lại",
    "not_planned": "Đã biết từ trước",
    "not_about_dossier": "Không tra cứu (số liệu tổng hợp)",
}
FIELD_LABELS = {
    "TrangThaiHoSo": "Trạng thái",
    "NgayTiepNhan": "Ngày tiếp nhận",
    "NgayHenTra": "Ngày hẹn trả",
    "NgayKetThucXuLy": "Ngày kết thúc",
    "NgayNopHoSo": "Ngày nộp",
    "KenhThucHien": "Kênh nộp",
    "MaTTHC": "Mã thủ tục",
    "MaCoQuan": "Mã cơ quan",
    "MaHoSo": "Mã hồ sơ",
    "DuongDanTepTinKetQua": "Kết quả điện tử",
    "DuocThanhToanTrucTuyen": "Thanh toán trực tuyến",
    "TongLePhi": "Tổng lệ phí",
    "SoLanBoSung": "Số lần bổ sung",
    "SoLanGiaHan": "Số lần hẹn lại",
    "totalReceived": "Số phải xử lý trong kỳ",
    "totalOnTime": "Số đúng hạn trong kỳ",
    "totalOverdue": "Số quá hạn trong kỳ",
    "DOSSIER_SYNC": "Số đã đồng bộ trong kỳ",
    "channelOnlineSum": "Số nộp trực tuyến trong kỳ",
    "totalDossierOnlinePaymentSuccess": "Số thanh toán trực tuyến trong kỳ",
}
NO_AGENCY = "Chưa rõ cơ quan"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One discrepancy as the agency gets it; `datetime`s are local (+07:00) without a zone."""

    work_rank: int  # 1 = worst of the night
    agency_code: str | None
    agency_name: str
    dossier_code: str
    procedure_code: str | None
    kind: str
    subtype: str
    field: str
    value_shop: str | None
    value_portal: str | None
    status_shop: int | None
    status_portal: int | None
    due_at: datetime | None  # of the shop, else of the portal
    due_at_portal: datetime | None
    finished_at: datetime | None  # in the shop
    side: str
    severity: str
    technical: bool
    age_working_days: int | None
    first_seen_on: date
    recheck: str
    act_by: date
    period: str = ""  # only of what is not about a dossier
    cause: str = Cause.UNDETERMINED
    evidence: str = ""  # what proves the cause, one sentence
    state: str = State.OPEN.value
    opened_on: date | None = None  # the very first time; first_seen_on is of this time
    reopened: int = 0  # how often it came back
    known_working_days: int = 0  # since first_seen_on
    charged_on: date | None = None  # the night on which it stopped being technical
    accepted_until: date | None = None
    person: str | None = None  # who acknowledged or accepted it
    reason: str | None = None
    since_last_mail: str = ""  # how it stands against the agency's last mail; only in mails

    @property
    def charged_since(self) -> date:
        """The night since which it is the agency's to put right."""
        return max(self.first_seen_on, self.charged_on or self.first_seen_on)

    @property
    def state_label(self) -> str:
        """The state, with the person behind it: "Đã nhận xử lý (Lan)"."""
        return State(self.state).label + (f" ({self.person})" if self.person else "")

    @property
    def history(self) -> str:
        """Its life in a few words: since when, how often it came back, who has it."""
        parts = [f"từ {day(self.first_seen_on)} ({number(self.known_working_days)} ngày làm việc)"]
        if self.reopened:
            parts.append(f"lệch trở lại {number(self.reopened)} lần, lần đầu {day(self.opened_on)}")
        if self.state == State.ACKNOWLEDGED:
            parts.append(f"đã nhận: {self.person}")
        return "; ".join(parts)

    @property
    def subject(self) -> str:
        """What it is about: the dossier, else the figures of a period."""
        return self.dossier_code or (f"Số liệu kỳ {self.period}" if self.period else "(không gắn với một hồ sơ)")

    @property
    def kind_label(self) -> str:
        return KIND_INFO[DiscrepancyKind(self.kind)].label

    @property
    def subtype_label(self) -> str:
        """What is particular about it; empty when nothing is."""
        return subtype_label(self.kind, self.subtype)

    @property
    def cause_label(self) -> str:
        return Cause(self.cause).label

    @property
    def action(self) -> str:
        return KIND_INFO[DiscrepancyKind(self.kind)].action

    @property
    def side_label(self) -> str:
        return Side(self.side).label

    @property
    def severity_label(self) -> str:
        return SEVERITY_LABELS[self.severity]

    @property
    def recheck_label(self) -> str:
        return RECHECK_LABELS.get(self.recheck, self.recheck)

    @property
    def shop_text(self) -> str:
        return plain_value(self.field, self.value_shop)

    @property
    def portal_text(self) -> str:
        return plain_value(self.field, self.value_portal)

    @property
    def says_more(self) -> bool:
        """Whether the differing values are others than the two statuses."""
        return self.field != "TrangThaiHoSo" and bool(self.value_shop or self.value_portal)

    @property
    def field_label(self) -> str:
        if DiscrepancyKind(self.kind) is DiscrepancyKind.LATENESS_DISAGREEMENT:
            return "Đánh giá hạn"
        if DiscrepancyKind(self.kind) in (DiscrepancyKind.DUPLICATE_IN_SHOP, DiscrepancyKind.DUPLICATE_ON_PORTAL):
            return "Số bản ghi cùng mã"
        return FIELD_LABELS.get(self.field, self.field)

    @property
    def status_shop_text(self) -> str:
        return status_text(self.status_shop)

    @property
    def status_portal_text(self) -> str:
        return status_text(self.status_portal)


def work_items(
    connection: duckdb.DuckDBPyConnection,
    act_by: date,
    agency_name: Callable[[str], str],
    *,
    query: str = "reports/work_items",
    agency_code: str | None = None,
    technical: bool | None = None,
    cap: int | None = None,
) -> Iterator[WorkItem]:
    """Lines of the work list, worst first, streamed; the connection has the relation `work_list`.

    `agency_name` gives the name of a code. The connection is busy until the iterator ends.
    """
    parameters = {"agency_code": agency_code, "technical": technical, "cap": cap}
    cursor = run_query(connection, query, parameters)
    names = [column[0] for column in cursor.description or ()]
    known: dict[str | None, str] = {None: NO_AGENCY}
    while rows := cursor.fetchmany(5_000):
        for row in rows:
            values: dict[str, Any] = dict(zip(names, row, strict=True))
            code = values["agency_code"]
            if code not in known:
                known[code] = agency_name(code)
            yield WorkItem(**values, agency_name=known[code], act_by=act_by)


def open_work_list(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the relation `work_list` from the relations `discrepancies` (assess) and `pairs`."""
    if not {"known_working_days", "evidence", "charged_on"} <= set(connection.table("discrepancies").columns):
        raise TerminalError("what assess left is of an older program: run 'doisoat assess' for this date again")
    run_query(connection, "reports/work_list")


def subtype_label(kind: str, subtype: str) -> str:
    """Vietnamese name of a subtype; an unnamed one stays as it is."""
    return KIND_INFO[DiscrepancyKind(kind)].subtypes.get(subtype, subtype) if subtype else ""


def status_text(status: int | None) -> str:
    """A status with its number, as both systems show it.

    >>> status_text(4)
    '4 · Đang xử lý'
    """
    return EMPTY if status is None else f"{status} · {STATUS_LABELS[DossierStatus(status)]}"


def plain_value(field: str, value: str | None) -> str:
    """A reported value (of `field`, on either side) as people read it; unknown forms stay as they are.

    >>> plain_value("NgayHenTra", "2026-08-10T17:00:00+07:00")
    '10/08/2026 17:00'
    """
    if value is None or value == "":
        return EMPTY
    if field.startswith("Ngay"):
        return VERDICT_LABELS.get(value) or _instant_or_same(value)
    if field == "TrangThaiHoSo" and value.isdecimal() and 1 <= int(value) <= 10:
        return status_text(int(value))
    if field == "KenhThucHien":
        return CHANNEL_LABELS.get(value, value)
    if field == "DuongDanTepTinKetQua":
        return {"0": "Chưa có", "1": "Đã có", "false": "Chưa có", "true": "Đã có"}.get(value, value)
    if field in _FIGURES and value.isdecimal():
        return number(int(value))
    if field == "TongLePhi" and value.isdecimal():
        return f"{number(int(value))} đồng"
    return value


def _instant_or_same(value: str) -> str:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment(instant)
