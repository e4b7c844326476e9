"""Why a clock says what it says: one Vietnamese sentence with its dates, and the article. Pure.

What is decided, and by which rule, is `rules.clocks`; here it is only put into words. A judgement that came out of the
queries (`sql/lateness/clock_reasons.sql`) is told by the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from doisoat.model import VIETNAM, Lateness
from doisoat.rules.clocks import CLOCKS, ClockRow, Judgement, Reason
from doisoat.rules.legal_periods import period_of
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Limit, Term
from doisoat.rules.text import day, moment, number
from doisoat.rules.working_calendar import WorkingCalendar

OUTCOMES = {
    Lateness.ON_TIME: "đúng hạn",
    Lateness.LATE: "quá hạn",
    Lateness.NOT_COUNTED: "không tính",
    Lateness.UNKNOWN: "chưa xác định được",
}

_LAW_ARTICLES = {
    Reason.SECOND_EXTENSION: "Đ19.6",
    Reason.TERM_RESTARTED: "Đ19.5",
    Reason.WAITING_SUBTRACTED: "Đ19.5, tính theo cách tạm dừng",
}
_PORTAL_POINTS = {
    Reason.NOT_RECEIVED: 2,
    Reason.WITHDRAWN_BEFORE_RECEPTION: 2,
    Reason.RECEPTION_UNKNOWN: 2,
    Reason.END_UNKNOWN: 2,
    Reason.SECOND_SUPPLEMENT: 4,
    Reason.WAITING_SUBTRACTED: 5,
    Reason.FULL_TERM: 6,
    Reason.DUE_UNKNOWN: 6,
}
_PROVINCE_ARTICLE = "Cách tính của phần mềm Một cửa"
_CIVIL_CODE = "BLDS Đ148.5"
_LATE_RECEPTION = "Đ18.2"
_OWN_TEXT = "quy định riêng của thủ tục"
_SECTOR_LAW = "luật chuyên ngành"
_AWAITS_PAYMENT = "Đang chờ nộp nghĩa vụ tài chính"
_NOT_COUNTED = f"{_SECTOR_LAW} không tính thời gian chờ"

_UNCOMPARED = {
    Reason.NOT_RECEIVED: "Hồ sơ chưa được tiếp nhận hoặc không được tiếp nhận",
    Reason.WITHDRAWN_BEFORE_RECEPTION: "Công dân rút hồ sơ trước khi được tiếp nhận",
    Reason.RECEPTION_UNKNOWN: "Không có ngày tiếp nhận",
    Reason.DUE_UNKNOWN: "Không có ngày hẹn trả, thủ tục cũng không ghi thời hạn",
    Reason.PAYMENT_SINCE_UNKNOWN: f"{_AWAITS_PAYMENT} ({_NOT_COUNTED}) nhưng không có ngày bắt đầu chờ",
}
# Those whose sentence tells from when the term is counted; those of the law whose sentence tells no end.
_TELLS_BEGIN = frozenset({Reason.FULL_TERM, Reason.TERM_RESTARTED, Reason.WAITING_SUBTRACTED})
_TELLS_NO_END = frozenset({Reason.SECOND_EXTENSION, Reason.DUE_UNKNOWN})


@dataclass(frozen=True)
class Explanation:
    """A judgement in words. `sentence` ends with the verdict; `article` is what it rests on."""

    judgement: Judgement
    sentence: str
    article: str

    @property
    def full(self) -> str:
        """The sentence with its article."""
        return f"{self.sentence} ({self.article})"


def explain(
    clock: str,
    row: ClockRow,
    term: Term,
    as_of: datetime,
    calendar: WorkingCalendar,
    parameters: RuleParameters,
) -> Explanation:
    """What the clock (`luat`, `dvcqg` or `mot_cua`) says about a row, and why."""
    return put_in_words(clock, CLOCKS[clock](row, term, as_of, calendar, parameters), row, term.limit)


def put_in_words(clock: str, judgement: Judgement, row: ClockRow, limit: Limit | None) -> Explanation:
    """The judgement of that clock on this row in words."""
    outcome = OUTCOMES[judgement.verdict]
    return Explanation(judgement, f"{_grounds(judgement, row, limit)}: {outcome}", article(clock, judgement, row))


def article(clock: str, judgement: Judgement, row: ClockRow) -> str:
    """The text a judgement rests on, as it held on the day of reception."""
    if clock == "mot_cua":
        return _PROVINCE_ARTICLE
    if clock == "dvcqg":
        return f"QĐ 766 mục 2.1 điểm {_portal_point(judgement.reason, row)}"
    return "; ".join(_law_grounds(judgement, row))


def _law_grounds(judgement: Judgement, row: ClockRow) -> Iterator[str]:
    """The article of the one-stop decree, and each text beside it."""
    reason = judgement.reason
    received = row.received_at and row.received_at.astimezone(VIETNAM).date()
    begins_late = judgement.begins_at is not None and reason in _TELLS_BEGIN
    articles = [_LAW_ARTICLES.get(reason, "Đ17.3"), *([_LATE_RECEPTION] if begins_late else [])]
    yield period_of(received).cite(", ".join(sorted(articles)))
    if reason is Reason.APPOINTMENT_MOVED:
        yield _CIVIL_CODE
    if begins_late:
        yield _OWN_TEXT
    if reason is Reason.PAYMENT_SINCE_UNKNOWN or (judgement.paused_at and reason not in _TELLS_NO_END):
        yield _SECTOR_LAW


def _portal_point(reason: Reason, row: ClockRow) -> int:
    if reason in _PORTAL_POINTS:
        return _PORTAL_POINTS[reason]
    if row.is_waiting:
        return 4
    return 1 if row.has_ended else 7


def _grounds(judgement: Judgement, row: ClockRow, limit: Limit | None) -> str:
    """What was held against what, without the verdict."""
    reason = judgement.reason
    if reason in _UNCOMPARED:
        return _UNCOMPARED[reason]
    if reason is Reason.END_UNKNOWN:
        return "Đang chờ bổ sung nhưng không có ngày yêu cầu" if row.is_waiting else "Không có ngày kết thúc"
    if reason is Reason.SECOND_EXTENSION:
        return f"Đã hẹn lại {row.extension_count} lần, chỉ được hẹn lại một lần nên ngày hẹn mới không có giá trị"
    if reason is Reason.SECOND_SUPPLEMENT:
        return f"Yêu cầu bổ sung {row.supplement_count} lần, quá một lần"
    if reason is Reason.WAITING_FOR_CITIZEN:
        return f"{_stood(row, judgement)}, khi chờ công dân thì chưa tính"
    if reason is Reason.WAITING_FOR_PAYMENT:
        return "Đang chờ công dân nộp nghĩa vụ tài chính, đồng hồ dừng"
    if reason is Reason.NO_APPOINTMENT:
        return "Không có ngày hẹn trả nên không coi là quá hạn"
    told = moment if _by_the_hour(judgement) else day
    return f"{_stood(row, judgement, told)}, {_held_against(judgement, row, limit, told)}"


def _stood(row: ClockRow, judgement: Judgement, told: Callable[..., str] = day) -> str:
    """Where the dossier stood, and when (before any subtraction)."""
    at = judgement.end_at
    if at and judgement.reason is Reason.WAITING_SUBTRACTED:
        at += row.waited
    if row.is_waiting:
        return "Đang chờ bổ sung" + (f" từ {told(at)}" if at else "")
    if judgement.paused_at:
        return f"{_AWAITS_PAYMENT} từ {told(judgement.paused_at)} ({_NOT_COUNTED})"
    return f"Kết thúc {told(at)}" if row.has_ended else f"Đến {told(at)} chưa kết thúc"


def _held_against(judgement: Judgement, row: ClockRow, limit: Limit | None, told: Callable[..., str]) -> str:
    """The due instant, and where it comes from."""
    reason, due, end = judgement.reason, judgement.due_at, judgement.end_at
    late = _late_begin(judgement, told)
    if reason is Reason.TERM_RESTARTED:
        begun = f"{moment(row.restarts_at)}, {late}," if late else f"{day(row.restarts_at)} thì"
        return f"bổ sung xong {begun} thời hạn{_amount(limit)} tính lại từ đầu, hạn mới {told(due)}"
    if reason is Reason.APPOINTMENT_MOVED:
        return f"ngày hẹn {day(row.due_at)} là ngày nghỉ nên hạn chuyển sang {told(due)}"
    if reason is Reason.WAITING_SUBTRACTED:
        raw = "hạn" if due and end and end + row.waited <= due else "sau hạn"
        begun = f" (tiếp nhận {moment(row.received_at)}, {late})" if late else ""
        return f"{raw} {told(due)}{begun}; trừ {_duration(row.waited)} chờ bổ sung còn {told(end)}"
    if reason is Reason.FULL_TERM:
        begun = f"{moment(row.received_at)}, {late}," if late else day(row.received_at)
        return f"không có ngày hẹn; thời hạn{_amount(limit)} từ ngày tiếp nhận {begun} hết vào {told(due)}"
    return f"hạn {told(due)}"


def _late_begin(judgement: Judgement, told: Callable[..., str]) -> str:
    """Why a term is counted from a later day than it began on, and from which; empty where it is not."""
    begins_at = judgement.begins_at
    return f"quá giờ nhận trong ngày nên tính từ {told(begins_at)}" if begins_at else ""


def _by_the_hour(judgement: Judgement) -> bool:
    """Late on the very day it was due: only the time of day tells why."""
    due, end = judgement.due_at, judgement.end_at
    same_day = due and end and due.astimezone(VIETNAM).date() == end.astimezone(VIETNAM).date()
    return bool(same_day) and judgement.verdict is Lateness.LATE


def _amount(limit: Limit | None) -> str:
    """The procedure's limit with a leading blank; nothing where there is none."""
    if limit is None:
        return ""
    amount, unit = limit
    return f" {number(amount, 0 if float(amount).is_integer() else 1)} {unit.lower()}"


def _duration(span: timedelta) -> str:
    """A span in days, below a day in hours and minutes.

    >>> _duration(timedelta(days=19)), _duration(timedelta(hours=5, minutes=7)), _duration(timedelta(days=2, hours=3))
    ('19 ngày', '5 giờ 7 phút', '2 ngày 3 giờ')
    """
    hours, minutes = span.seconds // 3600, span.seconds % 3600 // 60
    parts = [(span.days, "ngày"), (hours, "giờ"), (0 if span.days else minutes, "phút")]
    return " ".join(f"{size} {unit}" for size, unit in parts if size) or "chưa đầy 1 phút"
