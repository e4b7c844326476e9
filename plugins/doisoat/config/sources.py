"""The sections `shop` and `portal` of a province file: one class per kind of source."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from doisoat.config.access import HttpAccess, Incremental, Mapped
from doisoat.config.sql_source import SqlSource
from doisoat.errors import ConfigError


class IgateSource(Mapped, HttpAccess):
    """VNPT iGate v2 dossier search, read page by page.

    With the grant `client_credentials` user name and password are the client's id and secret. `look_up_by: public` asks
    about single dossiers where citizens do, without an account.
    """

    kind: Literal["igate"]
    system: str | None = "igate"
    grant: Literal["password", "client_credentials"] = "password"
    client_id: str = "web-onegate"  # with the grant `password`
    look_up_by: Literal["search", "public"] = Field(
        "search", description="tra cứu bằng tài khoản, hay ở trang tra cứu công khai của người dân"
    )
    page_size: int = Field(1_000, ge=1, le=5_000)


class OpencpsSource(Mapped, HttpAccess):
    """OpenCPS v2 REST, read by offsets.

    `auth`: Basic; a JWT, which is what `password_env` names; or the key OpenCPS makes of a secret (`password_env`) and
    the minute, for which both clocks have to agree to the minute.
    """

    kind: Literal["opencps"]
    system: str | None = "opencps"
    auth: Literal["basic", "jwt", "authen_key"] = Field("basic", description="cách chứng thực với OpenCPS")
    group_id: str = Field("0", pattern=r"^[0-9]+$")
    page_size: int = Field(1_000, ge=1, le=5_000)


class TandanSource(Mapped, HttpAccess):
    """Tân Dân's DichVuCongApi, read page by page.

    How one signs in is not documented: a bearer token from `token_path` (user name and password as JSON), Basic, or
    nothing. `look_up_by: code` asks `GetByMa` first, which tells more about one dossier than the list.
    """

    kind: Literal["tandan"]
    system: str | None = "tandan"
    auth: Literal["bearer", "basic", "none"] = Field("bearer", description="cách chứng thực với Tân Dân")
    token_path: str = Field("api/tokens", description="đường dẫn lấy token, tính từ base_url")
    tenant: str = Field("", pattern=r"^[!-~]*$", description="header tenant khi lấy token, nếu có nhiều")
    order_by: str = Field("MaHoSo", description="trường sắp xếp danh sách, không được trùng giá trị")
    look_up_by: Literal["filter", "code"] = Field(
        "filter", description="tra cứu bằng bộ lọc của danh sách, hay hỏi GetByMa trước"
    )
    page_size: int = Field(1_000, ge=1, le=5_000)


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
    oauth_endpoint: str = "token"  # D with username_env, E
    token_env: str | None = None  # D: a Bearer that does not end
    look_up_service: str = "TraCuuHoSo"
    look_up_field: str = "mahoso"
    # where the portal is read by look-ups alone:
    look_up_budget: int = Field(100_000, ge=1)  # calls a night
    look_up_every_days: int = Field(7, ge=1)  # an open dossier is asked again, and an answer counts, so long
    look_up_finished_every_days: int = Field(30, ge=1)  # the same for one that is finished at the shop

    def token(self) -> str:
        """The fixed token from the environment; ConfigError names the missing variable."""
        token = os.environ.get(self.token_env or "", "")
        if not token:
            raise ConfigError(f"environment variable {self.token_env} is not set", key="token_env")
        return token

    @model_validator(mode="after")
    def _of_its_transport(self) -> AdapterSource:
        of_others = [name for name, transports in _TRANSPORTS_OF.items() if self.transport not in transports]
        foreign = sorted(name for name in of_others if getattr(self, name) != type(self).model_fields[name].default)
        if foreign:
            raise ValueError(f"{', '.join(foreign)} means nothing with transport: {self.transport}")
        if self.transport == "vendor_query" and not self.madonvi:
            raise ValueError("transport: vendor_query needs madonvi (it travels as MaDinhDanhDV)")
        if self.transport == "lgsp" and not self.username_env:
            raise ValueError("transport: lgsp needs username_env and password_env: the client's id and secret")
        if self.token_env and self.username_env:
            raise ValueError("give either token_env (a fixed token) or username_env and password_env, not both")
        if self.dstcode_in != "query" and not self.dstcode:
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
    "oauth_endpoint": {"vendor_get", "lgsp"},
    "token_env": {"vendor_get"},
}


LookUp = Annotated[IgateSource | OpencpsSource | TandanSource | SqlSource | AdapterSource, Field(discriminator="kind")]


class FilesSource(Mapped):
    """A folder of exports, or an address that serves one file by file; optionally with look-ups for recheck."""

    kind: Literal["files"]
    path: Path | None = None
    url: str | None = None
    url_env: str | None = None
    extracted_at: str | None = None
    done_marker: str | None = None
    without_marker: Literal["incomplete", "tomorrow"] = "incomplete"
    sheets: Literal["first", "all"] = "first"
    connect_timeout_s: float = Field(10, gt=0)  # of a download
    read_timeout_s: float = Field(60, gt=0)
    attempts: int = Field(5, ge=1, le=20)
    look_up: LookUp | None = None

    @model_validator(mode="after")
    def _one_place(self) -> FilesSource:
        if (self.path is None) == (self.url is None):
            raise ValueError("give either path: (a folder) or url: (an export to download)")
        return self

    @field_validator("path")
    @classmethod
    def _of_a_day(cls, value: Path | None) -> Path | None:
        if value is not None:
            require_names(str(value), business_date=date(2026, 9, 3))
        return value

    @field_validator("done_marker")
    @classmethod
    def _beside_the_file(cls, value: str | None) -> str | None:
        if value is not None:
            named = require_names(value, name="a.csv", stem="a")
            if not named or "/" in named or "\\" in named or named == "a.csv":
                raise ValueError("expected a file name like {name}.done, {stem}.ok or _SUCCESS")
        return value

    @property
    def address(self) -> str:
        return (os.environ.get(self.url_env or "") or self.url or "").rstrip("/")

    def folder_of(self, business_date: date) -> Path:
        """`path` of one day: `{business_date}`, or `{business_date:%Y%m%d}`, stands for the business date."""
        return Path(str(self.path).format(business_date=business_date))


def require_names(pattern: str, **known: Any) -> str:
    """`pattern` with its braces filled; ValueError names what may stand in braces."""
    try:
        return pattern.format(**known)
    except (KeyError, IndexError, ValueError, AttributeError):
        raise ValueError(f"only {', '.join('{' + name + '}' for name in known)} may stand in braces") from None


class ShopIgate(IgateSource, Incremental):
    look_up: LookUp | None = None


class ShopOpencps(OpencpsSource, Incremental):
    look_up: LookUp | None = None


class ShopTandan(TandanSource, Incremental):
    look_up: LookUp | None = None


class ShopSql(SqlSource):
    look_up: LookUp | None = None


class PortalSql(ShopSql):
    """A province's mirror of the portal, which has no schema of a one-stop-shop."""

    preset: None = Field(None, alias="schema")


ShopSource = Annotated[FilesSource | ShopIgate | ShopOpencps | ShopTandan | ShopSql, Field(discriminator="kind")]
PortalSource = Annotated[FilesSource | AdapterSource | PortalSql, Field(discriminator="kind")]
