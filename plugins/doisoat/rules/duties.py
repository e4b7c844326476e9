"""Duties of NĐ 118/2025 beside being in time: what each asks for, its article, what tells whether it was kept. Pure.

A duty that is a kind of discrepancy already is not judged a second time: its breaches are those discrepancies. How the
others are found stands in `sql/deadlines`. From which day of reception a duty exists is `rules.legal_periods`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from doisoat.model import DiscrepancyKind, Side
from doisoat.rules.kinds import KIND_INFO

NO_DATA = "không có dữ liệu"


class Duty(StrEnum):
    LATE_INTAKE = "late_intake"
    SUPPLEMENT_NOTICE = "supplement_notice"
    UNANSWERED_SUPPLEMENT = "unanswered_supplement"
    APOLOGY = "apology"
    SECOND_SUPPLEMENT = "second_supplement"
    SECOND_EXTENSION = "second_extension"


@dataclass(frozen=True)
class DutyInfo:
    """One duty for people. `kind`: the discrepancy (and subtype) that is its breach; `columns`: what the shop must have
    for it to be judged at all, at least one of each group."""

    duty: Duty
    label: str
    meaning: str
    article: str
    measured: str  # what the figure of a breach counts
    kind: DiscrepancyKind | None = None
    subtype: str = ""
    columns: tuple[tuple[str, ...], ...] = ()
    missing: str = ""  # what no source tells, where none does

    def why_not_judged(self, absent: Collection[str]) -> str:
        """Why nothing can be said, given the wire names the shop does not have; empty where it can."""
        if self.missing:
            return f"{NO_DATA}: {self.missing}"
        lacking = [group for group in self._groups() if set(group) <= set(absent)]
        return f"{NO_DATA}: Một cửa không có trường {' hoặc '.join(lacking[0])}" if lacking else ""

    def _groups(self) -> tuple[tuple[str, ...], ...]:
        if self.kind is None:
            return self.columns
        needs = KIND_INFO[self.kind].needs
        return tuple(
            need.columns
            for need in needs
            if need.side is Side.SHOP and (not need.subtypes or self.subtype in need.subtypes)
        )


DUTIES: tuple[DutyInfo, ...] = (
    DutyInfo(
        Duty.LATE_INTAKE,
        "Tiếp nhận trong 08 giờ làm việc",
        "Hồ sơ trực tuyến phải được thông báo tiếp nhận, hoặc yêu cầu bổ sung, chậm nhất 08 giờ làm việc sau khi "
        "hệ thống nhận được. Tính hồ sơ còn chờ tiếp nhận quá hạn và hồ sơ đã tiếp nhận muộn.",
        "NĐ 118/2025 Đ17.2c",
        "giờ làm việc",
        kind=DiscrepancyKind.LATE_INTAKE,
    ),
    DutyInfo(
        Duty.SUPPLEMENT_NOTICE,
        "Thông báo bổ sung trong 03 ngày làm việc",
        "Yêu cầu bổ sung sau thẩm định phải được thông báo trong 03 ngày làm việc kể từ ngày tiếp nhận.",
        "NĐ 118/2025 Đ19.5",
        "ngày làm việc",
        columns=(("NgayYeuCauBoSung", "DanhSachHoSoBoSung"),),
    ),
    DutyInfo(
        Duty.UNANSWERED_SUPPLEMENT,
        "Đóng hồ sơ sau 15 ngày không bổ sung",
        "Quá 15 ngày từ khi thông báo mà công dân không bổ sung, cán bộ phải đóng hồ sơ trên hệ thống.",
        "NĐ 118/2025 Đ19.5",
        "",
        kind=DiscrepancyKind.STUCK,
        subtype="supplement",
    ),
    DutyInfo(
        Duty.APOLOGY,
        "Xin lỗi trước hạn ít nhất 01 ngày",
        "Dự kiến quá hạn thì phải gửi thư xin lỗi, nêu lý do và ngày hẹn lại, trước ngày hẹn trả ít nhất 01 ngày.",
        "NĐ 118/2025 Đ12.5, Đ19.6",
        "",
        missing="không nguồn nào cho biết ngày gửi thư xin lỗi",
    ),
    DutyInfo(
        Duty.SECOND_SUPPLEMENT,
        "Yêu cầu bổ sung không quá 01 lần",
        "Chỉ được yêu cầu sửa đổi, bổ sung hồ sơ một lần.",
        "NĐ 118/2025 Đ11.2c",
        "lần",
        kind=DiscrepancyKind.SECOND_SUPPLEMENT,
    ),
    DutyInfo(
        Duty.SECOND_EXTENSION,
        "Hẹn lại không quá 01 lần",
        "Ngày hẹn trả chỉ được hẹn lại một lần.",
        "NĐ 118/2025 Đ19.6",
        "lần",
        kind=DiscrepancyKind.SECOND_EXTENSION,
    ),
)
DUTY_INFO: dict[Duty, DutyInfo] = {info.duty: info for info in DUTIES}
