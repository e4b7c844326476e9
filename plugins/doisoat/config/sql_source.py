"""The section of a source read straight from a database: `kind: sql`, for a shop, a mirrored portal, or a look-up."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, model_validator

from doisoat.config.access import Mapped
from doisoat.errors import ConfigError

_SECRET_WORDS = ("user", "username", "passwd", "password", "pwd")


class SqlSource(Mapped):
    """A database by its SQLAlchemy URL, read by a known schema (`schema: opencps`) or by a query of the province.

    The query is one SELECT in a file beside the province file; its columns bear the wire's names or are named in
    `columns`, and `_id` (the row's own key) and `_updated` (its time of change) where there are such. It may bind
    `:scope_from` and `:business_date` (days).
    """

    kind: Literal["sql"]
    url: str | None = None  # without user and password
    url_env: str | None = None  # environment variable with the whole URL; where set, it replaces url
    preset: Literal["opencps"] | None = Field(None, alias="schema")
    query: Path | None = None
    schema_name: str | None = None  # of the database, where its tables are not in the account's own
    table_prefix: str = Field("opencps_", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    extension_table: str | None = None  # dossierId + the wire's names: what the province adds to OpenCPS
    online_payments: dict[str, Literal[1, 2]] = Field({})  # paymentMethod -> 1 paid on the portal, 2 by an own gateway
    fetch_size: int = Field(5_000, ge=1, le=100_000)  # rows of one page
    connect_timeout_s: int = Field(10, ge=1, le=600)
    statement_timeout_s: int = Field(1_800, ge=1, le=86_400)  # of the whole reading where the database counts so
    concurrency: int = Field(4, ge=1, le=64)  # look-ups at once

    @model_validator(mode="after")
    def _one_way_in(self) -> SqlSource:
        if not self.url and not self.url_env:
            raise ValueError("give url_env: (an environment variable with the database's URL), or url: without account")
        if self.url and _has_account(self.url):
            raise ValueError("url: must not hold an account; put the whole URL into the variable url_env: names")
        if (self.preset is None) == (self.query is None):
            raise ValueError("give either schema: opencps, or query: (a file with one SELECT)")
        own = {"schema_name", "table_prefix", "extension_table", "online_payments"} & self.model_fields_set
        if self.query is not None and own:
            raise ValueError(f"{', '.join(sorted(own))} belong to schema:, not to query:")
        if self.preset == "opencps":
            object.__setattr__(self, "system", self.system or "opencps")
        return self

    @property
    def address(self) -> str:
        """The URL in force, with the account it may hold; never to be shown. ConfigError names the unset variable."""
        found = os.environ.get(self.url_env or "") or self.url
        if not found:
            raise ConfigError(f"environment variable {self.url_env} is not set", key="url_env")
        return found


def _has_account(url: str) -> bool:
    parts = urlsplit(url)
    return "@" in parts.netloc or any(name.lower() in _SECRET_WORDS for name, _ in parse_qsl(parts.query))
