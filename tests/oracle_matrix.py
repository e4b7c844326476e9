"""The oracle's status matrix, line by line. Plain Python."""

from __future__ import annotations

from tests.oracle_night import StagedRow

FINISHED = {7, 8, 9, 10}  # F
RUNNING = {1, 2, 4, 5, 6}


def status_line(s: StagedRow, p: StagedRow) -> tuple[str, str, bool] | None:
    """§8.2: (kind, subtype, allowance), the first line that fits."""
    shop, portal = s.status, p.status
    step = {1: 1, 2: 2, 4: 3, 5: 3, 6: 3}
    if shop == portal:
        return None
    if shop in FINISHED and portal in RUNNING:
        return "finished_not_synced", "", True
    if {shop, portal} == {3, 8}:
        return "status_conflict", "swapped_3_8", False
    if (shop, portal) == (1, 2):
        return "status_conflict", "swapped_1_2", False
    if (shop, portal) == (2, 1):
        received = p.received_at is not None
        return ("status_conflict", "swapped_1_2", False) if received else ("status_lag", "", True)
    if shop in {5, 6, 8} and portal == 9:
        return "status_conflict", "masked_as_9", False
    if (shop, portal) == (10, 9):
        return "status_conflict", "return_not_synced", False
    if (shop, portal) == (9, 10):
        return "status_conflict", "portal_ahead", False
    if shop == 3 and portal in RUNNING:
        return "status_lag", "refusal_not_synced", True
    if shop in RUNNING and portal in {3, 7, 8, 9, 10}:
        return "status_conflict", "portal_ahead", False
    if {shop, portal} <= {4, 5, 6}:
        return "status_lag", "cycle", True
    if shop in RUNNING and portal in RUNNING:
        behind = step[portal] < step[shop]
        return ("status_lag", "", True) if behind else ("status_conflict", "portal_ahead", False)
    return "status_conflict", "different_end", False
