"""The province's reference tables as a catalogue: the list people edit, always there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from doisoat.rules.catalogue import Entry, Listing
from doisoat.rules.reference import root

if TYPE_CHECKING:
    from doisoat.store.reference import Reference


def own_listing(reference: Reference, roots: Sequence[str]) -> Listing:
    """Procedures and the agencies of these roots. Fees and sector codes are not in the tables: unknown."""
    versions = (reference.versions[name] for name in ("procedures", "agencies"))
    entries = (*_procedures(reference), *_agencies(reference, roots))
    return Listing("; ".join(versions), entries, frozenset({"procedure", "agency"}))


def with_own_agencies(listing: Listing, reference: Reference, roots: Sequence[str]) -> Listing:
    """A shop that lists no agencies works with those of the reference table."""
    if any(entry.sort == "agency" for entry in listing.entries):
        return listing
    agencies = tuple(_agencies(reference, roots))
    return replace(listing, entries=(*listing.entries, *agencies), whole=listing.whole | {"agency"})


def _procedures(reference: Reference) -> Iterator[Entry]:
    for row in reference.procedures:
        yield Entry(
            "procedure",
            row.national_code,
            name=row.name or None,
            sector=row.field or None,
            level=row.online_level,
            limit=row.limit,
            unit=row.limit_unit,
            valid_to=row.valid_to,
        )


def _agencies(reference: Reference, roots: Sequence[str]) -> Iterator[Entry]:
    for row in reference.agencies:
        if root(row.code) in roots:
            yield Entry("agency", row.code, name=row.name or None, valid_to=row.valid_to)
