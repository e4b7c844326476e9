"""A mail to somebody who has to know, not to do an agency's work: paragraphs and tables; data only, no markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from doisoat.store.work_items import WorkItem


@dataclass(frozen=True)
class Table:
    """A heading, what it means, and rows of plain texts below column names."""

    heading: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Notice:
    """Everything such a mail says."""

    receiver: str  # as the ledger names it
    agency_name: str  # whom it is about
    greeting: str
    subject: str
    lead: tuple[str, ...]
    tables: tuple[Table, ...]
    as_of: datetime
    items: tuple[WorkItem, ...] = ()  # attached as a list
    meant: tuple[str, ...] = ()  # passages that look personal and are meant to stand in it: official mailboxes
