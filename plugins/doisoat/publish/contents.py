"""The page's sections in their order: which of them a night has, and so their numbers. Nothing else knows a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doisoat.publish.report import ReportData


@dataclass(frozen=True)
class Section:
    """One section; `anchor` is its id in the page."""

    anchor: str
    number: int
    short: str  # in the table of contents
    title: str

    @property
    def heading(self) -> str:
        return f"{self.number}. {self.title}"


def _always(report: ReportData) -> bool:
    return True


_Shown = Callable[[ReportData], bool]
# anchor, title, what the table of contents calls it, whether a night has it.
_SECTIONS: tuple[tuple[str, str, str, _Shown], ...] = (
    ("qua-han-oan", "Đã xong đúng hạn nhưng Cổng DVCQG đang tính quá hạn", "Bị tính quá hạn oan", _always),
    ("pham-vi", "Phạm vi và độ đầy đủ", "Phạm vi và độ đầy đủ", _always),
    ("theo-loai", "Chênh lệch theo loại", "Theo loại", _always),
    ("vi-sao", "Vì sao lệch, ai xử lý được", "Vì sao lệch", lambda report: bool(report.causes)),
    ("theo-co-quan", "Chênh lệch theo cơ quan", "Theo cơ quan", _always),
    ("dung-han", "Đúng hạn hay quá hạn: ba cách tính", "Đúng hạn theo ba cách tính", _always),
    (
        "xep-hang",
        "Cơ quan nào làm tốt, cơ quan nào chậm",
        "Cơ quan làm tốt, làm chậm",
        lambda report: report.ranking is not None,
    ),
    (
        "so-lieu",
        "Số liệu tổng hợp: công bố trên Cổng DVCQG và đếm từ hồ sơ",
        "Số liệu tổng hợp",
        lambda report: report.aggregates is not None,
    ),
    ("chi-so", "Chỉ số theo Quyết định 766/QĐ-TTg", "Chỉ số 766", lambda report: report.indicators is not None),
    ("danh-sach", "Danh sách hồ sơ theo loại", "Danh sách hồ sơ", _always),
    (
        "da-chap-nhan",
        "Chênh lệch đã được chấp nhận có thời hạn",
        "Đã chấp nhận",
        lambda report: bool(report.accepted.total),
    ),
    ("chat-luong", "Chất lượng dữ liệu", "Chất lượng dữ liệu", _always),
    ("nguon", "Nguồn và quy tắc", "Nguồn và quy tắc", _always),
    ("tu-ngu", "Từ ngữ dùng trong báo cáo", "Từ ngữ", _always),
)


def contents(report: ReportData) -> tuple[Section, ...]:
    """The sections of a night, numbered without a gap."""
    shown = [(anchor, title, short) for anchor, title, short, is_shown in _SECTIONS if is_shown(report)]
    return tuple(Section(anchor, number, short, title) for number, (anchor, title, short) in enumerate(shown, start=1))
