"""Three clocks on one dossier: in time or late, by whose counting (discrepancy-rules §7). Pure.

- `law`: NĐ 118/2025/NĐ-CP Điều 11, 17, 19. The limit starts anew after a supplement; a second re-appointment
  has no effect; the term ends at 24:00 of its last day.
- `portal`: QĐ 766/QĐ-TTg mục 2.1 as the national portal computes it. The citizen's time is subtracted; a
second
  supplement request counts as late; instants are compared to the second.
- `province`: what one-stop-shop software shows. Dates only; waiting for the citizen is never late.

`row` is the shop's row for `law` and `province`, the portal's for `portal`. `limit` is the procedure's, or
None. In period reports `as_of` is the end of the period. Instants are aware; dates are local (+07:00).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from doisoat.model import VIETNAM, DossierStatus, Lateness
from doisoat.rules.instants import has_day_precision
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Limit
from doisoat.rules.working_calendar import HOUR, WorkingCalendar, end_of_day

ENDED = frozenset({DossierStatus.WITHDRAWN, DossierStatus.STOPPED, DossierStatus.DONE, DossierStatus.RETURNED})


@dataclass(frozen=True)
class ClockRow:
    """What the clocks read of a staged row; the columns of `dossiers.parquet`."""

    status: int
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

    @property
    def end_at(self) -> datetime | None:
        """When it ended: `finished_at`, else `returned_at`."""
        return self.finished_at or self.returned_at

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def is_waiting(self) -> bool:
        """A supplement is asked for; the citizen has to act."""
        return self.status == DossierStatus.SUPPLEMENT_ASKED

    @property
    def supplement(self) -> tuple[datetime | None, datetime | None]:
        """(request, completion) of the last supplement; nothing where the pair is to be ignored (§7)."""
        asked, completed = self.supplement_requested_at, self.supplement_completed_at
        if asked and ((self.received_at and asked < self.received_at) or (completed and completed < asked)):
            return None, None
        return asked, completed


def law(
    row: ClockRow, limit: Limit | None, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Lateness:
    """The clock `luat`: NĐ 118/2025 Điều 11.2c, 17.3, 19.5, 19.6; BLDS Điều 148."""
    if (common := _common(row)) is not None:
        return common
    if row.extension_count > 1:
        return Lateness.LATE
    due, end = _law_due(row, limit, calendar), _end(row, as_of)
    if due is None or end is None:
        return Lateness.UNKNOWN
    if limit is not None and limit[1] == HOUR:
        return _late(end > due)
    return _late(_day(end) > _day(due))


def portal(
    row: ClockRow, limit: Limit | None, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Lateness:
    """The clock `dvcqg`: QĐ 766 mục 2.1, points 1-7; parameters `portal_granularity`,
    `portal_second_supplement`."""
    if (common := _common(row)) is not None:
        return common
    if row.supplement_count > 1 and (parameters.portal_second_supplement == "any" or row.is_waiting):
        return Lateness.LATE
    due, end = row.due_at or _full_term(row, limit, calendar), _end(row, as_of)
    if due is None or end is None:
        return Lateness.UNKNOWN
    if not row.is_waiting:
        end -= _citizen_time(row)
    by_second = (
        (row.has_ended or row.is_waiting)
        and row.due_at is not None
        and parameters.portal_granularity == "second"
        and not (parameters.midnight_is_day and has_day_precision(due))
    )
    return _late(end > due if by_second else _day(end) > _day(due))


def province(
    row: ClockRow, limit: Limit | None, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Lateness:
    """The clock `mot_cua`: dates only; `province_pauses_payment` also stops it while payment is awaited."""
    if (common := _common(row)) is not None:
        return common
    paused = row.is_waiting or (parameters.province_pauses_payment and row.status == DossierStatus.PAYMENT_ASKED)
    if paused or row.due_at is None:
        return Lateness.ON_TIME
    end = _end(row, as_of)
    return Lateness.UNKNOWN if end is None else _late(_day(end) > _day(row.due_at))


def _common(row: ClockRow) -> Lateness | None:
    """Statuses 1 and 3, and a withdrawal before reception, are never counted; without reception nothing is
    known."""
    if row.status in (DossierStatus.REGISTERED, DossierStatus.NOT_RECEIVED):
        return Lateness.NOT_COUNTED
    if row.received_at is None:
        return Lateness.NOT_COUNTED if row.status == DossierStatus.WITHDRAWN else Lateness.UNKNOWN
    return None


def _end(row: ClockRow, as_of: datetime) -> datetime | None:
    """The instant that is held against the due one, before any subtraction."""
    if row.has_ended:
        return row.end_at
    return row.supplement[0] if row.is_waiting else as_of


def _law_due(row: ClockRow, limit: Limit | None, calendar: WorkingCalendar) -> datetime | None:
    """A new full term after the supplement, else the appointment (moved off days off), else the full term."""
    restart = _restart(row)
    if restart is not None and limit is not None:
        return calendar.term_end(restart, *limit)
    if row.due_at is None:
        return _full_term(row, limit, calendar)
    day = calendar.roll(_day(row.due_at))
    keeps_hour = limit is not None and limit[1] == HOUR and day == _day(row.due_at)
    return row.due_at if keeps_hour and not has_day_precision(row.due_at) else end_of_day(day)


def _restart(row: ClockRow) -> datetime | None:
    """When the law starts the term anew: the only supplement's completion, with several the first one's (if
    known)."""
    if row.supplement_count > 1:
        return row.first_supplement_completed_at
    return row.supplement[1]


def _full_term(row: ClockRow, limit: Limit | None, calendar: WorkingCalendar) -> datetime | None:
    if limit is None or row.received_at is None:
        return None
    return calendar.term_end(row.received_at, *limit)


def _citizen_time(row: ClockRow) -> timedelta:
    asked, completed = row.supplement
    return completed - asked if asked and completed else timedelta()


def _day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()


def _late(is_late: bool) -> Lateness:
    return Lateness.LATE if is_late else Lateness.ON_TIME
