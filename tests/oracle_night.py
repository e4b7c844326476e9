"""What the oracle reads: staged rows, the night they belong to, and the two rows of one dossier. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from doisoat.model import VIETNAM, Side
from doisoat.rules import clocks
from doisoat.rules.parameters import RuleParameters
from doisoat.store.reference import Reference

DEFAULTS = RuleParameters()
DAY_FIELDS = ("received_at", "submitted_at", "due_at", "finished_at", "returned_at", "step_at")


@dataclass(frozen=True)
class StagedRow:
    """One row of `dossiers.parquet`; instants aware."""

    dossier_code: str
    status: int
    procedure_raw: str | None = None
    procedure_code: str | None = None
    procedure_issue: str | None = None
    agency_raw: str | None = None
    agency_code: str | None = None
    agency_known: bool = False
    agency_ended: bool = False
    agency_final: str | None = None
    received_at: datetime | None = None
    submitted_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    step_at: datetime | None = None
    supplement_count: int = 0
    supplement_requested_at: datetime | None = None
    supplement_completed_at: datetime | None = None
    first_supplement_completed_at: datetime | None = None
    extension_count: int = 0
    channel: int | None = 1
    online_payment: int | None = None
    fee_total: int | None = None
    has_result: bool = False
    national_code: str | None = None
    alternative_code: str | None = None
    unit_code: str | None = None

    @property
    def end_at(self) -> datetime | None:
        return self.finished_at or self.returned_at

    @property
    def began_at(self) -> datetime | None:
        """t of the tests `missing_*`."""
        return self.received_at or self.submitted_at

    @property
    def supplement(self) -> tuple[datetime | None, datetime | None]:
        """(q, c), ignored where asked before reception or completed before asked."""
        q, c = self.supplement_requested_at, self.supplement_completed_at
        asked_at_intake = q is not None and self.received_at is not None and q < self.received_at
        backwards = q is not None and c is not None and c < q
        return (None, None) if asked_at_intake or backwards else (q, c)

    @property
    def changed_at(self) -> datetime | None:
        """§8.1."""
        if self.step_at:
            return self.step_at
        q, c = self.supplement
        return {
            1: self.submitted_at,
            2: self.received_at,
            6: self.received_at,
            4: c or self.received_at,
            5: q or self.received_at,
            3: self.finished_at or self.submitted_at,
            7: self.end_at,
            8: self.end_at,
            9: self.end_at,
            10: self.returned_at or self.finished_at,
        }[self.status]

    @property
    def clock_row(self) -> clocks.ClockRow:
        return clocks.ClockRow(
            status=self.status,
            supplement_count=self.supplement_count,
            supplement_requested_at=self.supplement_requested_at,
            supplement_completed_at=self.supplement_completed_at,
            first_supplement_completed_at=self.first_supplement_completed_at,
            extension_count=self.extension_count,
            **{name: getattr(self, name) for name in DAY_FIELDS},
        )


@dataclass(frozen=True)
class Night:
    """What both sides said, and by which rules it is judged."""

    shop: Sequence[StagedRow]
    portal: Sequence[StagedRow]
    reference: Reference
    as_of: datetime
    parameters: RuleParameters = DEFAULTS
    rejected_shop: frozenset[str] = frozenset()  # keys of rejected rows that have a readable key
    rejected_portal: frozenset[str] = frozenset()
    province_roots: frozenset[str] = frozenset()
    partial: frozenset[Side] = frozenset()
    absent: Mapping[Side, frozenset[str]] = field(default_factory=dict)  # wire names
    business_date: date | None = None  # default: the date of `as_of`

    def lacks(self, side: Side, *columns: str) -> bool:
        """None of these columns is there: absent is not null (§2)."""
        return set(columns) <= self.absent.get(side, frozenset())

    def portal_lacks(self, *columns: str) -> bool:
        return self.lacks(Side.PORTAL, *columns)

    def shop_lacks(self, *columns: str) -> bool:
        return self.lacks(Side.SHOP, *columns)

    def older(self, t: datetime | None) -> bool:
        """§8.1: past the sync allowance, strictly."""
        allowance = round(self.parameters.sync_allowance_hours * 3600)
        return t is None or self.working_seconds(t) > allowance

    def working_seconds(self, t: datetime) -> int:
        return self.reference.calendar.working_seconds(t, self.as_of)

    @property
    def today(self) -> date:
        return day(self.as_of)

    @property
    def scope_start(self) -> date:
        return self.parameters.scope_start(self.business_date or self.today)


@dataclass(frozen=True)
class Dossier:
    """A shop row, a portal row, or both; all rows of the key on each side."""

    shop_rows: tuple[StagedRow, ...] = ()
    portal_rows: tuple[StagedRow, ...] = ()
    crosswalk: str | None = None  # field by which the two keys pair

    @property
    def shop(self) -> StagedRow | None:
        return representative(self.shop_rows)

    @property
    def portal(self) -> StagedRow | None:
        return representative(self.portal_rows)

    @property
    def code(self) -> str:
        row = self.shop or self.portal
        assert row is not None
        return row.dossier_code


class Found(NamedTuple):
    """A discrepancy before it is told which dossier it is about."""

    kind: str
    subtype: str
    field: str
    value_shop: object = None
    value_portal: object = None


def representative(rows: Sequence[StagedRow]) -> StagedRow | None:
    """Of identical rows any; of differing ones the latest changed stands for agency and procedure, whatever order."""

    def latest_first(row: StagedRow) -> tuple[object, ...]:
        names = (row.agency_final, row.agency_code, row.agency_raw, row.procedure_code, row.procedure_raw)
        age = -row.changed_at.timestamp() if row.changed_at else float("inf")
        return (age, -row.status, *((name is None, name or "") for name in names))

    return min(rows, key=latest_first, default=None)


def day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()


def is_midnight(instant: datetime) -> bool:
    return instant.astimezone(VIETNAM).strftime("%H%M%S") == "000000"


def apart(a: datetime, b: datetime) -> int:
    return round(abs((a - b).total_seconds()))


def differ(a: datetime, b: datetime, tolerance_s: int, night: Night) -> bool:
    if night.parameters.midnight_is_day and (is_midnight(a) or is_midnight(b)):
        return day(a) != day(b)
    return apart(a, b) > tolerance_s


def shift(a: datetime, b: datetime, night: Night) -> str:
    tolerance = night.parameters.shift_signature_tolerance_s
    if abs(apart(a, b) - 25_200) <= tolerance:
        return "timezone_7h"
    return "clock_12h" if abs(apart(a, b) - 43_200) <= tolerance else ""
