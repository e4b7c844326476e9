"""The parameters of the rules with their defaults: one place, one name each.

A province file overrides single ones under `rules:`; the report prints those that differ. Times of day
are local (+07:00); hours are working hours unless the name says otherwise.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

WorkingHours = tuple[tuple[time, time], ...]
OFFICE_HOURS: WorkingHours = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))


def _time_of_day(value: object) -> time:
    """A local time as it is written; a number is what YAML makes of 15:00 without quotes (900)."""
    try:
        told = value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError:
        told = None
    if told is None or told.tzinfo is not None or told.microsecond or isinstance(value, int):
        raise ValueError('expected a time of day in quotes, like "15:00"')
    return told


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]

# Those that decide about days of the calendar: rows of reference/holiday_overrides.csv hang on them.
CALENDAR_PARAMETERS = ("holiday_24_11", "swap_2026_01", "tet_2027", "national_day_2027")


class RuleParameters(BaseModel):
    """What a run judges by; unknown names are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sync_allowance_hours: float = Field(8, ge=0)  # working hours; strictly older than this
    received_at_tolerance_s: int = Field(60, ge=0)
    finished_at_tolerance_s: int = Field(60, ge=0)
    due_at_tolerance_days: int = Field(0, ge=0)
    shift_signature_tolerance_s: int = Field(60, ge=0)
    portal_granularity: Literal["second", "day"] = "second"
    portal_second_supplement: Literal["any", "open"] = "any"
    province_pauses_payment: bool = False
    law_supplement: Literal["reset", "pause"] = "reset"  # NĐ 118/2025 Điều 19.5; sector law may only pause the term
    late_reception_from: TimeOfDay = time(15)  # NĐ 118/2025 Điều 18.2; of procedures that start the late ones next day
    future_tolerance_hours: float = Field(24, ge=0)
    max_extraction_skew_minutes: float = Field(60, ge=0)
    scope_from: date | None = None  # default: 1 January of the year before the business date
    recheck_budget: int = Field(2_000, ge=0)  # calls a side
    stuck_days: int = Field(15, ge=0)
    stuck_past_due_days: int = Field(30, ge=0)
    late_intake_hours: float = Field(8, ge=0)
    max_supplements: int = Field(1, ge=0)
    max_extensions: int = Field(1, ge=0)
    working_hours: WorkingHours = OFFICE_HOURS
    holiday_24_11: bool = True
    swap_2026_01: bool = True  # Friday 2/1/2026 off, Saturday 10/1/2026 worked
    tet_2027: Literal["library", "option_1", "option_2"] = "library"  # not decided yet: 4-10/2 or 5-14/2
    national_day_2027: Literal["library", "day_before", "day_after"] = "library"  # which day beside 2/9/2027
    midnight_is_day: bool = True
    dashes_as_hyphen: bool = True
    unattributable_limit: float = Field(0.01, ge=0, le=1)  # share of a side's landed rows
    aggregate_tolerance_abs: float = Field(0, ge=0)
    aggregate_tolerance_pct: float = Field(1.0, ge=0)
    allow_partial: bool = True
    max_shrink_pct: float = Field(10, ge=0, le=100)
    shrink_min_agency_rows: int = Field(200, ge=1)
    remedy_working_days: int = Field(3, ge=0)
    alert_threshold: int = Field(0, ge=0)

    def scope_start(self, business_date: date) -> date:
        """First reception date both sides are read for."""
        return self.scope_from or date(business_date.year - 1, 1, 1)

    def changed(self) -> dict[str, object]:
        """Only what differs from the defaults, for the report."""
        return self.model_dump(mode="json", exclude_defaults=True)
