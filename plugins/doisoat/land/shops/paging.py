"""A listing read page by page: several pages in flight, handed over in order, proved complete or not.

The source's own protocol is a `Listing` (iGate, OpenCPS); here is only what all listings have in common.
Pages drift while they are read: a dossier that changes moves, and another one slips through or shows twice. So a
listing counts as complete only if its total before and after equals the distinct ids read; else every page is
read once more (`pass2-page-…`, of which only new ids land); else the landing is incomplete and says why.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from doisoat.errors import SourceUnavailable
from doisoat.land.items import OWN_ID, UPDATED, sortable
from doisoat.land.record_columns import RecordColumns
from doisoat.land.shops.notes import Notes, PageNote
from doisoat.land.source import Closing, Listed, Page

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_EMPTY_DATES = ("0001-01-01", "1900-01-01")  # of .NET and of spreadsheets
_TOTALS_DIFFER = (
    "Nguồn báo có {total} hồ sơ nhưng sau hai lượt đọc chỉ nhận được {read} hồ sơ khác nhau; "
    "phần chênh lệch chưa đọc được."
)
_BROKE_OFF = "Nguồn ngừng trả lời sau khi đã đọc {pages} trang; phần còn lại chưa đọc được."
_UNPROVED = "Đã đọc đến trang cuối nhưng nguồn không trả lời khi hỏi lại tổng số nên không chứng minh được là đủ."


@dataclass(frozen=True)
class ListedPage:
    """One page as the source gave it. `identities` are the records' own ids; one that has none gets its content's."""

    records: RecordColumns
    identities: Sequence[str]
    columns: frozenset[str]
    updated_to: str | None  # greatest change time on the page, ISO +07:00
    is_last: bool


class Listing(Protocol):
    """One source's way of listing. `page` is called from several threads."""

    @property
    def kind(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def page_size(self) -> int: ...

    @property
    def observed_at(self) -> datetime | None:
        """The source's clock at its first answer."""

    def total(self) -> int:
        """How many records the source says it has now."""

    def page(self, number: int) -> ListedPage:
        """One page, 0-based."""

    def stop(self) -> None:
        """Let no further call go out."""


class PagedSource:
    """A `Source` over a listing. `clock` (tz-aware now) stands in where the source sends no `Date`."""

    def __init__(
        self,
        listing: Listing,
        *,
        concurrency: int,
        clock: Callable[[], datetime],
        notes: Notes | None = None,
        lag_minutes: int = 60,
    ):
        self.kind = listing.kind
        self.address = listing.address
        self._listing = listing
        self._concurrency = concurrency
        self._clock = clock
        self._notes = notes or Notes()
        self._lag_minutes = lag_minutes  # a later reading from the watermark goes back this far
        self._records: dict[int, int] = {}
        self._is_followable = True
        self._pages_read = 0
        self._updated_to: str | None = None
        self._total: int | None = None
        self._reasons: tuple[str, ...] = ()

    @property
    def observed_at(self) -> datetime | None:
        """The source's clock at the first answer of this process, None before it."""
        return self._listing.observed_at

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        """Every page not in `done`, in order; see `Source` for what is raised and what ends the iteration."""
        self._notes.begin(resumed=bool(done))
        try:
            yield from self._read(done)
        except SourceUnavailable as error:
            if self._pages_read == 0 or not self._may_end_early:
                raise
            _LOG.warning("%s: broke off after %d pages: %s", self.address, self._pages_read, error)
            self._reasons = (self._reasons or (_BROKE_OFF.format(pages=self._pages_read),))[:1]
        finally:
            self._listing.stop()

    def closing(self) -> Closing:
        """Complete or why not, the source's clock, its total, and how far its changes were read."""
        watermark = {"updated_to": self._updated_to, "lag_minutes": self._lag_minutes} if self._updated_to else None
        extracted_at = self._notes.first_answer or self._clock()
        reasons = self._reasons
        return Closing(extracted_at, not reasons, reasons, self._total, watermark, listed=self._listed())

    @property
    def _may_end_early(self) -> bool:
        """What was read before the source fell silent is worth something by itself."""
        return True

    def _listed(self) -> Listed:
        return Listed("full", self._records, self._is_followable)

    def _read(self, done: frozenset[str]) -> Iterator[Page]:
        before = self._count()
        yield from self._pass("page", before, done)
        after = self._recount()
        if before == after == len(self._records):
            return
        _LOG.info("%s: total %d, then %d, ids read %d: reading again", self.address, before, after, len(self._records))
        second: set[int] = set()
        yield from self._pass("pass2-page", after, done, second)
        last = self._recount()
        self._is_followable &= last == len(self._records)  # else one that is gone has landed
        if not (after == last and last in (len(self._records), len(second))):
            self._reasons = (_TOTALS_DIFFER.format(total=last, read=len(self._records)),)

    def _count(self) -> int:
        self._total = self._listing.total()
        self._notes.observe(self._listing.observed_at)
        return self._total

    def _recount(self) -> int:
        try:
            return self._count()
        except SourceUnavailable:
            self._reasons = (_UNPROVED,)
            raise

    def _pass(self, prefix: str, total: int, done: frozenset[str], second: set[int] | None = None) -> Iterator[Page]:
        """All pages once. In a second pass (`second` takes its ids) only records with new ids are handed over."""
        known = {name for name in done if name.startswith(f"{prefix}-")}
        if self._take_over(known, second):
            return
        expected = max(1, -(-total // self._listing.page_size))
        missing = (number for number in range(expected) if _name(prefix, number) not in known)
        with closing(read_ahead(self._listing.page, missing, self._concurrency)) as listed_pages:
            for number, listed in listed_pages:
                yield self._hand_over(_name(prefix, number), listed, second)
                if listed.is_last:
                    return
        yield from self._beyond(prefix, max(expected, len(known)), second)

    def _beyond(self, prefix: str, number: int, second: set[int] | None) -> Iterator[Page]:
        """Pages the total did not promise (it was too low, or the listing grew), until one brings nothing new."""
        while True:
            listed, before = self._listing.page(number), len(self._records)
            yield self._hand_over(_name(prefix, number), listed, second)
            if listed.is_last or len(self._records) == before:
                return
            number += 1

    def _take_over(self, known: set[str], second: set[int] | None) -> bool:
        """Count what an interrupted reading handed over; whether it had come to the last page."""
        notes = [note for name in sorted(known) if (note := self._notes.page(name)) is not None]
        for note in notes:
            self._count_in(note, second)
        self._pages_read += len(known)
        return any(note.is_last for note in notes)

    def _hand_over(self, name: str, listed: ListedPage, second: set[int] | None) -> Page:
        digests = [self._notes.digest(identity) for identity in listed.identities]
        records = listed.records
        if second is not None:
            records = records.picked([row for row, digest in enumerate(digests) if digest not in self._records])
        note = note_of(listed, digests)
        self._notes.add(name, note)
        self._count_in(note, second)
        self._pages_read += 1
        return Page(name, records, listed.columns)

    def _count_in(self, note: PageNote, second: set[int] | None) -> None:
        self._records |= note.records
        self._is_followable &= note.is_followable
        if second is not None:
            second.update(note.records)
        self._updated_to = max(filter(None, (self._updated_to, note.updated_to)), default=None)


def note_of(listed: ListedPage, digests: Sequence[int]) -> PageNote:
    """What is to be remembered of a page whose ids have these digests."""
    months = map(month_of, listed.records.values("NgayTiepNhan"))
    own = zip(listed.records.values(OWN_ID), listed.records.values(UPDATED), strict=True)
    times = [None if own_id is None else time for own_id, time in own]
    dated = [time for time in times if time is not None]
    return PageNote(
        dict(zip(digests, months, strict=True)),
        listed.updated_to,
        listed.is_last,
        updated_from=min(dated, default=None),
        is_followable=len(dated) == len(times) and all(newer >= older for newer, older in pairwise(dated)),
    )


def month_of(received: Any) -> int:
    """The month of a time of reception, like 202608; 0 where it says none.

    >>> month_of("2026-08-31T17:00:00.000+0000"), month_of("?"), month_of(None)
    (202609, 0, 0)
    """
    local = None if received is None else sortable(received)
    return int(local[:4] + local[5:7]) if local and local[:10] not in _EMPTY_DATES else 0


def _name(prefix: str, number: int) -> str:
    return f"{prefix}-{number:06d}"


def read_ahead(fetch: Callable[[int], T], numbers: Iterable[int], concurrency: int) -> Generator[tuple[int, T]]:
    """Results in the order of `numbers`: at most `concurrency` in flight, as many again waiting to be taken."""
    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="page")
    pending: deque[tuple[int, Future[T]]] = deque()
    try:
        for number in numbers:
            pending.append((number, pool.submit(fetch, number)))
            if len(pending) >= 2 * concurrency:
                yield _first(pending)
        while pending:
            yield _first(pending)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _first(pending: deque[tuple[int, Future[T]]]) -> tuple[int, T]:
    number, future = pending.popleft()
    return number, future.result()
