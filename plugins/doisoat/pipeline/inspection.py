"""The inspection register of a province as its commands use it, and the steps of its DAG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.config import Inspection, Province, Settings, find_province
from doisoat.errors import ConfigError
from doisoat.model import VIETNAM, RunKey
from doisoat.pipeline.night import Counts, Night
from doisoat.rules.inspection import Act, FindingState
from doisoat.store.layout import RunFiles

if TYPE_CHECKING:
    from doisoat.inspection.plan_rows import PlanRejection
    from doisoat.inspection.secrecy import Secrecy
    from doisoat.inspection.targets import Targets
    from doisoat.store.inspection_acts import Document, NewFinding
    from doisoat.store.inspection_plans import Imported
    from doisoat.store.inspections import Basis, Check, Finding, Opening
    from doisoat.store.reference import Reference
    from doisoat.store.register import Register


@dataclass(frozen=True)
class PlanImport:
    """What became of a plan."""

    imported: Imported
    rejected: tuple[PlanRejection, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class InspectionDesk:
    """One province's register, and what is needed to write into it."""

    province: Province
    settings: Settings
    register: Register
    today: date  # local

    @property
    def code(self) -> str:
        return self.province.province

    @property
    def section(self) -> Inspection:
        return self.province.inspection or Inspection()

    @cached_property
    def reference(self) -> Reference:
        from doisoat.store.reference import load_reference

        return load_reference(self.province)

    @cached_property
    def secrecy(self) -> Secrecy:
        from doisoat.inspection.secrecy import secrecy_of

        return secrecy_of(self.province, self.reference)

    def agency(self, text: str) -> str:
        """The agency a code or name means; ConfigError for one that is unknown or secret."""
        from doisoat.inspection.agencies import read_agency

        try:
            return read_agency(text, self.reference.agencies, self.secrecy, self.today)
        except ValueError as error:
            raise ConfigError(str(error), key="AGENCY") from None

    def import_plan(self, file: Path) -> PlanImport:
        """Read a plan and take its good lines into the register."""
        from doisoat.inspection.agencies import read_agency
        from doisoat.inspection.plan_rows import read_plan_rows
        from doisoat.land.plan_files import HEADINGS, read_plan_file

        found = read_plan_file(file)
        labels = {field: headings[0] for field, headings in HEADINGS.items()}
        agencies = self.reference.agencies
        read = read_plan_rows(found.lines, labels, lambda text: read_agency(text, agencies, self.secrecy, self.today))
        imported = self.register.import_plan(self.code, read.lines, found.source)
        return PlanImport(imported, read.rejected, found.notes)

    def agency_name(self, code: str) -> str:
        return self.reference.agencies.name(code)

    def files(self, day: date) -> RunFiles:
        return RunFiles(self.settings.home, RunKey(self.code, day))

    def basis(self, agency_code: str, day: date | None, *, is_needed: bool) -> Basis | None:
        """What a check of an agency rests on: the night of a day, default the last one; None where there is none."""
        from doisoat.inspection.basis import read_basis

        night = self.register.night(self.code, day)
        if night is not None:
            return read_basis(self.files(night.business_date), night, agency_code, self.secrecy)
        if day is not None:
            raise ConfigError(f"no night {day} of {self.code} was ever assessed: run 'doisoat run' for it first")
        if is_needed:
            raise ConfigError(
                f"a check by the data needs a night, and none of {self.code} was ever assessed: run 'doisoat run' first"
            )
        return None

    def checks(
        self,
        *,
        year: int | None = None,
        states: Sequence[FindingState] = (),
        agency: str | None = None,
        overdue: bool = False,
    ) -> list[Check]:
        """Checks that meet all of these; `overdue` and `states` where one of the findings does."""
        found = [one for one in self._told() if year is None or one.opening.opened_on.year == year]
        if agency is not None:
            found = [one for one in found if f"{one.opening.agency_code}.".startswith(f"{agency}.")]
        if states:
            found = [one for one in found if any(finding.state in states for finding in one.findings)]
        if overdue:
            late = [any(finding.standing.is_overdue(self.today) for finding in one.findings) for one in found]
            found = [one for one, is_late in zip(found, late, strict=True) if is_late]
        return found

    def check(self, text: str) -> Check:
        """The check of that id; ConfigError tells which there are."""
        found = self.register.check(self.code, text)
        if self.secrecy.hides_agency(found.opening.agency_code):
            raise ConfigError(f"the agency of inspection {found.inspection_id} is secret now: nothing is told about it")
        return self.secrecy.told(found)

    def _told(self) -> list[Check]:
        """All checks that may be told of."""
        hides, told = self.secrecy.hides_agency, self.secrecy.told
        return [told(one) for one in self.register.checks(self.code) if not hides(one.opening.agency_code)]

    def open_check(self, opening: Opening, *, each_kind: bool) -> Check:
        """Record a check; with `each_kind` one finding for every kind of discrepancy that stands."""
        if (opening.plan_line is None) == (opening.unplanned_reason is None):
            raise ConfigError(
                "a check stands in a plan (--plan LINE) or is held for a reason (--unplanned WHY): one of both"
            )
        if opening.period_to < opening.period_from:
            raise ConfigError(
                f"the inspected period ends before it begins: {opening.period_from} to {opening.period_to}"
            )
        if opening.opened_on > self.today:
            raise ConfigError(f"{opening.opened_on} is yet to come (today is {self.today})")
        found = self.groups(opening.agency_code, (), opening.person) if each_kind else []
        check = self.register.open_check(self.code, opening)
        self.add_findings(check, found)
        return self.check(check.inspection_id)

    def groups(self, agency_code: str, kinds: Sequence[str], person: str) -> list[NewFinding]:
        """One finding for each of these kinds of discrepancy that stands at an agency; ConfigError where none does.

        Without kinds all there are, but for what the agency does not answer for: technical and accepted ones.
        """
        from doisoat.inspection.findings import by_kind, is_charged

        standing = self.secrecy.without_secret(self.register.standing_of(self.code, agency_code, kinds))
        standing = standing if kinds else list(filter(is_charged, standing))
        found = list(by_kind(standing, person, self._night()))
        if kinds and not found:
            raise ConfigError(f"nothing of {', '.join(kinds)} stands at {agency_code}")
        return found

    def group_of(self, check: Check, short_ids: Sequence[str], title: str | None, person: str) -> NewFinding:
        """One finding of the discrepancies named."""
        from doisoat.inspection.findings import of_discrepancies

        named = [self.register.discrepancy(self.code, short_id) for short_id in short_ids]
        found = self.secrecy.without_secret(named)
        if len(found) < len(named):
            raise ConfigError("some of these are of a secret agency or procedure: they never enter the register")
        return of_discrepancies(found, check.opening.agency_code, title, person, self._night())

    def add_findings(self, check: Check, found: Iterable[NewFinding]) -> list[Finding]:
        return self.register.add_findings(self.code, check.inspection_id, found)

    def _night(self) -> date:
        night = self.register.night(self.code)
        if night is None:
            raise ConfigError(f"no night of {self.code} was ever assessed: run 'doisoat run' first, or use --text")
        return night.business_date

    def targets(self, year: int | None) -> Targets:
        """A year (default: the current one) against its targets; the rest as its last night saw it."""
        from doisoat.inspection.targets import read_targets

        asked = year or self.today.year
        night = self.register.last_night_of(self.code, asked)
        files = None if night is None else self.files(night)
        return read_targets(asked, self._told(), self.province, files)

    def write_report(self, check: Check) -> list[Path]:
        """The report of a check, as DOCX and PDF below HOME/inspections; again replaces both."""
        from doisoat.inspection.writing import gather, write_report

        told = gather(self.register, self.code, check, self.secrecy)
        return write_report(told, self.province, self.reference, self.files(self.today).inspections)

    def file_document(self, target: str, document: Document) -> list[Finding]:
        """Add a document to a finding, or to all findings of a check that wait for one of its kind."""
        from doisoat.store.inspections import read_check_id

        if document.act is Act.REQUESTED and document.due_on is None:
            days = self.section.remedy_working_days
            document = replace(document, due_on=self.reference.calendar.add_working_days(document.day, days))
        check = self.check(target.partition(".")[0])
        if read_check_id(target) is None:
            return self.register.file_document(self.code, [target], document)
        waiting = [one.finding_id for one in check.findings if _waits_for(one, document.act)]
        if not waiting:
            raise ConfigError(f"no finding of inspection {check.inspection_id} waits for {document.act.value}")
        return self.register.file_document(self.code, waiting, document)


def _waits_for(finding: Finding, act: Act) -> bool:
    """Whether a document for a whole check is about this finding: what comes next, no reminder and no correction."""
    before = {
        Act.REQUESTED: (FindingState.OPEN, FindingState.REOPENED, FindingState.NOT_REMEDIED),
        Act.ANSWERED: (FindingState.REQUESTED, FindingState.NOT_REMEDIED),
        Act.REMEDIED: (FindingState.REQUESTED, FindingState.ANSWERED, FindingState.NOT_REMEDIED),
    }
    return finding.state in before.get(act, ())


@contextmanager
def open_inspection_desk(
    label: str, *, config: Path | None = None, home: Path | None = None
) -> Iterator[InspectionDesk]:
    """The desk of a province."""
    from doisoat.store.warehouse import open_warehouse

    province, settings = find_province(label, config), Settings.from_environment(home)
    with open_warehouse(settings.warehouse_url) as warehouse:
        yield InspectionDesk(province, settings, warehouse.register, datetime.now(VIETNAM).date())


# --- the steps of the DAG ------------------------------------------------------------------------------


def verify_findings(night: Night) -> Counts:
    """Move findings by what the last night proves."""
    with night.warehouse() as warehouse:
        done = warehouse.register.verify(night.key.province_code)
    acts = [moved.act for moved in done.moved]
    return {"why_nothing": done.why_nothing, **{act.value: acts.count(act) for act in _BY_NIGHT}}


def publish_register(night: Night) -> Counts:
    """Write the overview page of the register, as of the night's date."""
    from doisoat.inspection.publishing import publish_overview

    with night.warehouse() as warehouse:
        page = publish_overview(night.files, night.province, night.reference, warehouse.register)
    return {"artefacts": {page.name: str(page)}}


_BY_NIGHT = (Act.VERIFIED, Act.OVERDUE, Act.REOPENED)

INSPECTION_STAGES: dict[str, Callable[[Night], Counts]] = {
    "verify_findings": verify_findings,
    "publish_register": publish_register,
}
