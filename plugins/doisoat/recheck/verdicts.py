"""What a fresh look-up says about one discrepancy (rules §5a). Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from doisoat.model import DiscrepancyKind, Side
from doisoat.recheck.plan import Suspect

Answers = Mapping[Side, Mapping[str, str]]  # side -> code asked -> found, absent, failed, unusable

_DUPLICATES = (DiscrepancyKind.DUPLICATE_IN_SHOP, DiscrepancyKind.DUPLICATE_ON_PORTAL)


class Recheck(StrEnum):
    """The column `recheck`, and what is only counted."""

    CONFIRMED = "confirmed"  # looked up, and it still follows
    VANISHED = "vanished"  # looked up, and it does not: not reported
    UNKNOWN = "unknown"  # a look-up failed, or answered with a record that cannot be read: not reported
    UNCHECKED = "unchecked"  # first seen, but not looked up: no look-up, or the budget is used up
    NOT_PLANNED = "not_planned"  # known before tonight


def verdict(suspect: Suspect, answers: Answers, still_found: Collection[tuple[str, str, str]]) -> Recheck:
    """What became of a first-seen discrepancy; `still_found`: (dossier, kind, subtype) judged on the fresh rows.

    A look-up answers one record, so it cannot show a duplicate: a record that is found confirms one.
    """
    heard = {side: answers[side][suspect.key(side)] for side in suspect.reads if _was_asked(suspect, side, answers)}
    if not heard:
        return Recheck.UNCHECKED
    if not {"failed", "unusable"}.isdisjoint(heard.values()):
        return Recheck.UNKNOWN
    if suspect.kind in _DUPLICATES:
        return Recheck.CONFIRMED if "found" in heard.values() else Recheck.VANISHED
    follows = (suspect.dossier_code, suspect.kind, suspect.subtype) in still_found
    return Recheck.CONFIRMED if follows else Recheck.VANISHED


def _was_asked(suspect: Suspect, side: Side, answers: Answers) -> bool:
    return suspect.key(side) in answers.get(side, {})
