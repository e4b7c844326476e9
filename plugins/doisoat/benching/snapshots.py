"""Where a world's snapshots lie and what its peers compare. Standard library only but for the names of our own tree."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from doisoat.model import RunKey, Side
from doisoat.store.layout import RunFiles

ROOT = "H44"
DAY = date(2026, 10, 30)
REPEATED_FILE = "gui-lai.csv"  # where rows stand that a side has sent twice: no peer but us can say anything about them
DIFFERENCES = "differences.parquet"  # what a peer leaves
# The columns everyone compares: those that carry a discrepancy between two rows.
COMPARED = (
    "status",
    "procedure_code",
    "agency_final",
    "received_at",
    "submitted_at",
    "due_at",
    "finished_at",
    "returned_at",
    "step_at",
    "supplement_count",
    "supplement_requested_at",
    "supplement_completed_at",
    "extension_count",
    "channel",
    "online_payment",
    "fee_total",
    "has_result",
)


def files(home: Path) -> RunFiles:
    """The world's one night."""
    return RunFiles(home, RunKey(ROOT, DAY))


def dossiers(home: Path, side: Side) -> Path:
    """The glob of a side's partitions."""
    return files(home).dossiers(side)
