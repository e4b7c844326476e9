"""The figures the portal publishes per agency and month: their names, how a value is read, when ours differ.

Names are those of the published table (`docs/data-contracts.md`); anything else never lands. Pure: values in, values
out. How the portal's figures contradict each other stands in `contradictions`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

TRANSPARENCY_METRICS = {
    "PUBLISH_ON_TIME": "publish_on_time",
    "PUBLIC_UPDATE_ON_TIME": "public_update_on_time",
    "PUBLIC_CONTENT_FULL": "public_content_full",
    "DOSSIER_SYNC": "dossier_sync",
}
DIGITIZED_METRICS = {
    "ORIGINAL_RESULT_AVAILABLE": "original_result_available",
    "SO_HOA_GIAY_TO_GIAI_QUYET": "so_hoa_giay_to_giai_quyet",
    "REUSED_DIGITIZED_DATA": "reused_digitized_data",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": "synced_personal_storage",
    "CITIZEN_DATA_CONNECTED_DOSSIER": "citizen_data_connected_dossier",
    "CITIZEN_DATA_CONNECTED_FORMALITY": "citizen_data_connected_formality",
    "ELECTRONIC_CERTIFIED_COPY": "electronic_certified_copy",
}
SATISFACTION_METRICS = {
    "PETITION_CLASSIFICATION_TTHC": "petition_classification_tthc",
    "DOSSIER_RECEIVING_SATISFACTION": "dossier_receiving_satisfaction",
    "PETITION_PROCESSING_ON_TIME": "petition_processing_on_time",
    "PETITION_HANDLING_SATISFACTION": "petition_handling_satisfaction",
    "PETITION_CLASSIFICATION_STAFF": "petition_classification_staff",
}
RESULT_GROUPS = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH")
_METRICS = (*TRANSPARENCY_METRICS.values(), *DIGITIZED_METRICS.values(), *SATISFACTION_METRICS.values())
CHANNELS = ("channel_online", "channel_direct", "channel_postal", "channel_total", "online_on_time", "online_overdue")

# The allow-list: what lands of a published table or answer.
FIGURES = frozenset(
    {
        *(f"progress_total_{name}" for name in ("received", "on_time", "overdue", "completed")),
        *("progress_avg_processing_days", "progress_ratio", "progress_score"),
        *("transparency_score", "digitized_score", "satisfaction_score"),
        *(f"{metric}_{part}" for metric in _METRICS for part in ("num", "den", "score")),
        "dossier_sync_ratio",
        *("online_provision_score", "online_provision_ratio", "payment_score", "payment_ratio"),
        *("payment_dossier_online_success", "payment_dossier_financial_obligation"),
        *("payment_formality_online_success", "payment_fee_dossier_formality_distinct"),
        *("payment_fee_dossier_formality", "payment_fee_formality"),
        *("total_petitions", "total_dossiers"),
        *CHANNELS,
        "overall_score",
        *(f"overall_{group.lower()}" for group in RESULT_GROUPS),
    }
)
# Figures in percent, which some answers spell with the sign ("85%").
SHARES = frozenset(figure for figure in FIGURES if figure.endswith("_ratio"))
# Figure -> the column of the table that holds its quality flag.
FLAG_COLUMNS = {"dossier_sync_num": "dossier_sync_data_quality_status"}
# Flags under which a figure says nothing about dossiers (rules §8.5).
QUALITY_FLAGS = ("TEMP_NATIONAL_REPORT_DENOMINATOR", "NO_NATIONAL_REPORT_DATA")
UNREADABLE, CONFLICTING = "UNREADABLE", "CONFLICTING"

_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,9})?", re.ASCII)


class Measure(StrEnum):
    """What is counted on both sides; also the subtype of `aggregate_mismatch`."""

    RECEIVED = "received"
    ON_TIME = "on_time"
    OVERDUE = "overdue"
    SYNCED = "synced"
    ONLINE = "online"
    PAID_ONLINE = "paid_online"

    @property
    def figure(self) -> str:
        """The published figure it is held against."""
        return _MEASURES[self][0]

    @property
    def field(self) -> str:
        """The published name, as the portal's own answer spells it."""
        return _MEASURES[self][1]


_MEASURES: Mapping[Measure, tuple[str, str]] = {
    Measure.RECEIVED: ("progress_total_received", "totalReceived"),
    Measure.ON_TIME: ("progress_total_on_time", "totalOnTime"),
    Measure.OVERDUE: ("progress_total_overdue", "totalOverdue"),
    Measure.SYNCED: ("dossier_sync_num", "DOSSIER_SYNC"),
    Measure.ONLINE: ("channel_online", "channelOnlineSum"),
    Measure.PAID_ONLINE: ("payment_dossier_online_success", "totalDossierOnlinePaymentSuccess"),
}


@dataclass(frozen=True)
class Published:
    """One published figure; `value` None = published as null, or unreadable (see `flag`)."""

    value: Decimal | None
    flag: str = ""


def read_figure(value: object, *, is_share: bool = False) -> Decimal | None:
    """A published number: JSON number, or text with a decimal point or comma; null and empty are None.

    `is_share`: "%" may stand behind it. ValueError for anything else (a truth value, words, NaN, thousands
    separators, more than 15 digits).

    >>> read_figure("78,38"), read_figure(6), read_figure(""), read_figure("85 %", is_share=True)
    (Decimal('78.38'), Decimal('6'), None, Decimal('85'))
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no number")
    text = str(value).strip()
    if text == "":
        return None
    if is_share:
        text = text.removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(text):
        raise ValueError("no number")
    return Decimal(text.replace(",", ".")).normalize() + 0


def exceeds(published: Decimal, ours: int, *, absolute: float, percent: float) -> bool:
    """Whether the two differ by more than the tolerance: max(absolute, percent % of published).

    >>> exceeds(Decimal(1000), 1011, absolute=0, percent=1), exceeds(Decimal(1000), 1010, absolute=0, percent=1)
    (True, False)
    """
    allowed = max(Decimal(str(absolute)), Decimal(str(percent)) / 100 * abs(published))
    return abs(published - ours) > allowed


@dataclass(frozen=True)
class Counted:
    """Our counts of one agency and measure; shop - portal = not_synced + differing - portal_only."""

    shop: int = 0
    portal: int = 0
    not_synced: int = 0  # the shop counts it, the portal has no row of it
    differing: int = 0  # the shop counts it, the portal's row says otherwise
    portal_only: int = 0  # the portal's row counts, the shop does not


@dataclass(frozen=True, kw_only=True)
class ComparedFigure(Counted):
    """One published figure of one agency beside ours; `published` None where nothing usable was published."""

    agency_code: str
    measure: str
    field: str
    published: int | None
    state: str
    flag: str

    @property
    def difference(self) -> int | None:
        """Published less the shop's count."""
        return None if self.published is None else self.published - self.shop

    @property
    def unexplained(self) -> int | None:
        """What the portal's own records do not give either."""
        return None if self.published is None else self.published - self.portal


class FigureState(StrEnum):
    """What became of one figure; all but the first two are not compared."""

    EQUAL = "equal"  # within the tolerance
    MISMATCH = "mismatch"
    NULL = "null"
    NOT_PUBLISHED = "not_published"
    FLAGGED = "flagged"
    UNREADABLE = "unreadable"
    CONFLICTING = "conflicting"
    ONLY_PUBLISHED = "only_published"
    ONLY_OURS = "only_ours"
    NOT_COUNTABLE = "not_countable"  # a side lacks the column, or was read in part

    @property
    def is_compared(self) -> bool:
        return self in (FigureState.EQUAL, FigureState.MISMATCH)

    @property
    def reason(self) -> str:
        """Why it was not compared; Vietnamese, empty where it was."""
        return _REASONS.get(self, "")


_REASONS = {
    FigureState.NULL: "Cổng DVCQG để trống (null, không phải 0)",
    FigureState.NOT_PUBLISHED: "không có trong số liệu công bố đã đọc",
    FigureState.FLAGGED: "mang cờ chất lượng của Cổng DVCQG",
    FigureState.UNREADABLE: "không đọc được thành con số",
    FigureState.CONFLICTING: "được công bố hai lần với hai giá trị khác nhau",
    FigureState.ONLY_PUBLISHED: "chỉ có trong số liệu công bố",
    FigureState.ONLY_OURS: "có hồ sơ nhưng không có trong số liệu công bố",
    FigureState.NOT_COUNTABLE: "chưa đếm được từ hồ sơ (bên nguồn thiếu cột hoặc chỉ đọc được một phần)",
}


def judge_figure(published: Published | None, ours: Counted, *, absolute: float, percent: float) -> FigureState:
    """What one published figure is against the shop's count by the same definition."""
    if published is None:
        return FigureState.NOT_PUBLISHED
    if published.flag in (UNREADABLE, CONFLICTING):
        return FigureState(published.flag.lower())
    if published.flag in QUALITY_FLAGS:
        return FigureState.FLAGGED
    if published.value is None:
        return FigureState.NULL
    if published.value < 0 or published.value != published.value.to_integral_value():
        return FigureState.UNREADABLE
    differs = exceeds(published.value, ours.shop, absolute=absolute, percent=percent)
    return FigureState.MISMATCH if differs else FigureState.EQUAL


def fits_better(own: Decimal, other: Decimal) -> bool:
    """Whether the other definition of the period fits clearly better: less than half of the deviation is left."""
    return other * 2 < own
