"""Which legal texts hold for a dossier, by the day it was received. Pure data.

The clocks judge every period alike (discrepancy-rules §7): in each of them a supplement starts the term anew and a
second re-appointment has no effect. What changed is the text to be cited, and the duties around the term: those with
a limit in NĐ 118/2025 have none before it (`None`: no duty is judged). What was not read in the text itself is marked
in `note`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LegalPeriod:
    """The texts in force from `begins_on` to the day before the next period begins."""

    begins_on: date
    one_stop: str  # the one-stop mechanism, whose articles the law clock cites
    amended_by: str
    electronic: str
    online_services: str
    portal_statute: str
    intake_hours: float | None = None  # working hours to accept an online dossier, or to ask for a supplement
    supplement_notice_days: int | None = None  # working days from reception to the notice after appraisal
    close_unanswered_days: int | None = None  # calendar days from the notice
    apology_lead_days: int = 1  # before the due date
    max_supplements: int = 1
    max_extensions: int = 1
    note: str = ""

    @property
    def has_articles(self) -> bool:
        """Whether single articles may be cited: those of NĐ 118/2025 have been read."""
        return self.one_stop == NGHI_DINH_118

    @property
    def limits(self) -> dict[str, float | None]:
        """What the texts of this period allow, by name; None = no such duty yet."""
        names = ("intake_hours", "supplement_notice_days", "close_unanswered_days", "apology_lead_days")
        return {name: getattr(self, name) for name in (*names, "max_supplements", "max_extensions")}

    def cite(self, article: str) -> str:
        """An article of the one-stop decree of this period; of the earlier one the range that regulated it.

        >>> period_of(date(2026, 8, 6)).cite("Đ19.5"), period_of(date(2025, 6, 30)).cite("Đ19.5")
        ('NĐ 118/2025 Đ19.5', 'NĐ 61/2018 (sửa bởi NĐ 107/2021) Đ17–19')
        """
        if self.has_articles:
            return f"{self.one_stop} {article}"
        return f"{self.one_stop} (sửa bởi {self.amended_by}) Đ17–19"


NGHI_DINH_118 = "NĐ 118/2025"
_UNREAD_367 = "chưa đọc được NĐ 367/2025"


def _since_118(
    begins_on: date, amended_by: str, electronic: str, online_services: str, portal_statute: str, note: str = ""
) -> LegalPeriod:
    """A period of NĐ 118/2025, with the limits of its Đ17.2c and Đ19.5."""
    return LegalPeriod(
        begins_on,
        NGHI_DINH_118,
        amended_by,
        f"NĐ 45/2020 (sửa bởi {electronic})",
        online_services,
        f"{portal_statute}/QĐ-TTg",
        intake_hours=8,
        supplement_notice_days=3,
        close_unanswered_days=15,
        note=note,
    )


_BY_118 = "NĐ 118/2025 Đ40.8"
LEGAL_PERIODS: tuple[LegalPeriod, ...] = (
    LegalPeriod(
        date.min,
        "NĐ 61/2018",
        "NĐ 107/2021",
        "NĐ 45/2020",
        "NĐ 42/2022",
        "QĐ 31/2021/QĐ-TTg",
        note="hết hiệu lực từ 01/07/2025 theo NĐ 118/2025 Đ40.1; các điều không dẫn riêng",
    ),
    _since_118(date(2025, 7, 1), "", _BY_118, "NĐ 42/2022 (sửa đổi)", "QĐ 31/2021"),
    _since_118(date(2025, 12, 31), "NĐ 367/2025", _BY_118, "NĐ 42/2022 (sửa đổi)", "QĐ 31/2021", _UNREAD_367),
    _since_118(
        date(2026, 7, 1),
        "NĐ 367/2025 (trừ khoản 9 Điều 1)",
        _BY_118,
        "NĐ 224/2026",
        "QĐ 31/2021",
        f"khoản 9 Điều 1 NĐ 367/2025 hết hiệu lực theo NĐ 224/2026 Đ90.2; {_UNREAD_367}",
    ),
    _since_118(
        date(2026, 7, 20), "NĐ 367/2025 (trừ khoản 9 Điều 1)", _BY_118, "NĐ 224/2026", "QĐ 29/2026", _UNREAD_367
    ),
    _since_118(
        date(2026, 8, 5),
        "NĐ 367/2025 (trừ khoản 9 Điều 1), NĐ 309/2026",
        "NĐ 310/2026",
        "NĐ 224/2026",
        "QĐ 29/2026",
        f"văn bản hợp nhất 6050/2026/VBHN-BTP; {_UNREAD_367}",
    ),
)


def period_of(received_on: date | None) -> LegalPeriod:
    """The period of a reception date; the newest where it is not known.

    >>> period_of(date(2025, 7, 1)).one_stop, period_of(None).begins_on.isoformat()
    ('NĐ 118/2025', '2026-08-05')
    """
    if received_on is None:
        return LEGAL_PERIODS[-1]
    return LEGAL_PERIODS[bisect_right([one.begins_on for one in LEGAL_PERIODS], received_on) - 1]
