"""assess: why each discrepancy is there, how old and how bad it is, what each agency has.

The warehouse learns what is open.

Reads the discrepancies of `recheck` (else of `reconcile`), `agency_counts`, and what was open before this
business date. Writes `runs/<p>/<d>/assess/` first, then the warehouse in one transaction; either may be done again.
The lifecycle beyond first and last seen comes with a later issue.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.assess.causes import find_causes
from doisoat.assess.inputs import Night, open_night
from doisoat.assess.results import (
    assess_discrepancies,
    name_tonight,
    recorded_rows,
    resolved_fingerprints,
    write_files,
)
from doisoat.config import Province
from doisoat.model import RunKey
from doisoat.store.layout import RunFiles
from doisoat.store.lifecycle import NightRecord

if TYPE_CHECKING:
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse


def assess_night(
    files: RunFiles, province: Province, reference: Reference, warehouse: Warehouse, *, rewind: bool = False
) -> dict[str, Any]:
    """Age, rank and count; returns the content of `assess/summary.json`.

    `prior.parquet` of an earlier run of the same night is used again, so the same inputs give the same bytes
    whatever later nights did. `rewind` takes later nights' lifecycle back first, and forgets what they had
    stored as their earlier state. TerminalError if a file of an earlier stage is missing.
    """
    stored = files.work("assess") / "prior.parquet"
    known = None if stored.is_file() and not rewind else warehouse.open_before(*_before(files.key))
    with open_night(files, reference, known) as night:
        name_tonight(night)
        patterns = find_causes(night, province)
        assess_discrepancies(night)
        resolved = resolved_fingerprints(night)
        summary = write_files(night, resolved, patterns)
        seen = recorded_rows(night)
    warehouse.record_night(_record(night, summary), seen, resolved, rewind=rewind)
    if rewind:
        _forget_later_priors(files)
    return summary


def _before(key: RunKey) -> tuple[str, Any]:
    return key.province_code, key.business_date


def _record(night: Night, summary: dict[str, Any]) -> NightRecord:
    return NightRecord(
        key=night.files.key,
        verdict=night.verdict,
        as_of=night.as_of,
        rule_versions=night.staged.get("rule_versions", {}),
        counts=summary,
        manifests=night.manifests,
    )


def _forget_later_priors(files: RunFiles) -> None:
    """Later nights started from a state that no longer was: their next run asks the warehouse again."""
    day = files.key.business_date.isoformat()
    root: Path = files.work("assess").parent.parent
    for stored in sorted(root.glob("*/assess/prior.parquet")):
        if stored.parent.parent.name > day:
            stored.unlink()
