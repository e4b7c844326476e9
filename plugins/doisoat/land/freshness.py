"""A live source is read only for the business date that has just ended.

Today's answer is not an old day's truth. The source's own clock decides (its `Date` header), ours only where it
tells none; so a replayed or simulated source is judged by the day it lives in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from doisoat.errors import ConfigError
from doisoat.land.source import Answer, Closing, LookUp, Page, Source
from doisoat.model import VIETNAM


def require_fresh(observed: datetime | None, business_date: date, *, late: bool) -> None:
    """ConfigError unless the clock stands on the business date or the day after it, or `late` was asked for."""
    if observed is None or late:
        return
    days = (observed.astimezone(VIETNAM).date() - business_date).days
    if days not in (0, 1):
        raise ConfigError(
            f"the source's clock says {observed.astimezone(VIETNAM):%Y-%m-%d %H:%M}, the run is about {business_date}; "
            "a live source only tells its present state. Run the date that has just ended, or give --late "
            "(the report says so)",
            key="DATE",
        )


@dataclass(frozen=True)
class FreshSource:
    """A live source that refuses a stale date as soon as it has told the time."""

    source: Source
    business_date: date
    late: bool

    @property
    def kind(self) -> str:
        return self.source.kind

    @property
    def address(self) -> str:
        return self.source.address

    @property
    def observed_at(self) -> datetime | None:
        return self.source.observed_at

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        """The pages of the source; ConfigError before the first one when the date is not its present."""
        for page in self.source.pages(done):
            require_fresh(self.source.observed_at, self.business_date, late=self.late)
            yield page

    def closing(self) -> Closing:
        return self.source.closing()


@dataclass(frozen=True)
class FreshLookUp:
    """A look-up that refuses a stale date as soon as it has told the time."""

    source: LookUp
    business_date: date
    late: bool

    @property
    def kind(self) -> str:
        return self.source.kind

    @property
    def address(self) -> str:
        return self.source.address

    @property
    def observed_at(self) -> datetime | None:
        return self.source.observed_at

    def look_up(self, code: str) -> Answer:
        """The answer of the look-up; ConfigError instead when the date is not its present."""
        answer = self.source.look_up(code)
        require_fresh(self.source.observed_at, self.business_date, late=self.late)
        return answer
