"""What differs between two catalogues: entries under comparable keys in one engine, judged by `sql/catalogue/`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.model import Side
from doisoat.rules.catalogue import (
    Entry,
    Listing,
    Sort,
    comparable_limit,
    is_national,
    national_stem,
    same_agency,
    same_words,
)
from doisoat.store.engine import engine, run_query

if TYPE_CHECKING:
    import duckdb

    from doisoat.store.reference import Reference

QUERIES = ("only_in_shop", "only_on_portal", "attribute", "expired_in_use", "unmapped_code")
_COLUMNS = (
    *("side", "sort", "code", "key", "name", "name_key", "sector", "sector_key", "level", "fee"),
    *("limit_text", "limit_size", "limit_family", "is_active", "valid_to"),
)


@dataclass(frozen=True)
class Found:
    """One difference, as the queries tell it."""

    subtype: str
    field: str
    sort: Sort
    procedure_code: str | None  # of a sector: its code
    agency_code: str | None
    name: str | None
    sector: str | None
    value_shop: str | None
    value_portal: str | None
    dossiers: int | None


@dataclass(frozen=True)
class Comparison:
    """What was found, and what was compared at all."""

    found: tuple[Found, ...]
    compared: frozenset[tuple[str, str, str]]  # (sort, key, field) known on both sides
    keys: dict[Side, frozenset[tuple[str, str]]]  # (sort, key)


def compare(
    shop: Listing,
    portal: Listing,
    reference: Reference,
    business_date: date,
    *,
    province_roots: Sequence[str],
    snapshot: Path | None,
) -> Comparison:
    """Differences in the order (subtype, sort, code, field); `snapshot` are the shop's staged dossiers, if any."""
    with engine(threads=1) as connection:
        keyed = list(_keyed(shop, portal, reference, business_date))
        run_query(connection, "catalogue/entries", {name: [row[name] for row in keyed] for name in _COLUMNS})
        run_query(connection, "catalogue/sides", {"business_date": business_date})
        run_query(connection, "catalogue/endings", {"business_date": business_date, **_ends(reference)})
        _open_dossiers(connection, snapshot)
        parameters = {
            "shop_whole": sorted(shop.whole),
            "portal_whole": sorted(portal.whole),
            "portal_nationwide": portal.nationwide,
            "province_roots": list(province_roots),
        }
        found = [
            Found(*row) for name in QUERIES for row in run_query(connection, f"catalogue/{name}", parameters).fetchall()
        ]
        compared = frozenset(run_query(connection, "catalogue/compared").fetchall())
    keys = {side: frozenset((r["sort"], r["key"]) for r in keyed if r["side"] == side and r["key"]) for side in Side}
    return Comparison(tuple(sorted(found, key=_order)), compared, keys)


def _order(one: Found) -> tuple[str, str, str, str, str]:
    return (one.subtype, one.sort, one.procedure_code or "", one.agency_code or "", one.field)


def _ends(reference: Reference) -> dict[str, Any]:
    """The last valid days of the reference table's procedures, as far as it names any."""
    ended = [row for row in reference.procedures if row.valid_to is not None]
    return {
        "reference_code": [row.national_code for row in ended],
        "reference_end": [row.valid_to for row in ended],
    }


def _open_dossiers(connection: duckdb.DuckDBPyConnection, snapshot: Path | None) -> None:
    if snapshot is None:
        run_query(connection, "catalogue/no_dossiers")
        return
    connection.read_parquet(str(snapshot)).create_view("snapshot")
    run_query(connection, "catalogue/shop_dossiers")


def _keyed(shop: Listing, portal: Listing, reference: Reference, day: date) -> Iterator[dict[str, Any]]:
    """The rows of the table entries."""
    listed = frozenset(entry.code for entry in portal.entries if entry.sort == "procedure")
    for side, listing in ((Side.SHOP, shop), (Side.PORTAL, portal)):
        for entry in listing.entries:
            size, family = comparable_limit(entry.limit, entry.unit)
            yield {
                **vars(entry),
                "side": side.value,
                "key": _key(entry, side, reference, day, listed),
                "name_key": same_agency(entry.name) if entry.sort == "agency" else same_words(entry.name),
                "sector_key": same_words(entry.sector),
                "limit_text": None if entry.limit is None else f"{entry.limit:g} {entry.unit}",
                "limit_size": size,
                "limit_family": family,
            }


def _key(entry: Entry, side: Side, reference: Reference, day: date, on_portal: frozenset[str]) -> str | None:
    """What the entry is called on both sides; None for a local procedure code that leads to no national one."""
    code = entry.code
    if entry.sort == "agency":
        return reference.agencies.canonical(code, day)
    if entry.sort == "sector" or side is Side.PORTAL:
        return code
    mapped = reference.procedures.national(code, day)
    if mapped is not None or is_national(code):
        return mapped or code
    stem = national_stem(code)
    return stem if stem in on_portal else None
