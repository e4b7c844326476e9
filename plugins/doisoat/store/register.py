"""The inspection register of the warehouse: plans, inspections, findings. One transaction per method."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime

from sqlalchemy import Engine

from doisoat.store import decisions, inspection_acts, inspection_plans
from doisoat.store.decisions import Known
from doisoat.store.history import nights
from doisoat.store.inspection_acts import Document, Ending, NewFinding, Verification
from doisoat.store.inspection_events import Event, read_events
from doisoat.store.inspection_plans import Imported, PlanLine
from doisoat.store.inspections import (
    Check,
    Finding,
    NightNoted,
    Opening,
    read_check,
    read_checks,
    read_finding,
    read_members,
    read_night,
    standing_of,
)
from doisoat.store.warehouse_engine import reading, writing


class Register:
    """The register behind a warehouse's engine; `clock` stamps what is recorded."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine, self._clock = engine, clock

    # --- plans ---------------------------------------------------------------------------------------

    def plan(self, province: str, year: int | None = None) -> list[PlanLine]:
        """Lines of a year (default: all), in the order of their ids."""
        with reading(self._engine) as connection:
            return inspection_plans.read_plan(connection, province, year)

    def import_plan(self, province: str, lines: Iterable[PlanLine], source: str) -> Imported:
        """Add and update lines by their id; `source` tells which file they come from."""
        with writing(self._engine, province) as connection:
            return inspection_plans.import_plan(connection, province, lines, source, self._clock())

    def night(self, province: str, day: date | None = None) -> NightNoted | None:
        """The run of a business date, default the last one that moved the lifecycle."""
        with reading(self._engine) as connection:
            return read_night(connection, province, day)

    def last_night_of(self, province: str, year: int) -> date | None:
        """The last business date of a year that moved the lifecycle."""
        with reading(self._engine) as connection:
            days = [day for day in nights(connection, province) if day.year == year]
        return max(days, default=None)

    # --- inspections ---------------------------------------------------------------------------------

    def checks(self, province: str) -> list[Check]:
        """All inspections with their findings, in the order of their ids."""
        with reading(self._engine) as connection:
            return read_checks(connection, province)

    def check(self, province: str, inspection_id: str) -> Check:
        """One of them; ConfigError tells which there are."""
        with reading(self._engine) as connection:
            return read_check(connection, province, inspection_id)

    def finding(self, province: str, finding_id: str) -> tuple[Check, Finding]:
        """One finding with its inspection; ConfigError tells which there are."""
        with reading(self._engine) as connection:
            return read_finding(connection, province, finding_id)

    def events(self, province: str, inspection_id: str) -> list[Event]:
        """Everything that happened to an inspection and its findings, in order."""
        with reading(self._engine) as connection:
            return read_events(connection, province, inspection_id)

    def members(self, province: str, inspection_id: str) -> list[tuple[int, Known]]:
        """(number of the finding, discrepancy as it stands now) of an inspection."""
        with reading(self._engine) as connection:
            return read_members(connection, province, inspection_id)

    def open_check(self, province: str, opening: Opening) -> Check:
        """Record a new inspection."""
        with writing(self._engine, province) as connection:
            return inspection_acts.open_check(connection, province, opening, self._clock())

    def end_check(self, province: str, inspection_id: str, ending: Ending) -> Check:
        """Close or cancel an inspection."""
        with writing(self._engine, province) as connection:
            return inspection_acts.end_check(connection, province, inspection_id, ending, self._clock())

    # --- findings ------------------------------------------------------------------------------------

    def standing_of(self, province: str, agency_code: str, kinds: Collection[str] = ()) -> list[Known]:
        """The discrepancies of an agency and those below it that stand now."""
        with reading(self._engine) as connection:
            return standing_of(connection, province, agency_code, kinds)

    def discrepancy(self, province: str, short_id: str) -> Known:
        """The discrepancy whose fingerprint begins so."""
        with reading(self._engine) as connection:
            return decisions.find_one(connection, province, short_id)

    def add_findings(self, province: str, inspection_id: str, found: Iterable[NewFinding]) -> list[Finding]:
        """Record findings of an inspection: all, or none."""
        at = self._clock()
        with writing(self._engine, province) as connection:
            return [inspection_acts.add_finding(connection, province, inspection_id, new, at) for new in found]

    def file_document(self, province: str, finding_ids: Iterable[str], document: Document) -> list[Finding]:
        """Add one document to findings: to all, or to none."""
        at = self._clock()
        with writing(self._engine, province) as connection:
            return [inspection_acts.file_document(connection, province, name, document, at) for name in finding_ids]

    def verify(self, province: str) -> Verification:
        """Move findings by what the last night proves; the same night again moves nothing."""
        with writing(self._engine, province) as connection:
            return inspection_acts.verify(connection, province, self._clock())
