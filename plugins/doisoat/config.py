"""Province files and settings; nothing else reads the environment or YAML.

A wrong file names itself, the line and the key. Secrets are read from the environment variables the file
names, when a stage asks for them, and are never part of the settings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

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


def load_province(file: Path) -> Province:
    """Read and check one province file; ConfigError names file, line and key."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError("no such province file", file=file) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"not UTF-8 (byte {error.start})", file=file) from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise ConfigError(f"not YAML: {getattr(error, 'problem', error)}", file=file, line=line) from None
    if not isinstance(raw, dict):
        raise ConfigError("expected keys and values, like 'province: H44'", file=file, line=1)
    _refuse_repeated_keys(node, file)
    try:
        return Province(**raw, source_file=file.resolve())
    except ValidationError as error:
        raise _first_problem(error, file, node) from None


def _refuse_repeated_keys(node: yaml.Node | None, file: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise ConfigError("the key stands twice", file=file, line=key.start_mark.line + 1, key=key.value)
            seen.add(key.value)
            _refuse_repeated_keys(value, file)


def _first_problem(error: ValidationError, file: Path, node: yaml.Node | None) -> ConfigError:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    line, known = _locate(node, path)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "unknown key"
    elif first["type"] == "missing":
        message = "this key is missing"
    more = len(error.errors()) - 1
    message += f" (and {more} more)" if more else ""
    return ConfigError(message, file=file, line=line, key=".".join(known) or ".".join(path))


def _locate(node: yaml.Node | None, path: list[str]) -> tuple[int | None, list[str]]:
    """Line of the deepest key of `path` that stands in the file; union tags in the path are skipped."""
    line = node.start_mark.line + 1 if node else None
    known: list[str] = []
    for part in path:
        if isinstance(node, yaml.MappingNode):
            match = next(((k, v) for k, v in node.value if k.value == part), None)
            if match is None:
                if part not in {"files", "igate", "opencps", "adapter"}:
                    known.append(part)
                continue
            line, node = match[0].start_mark.line + 1, match[1]
            known.append(part)
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
            known.append(part)
    return line, known


def provinces_folder() -> Path:
    """`dags/provinces` of this checkout, unless DOISOAT_PROVINCES names another folder."""
    named = os.environ.get("DOISOAT_PROVINCES")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "dags" / "provinces"


def province_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(label, file) of every province file in a folder, in name order."""
    for file in sorted(folder.glob("*.yaml")):
        yield file.stem, file


def load_provinces(folder: Path) -> dict[str, Province]:
    """All province files by label; two files with one province code are an error."""
    provinces: dict[str, Province] = {}
    owner: dict[str, Path] = {}
    for label, file in province_files(folder):
        province = load_province(file)
        if province.province in owner:
            raise ConfigError(
                f"province code {province.province} stands in {owner[province.province].name} as well",
                file=file,
                key="province",
            )
        owner[province.province] = file
        provinces[label] = province
    return provinces


def find_province(label: str, config: Path | None = None) -> Province:
    """The province a command means: `--config FILE`, else the file of that stem in the folder."""
    if config is not None:
        return load_province(config)
    folder = provinces_folder()
    file = folder / f"{label}.yaml"
    if not file.is_file():
        known = ", ".join(name for name, _ in province_files(folder)) or "none"
        raise ConfigError(f"no province {label!r} in {folder} (known: {known}); or use --config FILE")
    provinces = load_provinces(folder)
    return provinces[label]


class Settings(BaseModel):
    """What the machine decides, from the environment (`DOISOAT_…`) or the command line."""

    model_config = ConfigDict(frozen=True)

    home: Path
    warehouse_url: str
    memory_limit: str = "2GB"
    threads: int | None = None

    @classmethod
    def from_environment(cls, home: Path | None = None) -> Settings:
        root = (home or Path(os.environ.get("DOISOAT_HOME", "var"))).resolve()
        url = os.environ.get("DOISOAT_WAREHOUSE_URL") or f"sqlite:///{root / 'warehouse.sqlite'}"
        threads = os.environ.get("DOISOAT_THREADS")
        return cls(
            home=root,
            warehouse_url=url,
            memory_limit=os.environ.get("DOISOAT_MEMORY_LIMIT", "2GB"),
            threads=int(threads) if threads else None,
        )


def digest_key(home: Path) -> bytes:
    """Key of the digests of secret codes: DOISOAT_DIGEST_KEY, else a private file made once below home."""
    if value := os.environ.get("DOISOAT_DIGEST_KEY"):
        return value.encode()
    file = home / ".digest_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(os.urandom(32).hex().encode())
    return file.read_bytes()


def read_secret(variable: str | None, key: str) -> str | None:
    """Value of the environment variable a file names; ConfigError when it is named but not set."""
    if variable is None:
        return None
    if variable not in os.environ:
        raise ConfigError(f"environment variable {variable} is not set", key=key)
    return os.environ[variable]


def any_env(value: Any, variable: str | None) -> Any:
    """`value`, unless the named environment variable is set."""
    return os.environ.get(variable, value) if variable else value


def retry_delay() -> timedelta:
    """First wait before Airflow tries a task again; DOISOAT_RETRY_SECONDS shortens it in drills."""
    return timedelta(seconds=float(os.environ.get("DOISOAT_RETRY_SECONDS", "300")))
