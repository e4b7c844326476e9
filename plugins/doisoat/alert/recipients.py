"""Whom to write to: the contacts table, else (for an agency's own work) its mailbox, else its parent's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from doisoat.config import Province
from doisoat.rules.reference import Contact, is_mailbox
from doisoat.store.ledger import split_receiver

if TYPE_CHECKING:
    from doisoat.store.reference import Reference

ROLE = "co_quan"  # those who lead or help technically are not reminded nightly
OFFICE, TECHNICIANS = "van_phong", "ky_thuat"
_ROLES = {
    "": "Cơ quan",
    "lanh_dao": "Lãnh đạo",
    "van_phong": "Văn phòng tỉnh",
    "technical": "Bộ phận kỹ thuật",
    "engineers": "Kỹ sư vận hành",
}


def find_recipients(reference: Reference, agency_code: str | None, day: date, role: str = ROLE) -> tuple[str, ...]:
    """Mailboxes of the first of (agency, its parent, …) that has any in a role on that day; empty if none has.

    A mailbox that is no plain address (spaces, line breaks, several in one) does not count.
    """
    for code in _upwards(reference, agency_code):
        listed = (one.mailbox for one in _holding(reference, role, day) if one.agency_code == code)
        agency = reference.agencies.get(code)
        own = [agency.mailbox] if role == ROLE and agency and agency.mailbox else []
        for mailboxes in (listed, own):
            if usable := _usable(mailboxes):
                return usable
    return ()


def rung_recipients(
    reference: Reference, province: Province, agency_code: str | None, day: date, role: str
) -> tuple[str, ...]:
    """Who is told about an agency's delay: its leaders (else its parent's); the province's own office."""
    return find_recipients(reference, province.province if role == OFFICE else agency_code, day, role)


def technicians(reference: Reference, province: Province, day: date) -> tuple[str, ...]:
    """Everybody listed as a technician, else the engineers of the province file."""
    listed = _usable(one.mailbox for one in _holding(reference, TECHNICIANS, day))
    return listed or _usable(province.engineers)


def engineers(province: Province) -> tuple[str, ...]:
    return _usable(province.engineers)


def _holding(reference: Reference, role: str, day: date) -> Iterator[Contact]:
    for one in reference.contacts:
        if one.role == role and (one.valid_from or date.min) <= day <= (one.valid_to or date.max):
            yield one


def _usable(mailboxes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({box.strip() for box in mailboxes if is_mailbox(box.strip())}))


def _upwards(reference: Reference, agency_code: str | None) -> Iterator[str]:
    seen: set[str] = set()
    while agency_code and agency_code not in seen:
        seen.add(agency_code)
        yield agency_code
        agency_code = reference.agencies.parent(agency_code)


def to_whom(receiver: str) -> str:
    """A receiver of the ledger in words.

    >>> to_whom("H44.05:lanh_dao"), to_whom(":engineers")
    ('Lãnh đạo H44.05', 'Kỹ sư vận hành')
    """
    code, role = split_receiver(receiver)
    return f"{_ROLES.get(role, role)} {code}".strip()
