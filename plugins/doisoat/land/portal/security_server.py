"""Variant A: straight through a security server's adapter. A login gives a session that travels in every body.

HTTP says 200 whatever happened; `error_code` decides. Services are dispatched by the body's `service`; lists of
master data have an endpoint of their own. Clients keep a session ten minutes; what the portal allows is not
documented, so a refusal that speaks of the session, and a 401, are taken as its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from doisoat.config import AdapterSource
from doisoat.land.calls.answers import Unauthorised
from doisoat.land.calls.tokens import Token
from doisoat.land.portal.replies import Reply, read_reply, read_session
from doisoat.land.portal.wire import Wire

_SESSION_SECONDS = 600.0
_SHARED = ("LayDanhSachTTHC", "LayDanhMuc", "TraCuuTechID")  # go to `share_endpoint`


class SecurityServer(Wire):
    """A `PortalTransport`; `monotonic` is the clock by which a session ages, in seconds."""

    def __init__(self, config: AdapterSource, monotonic: Callable[[], float] = time.monotonic):
        super().__init__(config)
        self._account = {"username": config.secret("username"), "password": config.secret("password")}
        self._session = Token(self._log_in, monotonic)

    def login(self) -> None:
        self._session.value()

    def call(self, service: str, fields: Mapping[str, Any]) -> Reply:
        return self._session.call(lambda session: self._ask(session, service, fields))

    def _ask(self, session: str, service: str, fields: Mapping[str, Any]) -> Reply:
        """One reply; Unauthorised when the session has ended."""
        body = {"session": session, "madonvi": self.config.madonvi, "service": service, **fields}
        reply = read_reply(self.address, self.post(self._endpoint(service), body), service)
        if reply.speaks_of_session:
            raise Unauthorised(f"{self.address}: the portal ends every session at once; ask its operator")
        return reply

    def _endpoint(self, service: str) -> str:
        shared = self.config.share_endpoint if service.startswith(_SHARED) else ""
        return shared or self.config.integration_endpoint

    def _log_in(self) -> tuple[str, float]:
        reply, session = read_session(self.address, self.post(self.config.auth_endpoint, self._account))
        if not reply.is_success or not session:
            raise Unauthorised(f"{self.address}: the portal refused the login; check user name and password")
        return session, _SESSION_SECONDS
