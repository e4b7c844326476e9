"""Variant E: the LGSP adapter of the newest iGate and of ministries. A client's token, objects, HTTP status codes.

401 is a token that ended; 400, 403 and 502 are what they are everywhere. Seen in the wild are its pushes only; that a
look-up goes the same way is our reading. A 404 is an answer ("no such dossier") only if the adapter says so itself, in
JSON with an empty `data` or `result`: any other 404 is a wrong path.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from doisoat.config import AdapterSource
from doisoat.land.calls.tokens import Token
from doisoat.land.portal.client_credentials import client_credentials
from doisoat.land.portal.replies import Reply, read_reply
from doisoat.land.portal.wire import Wire

_ANSWERS = frozenset({HTTPStatus.NOT_FOUND.value})


class Lgsp(Wire):
    """A `PortalTransport`; user name and password of the section are the client's id and secret."""

    def __init__(self, config: AdapterSource):
        super().__init__(config)
        self._token = Token(client_credentials(self.client, config))

    def login(self) -> None:
        self._token.value()

    def call(self, service: str, fields: Mapping[str, Any]) -> Reply:
        """Fields as one object, or what is pushed as it is."""
        body = fields.get("data", fields)

        def send(token: str) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            return self.post(self.path_of(service), body, headers=headers, answers=_ANSWERS)

        return read_reply(self.address, self._token.call(send), service, status_tells=True)
