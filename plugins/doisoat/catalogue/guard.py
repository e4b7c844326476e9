"""A list that shrank is suspect, not right (discrepancy-rules §5); an empty one is no list at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from doisoat.model import Side
from doisoat.rules.catalogue import Listing


def sizes(listing: Listing) -> dict[str, int]:
    """Entries of each sort, every code once."""
    return dict(sorted(Counter(sort for sort, _ in {(entry.sort, entry.code) for entry in listing.entries}).items()))


def without_empty_lists(listing: Listing) -> Listing:
    """The listing, no longer whole in procedures where it has none: nothing can be missing from an empty answer."""
    if "procedure" not in listing.whole or sizes(listing).get("procedure"):
        return listing
    reasons = (*listing.reasons, "Danh mục TTHC rỗng, coi như chưa đọc được")
    return replace(listing, whole=listing.whole - {"procedure"}, reasons=reasons)


def shrink_problem(side: Side, listing: Listing, accepted: int | None, max_shrink_pct: float) -> str | None:
    """Why the list must be confirmed by a person, or None; `accepted` = procedures when it was last taken as right.

    A list that was not read to its end is judged by that, not by its size.
    """
    found = sizes(listing).get("procedure", 0)
    if accepted is None or ("procedure" not in listing.whole and found):
        return None
    if found >= accepted * (1 - max_shrink_pct / 100):
        return None
    return (
        f"danh mục TTHC của {side.label} còn {found} thủ tục, lần được chấp nhận gần nhất có {accepted} "
        f"(giảm quá {max_shrink_pct:g} %). Nếu mức giảm là đúng: doisoat confirm PROVINCE DATE --catalogue "
        f"--side {side.value} --reason … --by …"
    )
