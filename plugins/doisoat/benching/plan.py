"""What is planted in a made world: how many of ten thousand dossiers, and what `reconcile` must find there.

A plant is a short name that `sql/bench/lives.sql` and `sql/bench/told.sql` know; each leads to exactly one discrepancy
(or to none, where a dossier is set aside). Values only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PLACES = 10_000  # a dossier's fate is drawn among so many places
ORDINARY = "ordinary"


@dataclass(frozen=True)
class Plant:
    """A fate of a dossier: what is found there, and its weight among the plants of its group."""

    name: str
    kind: str | None  # None: nothing is found, the dossier is set aside
    subtype: str = ""
    weight: int = 1


# Both sides have the dossier, the rows differ. Weights as a province shows them: mostly late synchronisation.
DIFFERING = (
    Plant("fns_false", "finished_not_synced", "false_overdue", 24),
    Plant("fns", "finished_not_synced", "", 12),
    Plant("lag", "status_lag", "", 16),
    Plant("lag_cycle", "status_lag", "cycle", 6),
    Plant("lag_refusal", "status_lag", "refusal_not_synced", 2),
    Plant("ahead", "status_conflict", "portal_ahead", 4),
    Plant("end", "status_conflict", "different_end", 2),
    Plant("masked", "status_conflict", "masked_as_9", 2),
    Plant("return", "status_conflict", "return_not_synced", 6),
    Plant("swap_3_8", "status_conflict", "swapped_3_8", 2),
    Plant("swap_1_2", "status_conflict", "swapped_1_2", 2),
    Plant("rcv", "received_at_mismatch", "", 4),
    Plant("rcv_7h", "received_at_mismatch", "timezone_7h", 6),
    Plant("rcv_12h", "received_at_mismatch", "clock_12h", 2),
    Plant("rcv_absent", "received_at_mismatch", "absent", 2),
    Plant("due", "due_at_mismatch", "", 10),
    Plant("due_7h", "due_at_mismatch", "timezone_7h", 4),
    Plant("due_12h", "due_at_mismatch", "clock_12h", 2),
    Plant("due_absent", "due_at_mismatch", "absent", 2),
    Plant("fin", "finished_at_mismatch", "", 6),
    Plant("fin_7h", "finished_at_mismatch", "timezone_7h", 4),
    Plant("fin_12h", "finished_at_mismatch", "clock_12h", 2),
    Plant("fin_absent", "finished_at_mismatch", "absent", 2),
    Plant("channel", "channel_mismatch", "", 6),
    Plant("procedure", "procedure_mismatch", "", 4),
    Plant("blank", "procedure_unmapped", "blank", 2),
    Plant("unknown", "procedure_unmapped", "unknown", 4),
    Plant("retired", "procedure_unmapped", "retired", 2),
    Plant("agency", "agency_mismatch", "", 4),
    Plant("parent", "agency_mismatch", "parent", 2),
    Plant("no_agency", "agency_mismatch", "unknown_agency", 2),
    Plant("legacy", "agency_legacy_code", "", 8),
    Plant("pay_flag", "payment_mismatch", "flag", 8),
    Plant("pay_amount", "payment_mismatch", "amount", 4),
    Plant("unlinked", "result_missing", "not_synced", 16),
)
# The rows agree, and yet there is something to say: about one row, a clock, or a repeated code.
ALIKE = (
    Plant("stuck", "stuck", "processing", 10),
    Plant("stuck_sup", "stuck", "supplement", 5),
    Plant("stuck_pay", "stuck", "payment", 5),
    Plant("intake", "late_intake", "", 10),
    Plant("no_result", "result_missing", "not_digitised", 20),
    Plant("twice_sup", "second_supplement", "", 5),
    Plant("twice_ext", "second_extension", "", 5),
    Plant("same_day", "lateness_disagreement", "same_day_time", 20),
    Plant("reset", "lateness_disagreement", "supplement_reset", 10),
    Plant("ds_same", "duplicate_in_shop", "identical", 2),
    Plant("ds_status", "duplicate_in_shop", "conflicting_status", 1),
    Plant("ds_other", "duplicate_in_shop", "differing", 1),
    Plant("dp_same", "duplicate_on_portal", "identical", 2),
    Plant("dp_status", "duplicate_on_portal", "conflicting_status", 1),
    Plant("dp_other", "duplicate_on_portal", "differing", 1),
)
# One side has the dossier, or has it under another code; only where anything differs at all.
LONE = (
    Plant("shop_only", "missing_on_portal", "", 195),
    Plant("portal_only", "missing_in_shop", "", 195),
    Plant("subst", "code_substituted", "national_code", 3),
    Plant("subst_alt", "code_substituted", "alternative_code", 2),
    Plant("elsewhere", None, "", 3),
    Plant("rejected", None, "", 2),
)
PLANTS = (*DIFFERING, *ALIKE, *LONE)


def places(differing: int) -> list[str]:
    """The plant of every place; `differing` is the share of pairs with different rows, in percent (0..90).

    >>> drawn = places(3)
    >>> len(drawn), sum(one in {plant.name for plant in DIFFERING} for one in drawn)
    (10000, 300)
    """
    alike = [plant.name for plant in ALIKE for _ in range(plant.weight)]
    lone = [plant.name for plant in LONE for _ in range(plant.weight)] if differing else []
    planted = [*_shared(DIFFERING, differing * PLACES // 100), *alike, *lone]
    return [*planted, *[ORDINARY] * (PLACES - len(planted))]


def _shared(plants: Sequence[Plant], among: int) -> Iterable[str]:
    """`among` places by weight; what rounding leaves goes to the first plants."""
    whole = sum(plant.weight for plant in plants)
    numbers = [among * plant.weight // whole for plant in plants]
    for place in range(among - sum(numbers)):
        numbers[place % len(numbers)] += 1
    return [plant.name for plant, number in zip(plants, numbers, strict=True) for _ in range(number)]


def lone_share(differing: int, side: str) -> float:
    """The share of all dossiers that one side does not have."""
    lacking = {"shop": {"portal_only", "elsewhere"}, "portal": {"shop_only", "rejected"}}[side]
    return sum(plant in lacking for plant in places(differing)) / PLACES
