"""A small province over many nights whose truth is known: what differs, what a night may say about it, what people say.

The world changes at random; every night is written as the stages before `assess` leave it. What must follow is computed
here from the world itself, by the rules (§5, §8.6) and without the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from doisoat.model import VIETNAM, Side
from tests.unit.assess.nights import Night, Record, dossier, found, rejection
from tests.unit.warehouse.life_model import Seen

FIRST = date(2026, 8, 3)
DOSSIERS = 300
RULES_CHANGE, SCOPE_MOVES = 30, 42  # nights
OUTAGES, PARTIAL, SHRUNKEN = (12,), (18, 19, 47), (24,)
SCOPE = date(2026, 7, 1)  # from the night SCOPE_MOVES on
_MARGIN = timedelta(days=2)
AGENCIES = tuple(f"H44.{number:02}" for number in range(1, 13))
_CALM = 12  # dossiers, of the last two agencies, that seldom change
_STATUS = {"finished_not_synced", "status_lag"}
_PAIR = ("channel_mismatch", "due_at_mismatch", "lateness_disagreement")
_ABSENT = {"missing_on_portal", "missing_in_shop"}
_FIELDS = {
    "channel_mismatch": "KenhThucHien",
    "due_at_mismatch": "NgayHenTra",
    "lateness_disagreement": "NgayHenTra",
    "duplicate_in_shop": "MaHoSo",
}


@dataclass
class Case:
    """One dossier as both systems have it tonight."""

    code: str
    began_on: date
    agency: str = AGENCIES[0]
    is_calm: bool = False
    shop: bool = True
    portal: bool = True
    finished: bool = False  # in the shop
    told: str = "4"  # what the portal knows: 2, 4 or 9
    channel: bool = False  # differs
    due_days: int = 0  # by how many days the due dates differ
    clocks: bool = False  # they disagree
    twice: bool = False  # two rows in the shop that differ
    rejected: bool = False  # the portal's row could not be read tonight
    fresh: bool = False  # changed within the sync allowance
    unread: bool = False  # the portal's page with it was lost tonight

    @property
    def status(self) -> int:
        return 9 if self.finished else 4

    @property
    def on_portal(self) -> bool:
        """As far as tonight's reading goes."""
        return self.portal and not self.rejected and not self.unread

    @property
    def is_pair(self) -> bool:
        return self.shop and self.on_portal

    @property
    def agrees(self) -> bool:
        return str(self.status) == self.told


@dataclass
class World:
    """The province; `night` counts from 0."""

    random: Random
    night: int = -1
    cases: list[Case] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = [self._new(number) for number in range(DOSSIERS)]

    def _new(self, number: int) -> Case:
        began = date(2026, 6, 1) + timedelta(days=self.random.randrange(60))
        is_calm = number >= DOSSIERS - _CALM
        agency = AGENCIES[10 + number % 2 if is_calm else number % 10]
        return Case(f"{agency}-{began:%y%m%d}-{number:04}", began, agency, is_calm)

    @property
    def day(self) -> date:
        return FIRST + timedelta(days=self.night)

    @property
    def is_partial(self) -> bool:
        return self.night in PARTIAL

    @property
    def tolerance(self) -> int:
        """Days that due dates may differ; the rules change once."""
        return 3 if self.night >= RULES_CHANGE else 0

    @property
    def scope_from(self) -> date:
        return SCOPE if self.night >= SCOPE_MOVES else date(2025, 1, 1)

    def live(self) -> None:
        """One day goes by."""
        self.night += 1
        for case in self.cases:
            case.rejected, case.fresh = self.random.random() < 0.01, False
            case.unread = self.is_partial and self.random.random() < 0.06
            if self.random.random() < (0.05 if case.is_calm else 0.25):
                self._change(case)

    def _change(self, case: Case) -> None:
        what = self.random.choice(
            ("finish", "lag", "sync", "sync", "sync", "portal", "shop", "channel", "due", "clocks", "twice", "gone")
        )
        case.fresh = self.random.random() < 0.2 and what in ("finish", "lag")
        if what == "finish":
            case.finished = True
        elif what == "lag":
            case.told = self.random.choice(("2", "4"))
        elif what == "sync":
            case.told, case.portal, case.shop, case.twice = str(case.status), True, True, False
            case.channel, case.due_days, case.clocks = False, 0, False
        elif what == "portal":
            case.portal = not case.portal
        elif what == "shop":
            case.shop, case.twice = not case.shop, False
        elif what == "channel":
            case.channel = not case.channel
        elif what == "due" and not case.clocks:
            case.due_days = self.random.choice((0, 2, 10))
        elif what == "clocks" and case.finished and not case.due_days:
            case.clocks = not case.clocks
        elif what == "twice":
            case.twice = case.shop and not case.twice
        elif what == "gone" and self.random.random() < 0.3:
            case.shop = case.portal = case.twice = False

    def is_lone_in_scope(self, case: Case) -> bool:
        return case.began_on > self.scope_from + _MARGIN

    def differs(self, case: Case) -> set[str]:
        """Kinds that the comparison emits about one dossier."""
        if case.rejected or not (case.shop or case.on_portal):
            return set()
        if case.twice:
            return {"duplicate_in_shop"}
        if not case.shop:
            return {"missing_in_shop"} if self.is_lone_in_scope(case) else set()
        if not case.on_portal:
            is_missing = not self.is_partial and self.is_lone_in_scope(case)
            return {"missing_on_portal"} if is_missing else set()
        kinds = set()
        if not case.agrees and not case.fresh:
            kinds.add("finished_not_synced" if case.finished else "status_lag")
        if case.channel:
            kinds.add("channel_mismatch")
        if case.due_days > self.tolerance:
            kinds.add("due_at_mismatch")
        elif case.agrees and case.clocks:
            kinds.add("lateness_disagreement")
        return kinds

    def proves(self, case: Case, kind: str, emitted: set[str]) -> str | None:
        """What tonight proves about a kind that is not emitted; None = nothing."""
        if self.is_partial or case.rejected or case.twice:
            return None
        if not case.shop and not case.portal:
            return "gone" if self.is_lone_in_scope(case) else "left_scope"
        if kind == "duplicate_in_shop":
            return "resolved" if case.shop else None
        if kind in _ABSENT and not case.is_pair and not self.is_lone_in_scope(case):
            return "left_scope"
        if emitted & _ABSENT:
            return "superseded"
        if kind in _ABSENT:
            return "resolved" if case.is_pair else None
        if not case.is_pair:
            return None
        if kind in _STATUS:
            return "superseded" if emitted & _STATUS else "resolved" if case.agrees else None
        if kind == "lateness_disagreement":
            if emitted & (_STATUS | {"due_at_mismatch"}):
                return "superseded"
            return "resolved" if case.agrees else None
        return "resolved"

    def truth(self) -> Seen:
        """Tonight for the model: what is seen, and what is proved about everything else."""
        seen, findings = set(), {}
        for case in self.cases:
            emitted = self.differs(case)
            seen |= {name_of(case, kind) for kind in emitted}
            for kind in {*_STATUS, *_PAIR, *_ABSENT, "duplicate_in_shop"} - emitted:
                if word := self.proves(case, kind, emitted):
                    findings[name_of(case, kind)] = word
        return Seen(frozenset(seen), findings)

    def write(self) -> Night:
        """Tonight as the stages before `assess` leave it."""
        return Night(
            on=self.day,
            rules=f"{self.tolerance} days",
            discrepancies=[_row(case, kind) for case in self.cases for kind in sorted(self.differs(case))],
            shop=[row for case in self.cases if case.shop for row in _shop_rows(case)],
            portal=[_portal_row(case) for case in self.cases if case.on_portal],
            rejections=[rejection(Side.PORTAL, case.code) for case in self.cases if case.rejected],
            partial=self.is_partial,
        )


def name_of(case: Case, kind: str) -> str:
    """How the model calls a discrepancy."""
    return f"{case.code} {kind}"


def _shop_rows(case: Case) -> Iterator[Record]:
    yield dossier(case.code, case.status, received_at=_received(case))
    if case.twice:
        yield dossier(case.code, 2, received_at=_received(case))


def _portal_row(case: Case) -> Record:
    return dossier(case.code, int(case.told), received_at=_received(case))


def _received(case: Case) -> datetime:
    return datetime.combine(case.began_on, time(8), VIETNAM)


def _row(case: Case, kind: str) -> Record:
    other: dict[str, Any] = {"field": _FIELDS.get(kind, "TrangThaiHoSo")}
    return found(case.code, kind, "differing" if kind == "duplicate_in_shop" else "", **other)
