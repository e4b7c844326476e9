"""The portal's public list of procedures, `reporting/formalities` (wire-contract §5.3, §12.2).

Off unless a province file asks for it. One page after the other, slowly, under our own name; the first sign of not
being wanted (401, 403, 429, a firewall's page, a redirect) ends the reading, and what was read stays a part. It is the
whole country's list and tells code, name and state only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doisoat.config import ReportingCatalogue
from doisoat.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.catalogues.rows import read_entry
from doisoat.rules.catalogue import Entry, Listing, Sort, Unread

_STATES = {"UPDATED": "1", "ACTIVE": "1", "INACTIVE": "0", "DELETED": "0"}
_MAX_PAGES = 1_000


def read_reporting(config: ReportingCatalogue) -> Listing:
    """The list, or the part of it that was given; SourceUnavailable or SourceRefused if not one page was."""
    client = HttpClient(config.address, CallRules.of(config))
    entries: list[Entry] = []
    unread: list[Unread] = []
    reasons: list[str] = []
    try:
        for number in range(1, _MAX_PAGES + 1):
            try:
                items, pages = _page(client, config, number)
            except (SourceRefused, SourceUnavailable, SourceContractBroken):
                if not entries:
                    raise
                reasons.append(f"Danh mục công khai: dừng ở trang {number} vì Cổng DVCQG không trả lời tiếp")
                break
            _take(items, number, entries, unread)
            if number >= pages or not items:
                break
    finally:
        client.close()
    whole: frozenset[Sort] = frozenset() if reasons or not entries else frozenset({"procedure"})
    observed = client.observed_at
    return Listing(client.address, tuple(entries), whole, True, tuple(reasons), (), tuple(unread), observed)


def _page(client: HttpClient, config: ReportingCatalogue, number: int) -> tuple[list[Any], int]:
    """Items of a page and the number of pages."""
    body = {"q": "", "currentPage": number, "pageSize": config.page_size}
    answer = client.post_json(config.path, body)
    data = answer.get("data", answer) if isinstance(answer, dict) else None
    items = data.get("items") if isinstance(data, dict) else None
    paging = data.get("pagination") if isinstance(data, dict) else None
    pages = paging.get("totalPages") if isinstance(paging, dict) else None
    if not isinstance(items, list) or not isinstance(pages, int):
        raise SourceContractBroken(f"{client.address}: no items or pagination.totalPages in the list of formalities")
    return items, pages


def _take(items: list[Any], page: int, entries: list[Entry], unread: list[Unread]) -> None:
    for number, item in enumerate(items, 1):
        told: Mapping[str, Any] = item if isinstance(item, Mapping) else {}
        row = {
            "MATTHC": told.get("code"),
            "TENTTHC": told.get("name"),
            "TRANGTHAI": _STATES.get(str(told.get("state"))),
        }
        entry, notes = read_entry("procedure", row, f"trang {page}, mục {number}")
        unread += notes
        if entry is not None:
            entries.append(entry)
