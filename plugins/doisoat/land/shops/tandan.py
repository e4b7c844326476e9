"""The one-stop-shop as Tân Dân's DichVuCongApi (.NET): its list of dossiers page by page, one dossier by its code.

`GET {base}/api/v1/HoSos` with `PageNumber` (from 1), `PageSize` and `OrderBy`; every answer names `totalCount` and
`totalPages`. How one signs in is documented nowhere: `auth` chooses between a bearer token (`POST` to `token_path`, by
default the `api/tokens` the code base brings along), Basic, and nothing. Not filtered by date on the other side, for
the reason `igate` gives. Three traps:

- without `PageSize` ten dossiers come from one version and all of them at once from another: it is always sent;
- without `SearchAllType=true` certified copies (chứng thực) are left out without a word;
- `MaHoSo` finds every code that contains the text, and `GetByMa` finds no dossier whose procedure is not in its
  catalogue: neither "not found" is taken for absence before the whole answer of the list was seen.

The list speaks the maker's own status words; only what it pushes to the portal masks 5, 6 and 8 as 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from doisoat.config import TandanSource
from doisoat.errors import SourceContractBroken
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.calls.guard import Guard
from doisoat.land.items import answer_about, greatest
from doisoat.land.shops.accounts import Account, FixedAccount, TokenAccount, basic, bearer, is_token
from doisoat.land.shops.paging import ListedPage
from doisoat.land.shops.tandan_items import TandanItems
from doisoat.land.source import Answer

LIST_PATH = "api/v1/HoSos"
_EVERYTHING = {"SearchAllType": "true"}
_TOKEN_SECONDS = 300.0  # the answer tells only how long a token can be renewed
_SAME_CODE = 50  # more dossiers than contain one whole code


class TandanApi:
    """The calls of one Tân Dân: a `Listing` for `PagedSource`, and a `LookUp`. Safe for several threads."""

    kind = "tandan"

    def __init__(self, config: TandanSource):
        self._config = config
        self.page_size = config.page_size
        self._client = HttpClient(config.address, CallRules.of(config))
        self.address = self._client.address
        self._sign_in = {"userName": config.secret("username"), "password": config.secret("password")}
        self._account = self._account_of(config)
        self._items = TandanItems(config.columns)
        self._guard = Guard(config.address)

    @property
    def observed_at(self) -> datetime | None:
        """Tân Dân's own clock at its first answer."""
        return self._client.observed_at

    def total(self) -> int:
        """`totalCount` of the whole list."""
        return self._number(self._list({"PageNumber": 1, "PageSize": 1}), "totalCount")

    def page(self, number: int) -> ListedPage:
        """One page of the list in the configured order; 0-based here, 1-based on the wire."""
        query = {"PageNumber": number + 1, "PageSize": self.page_size, "OrderBy": self._config.order_by}
        found = self._list(query)
        if found.get("currentPage", number + 1) != number + 1:
            raise self._broken("currentPage", f"{number + 1}, the page asked for")
        items = self._data(found)
        reader = self._items.reader(items)
        records, identities = reader.records(items), reader.identities(items, number)
        is_last = number + 1 >= self._number(found, "totalPages")
        return ListedPage(records, identities, reader.columns(items), greatest(records), is_last)

    def look_up(self, code: str) -> Answer:
        """The dossier of a normalised code as it is now."""
        return self._guard.ask(lambda: self._by_code(code) or self._by_filter(code))

    def stop(self) -> None:
        self._client.stop()

    def close(self) -> None:
        self._client.close()

    def _by_code(self, code: str) -> Answer | None:
        """What `GetByMa` knows, where it is to be asked; None where it found nothing, which proves nothing."""
        if self._config.look_up_by != "code":
            return None
        found = self._get(f"{LIST_PATH}/GetByMa/{quote(code, safe='')}", {})
        item = found.get("data")
        answer = answer_about(code, self._items.reader([item]).records([item]))
        return answer if answer.state == "found" else None

    def _by_filter(self, code: str) -> Answer:
        found = self._list({"PageNumber": 1, "PageSize": _SAME_CODE, "MaHoSo": code})
        items = self._data(found)
        reader = self._items.reader(items)
        is_whole = self._number(found, "totalCount") <= len(items)
        return answer_about(code, reader.records(items), is_whole=is_whole)

    def _list(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return self._get(LIST_PATH, {**query, **_EVERYTHING})

    def _get(self, path: str, query: Mapping[str, Any]) -> dict[str, Any]:
        found = self._account.call(lambda headers: self._client.get_json(path, query, headers))
        if not isinstance(found, dict):
            raise self._broken("the answer", "an object with data")
        return found

    def _account_of(self, config: TandanSource) -> Account:
        if config.auth == "basic":
            return FixedAccount(basic(self._sign_in["userName"], self._sign_in["password"]))
        return TokenAccount(self._fetch_token, bearer) if config.auth == "bearer" else FixedAccount({})

    def _fetch_token(self) -> tuple[str, float]:
        """A bearer token, given plainly or inside `data`, and the seconds it is trusted without being told."""
        headers = {"tenant": self._config.tenant} if self._config.tenant else {}
        given = self._client.post_json(self._config.token_path, self._sign_in, headers=headers)
        inside = given.get("data", given) if isinstance(given, dict) else None
        token = inside.get("token") if isinstance(inside, dict) else None
        if not is_token(token):
            raise self._broken("token", "a text")
        return token, _TOKEN_SECONDS

    def _data(self, found: Mapping[str, Any]) -> list[Any]:
        data = found.get("data")
        if not isinstance(data, list):
            raise self._broken("data", "a list")
        return data

    def _number(self, found: Mapping[str, Any], field: str) -> int:
        number = found.get(field)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise self._broken(field, "a number")
        return number

    def _broken(self, field: str, expected: str) -> SourceContractBroken:
        return SourceContractBroken(
            f"{self.address}: Tân Dân's answer has no usable {field!r} (expected {expected}); "
            "compare with the version of DichVuCongApi this was written for"
        )
