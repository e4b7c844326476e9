"""The sections `shop` and `portal` of a province file: one class per kind of source."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from doisoat.config.access import HttpAccess, Incremental, Mapped
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
    """The portal's X-Road adapter (variant A): one `TraCuuHoSo` per dossier."""

    kind: Literal["adapter"]
    auth_endpoint: str = "mapi/login"
    integration_endpoint: str = "mapi/g"
    dstcode: str = ""
    dstcode_in: Literal["query", "header"] = "query"
    madonvi: str = ""
    look_up_budget: int = Field(100_000, ge=1)  # calls a night when every dossier is looked up


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


class ShopIgate(IgateSource, Incremental):
    look_up: LookUp | None = None


class ShopOpencps(OpencpsSource, Incremental):
    look_up: LookUp | None = None


ShopSource = Annotated[FilesSource | ShopIgate | ShopOpencps, Field(discriminator="kind")]
PortalSource = Annotated[FilesSource | AdapterSource, Field(discriminator="kind")]
