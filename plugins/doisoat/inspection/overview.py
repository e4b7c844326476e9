"""The register of a province as its overview page shows it on a business date: numbers and lines, no rendering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from doisoat.inspection.targets import Targets
from doisoat.rules.inspection import CheckState, FindingState

if TYPE_CHECKING:
    from doisoat.rules.working_calendar import WorkingCalendar
    from doisoat.store.inspection_plans import PlanLine
    from doisoat.store.inspections import Check, Finding

CAP = 200  # lines of a list; --json of the commands has all


@dataclass(frozen=True)
class CheckLine:
    """One inspection."""

    check: Check
    agency_name: str
    states: Mapping[FindingState, int]
    overdue: int

    @property
    def findings(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class FindingLine:
    """One finding that waits for somebody."""

    finding: Finding
    agency_name: str
    late_working_days: int


@dataclass(frozen=True)
class PlannedLine:
    """A line of a plan that waits for its inspection."""

    line: PlanLine
    agency_name: str

    @property
    def expected(self) -> str:
        """When it is to be held, as people read it."""
        if self.line.month:
            return f"tháng {self.line.month}"
        return f"quý {self.line.quarter}" if self.line.quarter else ""


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    province_code: str
    province_name: str
    day: date
    verdict: str | None  # of the last night; None = there was none
    targets: Targets
    checks: tuple[CheckLine, ...]  # the latest first
    overdue: tuple[FindingLine, ...]  # the longest first
    unreported: tuple[FindingLine, ...]  # proved, but the agency has never reported it
    reopened: tuple[FindingLine, ...]
    planned: int  # lines of the year's plans
    unheld: tuple[PlannedLine, ...]  # of these: no inspection was opened for them yet, or it was cancelled

    @property
    def states(self) -> Mapping[FindingState, int]:
        """Findings of all inspections by state."""
        counted: Counter[FindingState] = Counter()
        for line in self.checks:
            counted.update(line.states)
        return counted

    @property
    def followed(self) -> int:
        """Findings that are not proved to be put right."""
        return sum(times for state, times in self.states.items() if state is not FindingState.VERIFIED)


def make_overview(
    province: tuple[str, str],
    day: date,
    verdict: str | None,
    checks: Sequence[Check],
    plan: Sequence[PlanLine],
    targets: Targets,
    calendar: WorkingCalendar,
    agency_name: Callable[[str], str],
) -> Overview:
    """The overview of a province (code, name) on a day; `plan` are the lines of its year."""
    held = {one.opening.plan_line for one in checks if one.state is not CheckState.CANCELLED}

    def lines(wanted: Callable[[Finding], bool]) -> tuple[FindingLine, ...]:
        found = [
            FindingLine(finding, agency_name(check.opening.agency_code), _late(finding, day, calendar))
            for check in checks
            if check.state is not CheckState.CANCELLED
            for finding in check.findings
            if wanted(finding)
        ]
        return tuple(
            sorted(found, key=lambda one: (-one.late_working_days, one.finding.inspection_id, one.finding.number))
        )

    return Overview(
        *(*province, day, verdict, targets),
        checks=tuple(_check_line(check, day, agency_name) for check in reversed(checks)),
        overdue=lines(lambda one: one.standing.is_overdue(day)),
        unreported=lines(lambda one: one.standing.lacks_report),
        reopened=lines(lambda one: one.state is FindingState.REOPENED),
        planned=len(plan),
        unheld=tuple(PlannedLine(one, agency_name(one.agency_code)) for one in plan if one.line_id not in held),
    )


def _latest_last(line: FindingLine) -> tuple[int, str, int]:
    return -line.late_working_days, line.finding.inspection_id, line.finding.number


def _check_line(check: Check, day: date, agency_name: Callable[[str], str]) -> CheckLine:
    states = Counter(finding.state for finding in check.findings)
    overdue = sum(finding.standing.is_overdue(day) for finding in check.findings)
    return CheckLine(check, agency_name(check.opening.agency_code), states, overdue)


def _late(finding: Finding, day: date, calendar: WorkingCalendar) -> int:
    due = finding.standing.due_on
    return calendar.working_days_between(due, day) if due is not None else 0
