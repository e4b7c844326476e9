"""What a fresh look-up says about one discrepancy (rules §5a). Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from doisoat.model import DiscrepancyKind, Side
from doisoat.recheck.plan import Suspect
from doisoat.rules.kinds import KIND_INFO

Answers = Mapping[Side, Mapping[str, str]]  # side -> code asked -> found, absent, failed, unusable

_DUPLICATES = (DiscrepancyKind.DUPLICATE_IN_SHOP, DiscrepancyKind.DUPLICATE_ON_PORTAL)


class Recheck(StrEnum):
    """The column `recheck`, and what is only counted."""

    CONFIRMED = "confirmed"  # looked up, and it still follows
    VANISHED = "vanished"  # looked up, and it does not: not reported
    UNKNOWN = "unknown"  # a look-up failed, or answered with a record that cannot be read: not reported
    UNCHECKED = "unchecked"  # first seen, but not looked up: no look-up, or the budget is used up
    NOT_PLANNED = "not_planned"  # known before tonight


def verdict(
    suspect: Suspect,
    answers: Answers,
    still_found: Collection[tuple[str, str, str]],
    absent_columns: Mapping[Side, Collection[str]] = MappingProxyType({}),
) -> Recheck:
    """What became of a first-seen discrepancy; `still_found`: (dossier, kind, subtype) judged on the fresh rows.

    A look-up answers one record, so it cannot show a duplicate: a record that is found confirms one. One that
    lacks a column the kind needs (`absent_columns` of the answers, by side) says nothing about the kind either
    way: a column that is absent is no null value (rules §2).
    """
    heard = {side: answers[side][suspect.key(side)] for side in suspect.reads if _was_asked(suspect, side, answers)}
    if not heard:
        return Recheck.UNCHECKED
    if not {"failed", "unusable"}.isdisjoint(heard.values()):
        return Recheck.UNKNOWN
    if suspect.kind in _DUPLICATES:
        return Recheck.CONFIRMED if "found" in heard.values() else Recheck.VANISHED
    follows = (suspect.dossier_code, suspect.kind, suspect.subtype) in still_found
    if follows:
        return Recheck.CONFIRMED
    found = [side for side, state in heard.items() if state == "found"]
    blind = any(_says_nothing(suspect, side, absent_columns.get(side, ())) for side in found)
    return Recheck.UNCHECKED if blind else Recheck.VANISHED


def _says_nothing(suspect: Suspect, side: Side, absent: Collection[str]) -> bool:
    needs = KIND_INFO[DiscrepancyKind(suspect.kind)].needs
    here = [need for need in needs if need.side is side and set(need.columns) <= set(absent)]
    return any(not need.subtypes or suspect.subtype in need.subtypes for need in here)


def _was_asked(suspect: Suspect, side: Side, answers: Answers) -> bool:
    return suspect.key(side) in answers.get(side, {})
