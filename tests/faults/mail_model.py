"""Which mails a night has to have, said in plain Python from the rules alone: digest on change, quiet days, ladder.

Days are numbers of nights (`sixty_nights.FIRST` is 0), names are "code kind". What went out earlier is taken from the
send ledger, which the test compares with the mail server's own list; everything else follows from the world.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.faults.sixty_nights import AGENCIES, FIRST
from tests.faults.world_files import LADDER, NOBODY, REMEDY, REMIND
from tests.unit.warehouse.life_model import STANDS

OFF = {date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)}
WORKED = {date(2026, 8, 22)}
TECHNICAL = ":technical"
Lives = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Expected:
    """One mail: name -> what the workbook says of it since the last mail; codes put right since then."""

    items: Mapping[str, str] = field(default_factory=dict)
    resolved: frozenset[str] = frozenset()


@dataclass
class MailModel:
    """What has become of everything, and what was told to whom."""

    partial: set[int] = field(default_factory=set)
    found: dict[str, int] = field(default_factory=dict)  # name -> night it was found, or found again
    resolved: dict[str, int] = field(default_factory=dict)  # name -> night that proved it put right, while it stays so
    ledger: dict[int, dict[str, str]] = field(default_factory=dict)  # night -> receiver -> state
    climbed: dict[int, set[tuple[str, str]]] = field(default_factory=dict)  # night -> (receiver, name)

    def see(self, night: int, before: Lives, after: Lives, *, partial: bool) -> None:
        """A night: how everything stood before it and stands after it."""
        if partial:
            self.partial.add(night)
        for name, life in after.items():
            was = before.get(name, {"state": "", "back": -1})
            if life["state"] == "resolved" and was["state"] != "resolved":
                self.resolved[name] = night
            if was["back"] < life["back"]:
                self.found[name] = night
                self.resolved.pop(name, None)

    def take_back(self, name: str, night: int) -> None:
        """A person took a word back after that night: the next one sees it as found again."""
        self.found[name] = night + 1

    def expected(self, night: int, seen: Collection[str], lives: Lives) -> dict[str, Expected]:
        """Receiver -> mail of the night; without the engineers' own."""
        if not works(night + 1):
            return {}
        unseen = {name for name, life in lives.items() if life["state"] in STANDS and name not in seen}
        shown = sorted(name for name in seen if lives[name]["state"] != "accepted")
        technical = [name for name in shown if name.endswith(" missing_on_portal")]
        mails: dict[str, Expected] = {}
        for agency in AGENCIES:
            todo = [name for name in shown if name.startswith(f"{agency}-") and name not in technical]
            if agency != NOBODY:
                own = self._own(night, agency, todo, lives) if todo else self._closing(night, agency, unseen, lives)
                mails |= {agency: own} if own else {}
            for role in LADDER:
                late = self._late(night, agency, role, todo)
                if late and (role != "lanh_dao" or agency != NOBODY):
                    mails[f"{agency}:{role}"] = Expected(dict.fromkeys(late, ""))
        if technical and self._is_due(night, TECHNICAL, [lives[name]["first"] for name in technical]):
            mails[TECHNICAL] = Expected(dict.fromkeys(technical, ""))
        return mails

    def _is_due(self, night: int, receiver: str, days: Iterable[int]) -> bool:
        last = max(self._sent(receiver, night), default=None)
        return last is None or any(day > last for day in days) or working_days(last, night) >= REMIND

    def _own(self, night: int, agency: str, todo: list[str], lives: Lives) -> Expected | None:
        sent = self._sent(agency, night)
        last = max(sent, default=None)
        resolved = self._resolved(night, agency, sent)
        items, has_news = {}, bool(resolved)
        for name in todo:
            told = self._told(name, sent)
            act_by = add_working(night if told is None else told, REMEDY)
            if told is None:
                items[name], has_news = ("Lệch trở lại" if lives[name]["back"] else "Mới"), True
            elif act_by <= night:
                items[name], has_news = "Quá hạn xử lý", has_news or last is None or act_by > last
            else:
                items[name] = "Còn mở"
        is_due = last is None or has_news or working_days(last, night) >= REMIND
        return Expected(items, resolved) if is_due else None

    def _closing(self, night: int, agency: str, unseen: set[str], lives: Lives) -> Expected | None:
        """Thanks, where all it was told of is put right and it has not been told so, nor perhaps been told."""
        own = [name for name in unseen if name.startswith(f"{agency}-") and not name.endswith(" missing_on_portal")]
        if own or night in self.partial:
            return None
        sent, perhaps = self._sent(agency, night), self._sent(agency, night, "unknown")
        since = max((one for one in (*sent, *perhaps) if one not in self.partial), default=-1)
        codes = {
            name.split()[0]
            for name, day in self.resolved.items()
            if name.startswith(f"{agency}-") and not name.endswith(" missing_on_portal") and day > since
            and any(lives[name]["opened"] <= one < day for one in sent)
        }  # fmt: skip
        return Expected({}, frozenset(codes)) if codes else None

    def _resolved(self, night: int, agency: str, sent: list[int]) -> frozenset[str]:
        if night in self.partial:
            return frozenset()
        last = max((one for one in sent if one not in self.partial), default=night - 1)
        return frozenset(
            name.split()[0]
            for name, day in self.resolved.items()
            if name.startswith(f"{agency}-") and day > last and not name.endswith(" missing_on_portal")
        )

    def _late(self, night: int, agency: str, role: str, todo: list[str]) -> list[str]:
        sent, late = self._sent(agency, night), []
        for name in todo:
            told = self._told(name, sent)
            since = self.found[name] if told is None and not self._can_be_reached(agency, night) else told
            if since is None or working_days(since, night) < LADDER[role]:
                continue
            if not any(name in self._reached(agency, role, day) for day in range(self.found[name], night)):
                late.append(name)
        return late

    def _can_be_reached(self, agency: str, night: int) -> bool:
        """It has a mailbox, and the last mail to it was not refused."""
        states = [self.ledger[day][agency] for day in sorted(self.ledger) if day < night and agency in self.ledger[day]]
        return agency != NOBODY and states[-1:] != ["refused"]

    def _reached(self, agency: str, role: str, day: int) -> set[str]:
        receiver = f"{agency}:{role}"
        if self.ledger.get(day, {}).get(receiver) not in ("sent", "sending", "unknown"):
            return set()
        return {name for to, name in self.climbed.get(day, ()) if to == receiver}

    def _told(self, name: str, sent: list[int]) -> int | None:
        return next((day for day in sent if day >= self.found[name]), None)

    def _sent(self, receiver: str, night: int, state: str = "sent") -> list[int]:
        return [day for day in sorted(self.ledger) if day < night and self.ledger[day].get(receiver) == state]


def day_of(night: int) -> date:
    return FIRST + timedelta(days=night)


def works(night: int) -> bool:
    day = day_of(night)
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def working_days(after: int, until: int) -> int:
    """Working days after the one and up to the other."""
    return sum(works(night) for night in range(after + 1, until + 1))


def add_working(night: int, count: int) -> int:
    while count:
        night += 1
        count -= works(night)
    return night
