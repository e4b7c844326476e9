"""assess: why each discrepancy is there, how old and how bad it is, what each agency has.

The warehouse learns what is open.

Reads the discrepancies of `recheck` (else of `reconcile`), `agency_counts`, and what was open before this
business date. Writes `runs/<p>/<d>/assess/` first, then the warehouse in one transaction; either may be done again.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.assess.causes import find_causes
from doisoat.assess.inputs import Night, open_night
from doisoat.assess.lags import earlier_spells, leave_lags
from doisoat.assess.prior import PriorState, has_stored_prior
from doisoat.assess.results import (
    Limits,
    assess_discrepancies,
    night_findings,
    recorded_rows,
    write_files,
)
from doisoat.config import Province
from doisoat.model import RunKey
from doisoat.store.layout import RunFiles
from doisoat.store.lifecycle import NightRecord, WordsSaid

if TYPE_CHECKING:
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse

_ATTEMPTS = 3
_SCOPE_MARGIN = timedelta(days=2)  # a lone dossier this close to the begin of the scope proves nothing (rules §5.4)


def assess_night(
    files: RunFiles,
    province: Province,
    reference: Reference,
    warehouse: Warehouse,
    *,
    rewind: bool = False,
    digest_key: bytes = b"",
) -> dict[str, Any]:
    """Age, rank and count; returns the content of `assess/summary.json`.

    `prior.parquet` of an earlier run of the same night is used again, so the same inputs give the same bytes
    whatever later nights did. `rewind` takes later nights' lifecycle back first, and forgets what they had
    stored as their earlier state. TerminalError if a file of an earlier stage is missing.
    """
    limits = _limits(files.key, province, digest_key)
    for left in reversed(range(_ATTEMPTS)):
        prior = None if _takes_stored(files, warehouse, rewind) else PriorState(files, warehouse)
        with open_night(files, reference, prior) as night:
            patterns = find_causes(night, province)
            assess_discrepancies(night)
            findings = night_findings(night, limits)
            spells = earlier_spells(files, warehouse, stored=prior is None)
            leave_lags(night, spells, findings)
            summary = write_files(night, findings, patterns)
            seen = recorded_rows(night)
        words = prior.words if prior else None
        try:
            warehouse.record_night(_record(night, summary), seen, findings, rewind=rewind, words=words)
            break
        except WordsSaid:  # while we assessed: what people said holds for tonight's report and mails, too
            if not left:
                raise
    if rewind:
        _forget_later_priors(files)
    return summary


def _takes_stored(files: RunFiles, warehouse: Warehouse, rewind: bool) -> bool:
    """Not where the night was written down but never recorded: people may have said something since."""
    if rewind or not has_stored_prior(files):
        return False
    was_lost = warehouse.last_night(files.key.province_code) is None
    return was_lost or warehouse.is_recorded(files.key)


def _limits(key: RunKey, province: Province, digest_key: bytes) -> Limits:
    return Limits(
        scope_edge=province.rules.scope_start(key.business_date) + _SCOPE_MARGIN,
        province_roots=province.province_roots,
        secret_agencies=province.secret_agencies,
        secret_procedures=province.secret_procedures,
        digest_key=digest_key,
    )


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
