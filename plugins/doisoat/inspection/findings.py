"""Discrepancies of an agency as findings of an inspection: one finding a kind, or one of the discrepancies named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from doisoat.errors import ConfigError
from doisoat.model import APART_KINDS, DiscrepancyKind
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.lifecycle import STANDING, State
from doisoat.rules.text import number
from doisoat.store.inspection_acts import NewFinding

if TYPE_CHECKING:
    from doisoat.store.decisions import Known


def is_charged(one: Known) -> bool:
    """Whether the agency has to answer for it: it is neither a technical fault nor accepted."""
    return not one.technical and one.state != State.ACCEPTED


def by_kind(found: Iterable[Known], person: str, night: date) -> Iterator[NewFinding]:
    """One finding for every kind, in the order of their codes."""
    ordered = sorted(found, key=lambda one: (one.kind, one.fingerprint))
    for kind, members in groupby(ordered, key=lambda one: one.kind):
        yield _finding(list(members), person, night, kind)


def of_discrepancies(
    found: Sequence[Known], agency_code: str, title: str | None, person: str, night: date
) -> NewFinding:
    """One finding of these discrepancies; ConfigError for one that is over, of another agency, or of no night."""
    for one in found:
        own = one.agency_code == agency_code or (one.agency_code or "").startswith(f"{agency_code}.")
        if not own:
            raise ConfigError(
                f"discrepancy {one.short_id} is of {one.agency_code or 'no agency'}, not of {agency_code}"
            )
        if one.state not in STANDING:
            raise ConfigError(f"discrepancy {one.short_id} is {one.state}: only what stands can be a finding")
        if one.kind in APART_KINDS:
            raise ConfigError(f"discrepancy {one.short_id} is of a catalogue: enter it by --text, no night proves it")
    kinds = {one.kind for one in found}
    return _finding(found, person, night, next(iter(kinds)) if len(kinds) == 1 else None, title)


def _finding(
    members: Sequence[Known], person: str, night: date, kind: str | None, title: str | None = None
) -> NewFinding:
    if title is None:
        labels = sorted({KIND_INFO[DiscrepancyKind(one.kind)].label for one in members})
        dossiers = len({one.dossier_code for one in members} - {""})
        title = f"{', '.join(labels)}: {number(dossiers)} hồ sơ" if dossiers else ", ".join(labels)
    return NewFinding(title, person, night, tuple(one.fingerprint for one in members), kind)
