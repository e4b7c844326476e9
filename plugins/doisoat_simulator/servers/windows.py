"""Cutting pages out of an ordered listing, rightly or as a misbehaving server does; nothing about their contents."""

from __future__ import annotations

from collections.abc import Mapping

from doisoat_simulator.misbehaviour import Rule


def window(total: int, start: int, size: int, fired: Mapping[str, Rule]) -> range:
    """Positions shown for the offset `start` (≥ 0) and `size` (≥ 0) out of `total`.

    `duplicated_page`: the page before instead. `shifted_page`: the page's last dossier was updated meanwhile
    and went to the front, so the one before the page shows again and that last one is never shown.
    """
    if "empty_page" in fired:
        return range(0)
    if "duplicated_page" in fired and start >= size:
        start -= size
    stop = min(start + size, total)
    if "shifted_page" in fired and 0 < start < stop:
        return range(start - 1, stop - 1)
    return range(start, stop)


def told_total(total: int, fired: Mapping[str, Rule]) -> int:
    """The total a server claims; never below 0."""
    rule = fired.get("wrong_total")
    return max(total + rule.by, 0) if rule else total
