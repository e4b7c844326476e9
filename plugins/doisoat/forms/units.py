"""Who reports which dossiers: every agency by the one that fills a form 07a for it, and the section of 07b it is in."""

from __future__ import annotations

from dataclasses import dataclass

from doisoat.rules.reference import Agency, AgencyTable, root
from doisoat.rules.reporting_periods import ReportingPeriod
from doisoat.rules.statutory_forms import Section

COMMUNE_LEVEL = "xa"


@dataclass(frozen=True)
class Unit:
    """An agency that reports."""

    code: str
    name: str
    section: Section


class Units:
    """The reporting agencies of a province.

    A part of a department (or of a commune) is reported with it, the province's own office under the province's code.
    """

    def __init__(self, agencies: AgencyTable, province: str, province_roots: tuple[str, ...]) -> None:
        self._agencies, self._province, self._roots = agencies, province, province_roots

    def unit_of(self, agency: str | None) -> Unit | None:
        """Who reports a dossier of a (final) agency; None for another province's, or one the table does not know."""
        if agency is None or root(agency) not in self._roots:
            return None
        if agency in self._roots:
            return self._unit(self._agencies.get(self._province))
        line = [agency]
        while self._level(line[-1]) != COMMUNE_LEVEL:
            above = self._agencies.parent(line[-1]) or line[-1].rpartition(".")[0]
            if not above or above in self._roots or above in line:
                break
            line.append(above)
        return self._unit(self._agencies.get(line[-1]))

    def reporting_in(self, period: ReportingPeriod) -> list[Unit]:
        """Every agency that existed in the period and reports for itself, in code order; the province's office is none
        of them unless it has dossiers.
        """
        known = [one for one in self._agencies if root(one.code) in self._roots and one.code not in self._roots]
        units = {one.code: self.unit_of(self._agencies.final(one.code)) for one in known if _existed(one, period)}
        return [unit for code, unit in units.items() if unit is not None and unit.code == code]

    def _level(self, code: str) -> str:
        agency = self._agencies.get(code)
        return agency.level if agency else ""

    def _unit(self, agency: Agency | None) -> Unit | None:
        if agency is None:
            return None
        section = Section.COMMUNES if agency.level == COMMUNE_LEVEL else Section.PROVINCE
        return Unit(agency.code, agency.name or agency.code, section)


def _existed(agency: Agency, period: ReportingPeriod) -> bool:
    begins = agency.valid_from is None or agency.valid_from <= period.last_day
    return begins and (agency.valid_to is None or agency.valid_to >= period.first_day)
