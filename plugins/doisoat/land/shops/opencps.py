"""The one-stop-shop as OpenCPS v2: its list of dossiers by offsets, one dossier by its number.

`GET {base}/o/rest/v2/dossiers` with the header `groupId`, and always with `start` and `end`: without `end` ten dossiers
come. Every answer names the `total`. Dates come in three dialects (`dd/MM/yyyy HH:mm:ss`, `yyyyMMddHHmmss`, epoch
milliseconds as text) and stay as they are spelled. What an account may not read is missing from the list and from its
total without a word: use one whose rights are known. Not filtered by date on the other side, for the reason `igate`
gives. Its trouble is a 500 with a plain text, which says nothing about a dossier. A site that pushes by sub-status
names the pair in `status_map` (`waiting/waiting_tax: 6`): then the pair is the word, else the status alone.

Not read, because nobody says what they mean for certain: the amounts (0 also where unknown), `online` and `viaPostal`
(how a result goes out, not how the dossier came in), `lockState`, texts for people such as `dossierOverdue`. A province
that knows names them in `columns`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from doisoat.config import OpencpsSource
from doisoat.errors import ConfigError, SourceContractBroken
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.calls.guard import Guard
from doisoat.land.fields import STATUS
from doisoat.land.items import ItemMap, answer_about, filled_up, greatest
from doisoat.land.record_columns import RecordColumns
from doisoat.land.shops.accounts import Account, FixedAccount, TokenAccount, basic, bearer, is_token
from doisoat.land.shops.paging import ListedPage
from doisoat.land.source import Answer
from doisoat.model import VIETNAM
from doisoat.rules.values import fold

LIST_PATH = "o/rest/v2/dossiers"
_SAME_CODE = 50  # more records of one number than a search by number can have
_KEY_SECONDS = 1.0  # a key is of its minute; made anew for every call
_FROM_PORTAL = "5"  # `systemId` of dossiers born on the portal, whose `referenceUid` is their code there

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
    """The calls of one OpenCPS: a `Listing` for `PagedSource`, and a `LookUp`. Safe for several threads.

    `clock` (tz-aware now) dates the keys of `auth: authen_key`.
    """

    kind = "opencps"

    def __init__(self, config: OpencpsSource, clock: Callable[[], datetime]):
        self.page_size = config.page_size
        self._client = HttpClient(config.address, CallRules.of(config))
        self.address = self._client.address
        self._group = {"groupId": config.group_id}
        self._account = _account(config, clock)
        self._items = ItemMap(PATHS, config.columns, own_id="dossierId", updated="modifiedDate")
        self._pairs = frozenset(fold(word) for word in config.status_map if "/" in word)
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
        records, identities = self._records(items), self._items.identities(items, number)
        return ListedPage(records, identities, self._columns(items, records), greatest(records), end >= total)

    def look_up(self, code: str) -> Answer:
        """The dossier of a normalised code as it is now."""

        def question() -> Answer:
            total, items = self._found({"start": 0, "end": _SAME_CODE, "dossierNo": code})
            return answer_about(code, self._records(items), is_whole=total <= len(items))

        return self._guard.ask(question)

    def stop(self) -> None:
        self._client.stop()

    def close(self) -> None:
        self._client.close()

    def read(self, path: str, query: Mapping[str, Any]) -> Any:
        """The JSON of one path, under the same account."""
        return self._account.call(lambda headers: self._client.get_json(path, query, {**self._group, **headers}))

    def _found(self, query: Mapping[str, Any]) -> tuple[int, list[Any]]:
        """`total` and `data` of one answer."""
        found = self.read(LIST_PATH, query)
        total = found.get("total") if isinstance(found, dict) else None
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise self._broken("total", "a number")
        data = found.get("data")
        if not isinstance(data, list):
            raise self._broken("data", "a list")
        return total, data

    def _records(self, items: Sequence[Any]) -> RecordColumns:
        records = self._items.records(items)
        objects = [item if isinstance(item, dict) else {} for item in items]
        national = filled_up(records.values("MaHoSoQG"), [_national_code(item) for item in objects])
        return self._with_pairs(records.put("MaHoSoQG", national), objects)

    def _with_pairs(self, records: RecordColumns, objects: Sequence[Mapping[str, Any]]) -> RecordColumns:
        """Status and sub-status together, where the status map names the pair."""
        if not self._pairs:
            return records
        spoken = zip(records.values(STATUS), objects, strict=True)
        pairs = [(status, f"{status}/{item.get('dossierSubStatus')}") for status, item in spoken]
        return records.put(STATUS, [pair if fold(pair) in self._pairs else status for status, pair in pairs])

    def _columns(self, items: Sequence[Any], records: RecordColumns) -> frozenset[str]:
        """Names the items offer; the portal's own code only where a dossier has one."""
        return self._items.columns(items) | (records.columns.keys() & {"MaHoSoQG"})

    def _broken(self, field: str, expected: str) -> SourceContractBroken:
        return SourceContractBroken(
            f"{self.address}: OpenCPS' answer has no usable {field!r} (expected {expected}); "
            "compare with the version of OpenCPS this was written for"
        )


def _account(config: OpencpsSource, clock: Callable[[], datetime]) -> Account:
    password = config.secret("password")
    if config.auth == "basic":
        return FixedAccount(basic(config.secret("username"), password))
    if config.auth == "jwt":
        if not is_token(password):
            raise ConfigError("auth: jwt needs a variable that holds the token, in one line", key="password_env")
        return FixedAccount(bearer(password))
    return TokenAccount(lambda: (authen_key(password, clock()), _KEY_SECONDS), lambda key: {"authenKey": key})


def authen_key(secret: str, now: datetime) -> str:
    """OpenCPS' key of a minute (tz-aware): MD5 of the secret and the local time, written with twelve hours.

    >>> authen_key("s", datetime(2026, 9, 3, 0, 30, tzinfo=VIETNAM))  # of s03/09/2026 12:30
    'd6f96c9ef5fce5451c6daac1ac180cfa'
    """
    minute = now.astimezone(VIETNAM).strftime("%d/%m/%Y %I:%M")
    return hashlib.md5(f"{secret}{minute}".encode(), usedforsecurity=False).hexdigest()


def _national_code(item: Mapping[str, Any]) -> Any:
    """The portal's own code of a dossier that came from there."""
    return (item.get("referenceUid") or None) if str(item.get("systemId")) == _FROM_PORTAL else None


def _received(first: datetime, last: datetime) -> dict[str, str]:
    """The period as OpenCPS' filter spells it."""
    return {"fromReceiveDate": f"{first:%d/%m/%Y %H:%M:%S}", "toReceiveDate": f"{last:%d/%m/%Y %H:%M:%S}"}
