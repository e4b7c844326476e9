"""The one-stop-shop as OpenCPS v2: its list of dossiers by offsets, one dossier by its number.

`GET {base}/o/rest/v2/dossiers` with `start`, `end`, the header `groupId` and Basic authentication; every answer names
the `total`. Dates come in three dialects (`dd/MM/yyyy HH:mm:ss`, `yyyyMMddHHmmss`, epoch milliseconds as text) and
stay as they are spelled. What an account may not read is missing from the list without a word: use one whose
rights are known. Not filtered by date on the other side, for the reason `igate` gives.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from doisoat.config import OpencpsSource
from doisoat.errors import SourceContractBroken
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.calls.guard import Guard
from doisoat.land.items import ItemMap, answer_about, greatest
from doisoat.land.shops.paging import ListedPage
from doisoat.land.source import Answer

LIST_PATH = "o/rest/v2/dossiers"
_SAME_CODE = 50  # more records of one number than a search by number can have

# How OpenCPS itself answers the portal (`mappingDossierStatusWithDVCQG`, release candidate 3.0). Other makers map
# `denied` and `unresolved`, `new` and `receiving` the other way round: a province file's `status_map` overrules.
# `interoperating` and `posting` have no status on the portal's scale.
PATHS: Mapping[str, str] = {
    "MaHoSo": "dossierNo",
    "TrangThaiHoSo": "dossierStatus",
    "MaTTHC": "serviceCode",
    "MaCoQuan": "govAgencyCode",
    "NgayNopHoSo": "submitDate",
    "NgayTiepNhan": "receiveDate",
    "NgayHenTra": "dueDate",
    "NgayKetThucXuLy": "releaseDate",
    "NgayTra": "finishDate",
}


class OpencpsApi:
    """The calls of one OpenCPS: a `Listing` for `PagedSource`, and a `LookUp`. Safe for several threads."""

    kind = "opencps"

    def __init__(self, config: OpencpsSource):
        self.page_size = config.page_size
        self._client = HttpClient(config.address, CallRules.of(config))
        self.address = self._client.address
        self._headers = {
            "groupId": config.group_id,
            "Authorization": _basic(config.secret("username"), config.secret("password")),
        }
        self._items = ItemMap(PATHS, config.columns, own_id="dossierId", updated="modifiedDate")
        self._guard = Guard(config.address)

    @property
    def observed_at(self) -> datetime | None:
        """OpenCPS' own clock at its first answer."""
        return self._client.observed_at

    def total(self) -> int:
        """`total` of the whole list."""
        return self._found({"start": 0, "end": 1})[0]

    def month_total(self, first: datetime, last: datetime) -> int:
        """`total` of what was received between two local times."""
        return self._found({"start": 0, "end": 1, **_received(first, last)})[0]

    def page(self, number: int) -> ListedPage:
        """Records from offset `number * page_size` on, newest change first."""
        return self._page(number, {})

    def month_page(self, first: datetime, last: datetime, number: int) -> ListedPage:
        """The same of what was received between two local times."""
        return self._page(number, _received(first, last))

    def _page(self, number: int, period: Mapping[str, str]) -> ListedPage:
        start = number * self.page_size
        end = start + self.page_size
        query = {"start": start, "end": end, "sort": "modifiedDate", "order": "true", **period}
        total, items = self._found(query)
        records = [self._items.record(item) for item in items]
        identities = [self._items.identity(item, f"{number}/{row}") for row, item in enumerate(items)]
        return ListedPage(records, identities, self._items.columns(items), greatest(records), end >= total)

    def look_up(self, code: str) -> Answer:
        """The dossier of a normalised code as it is now."""

        def question() -> Answer:
            _, items = self._found({"start": 0, "end": _SAME_CODE, "dossierNo": code})
            return answer_about(code, map(self._items.record, items))

        return self._guard.ask(question)

    def stop(self) -> None:
        self._client.stop()

    def close(self) -> None:
        self._client.close()

    def _found(self, query: Mapping[str, Any]) -> tuple[int, list[Any]]:
        """`total` and `data` of one answer."""
        found = self._client.get_json(LIST_PATH, query, self._headers)
        total = found.get("total") if isinstance(found, dict) else None
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise self._broken("total", "a number")
        data = found.get("data")
        if not isinstance(data, list):
            raise self._broken("data", "a list")
        return total, data

    def _broken(self, field: str, expected: str) -> SourceContractBroken:
        return SourceContractBroken(
            f"{self.address}: OpenCPS' answer has no usable {field!r} (expected {expected}); "
            "compare with the version of OpenCPS this was written for"
        )


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _received(first: datetime, last: datetime) -> dict[str, str]:
    """The period as OpenCPS' filter spells it."""
    return {"fromReceiveDate": f"{first:%d/%m/%Y %H:%M:%S}", "toReceiveDate": f"{last:%d/%m/%Y %H:%M:%S}"}
