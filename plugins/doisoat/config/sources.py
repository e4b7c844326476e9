"""The sections `shop` and `portal` of a province file: one class per kind of source."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from doisoat.config.access import HttpAccess, Mapped
from doisoat.rules.status_words import OPENCPS


class IgateSource(Mapped, HttpAccess):
    """VNPT iGate v2 dossier search, read page by page.

    With the grant `client_credentials` user name and password are the client's id and secret.
    """

    kind: Literal["igate"]
    grant: Literal["password", "client_credentials"] = "password"
    client_id: str = "web-onegate"  # with the grant `password`
    page_size: int = Field(1_000, ge=1, le=5_000)


class OpencpsSource(Mapped, HttpAccess):
    """OpenCPS v2 REST, read by offsets. Its status words are known; `status_map` overrides single ones."""

    kind: Literal["opencps"]
    group_id: str = "0"
    page_size: int = Field(1_000, ge=1, le=5_000)

    @field_validator("status_map")
    @classmethod
    def _over_its_own_words(cls, value: dict[str, int]) -> dict[str, int]:
        return {**OPENCPS, **value}


class AdapterSource(Mapped, HttpAccess):
    """The national portal through an adapter: one look-up per dossier, and its lists of master data.

    `transport` is the way a province has (only A is documented to its end; paths of B–E that nobody published are
    the service's own name, and `paths` says otherwise):

    | transport | is | seen for |
    |---|---|---|
    | `security_server` | A: straight through a security server, session in the body | everything |
    | `vendor_paths` | B: a vendor's adapter, a path per operation, a bare JSON array | pushes |
    | `vendor_query` | C: the same, `MaDinhDanhDV` and `isUpdating` in the query | pushes |
    | `vendor_get` | D: GET, Bearer, the portal's JSON as text in `message` | master data, TraCuuTechID |
    | `lgsp` | E: token of a client, objects, HTTP status codes | pushes |
    """

    kind: Literal["adapter"]
    transport: Literal["security_server", "vendor_paths", "vendor_query", "vendor_get", "lgsp"] = "security_server"
    auth_endpoint: str = "mapi/login"  # A
    integration_endpoint: str = "mapi/g"  # A; not published
    share_endpoint: str = ""  # A: lists of master data; "" = integration_endpoint
    providerurl: str = ""  # A: of providers that share a subsystem
    dstcode: str = ""  # the destination subsystem; "" = none is sent
    dstcode_in: Literal["query", "header", "body"] = "query"
    madonvi: str = ""  # A: in the body; C: MaDinhDanhDV
    paths: dict[str, str] = Field({})  # B–E: service -> path below base_url
    token_endpoint: str = "token"  # D with username_env, E
    token_env: str | None = None  # D: a Bearer that does not end
    look_up_service: str = "TraCuuHoSo"
    look_up_field: str = "mahoso"
    look_up_budget: int = Field(100_000, ge=1)  # calls a night when every dossier is looked up

    @model_validator(mode="after")
    def _of_its_transport(self) -> AdapterSource:
        foreign = sorted(
            name for name in self.model_fields_set if self.transport not in _TRANSPORTS_OF.get(name, {self.transport})
        )
        if foreign:
            raise ValueError(f"{', '.join(foreign)} means nothing with transport: {self.transport}")
        if self.transport == "vendor_query" and not self.madonvi:
            raise ValueError("transport: vendor_query needs madonvi (it travels as MaDinhDanhDV)")
        if self.transport == "lgsp" and not self.username_env:
            raise ValueError("transport: lgsp needs username_env and password_env: the client's id and secret")
        if self.token_env and self.username_env:
            raise ValueError("give either token_env (a fixed token) or username_env and password_env, not both")
        if "dstcode_in" in self.model_fields_set and not self.dstcode:
            raise ValueError("dstcode_in says where dstcode goes, and dstcode is not given")
        if self.dstcode_in == "body" and self.transport not in {"security_server", "lgsp"}:
            raise ValueError(
                f"transport: {self.transport} sends no object that could carry dstcode; use query or header"
            )
        return self


_TRANSPORTS_OF = {  # keys that only some transports know
    "auth_endpoint": {"security_server"},
    "integration_endpoint": {"security_server"},
    "share_endpoint": {"security_server"},
    "providerurl": {"security_server"},
    "madonvi": {"security_server", "vendor_query"},
    "paths": {"vendor_paths", "vendor_query", "vendor_get", "lgsp"},
    "token_endpoint": {"vendor_get", "lgsp"},
    "token_env": {"vendor_get"},
}


LookUp = Annotated[IgateSource | OpencpsSource | AdapterSource, Field(discriminator="kind")]


class FilesSource(Mapped):
    """A folder of exports, or an address that serves one file by file; optionally with look-ups for recheck."""

    kind: Literal["files"]
    path: Path | None = None
    url: str | None = None
    url_env: str | None = None
    extracted_at: str | None = None
    connect_timeout_s: float = Field(10, gt=0)  # of a download
    read_timeout_s: float = Field(60, gt=0)
    attempts: int = Field(5, ge=1, le=20)
    look_up: LookUp | None = None

    @model_validator(mode="after")
    def _one_place(self) -> FilesSource:
        if (self.path is None) == (self.url is None):
            raise ValueError("give either path: (a folder) or url: (an export to download)")
        return self

    @property
    def address(self) -> str:
        return (os.environ.get(self.url_env or "") or self.url or "").rstrip("/")


class ShopIgate(IgateSource):
    look_up: LookUp | None = None


class ShopOpencps(OpencpsSource):
    look_up: LookUp | None = None


ShopSource = Annotated[FilesSource | ShopIgate | ShopOpencps, Field(discriminator="kind")]
PortalSource = Annotated[FilesSource | AdapterSource, Field(discriminator="kind")]
