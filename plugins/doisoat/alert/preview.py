"""A page of tonight's mails as they would go, and why somebody gets none; nothing is sent, nothing is noted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.alert.dispatch import Outbox, Unsent
from doisoat.alert.engineers import resend_command
from doisoat.alert.messages import Draft
from doisoat.alert.recipients import to_whom
from doisoat.config import Province
from doisoat.model import RunKey
from doisoat.rules.text import day, plain
from doisoat.store.ledger import Mail, MailState

if TYPE_CHECKING:
    from jinja2 import Environment

_STATES = {
    MailState.PLANNED: "sẽ gửi",
    MailState.SENDING: "đang gửi dở",
    MailState.SENT: "đã gửi",
    MailState.FAILED: "gửi hỏng, sẽ gửi lại",
    MailState.REFUSED: "bị từ chối",
    MailState.UNKNOWN: "không rõ đã gửi",
}
_UNSENT = {
    "skipped": "Không gửi",
    "undeliverable": "Không có hộp thư",
    "held": "Giữ lại vì nghi có dữ liệu cá nhân",
}


@dataclass(frozen=True)
class Shown:
    """One mail on the page."""

    draft: Draft
    to_whom: str
    state: str
    text: str
    attachments: tuple[str, ...]


def preview_page(outbox: Outbox, key: RunKey, province: Province) -> str:
    """The page, one self-contained file."""
    from doisoat.pages import style

    groups = [(label, [_told(one) for one in getattr(outbox, name)]) for name, label in _UNSENT.items()]
    return (
        _templates()
        .get_template("preview.html.j2")
        .render(
            title=f"Thư đêm {day(key.business_date)} – {plain(province.name)}",
            style=style(),
            mails=[_shown(draft, outbox) for draft in outbox.drafts],
            groups=[(label, rows) for label, rows in groups if rows],
            unclear=[_unclear(mail, province) for mail in outbox.unclear_before],
            muted=outbox.muted,
            rejected=outbox.contacts_rejected,
        )
    )


def state_words(state: MailState) -> str:
    return _STATES[state]


def _shown(draft: Draft, outbox: Outbox) -> Shown:
    entry = outbox.ledger.get(draft.agency_code)
    body = draft.message.get_body(("plain",))
    return Shown(
        draft=draft,
        to_whom=to_whom(draft.agency_code),
        state=_STATES[entry.state if entry else MailState.PLANNED],
        text="" if body is None else str(body.get_content()).replace("\r\n", "\n").strip(),
        attachments=tuple(str(part.get_filename()) for part in draft.message.iter_attachments()),
    )


def _unclear(mail: Mail, province: Province) -> tuple[str, str, str, str]:
    boxes = ", ".join(mail.recipients)
    return to_whom(mail.agency_code), day(mail.business_date), boxes, resend_command(mail, province)


def _told(one: Unsent) -> tuple[str, str, str]:
    return to_whom(one.agency_code), one.agency_name, one.reason


@cache
def _templates() -> Environment:
    from doisoat.pages import environment

    return environment(Path(__file__).parent / "templates", {})
