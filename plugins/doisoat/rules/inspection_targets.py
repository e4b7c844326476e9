"""The share of checks held through the digital environment, and the other targets of the founding documents. Pure.

What a target counts, and where it is known from, stands beside it; a value nobody has is unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from doisoat.rules.inspection import CheckState, Form

DEFINITION = (
    "Tỷ lệ = số cuộc kiểm tra có hình thức khác “trực tiếp” (trực tuyến, từ xa qua dữ liệu, kết hợp) "
    "÷ tổng số cuộc kiểm tra mở trong năm; không tính cuộc đã hủy."
)
FIRST_SHARE = Fraction(15, 100)  # Kế hoạch CCHC 4344/QĐ-UBND (Bình Thuận, 2023): at least 15 %
LATER_SHARE = Fraction(1, 2)  # Bắc Ninh, by the end of 2025: 50 %
_LATER_FROM = 2025


def share_target(year: int, own: Mapping[int, float]) -> Fraction:
    """The target of a year: the province's own, else the last own one before it, else what the founding documents say.

    >>> share_target(2024, {}), share_target(2026, {}), share_target(2027, {2026: 0.7})
    (Fraction(3, 20), Fraction(1, 2), Fraction(7, 10))
    """
    earlier = [named for named in own if named <= year]
    if earlier:
        return Fraction(str(own[max(earlier)]))
    return LATER_SHARE if year >= _LATER_FROM else FIRST_SHARE


@dataclass(frozen=True)
class DigitalShare:
    """Checks of a year by form."""

    year: int
    by_form: Mapping[Form, int]
    cancelled: int
    target: Fraction

    @property
    def checks(self) -> int:
        return sum(self.by_form.values())

    @property
    def digital(self) -> int:
        return sum(number for form, number in self.by_form.items() if form.is_digital)

    @property
    def value(self) -> Fraction | None:
        """None where there was no check: nothing of nothing is no share."""
        return Fraction(self.digital, self.checks) if self.checks else None

    @property
    def is_met(self) -> bool | None:
        return None if self.value is None else self.value >= self.target

    @property
    def missing(self) -> int:
        """How many more digital checks, and no other ones, would meet the target."""
        if self.is_met or self.target >= 1:
            return 0
        lacking = self.target * self.checks - self.digital
        return max(0, -(-lacking // (1 - self.target)))


def digital_share(year: int, checks: Iterable[tuple[Form, CheckState]], own: Mapping[int, float]) -> DigitalShare:
    """The share of a year's checks.

    >>> share = digital_share(2026, [(Form.REMOTE, CheckState.OPEN), (Form.ON_SITE, CheckState.CLOSED)], {})
    >>> share.value, share.is_met
    (Fraction(1, 2), True)
    """
    by_form, cancelled = dict.fromkeys(Form, 0), 0
    for form, state in checks:
        if state is CheckState.CANCELLED:
            cancelled += 1
        else:
            by_form[form] += 1
    return DigitalShare(year, by_form, cancelled, share_target(year, own))


@dataclass(frozen=True)
class Goal:
    """One other target: what it is, how much, who set it; `indicator` = where its value is read (rules.indicators)."""

    code: str
    label: str
    target: Fraction | None  # None = followed without a number
    source: str
    indicator: str | None = None
    why_not: str = "không có dữ liệu"  # where no value is known
    only_published: bool = False  # what dossiers tell of it is no more than a bound


GOALS: tuple[Goal, ...] = (
    Goal(
        *("digitised", "Hồ sơ được số hóa", None, "QĐ 766/QĐ-TTg mục 4.2"),
        indicator="SO_HOA_GIAY_TO_GIAI_QUYET",
        why_not="không có dữ liệu: cần tệp đính kèm của từng thành phần hồ sơ, hoặc số công bố của Cổng DVCQG",
    ),
    Goal(
        *("electronic_result", "Hồ sơ có cấp kết quả điện tử", None, "QĐ 766/QĐ-TTg mục 4.1"),
        indicator="ORIGINAL_RESULT_AVAILABLE",
    ),
    Goal(
        *("online", "Hồ sơ trực tuyến của TTHC toàn trình", None, "QĐ 766/QĐ-TTg mục 3"),
        indicator="FULL_PROCESS_DOSSIERS",
    ),
    Goal(
        *("satisfaction", "Hài lòng trong tiếp nhận, giải quyết TTHC", Fraction(9, 10)),
        "Đắk Lắk 2021 (90 %); QĐ 766/QĐ-TTg mục 5.4",
        indicator="DOSSIER_RECEIVING_SATISFACTION",
        why_not="không có dữ liệu: cần số công bố của Cổng DVCQG",
        only_published=True,
    ),
    Goal(
        *("petitions", "Phản ánh, kiến nghị xử lý đúng hạn", Fraction(1), "QĐ 766/QĐ-TTg mục 5.2 (điểm tối đa)"),
        indicator="PETITION_PROCESSING_ON_TIME",
        why_not="không có dữ liệu: cần số công bố của Cổng DVCQG",
    ),
)
GOAL_CODES = frozenset(goal.code for goal in GOALS)
