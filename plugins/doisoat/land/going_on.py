"""What the manifest of a listing says of reading by changes: what it goes on from, and what goes on from it.

A landing of changes alone stands for the whole side only together with its base, so what was known there and did not
change (columns, secret dossiers) is known here too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from doisoat.land.source import Listed
from doisoat.model import RunKey
from doisoat.store.chain import Base


@dataclass(frozen=True)
class GoingOn:
    """One night's reading of a listing. `listing` names it and how it is read; without a base everything is read."""

    listing: str
    base: Base | None
    why_full: str  # Vietnamese; '' with a base

    def describe(
        self, key: RunKey, manifest: Mapping[str, Any], listed: Listed, receipts: Iterable[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """The manifest with `incremental` (`docs/data-contracts.md`)."""
        is_delta = listed.mode == "delta" and self.base is not None
        said: dict[str, Any] = {
            "mode": listed.mode,
            "listing": self.listing,
            "base": None,
            "base_digest": None,
            "full_on": key.business_date.isoformat(),
            "why_full": listed.why_full or self.why_full,
            "reread": list(listed.reread),
            "gone": len(listed.gone),
            "is_followable": listed.is_followable,
            "secret_ids": sorted({digest for receipt in receipts for digest in receipt["secret_ids"]}),
            "total": manifest["expected_rows"],
        }
        if not is_delta or self.base is None:
            return {**manifest, "incremental": said}
        below = self.base.newest
        said |= {
            "base": below.business_date.isoformat(),
            "base_digest": below.digest,
            "full_on": self.base.chain[0].business_date.isoformat(),
            "why_full": "",
        }
        return {**manifest, **_inherited(manifest, below.manifest), "incremental": said}


def _inherited(manifest: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for the whole side."""
    return {
        "expected_rows": None,
        "secret_digests": sorted({*manifest["secret_digests"], *base["secret_digests"]}),
        "has_secrecy_mark": manifest["has_secrecy_mark"] or base["has_secrecy_mark"],
        "columns": sorted({*manifest["columns"], *base["columns"]}),
        "absent_columns": sorted({*manifest["absent_columns"]} & {*base["absent_columns"]}),
    }


def listing_name(kind: str, address: str, columns: Mapping[str, str]) -> str:
    """A digest of which listing is read and how: a base that was read otherwise is none."""
    said = json.dumps([kind, address, dict(columns)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
