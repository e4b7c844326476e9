"""Variants B, C and D: a vendor's adapter stands in between and keeps the session with the portal itself.

B has a path per operation and takes a bare JSON array; C the same with flags in the query; D reads by GET and gives
the portal's JSON as text in `message`. Seen in the wild are pushes (B, C) and lists of master data (D); that a look-up
goes the same way is our reading, so every path and the field of the code are configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from doisoat.config import AdapterSource
from doisoat.land.calls.answers import Unauthorised
from doisoat.land.calls.tokens import Token
from doisoat.land.portal.client_credentials import basic, client_credentials
from doisoat.land.portal.replies import Reply, read_reply
from doisoat.land.portal.wire import Wire


class VendorPaths(Wire):
    """B: `POST <path of the service>` with a bare array. A user name, where given, goes as Basic."""

    def __init__(self, config: AdapterSource):
        super().__init__(config)
        if config.username_env:
            self.headers |= {"Authorization": basic(config.secret("username"), config.secret("password"))}

    def login(self) -> None:
        """The adapter logs in by itself."""

    def call(self, service: str, fields: Mapping[str, Any]) -> Reply:
        answer = self.post(self.path_of(service), self._array(fields), query=self._flags(fields))
        reply = read_reply(self.address, answer, service)
        if reply.speaks_of_session:
            raise Unauthorised(f"{self.address}: the adapter's own session has ended; ask its operator")
        return reply

    def _array(self, fields: Mapping[str, Any]) -> list[Any]:
        """What is pushed, or the fields of a question as the only element."""
        pushed = fields.get("data")
        return list(pushed) if isinstance(pushed, list | tuple) else [dict(fields)]

    def _flags(self, fields: Mapping[str, Any]) -> dict[str, str]:
        return {}


class VendorQuery(VendorPaths):
    """C: as B, with `MaDinhDanhDV` and, for a push, `isUpdating` in the query."""

    def _flags(self, fields: Mapping[str, Any]) -> dict[str, str]:
        updating = {"isUpdating": str(fields["isUpdating"])} if "isUpdating" in fields else {}
        return {"MaDinhDanhDV": self.config.madonvi, **updating}


class VendorGet(Wire):
    """D: `GET <path of the service>?field=…` with a Bearer: a fixed one, or one from `oauth_endpoint`. Reads only."""

    def __init__(self, config: AdapterSource):
        super().__init__(config)
        self._bearer = Token(self._fetch())

    def login(self) -> None:
        self._bearer.value()

    def call(self, service: str, fields: Mapping[str, Any]) -> Reply:
        return self._bearer.call(lambda bearer: self._ask(bearer, service, fields))

    def _ask(self, bearer: str, service: str, fields: Mapping[str, Any]) -> Reply:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        reply = read_reply(self.address, self.get(self.path_of(service), fields, headers), service)
        if reply.speaks_of_session:
            raise Unauthorised(f"{self.address}: the adapter turned the token away; ask its operator for a new one")
        return reply

    def _fetch(self) -> Callable[[], tuple[str, float]]:
        config = self.config
        if config.token_env:
            fixed = config.token()
            return lambda: (fixed, float("inf"))
        if config.username_env:
            return client_credentials(self.client, config)
        return lambda: ("", float("inf"))
