"""A mail as bytes: headers, text, page, workbook. The same contents give the same bytes.

Message-ID, MIME boundaries and file names come from run key and agency, the date is `as_of`. Every text is
searched for personal data before the draft may leave (`scan`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache, cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.alert import scan
from doisoat.alert.contents import Contents, is_false_overdue
from doisoat.alert.notices import Notice
from doisoat.config import Mail
from doisoat.model import VIETNAM, RunKey
from doisoat.rules.text import number, plain
from doisoat.store.ledger import split_receiver
from doisoat.store.mail_bytes import wire_bytes
from doisoat.store.work_items import EMPTY, WorkItem, day, moment

if TYPE_CHECKING:
    from jinja2 import Environment

_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True)
class Draft:
    """A mail ready to go, unless `findings` (kinds of personal data it seems to contain) hold it back."""

    agency_code: str  # the receiver, as the ledger names it
    agency_name: str
    recipients: tuple[str, ...]
    message: EmailMessage
    subject: str
    dossiers: int
    false_overdue: int
    findings: tuple[str, ...]

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @cached_property
    def sha256(self) -> str:
        """Of the message as it goes over the wire."""
        return sha256(wire_bytes(self.message)).hexdigest()


@dataclass(frozen=True)
class Texts:
    """What people read of a mail."""

    subject: str
    text: str
    page: str


def write_draft(contents: Contents, recipients: tuple[str, ...], key: RunKey, mail: Mail) -> Draft:
    """The whole mail of one agency."""
    values = {
        "contents": contents,
        "contact": plain(mail.technical_contact),
        "resolved": [code for code in contents.digest.named if scan.is_official(code)],
        "since": "" if contents.digest.is_first else digest_words(contents),
    }
    texts = Texts(subject_line(contents, key), _render("mail.txt.j2", values), _render("mail.html.j2", values))
    items = (*contents.todo, *contents.technical)
    named = {code for item in contents.worst for code in _codes(item)} | set(contents.digest.named)
    amounts = {
        text for item in contents.worst if item.field == "TongLePhi" for text in (item.shop_text, item.portal_text)
    }
    code = contents.agency_code or ""
    message = _compose(key, code, recipients, mail, contents.as_of, texts, _workbook(items, contents))
    return Draft(
        agency_code=code,
        agency_name=contents.agency_name,
        recipients=recipients,
        message=message,
        subject=texts.subject,
        dossiers=contents.dossiers,
        false_overdue=contents.false_overdue,
        findings=_findings(items, mail, texts, named, amounts),
    )


def write_notice(notice: Notice, recipients: tuple[str, ...], key: RunKey, mail: Mail) -> Draft:
    """The whole mail to somebody who is not to do an agency's work: leaders, technicians, engineers."""
    values = {"notice": notice, "contact": plain(mail.technical_contact)}
    texts = Texts(plain(notice.subject), _render("notice.txt.j2", values), _render("notice.html.j2", values))
    workbook = _workbook(notice.items, notice) if notice.items else None
    message = _compose(key, notice.receiver, recipients, mail, notice.as_of, texts, workbook)
    named = {code for item in notice.items for code in _codes(item)} | set(notice.meant)
    return Draft(
        agency_code=notice.receiver,
        agency_name=notice.agency_name,
        recipients=recipients,
        message=message,
        subject=texts.subject,
        dossiers=len({item.dossier_code for item in notice.items} - {""}),
        false_overdue=sum(map(is_false_overdue, notice.items)),
        findings=_findings(notice.items, mail, texts, named, set(notice.meant)),
    )


def _compose(
    key: RunKey,
    receiver: str,
    recipients: tuple[str, ...],
    mail: Mail,
    as_of: datetime,
    texts: Texts,
    workbook: bytes | None,
) -> EmailMessage:
    """The message of a receiver: headers, text, page, and the workbook if there is one."""
    name = mail_name(key, receiver)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = texts.subject
    message["From"] = Address(plain(mail.sender_name), addr_spec=mail.sender)
    message["To"] = ", ".join(recipients)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Date"] = format_datetime(as_of.astimezone(VIETNAM))
    message["Message-ID"] = f"<{name}@{_domain(mail.sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(texts.text, cte="base64")
    message.add_alternative(texts.page, subtype="html", cte="base64")
    if workbook is not None:
        message.add_attachment(workbook, maintype=_XLSX[0], subtype=_XLSX[1], filename=f"doi-soat-{name}.xlsx")
    message["Content-Language"] = "vi"
    _set_boundaries(message, name)
    return message


def mail_name(key: RunKey, receiver: str) -> str:
    """What the mail is called everywhere: run key, agency and role, in characters every system takes.

    >>> from datetime import date
    >>> mail_name(RunKey("H44", date(2026, 9, 3)), "H44.05"), mail_name(RunKey("H44", date(2026, 9, 3)), ":engineers")
    ('H44.2026-09-03.H44.05', 'H44.2026-09-03.engineers')
    """
    code, role = split_receiver(receiver)
    safe = re.sub(r"[^A-Za-z0-9.-]", "_", code, flags=re.ASCII)
    mark = "" if safe == code else "-" + sha256(code.encode()).hexdigest()[:8]
    behind = [part for part in (f"{safe}{mark}", role) if part] or [""]
    return ".".join([key.province_code, key.business_date.isoformat(), *behind])


def subject_line(contents: Contents, key: RunKey) -> str:
    """`[Đối soát H44] 03/09/2026: 12 hồ sơ cần xử lý (3 bị tính quá hạn oan) – 2 mới, 10 còn mở`."""
    false_overdue = contents.false_overdue
    tail = f" ({number(false_overdue)} bị tính quá hạn oan)" if false_overdue else ""
    head = f"[Đối soát {key.province_code}] {day(contents.business_date)}"
    since = "" if contents.digest.is_first else f" – {digest_words(contents)}"
    if not contents.dossiers and contents.figures:
        return f"{head}: {number(len(contents.figures))} số liệu công bố cần đối chiếu{since}"
    return f"{head}: {number(contents.dossiers)} hồ sơ cần xử lý{tail}{since}"


def digest_words(contents: Contents) -> str:
    """What has changed, counted: "2 mới, 1 quá hạn xử lý, 3 đã hết lệch"."""
    return ", ".join(f"{number(count)} {word}" for count, word in contents.digest.parts)


def _set_boundaries(message: EmailMessage, name: str) -> None:
    """Boundaries that cannot stand inside a part: all parts are base64, which has no underscore."""
    mark = sha256(name.encode()).hexdigest()[:24]
    for at, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_doisoat_{mark}_{at}")


def _workbook(items: tuple[WorkItem, ...], about: Contents | Notice) -> bytes:
    from doisoat.store.spreadsheets import write_agency_xlsx

    buffer = BytesIO()
    write_agency_xlsx(buffer, items, about.agency_name, about.as_of)
    return buffer.getvalue()


def _findings(
    items: tuple[WorkItem, ...], mail: Mail, texts: Texts, named: set[str], meant: set[str]
) -> tuple[str, ...]:
    """Kinds of personal data in a mail or its workbook.

    Meant to be there: official codes that are `named`, the passages `meant`, the desk's own contact.
    """
    contact = plain(mail.technical_contact)
    official = {code for code in named if scan.is_official(code)}
    allowed = {contact, contact.replace("&", "&amp;"), *official, *meant} - {"", EMPTY}
    found = set(scan.personal_codes({code for item in items for code in _codes(item)}))
    for text in (texts.subject, texts.text, texts.page):
        found.update(scan.personal_in_text(text, allowed))
    found.update(scan.personal_in_text("\n".join(_values(items)), ()))
    return tuple(name for name, _ in scan.PATTERNS if name in found)


def _codes(item: WorkItem) -> list[str]:
    values = (item.value_shop, item.value_portal) if item.field.startswith("Ma") else ()
    return [code for code in (item.dossier_code, item.procedure_code, item.agency_code, *values) if code]


def _values(items: tuple[WorkItem, ...]) -> list[str]:
    """Reported values that are neither codes nor amounts."""
    shown = (item for item in items if not item.field.startswith("Ma") and item.field != "TongLePhi")
    return [value for item in shown for value in (item.value_shop, item.value_portal) if value]


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2] or "localhost"


def _render(template: str, values: dict[str, Any]) -> str:
    return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day, "moment": moment, "number": number}
    environment.tests["false_overdue"] = is_false_overdue
    return environment
