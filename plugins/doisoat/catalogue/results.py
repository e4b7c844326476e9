"""What a comparison came to: named, dated discrepancies, what is over, and the summary people and programs read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from doisoat.catalogue.comparison import Comparison, Found
from doisoat.catalogue.guard import sizes
from doisoat.catalogue.wording import left_uncompared
from doisoat.model import DiscrepancyKind, RunKey, Side, Verdict, local_iso
from doisoat.rules.catalogue import Listing
from doisoat.rules.kinds import KIND_INFO
from doisoat.store.fingerprints import fingerprint
from doisoat.store.set_lifecycle import OpenSetDiscrepancy

KIND = DiscrepancyKind.CATALOGUE_MISMATCH
RECORDED = (  # what the warehouse keeps; the lifecycle's own columns it adds itself
    *("fingerprint", "kind", "subtype", "dossier_code", "agency_code", "procedure_code", "field"),
    *("value_shop", "value_portal", "cause", "side", "severity", "technical", "period"),
)


def discrepancies(key: RunKey, found: Iterable[Found], prior: Sequence[OpenSetDiscrepancy]) -> list[dict[str, Any]]:
    """One row per difference: the columns of `discrepancies.csv`, its fingerprint, and what the page shows besides."""
    first_seen = {item.fingerprint: item.first_seen_on for item in prior}
    return [_row(key, one, first_seen) for one in found]


def _row(key: RunKey, one: Found, first_seen: Mapping[str, date]) -> dict[str, Any]:
    info = KIND_INFO[KIND]
    name = fingerprint(
        key.province_code,
        KIND,
        "",
        one.field,
        agency_code=one.agency_code,
        procedure_code=one.procedure_code,
        subtype=one.subtype,
    )
    return {
        **asdict(one),
        "fingerprint": name,
        "kind": KIND.value,
        "dossier_code": "",
        "cause": "undetermined",
        "side": info.side.value,
        "severity": info.severity(one.subtype).value,
        "technical": info.is_technical(one.subtype),
        "period": "",
        "first_seen_on": first_seen.get(name, key.business_date),
        "last_seen_on": key.business_date,
        "state": "open",
    }


def recorded(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as the warehouse keeps them."""
    return [{name: row[name] for name in RECORDED} for row in rows]


def resolved(
    prior: Sequence[OpenSetDiscrepancy],
    rows: Iterable[Mapping[str, Any]],
    comparison: Comparison,
    listings: Mapping[Side, Listing],
    *,
    has_snapshot: bool,
) -> list[str]:
    """Fingerprints that were open, were compared again and no longer differ; in doubt, not."""
    seen = {row["fingerprint"] for row in rows}
    return [
        item.fingerprint
        for item in prior
        if item.fingerprint not in seen and _is_settled(item, comparison, listings, has_snapshot)
    ]


def _is_settled(
    item: OpenSetDiscrepancy, comparison: Comparison, listings: Mapping[Side, Listing], has_snapshot: bool
) -> bool:
    sort = "agency" if item.agency_code else "sector" if item.field == "MaLinhVuc" else "procedure"
    key = item.agency_code or item.procedure_code or ""
    is_whole = all(sort in listings[side].whole for side in Side)
    if item.subtype == "unmapped_code":
        return sort in listings[Side.SHOP].whole
    if item.subtype == "expired_in_use":
        return is_whole and has_snapshot and _state_is_known(sort, key, comparison)
    if item.field in {"MaTTHC", "MaCoQuan", "MaLinhVuc"}:
        return is_whole
    gone = any((sort, key) not in comparison.keys[side] for side in Side)
    return (sort, key, item.field) in comparison.compared or (gone and is_whole)


def _state_is_known(sort: str, key: str, comparison: Comparison) -> bool:
    """Whether the portal tells the entry's state, or has it no longer."""
    return (sort, key, "state") in comparison.compared or (sort, key) not in comparison.keys[Side.PORTAL]


def summary(
    key: RunKey,
    listings: Mapping[Side, Listing],
    rows: Sequence[Mapping[str, Any]],
    over: Sequence[str],
    prior: Sequence[OpenSetDiscrepancy],
    *,
    snapshot_on: date | None,
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """Everything about the run that is not a discrepancy."""
    reasons = [f"{side.label}: {reason}" for side in Side for reason in listings[side].reasons]
    known = {item.fingerprint for item in prior}
    carried = len(known - {row["fingerprint"] for row in rows}) - len(over)
    return {
        "business_date": key.business_date.isoformat(),
        "as_of": local_iso(key.day_end),
        "verdict": (Verdict.PARTIAL if reasons else Verdict.COMPLETE).value,
        "reasons": reasons,
        "not_compared": left_uncompared(listings, snapshot_on),
        "counts": dict(sorted(Counter(row["subtype"] for row in rows).items())),
        "total": len(rows),
        "new": sum(row["fingerprint"] not in known for row in rows),
        "open": len(rows) + carried,
        "carried": carried,
        "resolved": len(over),
        "snapshot_on": snapshot_on.isoformat() if snapshot_on else None,
        "sides": {side.value: dict(_side(listings[side])) for side in Side},
        "rule_versions": dict(versions),
    }


def _side(listing: Listing) -> Iterator[tuple[str, Any]]:
    yield "source", listing.source
    yield "extracted_at", local_iso(listing.extracted_at) if listing.extracted_at else None
    yield "entries", sizes(listing)
    yield "whole", sorted(listing.whole)
    yield "nationwide", listing.nationwide
    yield "unread", [asdict(note) for note in listing.unread]
