"""What a night took as known before it when it ran first; a replay of it takes the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doisoat.assess.inputs import PRIOR
from doisoat.rules.lifecycle import STANDING
from doisoat.store.engine import engine
from doisoat.store.layout import RunFiles

if TYPE_CHECKING:
    from doisoat.store.lifecycle import OpenDiscrepancy
    from doisoat.store.warehouse import Warehouse


def prior_fingerprints(files: RunFiles) -> frozenset[str] | None:
    """Fingerprints of what stood, by the night's stored prior.parquet; None when the night was never assessed."""
    if not has_stored_prior(files):
        return None
    with engine() as connection:
        rows = connection.read_parquet(str(files.work("assess") / "prior.parquet")).project("fingerprint, state")
        return frozenset(fingerprint for fingerprint, state in rows.fetchall() if state in STANDING)


def has_stored_prior(files: RunFiles) -> bool:
    """Whether the night left what it took as known; what an older program left tells too little."""
    stored = files.work("assess") / "prior.parquet"
    if not stored.is_file():
        return False
    with engine() as connection:
        return connection.read_parquet(str(stored)).columns == list(PRIOR)


class PriorState:
    """The state before a night, from the warehouse; `words` is how much people had said until then."""

    def __init__(self, files: RunFiles, warehouse: Warehouse) -> None:
        self._of = (files.key.province_code, files.key.business_date)
        self._warehouse = warehouse
        self._pending, self.words = warehouse.pending_before(*self._of)

    def __call__(self, seen: Sequence[str]) -> list[OpenDiscrepancy]:
        """What was pending, and what of tonight's had been over."""
        pending = {item.fingerprint for item in self._pending}
        over = self._warehouse.over_before(*self._of, [name for name in seen if name not in pending])
        return sorted([*self._pending, *over], key=lambda item: item.fingerprint)
