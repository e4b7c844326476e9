"""Only what changed in a listing since an earlier landing, proved to be all by the source's own totals.

Pages come newest change first; one that lies wholly before the watermark (less a lag) ends the reading. Then the
source must count as many records as are known: those of the base and those read now. It counts more: read the front
once more. It counts fewer: something was deleted; where it counts by month of reception, only the months that differ
are read whole, and what they no longer show is gone. A deletion is never concluded from anything less. Whatever stays
open is answered by reading everything, in the same night.
"""

from __future__ import annotations

import calendar
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Protocol, runtime_checkable

from doisoat.land.items import OWN_ID, UPDATED
from doisoat.land.shops.notes import Notes
from doisoat.land.shops.paging import ListedPage, Listing, PagedSource
from doisoat.land.source import Listed, Page
from doisoat.store.chain import Base
from doisoat.store.known_records import NO_MONTH, KnownRecords, known_records

_LOG = logging.getLogger(__name__)
_MOST_REREAD = 0.5  # of all records; if more would have to be read again, all are

_NOT_BY_CHANGE = "nguồn không liệt kê hồ sơ theo thời điểm thay đổi, mới nhất trước"
_CLOCK_WENT_BACK = "đồng hồ của nguồn lùi về trước lần đọc trước"
_TOTALS_DIFFER = "tổng số của nguồn không khớp với số hồ sơ đã biết"


@runtime_checkable
class MonthlyListing(Listing, Protocol):
    """A listing that can also be asked for the records received in one month (from its first to its last second)."""

    def month_total(self, first: datetime, last: datetime) -> int: ...

    def month_page(self, first: datetime, last: datetime, number: int) -> ListedPage: ...


class _ReadAll(Exception):
    """Changes alone do not suffice; says why, in Vietnamese."""


class DeltaSource(PagedSource):
    """A `Source` that goes on from a base. `business_date` names its pages, so that no two nights' are alike."""

    def __init__(
        self,
        listing: Listing,
        base: Base,
        *,
        business_date: str,
        concurrency: int,
        clock: Callable[[], datetime],
        notes: Notes,
        lag_minutes: int,
    ):
        super().__init__(listing, concurrency=concurrency, clock=clock, notes=notes, lag_minutes=lag_minutes)
        self._base = base
        self._since = base.since(timedelta(minutes=lag_minutes)).isoformat(timespec="milliseconds")
        self._prefix = business_date
        self._gone: frozenset[int] = frozenset()
        self._reread: tuple[str, ...] = ()
        self._why_full = ""

    @property
    def _may_end_early(self) -> bool:
        """A part of the changes is no state: the source is asked again later, from the page it stopped at."""
        return bool(self._why_full)

    def _listed(self) -> Listed:
        return Listed(
            "full" if self._why_full else "delta",
            self._records,
            self._is_followable,
            self._gone,
            self._reread,
            self._why_full,
        )

    def _read(self, done: frozenset[str]) -> Iterator[Page]:
        try:
            yield from self._changes(done)
        except _ReadAll as error:
            self._why_full = str(error)
            _LOG.info("%s: reading everything: %s", self.address, error)
            self._gone, self._reread = frozenset(), ()
            yield from super()._read(done)

    def _changes(self, done: frozenset[str]) -> Iterator[Page]:
        before = self._count()
        self._require_clock()
        with known_records(self._base.record_files) as known:
            yield from self._front("page", known, done)
            after = self._count()
            if before != after or after > self._known(known):
                yield from self._front("pass2-page", known, done)
                before, after = after, self._count()
            if before == after and after < self._known(known):
                yield from self._missing(known, done)
                after = self._count()
            if not before == after == self._known(known):
                raise _ReadAll(_TOTALS_DIFFER)

    def _require_clock(self) -> None:
        now = self._notes.first_answer
        if now is not None and now < self._base.extracted_at:
            raise _ReadAll(_CLOCK_WENT_BACK)

    def _known(self, known: KnownRecords) -> int:
        return sum(known.months(self._records, self._gone).values())

    def _front(self, stem: str, known: KnownRecords, done: frozenset[str]) -> Iterator[Page]:
        """Pages from the newest change on, until one lies wholly before the watermark."""
        oldest: str | None = None
        for number in count():
            name = f"{self._prefix}-{stem}-{number:06d}"
            yield from self._one(name, done, partial(self._changed, known, number))
            note = self._notes.page(name)
            if note is None or not note.is_followable or (oldest and note.updated_to and note.updated_to > oldest):
                raise _ReadAll(_NOT_BY_CHANGE)
            if note.is_last or not note.updated_to or note.updated_to < self._since:
                return
            oldest = note.updated_from

    def _changed(self, known: KnownRecords, number: int) -> ListedPage:
        """A page without the known records whose last change lies before the watermark: they stand as they are."""
        listed = self._listing.page(number)
        own = zip(listed.records.values(OWN_ID), listed.records.values(UPDATED), strict=True)
        old = {
            self._notes.digest(identity): place
            for place, ((own_id, updated), identity) in enumerate(zip(own, listed.identities, strict=True))
            if own_id is not None and (updated or "~") < self._since
        }
        stand = {old[digest] for digest in known.among(old)}
        kept = [place for place in range(len(listed.records)) if place not in stand]
        identities = [listed.identities[place] for place in kept]
        return replace(listed, records=listed.records.picked(kept), identities=identities)

    def _one(self, name: str, done: frozenset[str], fetch: Callable[[], ListedPage]) -> Iterator[Page]:
        """A page, unless an interrupted reading has it; then what it noted counts."""
        if name not in done:
            yield self._hand_over(name, fetch(), None)
        elif note := self._notes.page(name):
            self._count_in(note, None)
            self._pages_read += 1

    def _missing(self, known: KnownRecords, done: frozenset[str]) -> Iterator[Page]:
        """Read the months whose totals differ; what they do not show any more is gone."""
        listing, counts = self._listing, known.months(self._records)
        if not isinstance(listing, MonthlyListing):
            raise _ReadAll(_TOTALS_DIFFER)
        differing = [
            month
            for month, records in sorted(counts.items())
            if month != NO_MONTH and listing.month_total(*bounds(month)) != records
        ]
        if not differing or sum(counts[month] for month in differing) > _MOST_REREAD * sum(counts.values()):
            raise _ReadAll(_TOTALS_DIFFER)
        for month in differing:
            yield from self._month(listing, month, done)
        self._gone = known.unseen(self._records, differing)
        self._reread = tuple(map(_spelled, differing))

    def _month(self, listing: MonthlyListing, month: int, done: frozenset[str]) -> Iterator[Page]:
        """All pages of one month; its total must be what was read."""
        total, seen = listing.month_total(*bounds(month)), set[int]()
        for number in range(-(-total // listing.page_size)):
            name = f"{self._prefix}-month-{_spelled(month)}-{number:06d}"
            yield from self._one(name, done, partial(listing.month_page, *bounds(month), number))
            note = self._notes.page(name)
            seen.update(note.records if note else ())
        if not len(seen) == total == listing.month_total(*bounds(month)):
            raise _ReadAll(_TOTALS_DIFFER)


def bounds(month: int) -> tuple[datetime, datetime]:
    """First and last second of a month like 202608, local time without a zone."""
    year, number = divmod(month, 100)
    first = datetime(year, number, 1)
    return first, first.replace(day=calendar.monthrange(year, number)[1], hour=23, minute=59, second=59)


def _spelled(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}"
