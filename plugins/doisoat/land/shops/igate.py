"""The one-stop-shop as VNPT iGate v2: token, dossier search page by page, one dossier by its code.

`GET {base}/pa/dossier/search`, 0-based pages. A `spec=slice` has no totals, so one record is asked as `spec=page`
before and after. The listing is read whole, not filtered by date on the other side: the only filter the wire has,
`accepted-from`, silently leaves out every dossier that was never accepted (registered, refused, withdrawn), and
each of those would then look as if the shop did not have it. Single dossiers may also be asked for where citizens do,
`GET {base}/pa/dossier-search/dvc`, which wants no account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from doisoat.config import IgateSource
from doisoat.errors import SourceContractBroken
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.calls.guard import Guard
from doisoat.land.items import ItemMap, answer_about, greatest, name_of
from doisoat.land.memo import Memo
from doisoat.land.record_columns import RecordColumns
from doisoat.land.shops.accounts import TokenAccount, bearer, is_token
from doisoat.land.shops.paging import ListedPage
from doisoat.land.source import Answer

TOKEN_PATH = "auth/realms/digo/protocol/openid-connect/token"
SEARCH_PATH = "pa/dossier/search"
PUBLIC_PATH = "pa/dossier-search/dvc"
_TOKEN_SECONDS = 300.0  # where the answer does not say how long the token lasts
_SAME_CODE = 50  # more records of one code than a search by code can have
_PUBLIC_SIZE = 10  # what the public page itself asks for

PATHS: Mapping[str, str] = {
    "MaHoSo": "code",
    "nationCode": "nationCode",
    "TrangThaiHoSo": "dossierStatus",
    "MaTTHC": "procedure.code",
    "MaCoQuan": "agency.code",
    "NgayNopHoSo": "appliedDate",
    "NgayTiepNhan": "acceptedDate",
    "NgayHenTra": "appointmentDate",
    "NgayKetThucXuLy": "completedDate",
    "NgayTra": "returnedDate",
    "KenhThucHien": "applyMethod",
}
_NAMED = frozenset({"TrangThaiHoSo", "KenhThucHien"})  # objects {id, name}


class IgateApi:
    """The calls of one iGate: a `Listing` for `PagedSource`, and a `LookUp`. Safe for several threads."""

    kind = "igate"

    def __init__(self, config: IgateSource):
        self._grant, self._client_id = config.grant, config.client_id
        self.page_size = config.page_size
        self._client = HttpClient(config.address, CallRules.of(config))
        self.address = self._client.address
        self._sign_in = (config.secret("username"), config.secret("password"))
        self._is_public = config.look_up_by == "public"
        self._account = TokenAccount(self._fetch_token, bearer)
        self._items = ItemMap(PATHS, config.columns, own_id="id", updated="updatedDate")
        self._known_words = frozenset(config.status_map)
        self._words = Memo(lambda spelled: self._word(orjson.loads(spelled)))  # by its JSON
        self._guard = Guard(config.address)

    @property
    def observed_at(self) -> datetime | None:
        """iGate's own clock at its first answer."""
        return self._client.observed_at

    def total(self) -> int:
        """`totalElements` of the whole listing."""
        return self._total({})

    def month_total(self, first: datetime, last: datetime) -> int:
        """`totalElements` of what was accepted between two local times."""
        return self._total(_accepted(first, last))

    def _total(self, period: Mapping[str, str]) -> int:
        found = self._search({"page": 0, "size": 1, "spec": "page", **period})
        total = found.get("totalElements")
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise self._broken("totalElements", "a number")
        return total

    def page(self, number: int) -> ListedPage:
        """One slice of the listing, newest change first."""
        return self._page(number, {})

    def month_page(self, first: datetime, last: datetime, number: int) -> ListedPage:
        """One slice of what was accepted between two local times, newest change first."""
        return self._page(number, _accepted(first, last))

    def _page(self, number: int, period: Mapping[str, str]) -> ListedPage:
        query = {"page": number, "size": self.page_size, "spec": "slice", "sort": "updatedDate,desc", **period}
        found = self._search(query)
        if found.get("number", number) != number:
            raise self._broken("number", f"{number}, the page asked for")
        items, is_last = self._content(found), found.get("last", False)
        if not isinstance(is_last, bool):
            raise self._broken("last", "true or false")
        records, identities = self._records(items), self._items.identities(items, number)
        return ListedPage(records, identities, self._items.columns(items), greatest(records), is_last)

    def look_up(self, code: str) -> Answer:
        """The dossier of a normalised code as it is now."""

        def question() -> Answer:
            size = _PUBLIC_SIZE if self._is_public else _SAME_CODE
            found = self._search({"page": 0, "size": size, "spec": "slice", "code": code}, public=self._is_public)
            content = self._content(found)
            is_whole = len(content) < size or found.get("last") is True
            return answer_about(code, self._records(content), is_whole=is_whole)

        return self._guard.ask(question)

    def stop(self) -> None:
        self._client.stop()

    def close(self) -> None:
        self._client.close()

    def read(self, path: str, query: Mapping[str, Any]) -> Any:
        """The JSON of one path of the gateway, under the same account."""
        return self._account.call(lambda headers: self._client.get_json(path, query, headers))

    def _search(self, query: Mapping[str, Any], *, public: bool = False) -> dict[str, Any]:
        found = self._client.get_json(PUBLIC_PATH, query) if public else self.read(SEARCH_PATH, query)
        if not isinstance(found, dict):
            raise self._broken("the answer", "an object with content")
        return found

    def _content(self, found: Mapping[str, Any]) -> list[Any]:
        content = found.get("content")
        if not isinstance(content, list):
            raise self._broken("content", "a list")
        return content

    def _records(self, items: Sequence[Any]) -> RecordColumns:
        records = self._items.records(items)
        for name in records.columns.keys() & _NAMED:
            records = records.put(name, self._words.each(map(orjson.dumps, records.values(name))))
        return records

    def _word(self, value: Any) -> str | None:
        """The name of `{id, name}`; a bare id only as `status_map` names it, else as `id <id>`: ids are no statuses."""
        word = name_of(value)
        own_id = (word or "").removeprefix("id ")
        return own_id if own_id in self._known_words else word

    def _fetch_token(self) -> tuple[str, float]:
        """A bearer token and the seconds it lasts, for an account (`password`) or a client (`client_credentials`)."""
        name, secret = self._sign_in
        if self._grant == "password":
            who = {"client_id": self._client_id, "username": name, "password": secret}
        else:
            who = {"client_id": name, "client_secret": secret}
        given = self._client.post_form(TOKEN_PATH, {"grant_type": self._grant, **who})
        token = given.get("access_token") if isinstance(given, dict) else None
        if not is_token(token):
            raise self._broken("access_token", "a text")
        lasts = given.get("expires_in")
        return token, float(lasts) if isinstance(lasts, int | float) and lasts > 0 else _TOKEN_SECONDS

    def _broken(self, field: str, expected: str) -> SourceContractBroken:
        return SourceContractBroken(
            f"{self.address}: iGate's answer has no usable {field!r} (expected {expected}); "
            "compare with the version of iGate this was written for"
        )


def _accepted(first: datetime, last: datetime) -> dict[str, str]:
    """The period as iGate's filter spells it."""
    return {"accepted-from": f"{first:%Y-%m-%dT%H:%M:%S}.000+0700", "accepted-to": f"{last:%Y-%m-%dT%H:%M:%S}.999+0700"}
