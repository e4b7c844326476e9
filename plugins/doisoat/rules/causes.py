"""Why a discrepancy is there and who can end it, from evidence; and when many of a night are really one fault. Pure.

Every discrepancy has one piece of evidence, the first that fits in `sql/assessment/evidence.sql`; here stands what it
proves, how surely, and the sentence people read. What nothing proves stays undetermined: an agency is never blamed by
default (domain rules §9, "Fairness rule"). Texts are Vietnamese.

A *pattern* is a segment (a procedure, an agency) that holds far more of a night's new discrepancies than of all
dossiers. Where almost every dossier of it that changed since the first one differs, the way itself is broken: one
technical fault, not many slow officers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from doisoat.model import DiscrepancyKind
from doisoat.rules.text import number


class Cause(StrEnum):
    """Where the fault lies."""

    OFFICER = "officer"
    TRANSPORT = "transport"
    MAPPING = "mapping"
    PORTAL = "portal"
    RULE = "rule"
    NOT_DUE = "not_due"
    UNDETERMINED = "undetermined"

    @property
    def label(self) -> str:
        return _CAUSES[self][0]

    @property
    def meaning(self) -> str:
        """Who has to act, in one clause."""
        return _CAUSES[self][1]


_CAUSES: dict[Cause, tuple[str, str]] = {
    Cause.OFFICER: ("Thao tác của cán bộ", "bước xử lý còn thiếu hoặc trái quy định, đơn vị xử lý trên Một cửa"),
    Cause.TRANSPORT: ("Đường đồng bộ", "Một cửa đã ghi đủ nhưng dữ liệu chưa đến hoặc đến sai, đầu mối kỹ thuật xử lý"),
    Cause.MAPPING: (
        "Ánh xạ danh mục",
        "mã thủ tục, cơ quan hoặc trạng thái chưa khớp danh mục, đầu mối kỹ thuật xử lý",
    ),
    Cause.PORTAL: ("Cổng DVCQG", "Cổng đã nhận nhưng giữ dữ liệu cũ, báo đơn vị vận hành Cổng"),
    Cause.RULE: ("Khác cách tính", "hai hệ thống áp dụng quy tắc khác nhau trên cùng dữ liệu"),
    Cause.NOT_DUE: ("Chưa quá thời gian đồng bộ", "vừa thay đổi trên Một cửa, chờ đêm sau"),
    Cause.UNDETERMINED: ("Chưa xác định", "chưa đủ bằng chứng, không quy lỗi cho đơn vị"),
}


class Confidence(StrEnum):
    """How surely the evidence proves the cause."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> str:
        return {"high": "chắc", "medium": "có cơ sở", "low": "phỏng đoán"}[self.value]


@dataclass(frozen=True)
class Evidence:
    """One thing that can be seen in the data.

    `sentence` may hold {changed} (when the shop's dossier changed), {portal_step} (when the portal's did), {value}
    (what cannot be mapped); instants as dd/MM/yyyy HH:MM.
    """

    code: str
    cause: Cause
    confidence: Confidence
    sentence: str


_C, _S = Cause, Confidence
EVIDENCE: Mapping[str, Evidence] = {
    one.code: one
    for one in (
        Evidence(
            "wrong_clock", _C.TRANSPORT, _S.HIGH, "Hai bên lệch đúng 7 hoặc 12 giờ: giao diện đồng bộ ghi sai giờ."
        ),
        Evidence(
            "still_on_its_way", _C.NOT_DUE, _S.MEDIUM, "Một cửa thay đổi lúc {changed}, chưa quá thời gian đồng bộ."
        ),
        Evidence(
            "unmapped", _C.MAPPING, _S.HIGH, "Mã thủ tục {value} trống, không có trong danh mục hoặc đã hết hiệu lực."
        ),
        Evidence("agency_ended", _C.MAPPING, _S.HIGH, "Mã cơ quan {value} đã hết hiệu lực vào ngày tiếp nhận."),
        Evidence("not_sent_unmapped", _C.MAPPING, _S.HIGH, "Không lên được Cổng vì mã thủ tục {value} chưa ánh xạ."),
        Evidence(
            "not_sent_agency", _C.MAPPING, _S.MEDIUM, "Không lên được Cổng; mã cơ quan {value} lạ hoặc đã hết hiệu lực."
        ),
        Evidence(
            "not_sent",
            _C.TRANSPORT,
            _S.MEDIUM,
            "Một cửa đã ghi đủ từ {changed}, mã thủ tục và cơ quan hợp lệ mà Cổng chưa có.",
        ),
        Evidence("not_pulled", _C.TRANSPORT, _S.LOW, "Có trên Cổng nhưng Một cửa chưa lấy về."),
        Evidence(
            "code_changed", _C.TRANSPORT, _S.HIGH, "Mã hồ sơ bị thay trên đường đồng bộ; mã kia nằm trong bản ghi."
        ),
        Evidence("sent_twice", _C.TRANSPORT, _S.MEDIUM, "Một lần gửi được Cổng ghi thành nhiều hồ sơ."),
        Evidence("entered_twice", _C.OFFICER, _S.LOW, "Cùng mã được ghi nhiều lần trên Một cửa."),
        Evidence("status_map", _C.MAPPING, _S.HIGH, "Cặp trạng thái này là dấu hiệu bảng chuyển đổi trạng thái sai."),
        Evidence(
            "step_not_sent",
            _C.TRANSPORT,
            _S.MEDIUM,
            "Cán bộ đã bấm trên Một cửa lúc {changed}; Cổng chưa nhận bước này.",
        ),
        Evidence(
            "portal_kept",
            _C.PORTAL,
            _S.MEDIUM,
            "Cổng có cập nhật lúc {portal_step}, sau bước trên Một cửa lúc {changed}, mà vẫn giữ trạng thái cũ.",
        ),
        Evidence(
            "not_clicked",
            _C.OFFICER,
            _S.MEDIUM,
            "Cổng đã sang bước sau lúc {portal_step}; Một cửa chưa bấm từ {changed}.",
        ),
        Evidence("no_step_time", _C.UNDETERMINED, _S.LOW, "Một cửa không ghi giờ thao tác nên không rõ chậm ở đâu."),
        Evidence("other_rule", _C.RULE, _S.HIGH, "Dữ liệu hai bên như nhau, khác nhau ở cách tính hạn."),
        Evidence(
            "duty",
            _C.OFFICER,
            _S.HIGH,
            "Chỉ cần dữ liệu của Một cửa: bước này phải làm đã quá thời hạn hoặc quá số lần.",
        ),
        Evidence("waits_for_payment", _C.UNDETERMINED, _S.LOW, "Đang chờ người dân nộp tiền."),
        Evidence("not_digitised", _C.OFFICER, _S.HIGH, "Một cửa đã ghi xong nhưng chưa đính kèm kết quả điện tử."),
        Evidence("result_not_sent", _C.TRANSPORT, _S.MEDIUM, "Một cửa đã có kết quả điện tử, Cổng chưa nhận."),
        Evidence(
            "change_not_sent",
            _C.TRANSPORT,
            _S.MEDIUM,
            "Một cửa đã gia hạn hoặc nhận bổ sung; Cổng còn giữ ngày hẹn cũ.",
        ),
        Evidence("time_of_sync", _C.TRANSPORT, _S.MEDIUM, "Cổng ghi giờ đồng bộ ({portal_step}) thay cho giờ thật."),
        Evidence("differs", _C.UNDETERMINED, _S.LOW, "Hai bên ghi khác nhau, chưa rõ bên nào đúng."),
    )
}
# What a pattern of this kind proves about each of its discrepancies.
_OF_SEGMENT = {"procedure": Cause.MAPPING, "agency": Cause.TRANSPORT}
SEGMENT_LABELS = {"procedure": "thủ tục", "agency": "cơ quan"}
# Kinds that one broken way brings forth together; every other kind is looked at alone.
_ONE_WAY = (DiscrepancyKind.MISSING_ON_PORTAL, DiscrepancyKind.FINISHED_NOT_SYNCED, DiscrepancyKind.STATUS_LAG)
ONE_WAY_LABEL = "dữ liệu chưa lên Cổng DVCQG"
LEAST_NEW = 10  # new discrepancies of a segment
LEAST_SHARE = 0.2  # of all new ones of the group
LEAST_LIFT = 5.0  # times as frequent as among all dossiers
BROKEN_FROM = 0.8  # share of the segment's dossiers changed since then that differ


def group_of(kind: DiscrepancyKind) -> str:
    """What is looked at together when patterns are sought.

    >>> group_of(DiscrepancyKind.STATUS_LAG), group_of(DiscrepancyKind.CHANNEL_MISMATCH)
    ('one_way', 'channel_mismatch')
    """
    return "one_way" if kind in _ONE_WAY else kind.value


@dataclass(frozen=True)
class Segment:
    """Tonight's new discrepancies of a group inside and outside one segment; counts of dossiers."""

    group: str
    segment: str  # procedure, agency
    value: str
    new: int
    new_in_all: int
    dossiers: int
    dossiers_in_all: int
    began_at: datetime | None  # first change of the segment's new ones, local (+07:00) without a zone
    changed_since: int  # dossiers of the segment that changed since then

    @property
    def share(self) -> float:
        """Of the group's new discrepancies."""
        return self.new / self.new_in_all

    @property
    def lift(self) -> float:
        """How many times as frequent as among all dossiers."""
        return self.share / (self.dossiers / self.dossiers_in_all) if self.dossiers else 0.0

    @property
    def stands_out(self) -> bool:
        return self.new >= LEAST_NEW and self.share >= LEAST_SHARE and self.lift >= LEAST_LIFT

    @property
    def is_broken(self) -> bool:
        """Almost every dossier that changed since then differs: the way is broken, nobody was slow."""
        return bool(self.changed_since) and self.new / self.changed_since >= BROKEN_FROM

    @property
    def cause(self) -> Cause | None:
        """What it proves; None where it may just as well be slow officers."""
        return _OF_SEGMENT[self.segment] if self.is_broken else None

    @property
    def sentence(self) -> str:
        """What was seen, in one sentence."""
        where = f"{SEGMENT_LABELS[self.segment]} {self.value}"
        since = f", bắt đầu từ {self.began_at:%H:%M ngày %d/%m/%Y}" if self.began_at else ""
        seen = (
            f"{number(100 * self.share)} % chênh lệch mới ({number(self.new)}/{number(self.new_in_all)}) cùng {where}, "
            f"gấp {number(self.lift)} lần mức thường{since}"
        )
        if not self.is_broken:
            return f"{seen}; các hồ sơ khác cùng {SEGMENT_LABELS[self.segment]} vẫn bình thường."
        of_all = f"{number(self.new)}/{number(self.changed_since)} hồ sơ có thay đổi từ đó đều lệch"
        return f"{seen}; {of_all}: một lỗi {_FAULTS[self.segment]}, không phải nhiều cán bộ chậm."


_FAULTS = {"procedure": "ánh xạ hoặc đồng bộ của thủ tục", "agency": "đường truyền của cơ quan"}


def patterns(segments: Iterable[Segment]) -> list[Segment]:
    """Those that stand out: of every group only of the sort of segment that stands out most, strongest first."""
    found = [one for one in segments if one.stands_out]
    strongest: dict[str, Segment] = {}
    for one in sorted(found, key=_strength):
        strongest.setdefault(one.group, one)
    chosen = [one for one in found if one.segment == strongest[one.group].segment]
    return sorted(chosen, key=_strength)


def _strength(one: Segment) -> tuple[float, int, str, str, str]:
    return -one.lift, -one.new, one.group, one.segment, one.value
