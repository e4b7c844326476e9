"""The comparison of two catalogues once more, in plain Python, straight from the rules and without any query.

Keys, units and names are worked out here anew; only the codes' mapping is the reference tables' own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from doisoat.rules.catalogue import Entry, Listing
from doisoat.store.reference import Reference

Told = tuple[str, str, str, str]  # subtype, field, sort, code
_HOURS = {"Giờ": 1, "Ngày làm việc": 8}


def expected(
    shop: Listing,
    portal: Listing,
    reference: Reference,
    day: date,
    roots: Sequence[str],
    dossiers: Iterable[tuple[str, str]],
) -> set[Told]:
    """Everything that must be told, once each."""
    on_portal = {entry.code for entry in portal.entries if entry.sort == "procedure"}
    theirs = {}
    for entry in sorted(
        portal.entries, key=lambda one: (one.is_active is None, not one.is_active, one.code, one.name or "~")
    ):
        theirs.setdefault((entry.sort, portal_key(entry, reference, day)), entry)
    ours: dict[tuple[str, str], list[Entry]] = {}
    told: set[Told] = set()
    for entry in shop.entries:
        key = shop_key(entry, reference, day, on_portal)
        if key is not None:
            ours.setdefault((entry.sort, key), []).append(entry)
        elif in_force(entry, day):
            told.add(("unmapped_code", "MaTTHC", "procedure", entry.code))
    ends = ended(theirs, reference, day)
    told |= set(alone_in_shop(ours, theirs, ends, portal, day)) | set(
        alone_on_portal(ours, theirs, shop, portal, roots, day)
    )
    for place in ours.keys() & theirs.keys():
        told |= set(differing(place, ours[place], theirs[place], day))
    for key, end in ends.items():
        late = [code for code, received in dossiers if code == key and end and date.fromisoformat(received) > end]
        if late or any(in_force(entry, day) for entry in ours.get(("procedure", key), ())):
            told.add(("expired_in_use", "state", "procedure", key))
    return told


def in_force(entry: Entry, day: date) -> bool:
    return entry.is_active is not False and (entry.valid_to is None or entry.valid_to >= day)


def portal_key(entry: Entry, reference: Reference, day: date) -> str:
    return str(reference.agencies.canonical(entry.code, day)) if entry.sort == "agency" else entry.code


def shop_key(entry: Entry, reference: Reference, day: date, on_portal: set[str]) -> str | None:
    if entry.sort != "procedure":
        return portal_key(entry, reference, day)
    mapped = reference.procedures.national(entry.code, day)
    stem = entry.code[:8]
    has_stem = len(stem) == 8 and stem[1] == "." and stem.replace(".", "", 1).isdigit() and entry.code[8:9] in ("", ".")
    if mapped is None and has_stem and (not entry.code[8:] or stem in on_portal):
        return stem
    return mapped


def ended(theirs: dict[tuple[str, str], Entry], reference: Reference, day: date) -> dict[str, date | None]:
    """Procedure -> earliest last valid day, None where nobody names one."""
    days: dict[str, list[date | None]] = {}
    for (sort, key), entry in theirs.items():
        if sort == "procedure" and not in_force(entry, day):
            days.setdefault(key, []).append(entry.valid_to)
    for row in reference.procedures:
        if row.valid_to is not None and row.valid_to < day:
            days.setdefault(row.national_code, []).append(row.valid_to)
    return {key: min((one for one in found if one), default=None) for key, found in days.items()}


def alone_in_shop(
    ours: dict[tuple[str, str], list[Entry]],
    theirs: dict[tuple[str, str], Entry],
    ends: dict[str, date | None],
    portal: Listing,
    day: date,
) -> Iterator[Told]:
    depth = max((key.count(".") for sort, key in theirs if sort == "agency"), default=-1)
    fields = {"procedure": "MaTTHC", "agency": "MaCoQuan", "sector": "MaLinhVuc"}
    for (sort, key), entries in ours.items():
        if (sort, key) in theirs or sort not in portal.whole or not any(in_force(entry, day) for entry in entries):
            continue
        if (sort == "procedure" and key in ends) or (sort == "agency" and key.count(".") > depth):
            continue
        yield "only_in_shop", fields[sort], sort, key


def alone_on_portal(
    ours: dict[tuple[str, str], list[Entry]],
    theirs: dict[tuple[str, str], Entry],
    shop: Listing,
    portal: Listing,
    roots: Sequence[str],
    day: date,
) -> Iterator[Told]:
    for (sort, key), entry in theirs.items():
        if (sort, key) in ours or sort not in shop.whole or not in_force(entry, day):
            continue
        if sort == "procedure" and not portal.nationwide:
            yield "only_on_portal", "MaTTHC", sort, key
        if sort == "agency" and key.split(".")[0] in roots:
            yield "only_on_portal", "MaCoQuan", sort, key


def differing(place: tuple[str, str], entries: list[Entry], theirs: Entry, day: date) -> Iterator[Told]:
    sort, key = place
    if not in_force(theirs, day):
        return
    if not any(in_force(entry, day) for entry in entries):
        yield "attribute", "state", sort, key
    for entry in entries:
        if not in_force(entry, day):
            continue
        for field, ours, other in compared(entry, theirs):
            if ours is not None and other is not None and ours != other:
                yield "attribute", field, sort, key
        if sort == "procedure" and entry.level and theirs.level and entry.level != theirs.level:
            subtype = (
                "only_on_portal"
                if entry.level == "khong"
                else "only_in_shop"
                if theirs.level == "khong"
                else "attribute"
            )
            yield subtype, "level", sort, key


def compared(ours: Entry, theirs: Entry) -> Iterator[tuple[str, object, object]]:
    yield "name", words(ours.name), words(theirs.name)
    yield "sector", words(ours.sector), words(theirs.sector)
    yield "fee", ours.fee, theirs.fee
    (size, family), (their_size, their_family) = term(ours), term(theirs)
    yield "unit", family, their_family
    if family == their_family:
        yield "limit", size, their_size


def term(entry: Entry) -> tuple[float | None, str | None]:
    if entry.limit is None or entry.unit is None:
        return None, None
    hours = _HOURS.get(entry.unit)
    return (entry.limit * hours, "h") if hours else (entry.limit, entry.unit)


def words(text: str | None) -> list[list[str]] | None:
    """Per word its letters without tones, then its tones: where a tone mark stands does not matter."""
    if text is None:
        return None
    tones = "\u0300\u0301\u0303\u0309\u0323"
    split = [unicodedata.normalize("NFD", word.casefold()) for word in text.split()]
    return [sorted(word, key=lambda letter: letter in tones) for word in split]
