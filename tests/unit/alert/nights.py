"""Night after night through the real `assess` and `alert`, into a real warehouse and a real maildir or mail server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from doisoat.alert import alert_night
from doisoat.assess import assess_night
from doisoat.config import Province
from doisoat.model import VIETNAM, RunKey
from doisoat.rules.reference import Agency, AgencyTable, Contact
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.mailers import MaildirMailer, Mailer
from doisoat.store.reference import Reference
from doisoat.store.warehouse import Warehouse
from tests.unit.assess import nights as assessed
from tests.unit.publish import factory

SAID_AT = datetime(2026, 9, 4, 9, tzinfo=VIETNAM)
BUILDING, WARD = "H44.05", "H44.37"
CONTACTS = (
    Contact("H44", "van_phong", "vp@phutho.example"),
    Contact("H44.05", "lanh_dao", "gd.sxd@phutho.example"),
    Contact("H44", "lanh_dao", "ct@phutho.example"),
)
AGENCIES = (
    Agency("H44", name="UBND tỉnh Phú Thọ"),
    Agency(BUILDING, name="Sở Xây dựng", parent="H44", mailbox="sxd@phutho.example"),
    Agency(WARD, name="Phường Việt Trì", parent="H44", mailbox="viettri@phutho.example"),
)


def reference(*, contacts: Sequence[Contact] = CONTACTS, agencies: Sequence[Agency] = AGENCIES) -> Reference:
    return replace(factory.reference(), agencies=AgencyTable(agencies), contacts=tuple(contacts))


def province(engineers: Sequence[str] = (), **mail: Any) -> Province:
    return factory.province(mail={"sender": "doisoat@phutho.example", **mail}, engineers=tuple(engineers))


@dataclass
class Nights:
    """One province's nights below one home; a dossier is "code kind", of the building department unless it says so."""

    home: Path
    warehouse: Warehouse
    province: Province = field(default_factory=province)
    reference: Reference = field(default_factory=reference)
    dossiers: set[str] = field(default_factory=set)

    def night(
        self,
        day: int | date,
        open_now: Sequence[str] | Mapping[str, Mapping[str, Any]],
        *,
        mailer: Mailer | None = None,
        **night: Any,
    ) -> dict[str, EmailMessage]:
        """Assess and mail a night of September 2026; the mails it sent, by receiver."""
        files = self.assess(day, open_now, **night)
        return self.alert(files, mailer)

    def assess(
        self, day: int | date, open_now: Sequence[str] | Mapping[str, Mapping[str, Any]], **night: Any
    ) -> RunFiles:
        found = open_now if isinstance(open_now, Mapping) else {code: {} for code in open_now}
        self.dossiers |= set(found)
        present = [assessed.dossier(code) for code in sorted(self.dossiers)]
        rows = [assessed.found(code, **{"kind": "status_lag", **more}) for code, more in found.items()]
        on = day if isinstance(day, date) else date(2026, 9, day)
        files = assessed.Night(on=on, **{"discrepancies": rows, "shop": present, "portal": present, **night}).write(
            self.home
        )
        assessed.parquet(files.work("reconcile") / "pairs.parquet", factory.PAIR, [])
        self.reassess(files)
        return files

    def reassess(self, files: RunFiles) -> None:
        assess_night(files, self.province, self.reference, self.warehouse)

    def alert(self, files: RunFiles, mailer: Mailer | None = None) -> dict[str, EmailMessage]:
        before = set(self._names())
        alert_night(files, self.province, self.reference, self.warehouse, mailer or self.outbox)
        fresh = [name for name in self._names() if name not in before]
        prefix = f"{files.key.province_code}.{files.key.business_date}."
        return {name.removeprefix(prefix).removesuffix(".eml"): self._read(name) for name in fresh}

    @property
    def outbox(self) -> MaildirMailer:
        return MaildirMailer(self.home / "outbox")

    def told(self, day: int | date) -> dict[str, Any]:
        on = day if isinstance(day, date) else date(2026, 9, day)
        result: dict[str, Any] = read_json(RunFiles(self.home, RunKey("H44", on)).work("alert") / "mails.json")
        return result

    def reasons(self, day: int | date) -> dict[str, str]:
        """Receiver -> why it got no mail."""
        told = self.told(day)
        return {one["agency_code"]: one["reason"] for one in (*told["skipped"], *told["undeliverable"])}

    def _names(self) -> list[str]:
        return sorted(path.name for path in (self.home / "outbox").glob("*/*.eml"))

    def _read(self, name: str) -> EmailMessage:
        return message_from_bytes((self.home / "outbox" / "new" / name).read_bytes(), policy=default)  # type: ignore[return-value]


@contextmanager
def opened(home: Path, **more: Any) -> Iterator[Nights]:
    """Nights in an empty warehouse; what people say there they say on 4 September."""
    with Warehouse(f"sqlite:///{home / 'warehouse.sqlite'}", clock=lambda: SAID_AT) as warehouse:
        warehouse.migrate()
        yield Nights(home, warehouse, **more)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
