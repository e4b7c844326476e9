"""What may stand in a province file: one class a section, every key typed, unknown keys are errors.

Reading the file is `province_files`; what the machine decides is `settings`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from doisoat.errors import ConfigError
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.status_words import OPENCPS

_PROVINCE = re.compile(r"^[A-Z]\d{2}$")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpAccess(_Section):
    """How to reach a live system; values with `_env` name environment variables."""

    base_url: str
    base_url_env: str | None = None  # where set, its value replaces base_url
    username_env: str | None = None
    password_env: str | None = None
    concurrency: int = Field(8, ge=1, le=64)
    calls_per_second: float = Field(50, gt=0)
    connect_timeout_s: float = Field(10, gt=0)
    read_timeout_s: float = Field(60, gt=0)
    attempts: int = Field(5, ge=1, le=20)  # of one call, with growing, jittered waits
    max_wait_s: float = Field(30, gt=0)  # of one wait between two attempts

    @property
    def address(self) -> str:
        """The address in force, without a trailing slash."""
        return (os.environ.get(self.base_url_env or "") or self.base_url).rstrip("/")

    def secret(self, name: Literal["username", "password"]) -> str:
        """User name or password from the environment; ConfigError names the missing variable."""
        variable = getattr(self, f"{name}_env")
        if not variable:
            return ""
        if variable not in os.environ:
            raise ConfigError(f"environment variable {variable} is not set", key=f"{name}_env")
        return os.environ[variable]


class _Mapped(_Section):
    columns: dict[str, str] = {}  # canonical wire name -> their name
    status_map: dict[str, int] = Field({}, validate_default=True)  # their word -> 1..10

    @field_validator("status_map")
    @classmethod
    def _scale(cls, value: dict[str, int]) -> dict[str, int]:
        wrong = {word: code for word, code in value.items() if not 1 <= code <= 10}
        if wrong:
            raise ValueError(f"statuses are 1..10, found {wrong}")
        return value


class IgateSource(_Mapped, HttpAccess):
    """VNPT iGate v2 dossier search, read page by page.

    With the grant `client_credentials` user name and password are the client's id and secret.
    """

    kind: Literal["igate"]
    grant: Literal["password", "client_credentials"] = "password"
    client_id: str = "web-onegate"  # with the grant `password`
    page_size: int = Field(1_000, ge=1, le=5_000)


class OpencpsSource(_Mapped, HttpAccess):
    """OpenCPS v2 REST, read by offsets. Its status words are known; `status_map` overrides single ones."""

    kind: Literal["opencps"]
    group_id: str = "0"
    page_size: int = Field(1_000, ge=1, le=5_000)

    @field_validator("status_map")
    @classmethod
    def _over_its_own_words(cls, value: dict[str, int]) -> dict[str, int]:
        return {**OPENCPS, **value}


class AdapterSource(_Mapped, HttpAccess):
    """The portal's X-Road adapter (variant A): one `TraCuuHoSo` per dossier."""

    kind: Literal["adapter"]
    auth_endpoint: str = "mapi/login"
    integration_endpoint: str = "mapi/g"
    dstcode: str = ""
    dstcode_in: Literal["query", "header"] = "query"
    madonvi: str = ""
    look_up_budget: int = Field(100_000, ge=1)  # calls a night when every dossier is looked up


LookUp = Annotated[IgateSource | OpencpsSource | AdapterSource, Field(discriminator="kind")]


class FilesSource(_Mapped):
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


class ReferenceFiles(_Section):
    """Tables of `discrepancy-rules.md` §1; None = the default that ships with the package."""

    agencies: Path | None = None
    procedures: Path | None = None
    holidays: Path | None = None
    contacts: Path | None = None


class Mail(_Section):
    """Where mails go. `outbox` is a maildir below the home; `smtp` a real server."""

    mode: Literal["off", "outbox", "smtp"] = "outbox"
    sender: str = "doisoat@localhost"
    sender_name: str = "Hệ thống đối soát hồ sơ"
    reply_to: str | None = None
    technical_contact: str = ""  # shown in every mail: whom to ask
    host: str = "localhost"
    host_env: str | None = None
    port: int = Field(587, ge=1, le=65535)
    port_env: str | None = None
    security: Literal["none", "starttls", "tls"] = "starttls"
    ca_file: Path | None = None
    username_env: str | None = None
    password_env: str | None = None
    timeout_s: float = Field(30, gt=0)


class Province(_Section):
    """One file in `dags/provinces/`: one province, one nightly DAG."""

    province: str
    name: str
    province_roots: tuple[str, ...] = ()
    schedule: str = "0 1 * * *"
    reference: ReferenceFiles = ReferenceFiles()
    shop: ShopSource
    portal: PortalSource
    secret_procedures: tuple[str, ...] = ()
    secret_agencies: tuple[str, ...] = ()
    rules: RuleParameters = RuleParameters()
    mail: Mail = Mail()
    engineers: tuple[str, ...] = ()  # mailboxes told when a DAG fails
    source_file: Path = Field(default=Path(), exclude=True)

    @field_validator("province")
    @classmethod
    def _code(cls, value: str) -> str:
        if not _PROVINCE.match(value):
            raise ValueError("expected a letter and two digits, like H44")
        return value

    @model_validator(mode="after")
    def _own_root(self) -> Province:
        if not self.province_roots:
            object.__setattr__(self, "province_roots", (self.province,))
        elif self.province not in self.province_roots:
            raise ValueError(f"province_roots must contain the province itself ({self.province})")
        return self

    @property
    def mail_settings(self) -> Mail:
        """The section `mail` with its paths made absolute."""
        file = self.mail.ca_file
        return self.mail if file is None else self.mail.model_copy(update={"ca_file": self.resolve(file)})

    def resolve(self, path: Path) -> Path:
        """A path of this file: absolute, or relative to the folder the file lies in."""
        return path if path.is_absolute() else (self.source_file.parent / path).resolve()
