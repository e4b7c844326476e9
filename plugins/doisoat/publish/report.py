"""The report as data: one frozen tree that every rendering (HTML, XLSX, JSON) sees and nothing else.

Types only. Built by `gather`, written as JSON by `exports`; counts cover everything, lists are cut to `CAP` and say
so (`Shown`). Instants are tz-aware (+07:00) in the tree's own fields, local without a zone in work items.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from doisoat.model import NotCompared, Verdict
from doisoat.publish.aggregates import Aggregates
from doisoat.publish.causes import CauseCount, Pattern
from doisoat.publish.deadlines import Deadlines
from doisoat.publish.indicators import IndicatorReport
from doisoat.publish.ranking import Ranking
from doisoat.store.work_items import WorkItem

CAP = 20  # dossiers listed per kind on the page
LIST_CAP = 50  # rows of a list that stands alone
AGENCY_CHART = 12  # agencies in the page's chart
AGENCY_CAP = 300  # agencies in the page's table; a province has fewer, broken codes may be many


@dataclass(frozen=True)
class Shown:
    """The first rows of a list, and how many there are in all."""

    items: tuple[WorkItem, ...]
    total: int

    @property
    def cut(self) -> bool:
        return len(self.items) < self.total


@dataclass(frozen=True)
class RuleCount:
    """How many records fell under a rule."""

    side: str
    rule: str
    label: str
    records: int
    severity: str = ""


@dataclass(frozen=True)
class Reading:
    """How much of a side was read tonight, and how much stands from earlier nights."""

    read: int
    carried_over: int = 0
    base: date | None = None  # the night this one goes on from; None = everything was read
    full_on: date | None = None  # when everything was last read
    why_full: str = ""  # why everything was read although changes could have done


@dataclass(frozen=True)
class SideReading:
    """What was read of one side, from where, when, and what became of it."""

    side: str
    source: str
    extracted_at: datetime | None
    landed: int
    staged: int
    repeated: int
    rejected: int
    complete: bool
    partial: bool
    reasons: tuple[str, ...]
    unattributable: int
    absent_columns: tuple[str, ...]
    notes: tuple[str, ...]
    has_secrecy_mark: bool
    reading: Reading

    @property
    def balanced(self) -> bool:
        """Nothing was dropped silently: landed = staged + rejected + repeated."""
        return self.landed == self.staged + self.rejected + self.repeated


@dataclass(frozen=True)
class Recheck:
    """Fresh look-ups before anyone was told."""

    asked: int
    confirmed: int
    vanished: int
    unknown: int
    unchecked: int
    failed_look_ups: int


@dataclass(frozen=True)
class LookUps:
    """How far a portal that is asked about one dossier at a time was covered; counts of the shop's dossiers."""

    calls: int  # of the night
    dossiers: int
    asked: int  # tonight, with an answer
    carried: tuple[tuple[int, int], ...]  # (days since the answer, dossiers), known from earlier nights
    failed: int  # asked tonight without an answer
    never_asked: int
    outdated: int  # answered once, and that answer is no knowledge any more
    oldest_days: int  # age of the oldest answer that still counts

    @property
    def known(self) -> int:
        """Dossiers about which the portal's word is known tonight."""
        return self.asked + sum(number for _, number in self.carried)


@dataclass(frozen=True)
class Coverage:
    """What the night's verdict stands on."""

    verdict: Verdict
    reasons: tuple[str, ...]  # why it is partial; empty when complete
    skewed: bool  # the sides were read too far apart
    late: bool  # read after the fact
    sides: tuple[SideReading, ...]
    matched: int
    shop_only: int
    portal_only: int
    not_compared: tuple[NotCompared, ...]
    recheck: Recheck
    look_ups: LookUps | None = None  # of a portal read by look-ups alone


@dataclass(frozen=True)
class Totals:
    """Everything that is reported, in one row; severities without technical and accepted ones."""

    discrepancies: int
    dossiers: int
    first_seen: int
    technical: int
    accepted: int
    acknowledged: int
    reopened: int
    high: int
    medium: int
    low: int
    false_overdue: int
    unchecked: int
    lagging_agencies: int

    @property
    def charged(self) -> int:
        """Discrepancies an agency has to answer for: all but the technical and the accepted ones."""
        return self.discrepancies - self.technical - self.accepted


@dataclass(frozen=True)
class SubtypeCount:
    """A part of a kind."""

    subtype: str
    label: str
    severity: str
    discrepancies: int
    first_seen: int


@dataclass(frozen=True)
class KindCount:
    """One kind of discrepancy, or the technical part of it: what it is, how often, who acts."""

    kind: str
    label: str
    meaning: str
    action: str
    side: str
    technical: bool  # being examined, not charged to an agency
    severity: str  # the highest found
    discrepancies: int
    first_seen: int
    high: int
    medium: int
    low: int
    subtypes: tuple[SubtypeCount, ...]
    worst: Shown


@dataclass(frozen=True)
class AgencyCount:
    """One agency; severities without technical and accepted ones."""

    agency_code: str | None
    agency_name: str
    dossiers_shop: int
    dossiers_portal: int
    late_law: int
    late_portal: int
    late_province: int
    charged: int
    high: int
    medium: int
    low: int
    technical: int
    accepted: int
    first_seen: int
    false_overdue: int
    dossiers_affected: int

    @property
    def per_thousand(self) -> float | None:
        """Charged discrepancies per 1,000 dossiers, so that large and small agencies can be compared."""
        dossiers = max(self.dossiers_shop, self.dossiers_portal)
        return 1000 * self.charged / dossiers if dossiers else None


@dataclass(frozen=True)
class ClockCount:
    """What one clock says about the compared dossiers."""

    clock: str  # luat | dvcqg | mot_cua
    on_time: int
    late: int
    not_counted: int
    unknown: int

    @property
    def judged(self) -> int:
        return self.on_time + self.late


@dataclass(frozen=True)
class Expectation:
    """A quality expectation that did not hold."""

    id: str
    side: str
    severity: str
    meaning: str
    observed: str


@dataclass(frozen=True)
class Quality:
    """How good the data were."""

    expectations: int
    failed: tuple[Expectation, ...]
    rejections: tuple[RuleCount, ...]
    warnings: tuple[RuleCount, ...]
    quarantine: tuple[RuleCount, ...]
    data_docs: bool


@dataclass(frozen=True)
class Parameter:
    """One parameter of the rules in force."""

    name: str
    label: str
    value: str
    changed: bool  # differs from the default


@dataclass(frozen=True)
class ReportData:
    """One night of one province."""

    province_code: str
    province_name: str
    business_date: date
    as_of: datetime
    act_by: date
    coverage: Coverage
    totals: Totals
    resolved: int  # open before, no longer differing
    carried: int  # open before, not compared tonight: neither open anew nor closed
    lives: tuple[tuple[str, int], ...]  # what else became of discrepancies: Vietnamese label, number above 0
    false_overdue: Shown
    accepted: Shown  # may stay until a day; no work, not charged
    kinds: tuple[KindCount, ...]  # charged to agencies, most frequent first
    technical_kinds: tuple[KindCount, ...]  # the same for what is being examined as a technical fault
    agencies: tuple[AgencyCount, ...]  # worst first
    clocks: tuple[ClockCount, ...]
    causes: tuple[CauseCount, ...]  # most frequent first
    patterns: tuple[Pattern, ...]  # strongest first
    quality: Quality
    rule_versions: tuple[tuple[str, str], ...]
    parameters: tuple[Parameter, ...]
    aggregates: Aggregates | None = None  # published figures of the portal, where they are configured
    indicators: IndicatorReport | None = None  # of QĐ 766
    ranking: Ranking | None = None  # of agencies, where the indicators were computed
    deadlines: Deadlines | None = None  # why the clocks disagree; duties beside the term

    @property
    def title(self) -> str:
        return f"Báo cáo đối soát hồ sơ – {self.province_name}"
