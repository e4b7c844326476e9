"""Whom to write to: the contacts table, else the agency's own mailbox, else its parent's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doisoat.store.reference import Reference

ROLE = "co_quan"  # those who lead or help technically are not reminded nightly
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)


def find_recipients(reference: Reference, agency_code: str | None, day: date) -> tuple[str, ...]:
    """Mailboxes of the first of (agency, its parent, …) that has any on that day; empty if none has.

    A mailbox that is no plain address (spaces, line breaks, several in one) does not count.
    """
    for code in _upwards(reference, agency_code):
        listed = {
            contact.mailbox
            for contact in reference.contacts
            if contact.agency_code == code
            and contact.role == ROLE
            and (contact.valid_from or date.min) <= day <= (contact.valid_to or date.max)
        }
        agency = reference.agencies.get(code)
        own = {agency.mailbox} if agency and agency.mailbox else set()
        for mailboxes in (listed, own):
            if usable := sorted(box.strip() for box in mailboxes if _MAILBOX.fullmatch(box.strip())):
                return tuple(usable)
    return ()


def _upwards(reference: Reference, agency_code: str | None) -> Iterator[str]:
    seen: set[str] = set()
    while agency_code and agency_code not in seen:
        seen.add(agency_code)
        yield agency_code
        agency_code = reference.agencies.parent(agency_code)
