"""The words of the trade as types. Standard library only, no behaviour beyond reading themselves.

Instants are tz-aware; in files they are written with +07:00 (`VIETNAM`), to the second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum

VIETNAM = timezone(timedelta(hours=7), "+07:00")


class Side(StrEnum):
    """Which system said it; also the suffix of every two-sided column."""

    SHOP = "shop"  # the province's one-stop-shop (Một cửa điện tử)
    PORTAL = "portal"  # the National Public Service Portal (Cổng DVCQG)

    @property
    def other(self) -> Side:
        return Side.PORTAL if self is Side.SHOP else Side.SHOP

    @property
    def label(self) -> str:
        return {"shop": "Một cửa", "portal": "Cổng DVCQG"}[self.value]


class DossierStatus(IntEnum):
    """The portal's scale `TrangThaiHoSo`."""

    REGISTERED = 1  # Mới đăng ký
    RECEIVED = 2  # Được tiếp nhận
    NOT_RECEIVED = 3  # Không được tiếp nhận
    PROCESSING = 4  # Đang xử lý
    SUPPLEMENT_ASKED = 5  # Yêu cầu bổ sung giấy tờ
    PAYMENT_ASKED = 6  # Yêu cầu thực hiện nghĩa vụ tài chính
    WITHDRAWN = 7  # Công dân yêu cầu rút hồ sơ
    STOPPED = 8  # Dừng xử lý
    DONE = 9  # Đã xử lý xong
    RETURNED = 10  # Đã trả kết quả

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS: dict[DossierStatus, str] = {
    DossierStatus.REGISTERED: "Mới đăng ký",
    DossierStatus.RECEIVED: "Được tiếp nhận",
    DossierStatus.NOT_RECEIVED: "Không được tiếp nhận",
    DossierStatus.PROCESSING: "Đang xử lý",
    DossierStatus.SUPPLEMENT_ASKED: "Yêu cầu bổ sung giấy tờ",
    DossierStatus.PAYMENT_ASKED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    DossierStatus.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    DossierStatus.STOPPED: "Dừng xử lý",
    DossierStatus.DONE: "Đã xử lý xong",
    DossierStatus.RETURNED: "Đã trả kết quả",
}


class DiscrepancyKind(StrEnum):
    """Stable codes; each row kind has a query of the same name in `sql/reconciliation/`."""

    MISSING_ON_PORTAL = "missing_on_portal"
    MISSING_IN_SHOP = "missing_in_shop"
    FINISHED_NOT_SYNCED = "finished_not_synced"
    STATUS_LAG = "status_lag"
    STATUS_CONFLICT = "status_conflict"
    RECEIVED_AT_MISMATCH = "received_at_mismatch"
    DUE_AT_MISMATCH = "due_at_mismatch"
    FINISHED_AT_MISMATCH = "finished_at_mismatch"
    LATENESS_DISAGREEMENT = "lateness_disagreement"
    CHANNEL_MISMATCH = "channel_mismatch"
    PROCEDURE_UNMAPPED = "procedure_unmapped"
    PROCEDURE_MISMATCH = "procedure_mismatch"
    AGENCY_LEGACY_CODE = "agency_legacy_code"
    AGENCY_MISMATCH = "agency_mismatch"
    DUPLICATE_IN_SHOP = "duplicate_in_shop"
    DUPLICATE_ON_PORTAL = "duplicate_on_portal"
    CODE_SUBSTITUTED = "code_substituted"
    RESULT_MISSING = "result_missing"
    PAYMENT_MISMATCH = "payment_mismatch"
    STUCK = "stuck"
    LATE_INTAKE = "late_intake"
    SECOND_SUPPLEMENT = "second_supplement"
    SECOND_EXTENSION = "second_extension"
    AGGREGATE_MISMATCH = "aggregate_mismatch"
    CATALOGUE_MISMATCH = "catalogue_mismatch"


# Kinds that are not about one dossier; they need inputs of their own (discrepancy-rules §8.5).
SET_KINDS = frozenset({DiscrepancyKind.AGGREGATE_MISMATCH, DiscrepancyKind.CATALOGUE_MISMATCH})
# Kinds with a run of their own: no night says anything about them, and their run says nothing about a night.
APART_KINDS = frozenset({DiscrepancyKind.CATALOGUE_MISMATCH})
ROW_KINDS = tuple(kind for kind in DiscrepancyKind if kind not in SET_KINDS)


class Severity(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(StrEnum):
    """Whether a run read what it meant to read."""

    COMPLETE = "complete"
    PARTIAL = "partial"


class Lateness(StrEnum):
    """What one clock says about one dossier."""

    ON_TIME = "on_time"
    LATE = "late"
    NOT_COUNTED = "not_counted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, order=True)
class RunKey:
    """A run: one province, one business date (a local date in +07:00)."""

    province_code: str  # root code, e.g. H44
    business_date: date

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]\d{2}", self.province_code):
            raise ValueError(f"province code {self.province_code!r}: expected a letter and two digits, like H44")

    @property
    def day_end(self) -> datetime:
        """23:59:59+07:00 of the business date."""
        return datetime.combine(self.business_date, datetime.max.time(), VIETNAM).replace(microsecond=0)

    def __str__(self) -> str:
        return f"{self.province_code}/{self.business_date.isoformat()}"


@dataclass(frozen=True)
class NotCompared:
    """Something this run did not compare, and why; information, not a verdict."""

    kind: str | None
    side: str | None
    reason: str  # Vietnamese, for the report
    dossiers: int


def local_iso(instant: datetime) -> str:
    """ISO text of an instant in +07:00, to the second.

    >>> local_iso(datetime(2026, 9, 3, 1, 0, 0, 5, UTC))
    '2026-09-03T08:00:00+07:00'
    """
    return instant.astimezone(VIETNAM).replace(microsecond=0).isoformat()


__all__ = [
    "APART_KINDS",
    "ROW_KINDS",
    "SET_KINDS",
    "STATUS_LABELS",
    "UTC",
    "VIETNAM",
    "DiscrepancyKind",
    "DossierStatus",
    "Lateness",
    "NotCompared",
    "RunKey",
    "Severity",
    "Side",
    "Verdict",
    "local_iso",
]
