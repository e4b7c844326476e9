"""What may stand in a province file beside its sources: reference tables, mail, the province itself.

Reading the file is `province_files`; what the machine decides is `settings`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from doisoat.config.access import Mapped, Section
from doisoat.config.aggregates import Aggregates
from doisoat.config.catalogue import Catalogue
from doisoat.config.forms import Forms
from doisoat.config.indicators import Indicators
from doisoat.config.inspection import Inspection
from doisoat.config.letters import Letters
from doisoat.config.sources import PortalSource, ShopSource
from doisoat.rules.parameters import RuleParameters

_PROVINCE = re.compile(r"^[A-Z]\d{2}$")


class ReferenceFiles(Section):
    """Tables of `discrepancy-rules.md` §1; None = the default that ships with the package."""

    agencies: Path | None = None
    procedures: Path | None = None
    holidays: Path | None = None
    holiday_overrides: Path | None = None  # the province's own, over those that ship with the package
    contacts: Path | None = None
    status_words: Path | None = None
    procedure_crosswalk: Path | None = None  # local procedure codes with validity dates
    agency_crosswalk: Path | None = None  # codes of agencies that were merged or re-coded


class Rung(Section):
    """One rung of the ladder: who else is told of what an agency has not put right after so many working days."""

    after_working_days: int = Field(ge=1, le=250)  # since the agency was told
    to: Literal["lanh_dao", "van_phong"]  # role in the table of contacts


class Mail(Section):
    """Where mails go and when. `outbox` is a maildir below the home; `smtp` a real server."""

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
    remind_every_working_days: int = Field(5, ge=1)  # nothing changed: how often an agency is reminded nevertheless
    quiet_days: bool = True  # nothing is mailed that would arrive on a day off
    escalation: tuple[Rung, ...] = ()

    @field_validator("escalation")
    @classmethod
    def _each_once(cls, value: tuple[Rung, ...]) -> tuple[Rung, ...]:
        if len({rung.to for rung in value}) < len(value):
            raise ValueError("each role stands on one rung only")
        return value


class Province(Section):
    """One file in `dags/provinces/`: one province, one nightly DAG."""

    province: str
    name: str
    province_roots: tuple[str, ...] = ()
    schedule: str = "0 1 * * *"
    reference: ReferenceFiles = ReferenceFiles()
    shop: ShopSource
    portal: PortalSource
    catalogue: Catalogue | None = None  # compared in a DAG of its own
    aggregates: Aggregates | None = None  # published figures of the portal; None = not compared
    indicators: Indicators = Indicators()
    forms: Forms = Forms()
    secret_procedures: tuple[str, ...] = ()
    secret_agencies: tuple[str, ...] = ()
    rules: RuleParameters = RuleParameters()
    mail: Mail = Mail()
    letters: Letters = Letters()
    inspection: Inspection | None = None  # its DAG runs where the section is there; the register works without
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

    def sections(self) -> dict[str, Mapped]:
        """Every section that names a source, by its place in the file: `shop`, `portal.look_up` ..."""
        named: dict[str, Mapped | None] = {"shop": self.shop, "portal": self.portal}
        named |= {f"{side}.look_up": getattr(section, "look_up", None) for side, section in named.items()}
        return {name: section for name, section in named.items() if section is not None}

    def resolve(self, path: Path) -> Path:
        """A path of this file: absolute, or relative to the folder the file lies in."""
        return path if path.is_absolute() else (self.source_file.parent / path).resolve()
