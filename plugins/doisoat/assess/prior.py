"""What a night took as already open when it ran first; a replay of it takes the same."""

from __future__ import annotations

from doisoat.store.engine import engine
from doisoat.store.layout import RunFiles


def prior_fingerprints(files: RunFiles) -> frozenset[str] | None:
    """Fingerprints of the night's stored prior.parquet; None when the night was never assessed."""
    stored = files.work("assess") / "prior.parquet"
    if not stored.is_file():
        return None
    with engine() as connection:
        rows = connection.read_parquet(str(stored)).project("fingerprint").fetchall()
    return frozenset(fingerprint for (fingerprint,) in rows)
