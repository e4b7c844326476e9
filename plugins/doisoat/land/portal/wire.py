"""What every way to the portal shares: one HTTP client, the destination in its place, connections that end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from doisoat.config import AdapterSource
from doisoat.land.calls.client import CallRules, HttpClient


class Wire:
    """The client of one section, and where its `dstcode` and `providerurl` go."""

    def __init__(self, config: AdapterSource):
        self.config = config
        self.client = HttpClient(config.address, CallRules.of(config))
        self.kind: str = config.transport
        self.address = self.client.address
        self.query = self._destination("query") | ({"providerurl": config.providerurl} if config.providerurl else {})
        self.headers = self._destination("header")
        self.in_body = self._destination("body")

    def _destination(self, place: Literal["query", "header", "body"]) -> dict[str, str]:
        config = self.config
        return {"dstcode": config.dstcode} if config.dstcode and config.dstcode_in == place else {}

    @property
    def observed_at(self) -> datetime | None:
        return self.client.observed_at

    def path_of(self, service: str) -> str:
        """Where a service is below the address: as the province file says, else its own name."""
        return self.config.paths.get(service, service)

    def post(
        self,
        path: str,
        body: Any,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answers: frozenset[int] = frozenset(),
    ) -> Any:
        """A JSON body to a path; the answer as JSON. The destination travels with it."""
        whole = {**body, **self.in_body} if isinstance(body, Mapping) else body
        sent = {**self.headers, **(headers or {})}
        return self.client.post_json(path, whole, {**self.query, **(query or {})}, sent, answers)

    def get(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        """Fields in the query; the answer as JSON."""
        return self.client.get_json(path, {**self.query, **query}, {**self.headers, **headers})

    def stop(self) -> None:
        self.client.stop()

    def close(self) -> None:
        self.client.close()
