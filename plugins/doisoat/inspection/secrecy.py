"""What never enters the register: secret agencies and procedures of the province file (domain rules §6).

Snapshots hold nothing of them already; this is for what people type, and for what became secret since a night.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from doisoat.config import Province
from doisoat.rules.values import read_code

if TYPE_CHECKING:
    from doisoat.store.decisions import Known
    from doisoat.store.inspections import Check
    from doisoat.store.reference import Reference


@dataclass(frozen=True)
class Secrecy:
    """Codes of what is secret, in every spelling the tables know."""

    agencies: frozenset[str]
    procedures: frozenset[str]

    def hides_agency(self, code: str | None) -> bool:
        """Whether an agency is secret, or lies below one that is."""
        return code is not None and any(code == one or code.startswith(f"{one}.") for one in self.agencies)

    def hides(self, agency_code: str | None, procedure_code: str | None) -> bool:
        return procedure_code in self.procedures or self.hides_agency(agency_code)

    def without_secret(self, found: Iterable[Known]) -> list[Known]:
        """The discrepancies that may be told of."""
        return [one for one in found if not self.hides(one.agency_code, one.procedure_code)]

    def told(self, check: Check) -> Check:
        """The check without what its night found at agencies below that have become secret."""
        basis = check.opening.basis
        if basis is None:
            return check
        found = [row for row in basis.figures.get("found", ()) if not self.hides_agency(row[0])]
        shown = replace(basis, figures={**basis.figures, "found": found})
        return replace(check, opening=replace(check.opening, basis=shown))


def secrecy_of(province: Province, reference: Reference) -> Secrecy:
    """What a province file calls secret."""
    agencies = {code for text in province.secret_agencies if (code := read_code(text))}
    canonical = {reference.agencies.canonical(code) or code for code in agencies}
    final = {reference.agencies.final(code) for code in canonical}
    procedures = {code for text in province.secret_procedures if (code := read_code(text))}
    national = {found for code in procedures if (found := reference.procedures.national(code))}
    return Secrecy(frozenset(agencies | canonical | final), frozenset(procedures | national))
