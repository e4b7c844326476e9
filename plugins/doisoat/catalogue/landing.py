"""What was read of a side's catalogue, as one JSON file that is never read from its source again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from doisoat.model import local_iso
from doisoat.rules.catalogue import Entry, Listing, Unread
from doisoat.store.layout import read_json, write_json


def write_listing(path: Path, listing: Listing) -> None:
    """Replace the file whole; entries without their empty attributes."""
    write_json(
        path,
        {
            "source": listing.source,
            "extracted_at": local_iso(listing.extracted_at) if listing.extracted_at else None,
            "whole": sorted(listing.whole),
            "nationwide": listing.nationwide,
            "reasons": list(listing.reasons),
            "left_open": list(listing.left_open),
            "unread": [[note.place, note.reason] for note in listing.unread],
            "entries": [_told(entry) for entry in listing.entries],
        },
    )


def read_listing(path: Path) -> Listing:
    """What `write_listing` wrote."""
    stored = read_json(path)
    at = stored["extracted_at"]
    return Listing(
        source=stored["source"],
        entries=tuple(_entry(row) for row in stored["entries"]),
        whole=frozenset(stored["whole"]),
        nationwide=stored["nationwide"],
        reasons=tuple(stored["reasons"]),
        left_open=tuple(stored["left_open"]),
        unread=tuple(Unread(*note) for note in stored["unread"]),
        extracted_at=datetime.fromisoformat(at) if at else None,
    )


def _told(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in vars(entry).items() if value is not None}


def _entry(row: dict[str, Any]) -> Entry:
    until = row.get("valid_to")
    return Entry(**{**row, "valid_to": date.fromisoformat(until) if until else None})
