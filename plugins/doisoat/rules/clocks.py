"""Three clocks on one dossier: in time or late, by whose counting and why (discrepancy-rules §7). Pure.

- `law`: NĐ 118/2025/NĐ-CP Điều 11, 17, 19. The limit starts anew after a supplement; a second re-appointment
  has no effect; the term ends at 24:00 of its last day.
- `portal`: QĐ 766/QĐ-TTg mục 2.1 as the national portal computes it. The citizen's time is subtracted; a second
  supplement request counts as late; instants are compared to the second.
- `province`: what one-stop-shop software shows. Dates only; waiting for the citizen is never late.

`row` is the shop's row for `law` and `province`, the portal's for `portal`. `term` is what the procedure says about its
time; all but the limit concerns the law's clock alone. In period reports `as_of` is the end of the period. Instants are
aware; dates are local (+07:00). What a reason is called, and its article, is `rules.clock_reasons`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

from doisoat.model import VIETNAM, DossierStatus, Lateness
from doisoat.rules.instants import has_day_precision
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Term
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

    @property
    def restarts_at(self) -> datetime | None:
        """When the law starts the term anew: the only supplement's completion, with several the first one's (if
        known)."""
        return self.first_supplement_completed_at if self.supplement_count > 1 else self.supplement[1]

    @property
    def awaits_payment(self) -> bool:
        """A financial obligation is asked for; the citizen has to pay."""
        return self.status == DossierStatus.PAYMENT_ASKED

    @property
    def waited(self) -> timedelta:
        """The citizen's time between request and completion of the last supplement."""
        asked, completed = self.supplement
        return completed - asked if asked and completed else timedelta()


class Reason(StrEnum):
    """Which rule a clock decided by."""

    NOT_RECEIVED = "not_received"  # statuses 1 and 3
    WITHDRAWN_BEFORE_RECEPTION = "withdrawn_before_reception"
    RECEPTION_UNKNOWN = "reception_unknown"
    DUE_UNKNOWN = "due_unknown"  # neither an appointment nor a limit
    END_UNKNOWN = "end_unknown"  # ended, or waiting, at nobody knows when
    PAYMENT_SINCE_UNKNOWN = "payment_since_unknown"  # the wait for payment does not count, nobody knows since when
    SECOND_EXTENSION = "second_extension"
    SECOND_SUPPLEMENT = "second_supplement"
    TERM_RESTARTED = "term_restarted"  # by a completed supplement
    APPOINTMENT = "appointment"
    APPOINTMENT_MOVED = "appointment_moved"  # off a day off
    NO_APPOINTMENT = "no_appointment"
    FULL_TERM = "full_term"  # from reception
    WAITING_SUBTRACTED = "waiting_subtracted"  # the citizen's time does not count
    WAITING_FOR_CITIZEN = "waiting_for_citizen"
    WAITING_FOR_PAYMENT = "waiting_for_payment"


@dataclass(frozen=True)
class Judgement:
    """What a clock says; `due_at` and `end_at` are what it compares (None: not known, or nothing to compare).

    Of the law's clock, where a rule of the procedure decided: `begins_at`, the opening of the next working day the term
    is counted from; `paused_at`, since when payment is awaited, which is then `end_at` before any subtraction.
    """

    verdict: Lateness
    reason: Reason
    due_at: datetime | None = None
    end_at: datetime | None = None
    begins_at: datetime | None = None
    paused_at: datetime | None = None


Clock = Callable[[ClockRow, Term, datetime, WorkingCalendar, RuleParameters], Judgement]


def law_judgement(
    row: ClockRow, term: Term, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Judgement:
    """The clock `luat`: NĐ 118/2025 Điều 11.2c, 17.3, 18.2, 19.5, 19.6; BLDS Điều 148; parameters `law_supplement`,
    `late_reception_from`.

    Where sector law does not count the wait for payment, a dossier that waits (status 6) is judged as of `step_at`. A
    wait that is over is not subtracted: the row does not tell of it.
    """
    if (common := _common(row)) is not None:
        return common
    due, reason, begins = _law_due(row, term, calendar, parameters)
    is_paused = term.excludes_payment_wait and row.awaits_payment
    end = stopped = row.step_at if is_paused else _end(row, as_of)
    if parameters.law_supplement == "pause" and stopped is not None and row.waited and not row.is_waiting:
        end, reason = stopped - row.waited, Reason.WAITING_SUBTRACTED
    found = partial(Judgement, due_at=due, end_at=end, begins_at=begins, paused_at=stopped if is_paused else None)
    if row.extension_count > 1:
        return found(Lateness.LATE, Reason.SECOND_EXTENSION)
    if due is None:
        return found(Lateness.UNKNOWN, Reason.DUE_UNKNOWN)
    if end is None:
        return found(Lateness.UNKNOWN, Reason.PAYMENT_SINCE_UNKNOWN if is_paused else Reason.END_UNKNOWN)
    in_hours = term.limit is not None and term.limit[1] == HOUR
    return found(_late(end > due if in_hours else _day(end) > _day(due)), reason)


def portal_judgement(
    row: ClockRow, term: Term, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Judgement:
    """The clock `dvcqg`: QĐ 766 mục 2.1, points 1-7; parameters `portal_granularity`,
    `portal_second_supplement`."""
    if (common := _common(row)) is not None:
        return common
    due, end = row.due_at or _full_term(row.received_at, term, calendar), _end(row, as_of)
    waited = timedelta() if row.is_waiting else row.waited
    end = end and end - waited
    if row.supplement_count > 1 and (parameters.portal_second_supplement == "any" or row.is_waiting):
        return Judgement(Lateness.LATE, Reason.SECOND_SUPPLEMENT, due, end)
    if due is None or end is None:
        return _undecided(due, end)
    by_second = (
        (row.has_ended or row.is_waiting)
        and row.due_at is not None
        and parameters.portal_granularity == "second"
        and not (parameters.midnight_is_day and has_day_precision(due))
    )
    reason = Reason.APPOINTMENT if row.due_at else Reason.FULL_TERM
    late = end > due if by_second else _day(end) > _day(due)
    return Judgement(_late(late), Reason.WAITING_SUBTRACTED if waited else reason, due, end)


def province_judgement(
    row: ClockRow, term: Term, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Judgement:
    """The clock `mot_cua`: dates only; `province_pauses_payment` also stops it while payment is awaited."""
    if (common := _common(row)) is not None:
        return common
    due, end = row.due_at, _end(row, as_of)
    if row.is_waiting:
        return Judgement(Lateness.ON_TIME, Reason.WAITING_FOR_CITIZEN, due, end)
    if due is None:
        return Judgement(Lateness.ON_TIME, Reason.NO_APPOINTMENT, due, end)
    if parameters.province_pauses_payment and row.awaits_payment:
        return Judgement(Lateness.ON_TIME, Reason.WAITING_FOR_PAYMENT, due, end)
    if end is None:
        return _undecided(due, end)
    return Judgement(_late(_day(end) > _day(due)), Reason.APPOINTMENT, due, end)


CLOCKS: dict[str, Clock] = {"luat": law_judgement, "dvcqg": portal_judgement, "mot_cua": province_judgement}


def law(row: ClockRow, term: Term, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters) -> Lateness:
    """The verdict of `law_judgement`."""
    return law_judgement(row, term, as_of, calendar, parameters).verdict


def portal(
    row: ClockRow, term: Term, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Lateness:
    """The verdict of `portal_judgement`."""
    return portal_judgement(row, term, as_of, calendar, parameters).verdict


def province(
    row: ClockRow, term: Term, as_of: datetime, calendar: WorkingCalendar, parameters: RuleParameters
) -> Lateness:
    """The verdict of `province_judgement`."""
    return province_judgement(row, term, as_of, calendar, parameters).verdict


def _common(row: ClockRow) -> Judgement | None:
    """Statuses 1 and 3, and a withdrawal before reception, are never counted; without reception nothing is
    known."""
    if row.status in (DossierStatus.REGISTERED, DossierStatus.NOT_RECEIVED):
        return Judgement(Lateness.NOT_COUNTED, Reason.NOT_RECEIVED)
    if row.received_at is not None:
        return None
    if row.status == DossierStatus.WITHDRAWN:
        return Judgement(Lateness.NOT_COUNTED, Reason.WITHDRAWN_BEFORE_RECEPTION)
    return Judgement(Lateness.UNKNOWN, Reason.RECEPTION_UNKNOWN)


def _undecided(due: datetime | None, end: datetime | None) -> Judgement:
    return Judgement(Lateness.UNKNOWN, Reason.DUE_UNKNOWN if due is None else Reason.END_UNKNOWN, due, end)


def _end(row: ClockRow, as_of: datetime) -> datetime | None:
    """The instant that is held against the due one, before any subtraction."""
    if row.has_ended:
        return row.end_at
    return row.supplement[0] if row.is_waiting else as_of


def _law_due(
    row: ClockRow, term: Term, calendar: WorkingCalendar, parameters: RuleParameters
) -> tuple[datetime | None, Reason, datetime | None]:
    """A new full term after the supplement, else the appointment (moved off days off), else the full term; why, and
    from when it is counted where the procedure moved that."""
    if parameters.law_supplement == "reset" and row.restarts_at is not None and term.limit is not None:
        begins = _moved_start(row.restarts_at, term, calendar, parameters)
        return _full_term(begins or row.restarts_at, term, calendar), Reason.TERM_RESTARTED, begins
    if row.due_at is None:
        begins = _moved_start(row.received_at, term, calendar, parameters)
        return _full_term(begins or row.received_at, term, calendar), Reason.FULL_TERM, begins
    day = calendar.roll(_day(row.due_at))
    if day != _day(row.due_at):
        return end_of_day(day), Reason.APPOINTMENT_MOVED, None
    keeps_hour = term.limit is not None and term.limit[1] == HOUR and not has_day_precision(row.due_at)
    return (row.due_at if keeps_hour else end_of_day(day)), Reason.APPOINTMENT, None


def _full_term(start: datetime | None, term: Term, calendar: WorkingCalendar) -> datetime | None:
    if term.limit is None or start is None:
        return None
    return calendar.term_end(start, *term.limit)


def _moved_start(
    start: datetime | None, term: Term, calendar: WorkingCalendar, parameters: RuleParameters
) -> datetime | None:
    """The opening of the next working day, where the procedure counts a start this late from then; else None."""
    if start is None or term.limit is None or not term.late_starts_next_day:
        return None
    local = start.astimezone(VIETNAM)
    if local.time().replace(microsecond=0) <= parameters.late_reception_from:
        return None
    return calendar.opening(calendar.add_working_days(local.date(), 1))


def _day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()


def _late(is_late: bool) -> Lateness:
    return Lateness.LATE if is_late else Lateness.ON_TIME
