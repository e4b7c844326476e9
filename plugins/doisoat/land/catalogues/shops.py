"""The shop's catalogue by its own API: iGate's list of procedures, OpenCPS' list of services.

No client of either list was seen (wire-contract §17): paths are settings, and the names below are what the systems call
the same things in dossiers. A list that answers in another shape is refused with what was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from doisoat.errors import SourceContractBroken
from doisoat.land.catalogues.rows import read_entry
from doisoat.rules.catalogue import Entry, Listing, Sort, Unread
from doisoat.rules.values import read_text

_MAX_PAGES = 1_000


class Api(Protocol):
    """A shop's API, as `land.shops` has it."""

    address: str
    page_size: int

    @property
    def observed_at(self) -> datetime | None: ...

    def read(self, path: str, query: Mapping[str, Any]) -> Any: ...


Item = Mapping[str, Any]


def read_igate(api: Api, path: str) -> Listing:
    """iGate: Spring pages, 0-based, read until the last one."""
    return _listing(api, _igate_items(api, path), _igate_row)


def read_opencps(api: Api, path: str) -> Listing:
    """OpenCPS: offsets `start`, `end` and a `total`."""
    return _listing(api, _opencps_items(api, path), _opencps_row)


def _listing(api: Api, items: Iterator[Item], row: Callable[[Item], dict[str, Any]]) -> Listing:
    entries: list[Entry] = []
    unread: list[Unread] = []
    for number, item in enumerate(items, 1):
        entry, notes = read_entry("procedure", row(item), f"mục {number}")
        unread += notes
        if entry is not None:
            entries.append(entry)
    whole: frozenset[Sort] = frozenset({"procedure"}) if entries else frozenset()  # an empty list is suspect
    reasons = () if entries else ("Một cửa trả về danh mục rỗng",)
    return Listing(api.address, tuple(entries), whole, False, reasons, (), tuple(unread), api.observed_at)


def _igate_items(api: Api, path: str) -> Iterator[Item]:
    for page in range(_MAX_PAGES):
        found = api.read(path, {"page": page, "size": api.page_size, "spec": "page"})
        content = found.get("content") if isinstance(found, dict) else None
        if not isinstance(content, list):
            raise _broken(api, "content", "a list")
        yield from (item for item in content if isinstance(item, Mapping))
        if found.get("last") is True or not content:
            return
    raise _broken(api, "last", f"true within {_MAX_PAGES} pages")


def _opencps_items(api: Api, path: str) -> Iterator[Item]:
    start, total = 0, 1
    while start < total:
        found = api.read(path, {"start": start, "end": start + api.page_size})
        data, told = (found.get("data"), found.get("total")) if isinstance(found, dict) else (None, None)
        if not isinstance(data, list) or not isinstance(told, int) or isinstance(told, bool):
            raise _broken(api, "data or total", "a list and a number")
        total = told
        yield from (item for item in data if isinstance(item, Mapping))
        if not data and start < total:
            raise _broken(api, "data", f"{total} entries, as total says")
        start += len(data)


def _igate_row(item: Item) -> dict[str, Any]:
    term = _object(_object(item.get("procedureProcessDefinition")).get("processDefinition"))
    return {
        "MATTHC": item.get("code"),
        "TENTTHC": item.get("name") or _translated(item.get("translate")),
        "LINHVUC": _object(item.get("sector")).get("name"),
        "MUCDO": _object(item.get("level")).get("name"),
        "PHILEPHI": item.get("fee"),
        "THOIHAN": term.get("processingTime", item.get("processingTime")),
        "DONVITINH": term.get("processingTimeUnit", item.get("processingTimeUnit")),
        "TRANGTHAI": item.get("status"),
    }


def _opencps_row(item: Item) -> dict[str, Any]:
    return {
        "MATTHC": item.get("serviceCode"),
        "TENTTHC": item.get("serviceName"),
        "LINHVUC": item.get("domainName"),
        "MUCDO": item.get("maxLevel"),
        "PHILEPHI": item.get("feeText"),
        "THOIHAN": item.get("durationText"),
        "TRANGTHAI": item.get("public"),
    }


def _translated(value: Any) -> Any:
    """`translate` is an object, an array, or keyed "0"."""
    told = value[0] if isinstance(value, list) and value else value
    told = _object(told)
    return _object(told["0"]).get("name") if isinstance(told.get("0"), Mapping) else told.get("name")


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {"name": value} if read_text(value) else {}


def _broken(api: Api, field: str, expected: str) -> SourceContractBroken:
    return SourceContractBroken(
        f"{api.address}: the list of procedures has no usable {field} (expected {expected}); "
        "check procedures_path or serviceinfos_path in the section catalogue"
    )
