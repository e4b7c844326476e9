"""A mail as bytes: headers, text, page, workbook. The same contents give the same bytes.

Message-ID, MIME boundaries and file names come from run key and agency, the date is `as_of`. Every text is
searched for personal data before the draft may leave (`scan`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.alert import scan
from doisoat.alert.contents import Contents, is_false_overdue
from doisoat.config import Mail
from doisoat.model import VIETNAM, RunKey
from doisoat.rules.text import number, plain
from doisoat.store.mail_bytes import wire_bytes
from doisoat.store.work_items import EMPTY, WorkItem, day, moment

if TYPE_CHECKING:
    from jinja2 import Environment

_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True)
class Draft:
    """A mail ready to go, unless `findings` (kinds of personal data it seems to contain) hold it back."""

    agency_code: str
    agency_name: str
    recipients: tuple[str, ...]
    message: EmailMessage
    message_id: str
    subject: str
    sha256: str  # of the message as it goes over the wire
    dossiers: int
    false_overdue: int
    findings: tuple[str, ...]


def write_draft(contents: Contents, recipients: tuple[str, ...], key: RunKey, mail: Mail) -> Draft:
    """The whole mail of one agency."""
    name = mail_name(key, contents.agency_code or "")
    values = {
        "contents": contents,
        "contact": plain(mail.technical_contact),
        "resolved": [code for code in contents.digest.named if scan.is_official(code)],
        "since": "" if contents.digest.is_first else digest_words(contents),
    }
    text = _templates().get_template("mail.txt.j2").render(values)
    page = _templates().get_template("mail.html.j2").render(values)
    message = EmailMessage(policy=SMTP)
    message_id = f"<{name}@{_domain(mail.sender)}>"
    subject = subject_line(contents, key)
    _set_headers(message, contents, mail, message_id, subject, recipients)
    message.set_content(text, cte="base64")
    message.add_alternative(page, subtype="html", cte="base64")
    message.add_attachment(_workbook(contents), maintype=_XLSX[0], subtype=_XLSX[1], filename=f"doi-soat-{name}.xlsx")
    message["Content-Language"] = "vi"
    _set_boundaries(message, name)
    return Draft(
        agency_code=contents.agency_code or "",
        agency_name=contents.agency_name,
        recipients=recipients,
        message=message,
        message_id=message_id,
        subject=subject,
        sha256=sha256(wire_bytes(message)).hexdigest(),
        dossiers=contents.dossiers,
        false_overdue=contents.false_overdue,
        findings=_findings(contents, mail, (subject, text, page)),
    )


def mail_name(key: RunKey, agency_code: str) -> str:
    """What the mail is called everywhere: run key and agency, in characters every system takes.

    >>> from datetime import date
    >>> mail_name(RunKey("H44", date(2026, 9, 3)), "H44.05")
    'H44.2026-09-03.H44.05'
    """
    safe = re.sub(r"[^A-Za-z0-9.-]", "_", agency_code, flags=re.ASCII)
    mark = "" if safe == agency_code else "-" + sha256(agency_code.encode()).hexdigest()[:8]
    return f"{key.province_code}.{key.business_date.isoformat()}.{safe}{mark}"


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


def _set_headers(
    message: EmailMessage,
    contents: Contents,
    mail: Mail,
    message_id: str,
    subject: str,
    recipients: tuple[str, ...],
) -> None:
    message["Subject"] = subject
    message["From"] = Address(plain(mail.sender_name), addr_spec=mail.sender)
    message["To"] = ", ".join(recipients)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Date"] = format_datetime(contents.as_of.astimezone(VIETNAM))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"


def _set_boundaries(message: EmailMessage, name: str) -> None:
    """Boundaries that cannot stand inside a part: all parts are base64, which has no underscore."""
    mark = sha256(name.encode()).hexdigest()[:24]
    for at, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_doisoat_{mark}_{at}")


def _workbook(contents: Contents) -> bytes:
    from doisoat.store.spreadsheets import write_agency_xlsx

    buffer = BytesIO()
    write_agency_xlsx(buffer, (*contents.todo, *contents.technical), contents.agency_name, contents.as_of)
    return buffer.getvalue()


def _findings(contents: Contents, mail: Mail, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Kinds of personal data in the mail or its workbook; codes and the desk's own contact are meant to be there."""
    items = (*contents.todo, *contents.technical)
    codes = {code for item in items for code in _codes(item)}
    named = {code for item in contents.worst for code in _codes(item) if scan.is_official(code)}
    named |= {code for code in contents.digest.named if scan.is_official(code)}
    amounts = {
        text for item in contents.worst if item.field == "TongLePhi" for text in (item.shop_text, item.portal_text)
    }
    contact = plain(mail.technical_contact)
    allowed = {contact, contact.replace("&", "&amp;"), *named, *amounts} - {"", EMPTY}
    found = set(scan.personal_codes(codes))
    for text in texts:
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
