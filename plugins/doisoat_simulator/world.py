"""The world behind both systems: every dossier on one business date, and the truth about it.

Continuity. Lives and plants are drawn from the seed by arrival day and slot, never by the business date.
Inside one half of a calendar year, the world of a later date therefore contains every dossier of an earlier
one under the same code, further on in its life; planted faults last until their own day and are followed
by others. The number of dossiers is exact on 3 March and 3 September and grows from day to day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from itertools import pairwise

from doisoat_simulator.draw import Draw, at
from doisoat_simulator.lives import Row, end_of, face
from doisoat_simulator.ordinary import ordinary
from doisoat_simulator.people import canaries
from doisoat_simulator.plants import PLANTS
from doisoat_simulator.plants.base import Plant, Scene, Story
from doisoat_simulator.spelling import plain_code
from doisoat_simulator.workdays import workdays

VIETNAM = timezone(timedelta(hours=7))
FIRST_DATE, LAST_DATE = date(2026, 1, 1), date(2027, 6, 30)
WINDOW_DAYS, TAIL_SHARE = 120, 0.08


@dataclass(frozen=True, slots=True)
class Truth:
    """One discrepancy that must be found."""

    dossier_code: str
    kind: str
    subtype: str
    plant: str
    in_flight: bool


@dataclass(frozen=True)
class World:
    """Both sides on one business date. ``truth`` is what a correct comparison finds before any recheck."""

    dossiers: int
    seed: int
    business_date: date
    shop_rows: list[Row]
    portal_rows: list[Row]
    truth: tuple[Truth, ...]
    secret_codes: frozenset[str]
    expected_rejections: Mapping[str, Mapping[str, int]]
    expected_unknown: frozenset[str]
    fresh_shop_rows: Mapping[str, Row]
    fresh_portal_rows: Mapping[str, Row]
    distinct_dossiers: int
    _index: dict[str, dict[str, list[Row]]] = field(default_factory=dict, repr=False)

    @property
    def as_of(self) -> datetime:
        """The last second of the business date."""
        return end_of(self.business_date).replace(tzinfo=VIETNAM)

    @property
    def canaries(self) -> tuple[str, ...]:
        """Personal values of the world, and the marks they carry."""
        return canaries()

    def look_up_shop(self, code: str) -> Row | list[Row] | None:
        """The shop's answer about one code: a row, several if the code is repeated, or nothing."""
        return _answer(self.look_up_all("shop", code))

    def look_up_portal(self, code: str) -> Row | list[Row] | None:
        """The portal's answer about one code: a row, several if the code is repeated, or nothing."""
        return _answer(self.look_up_all("portal", code))

    def look_up_all(self, side: str, code: str) -> list[Row]:
        """All rows a side has under a code, a moment after the listing; several if it is duplicated."""
        key = plain_code(code)
        fresh = self.fresh_shop_rows if side == "shop" else self.fresh_portal_rows
        if key in fresh:
            return [fresh[key]]
        if side not in self._index:
            rows = self.shop_rows if side == "shop" else self.portal_rows
            self._index[side] = _indexed(rows)
        return self._index[side].get(key, [])


def _answer(rows: list[Row]) -> Row | list[Row] | None:
    return rows[0] if len(rows) == 1 else rows or None


def _indexed(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(plain_code(str(row["MaHoSo"] or "")), []).append(row)
    return found


@dataclass(slots=True)
class _Ledger:
    """What gathers while the world is put together."""

    seed: int
    today: date
    shop: list[Row] = field(default_factory=list)
    portal: list[Row] = field(default_factory=list)
    truth: list[Truth] = field(default_factory=list)
    secret: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    rejections: dict[str, Counter[str]] = field(default_factory=lambda: {"shop": Counter(), "portal": Counter()})
    fresh_shop: dict[str, Row] = field(default_factory=dict)
    fresh_portal: dict[str, Row] = field(default_factory=dict)
    count: int = 0

    def add(self, code: str, plant: str, story: Story | None, shop: Row) -> None:
        """Put one dossier on both sides, spoiled if its time has come."""
        self.count += 1
        portal = shop.copy()
        portal["updated_at"] = shop["updated_at"] + timedelta(minutes=7)
        shop["source_id"] = self.source_id("shop", code)
        portal["source_id"] = self.source_id("portal", code)
        if story is None or self.today < story.starts:
            self.shop.append(shop)
            self.portal.append(portal)
            return
        scene = Scene(code, self.today, [shop], [portal])
        touched = at(min(story.fixed_on, self.today), 6)
        if self.today < story.fixed_on:
            touched = at(story.starts, 6)
            story.spoil(scene)
        for row in (*scene.shop, *scene.portal):
            row["updated_at"] = max(row["updated_at"], touched)
        self._settle(scene, plant, story, (shop, portal))

    def source_id(self, side: str, code: str) -> str:
        """An identifier like those of the shop's software."""
        return sha256(f"{self.seed}/{side}/{code}".encode()).hexdigest()[:24]

    def _settle(self, scene: Scene, plant: str, story: Story, originals: tuple[Row, Row]) -> None:
        for side, rows in (("shop", scene.shop), ("portal", scene.portal)):
            for number, row in enumerate(rows):
                if row is not originals[0] and row is not originals[1]:
                    row["source_id"] = self.source_id(side, f"{scene.code}#{number}")
        self.shop += scene.shop
        self.portal += scene.portal
        keys = {plain_code(str(row["MaHoSo"] or "")) for row in (*scene.shop, *scene.portal)}
        if story.secret:
            self.secret |= keys | {scene.code}
            return
        if scene.unknown:
            self.unknown |= keys
        for side, rule in scene.rejected:
            self.rejections[side][rule] += 1
        for kind, subtype in scene.expected:
            self.truth.append(Truth(scene.code, kind, subtype, plant, scene.in_flight))
        if scene.fresh_shop:
            self.fresh_shop[scene.code] = scene.fresh_shop
        if scene.fresh_portal:
            self.fresh_portal[scene.code] = scene.fresh_portal


def _generation(day: date) -> tuple[date, date]:
    """First day of the half-year, and the day on which its world has its nominal size."""
    first_half = day.month <= 6
    return date(day.year, 1 if first_half else 7, 1), date(day.year, 3 if first_half else 9, 3)


def _instances(plant: Plant, dossiers: int, seed: int, until: date) -> Iterator[Story]:
    start = _generation(until)[0]
    slots = plant.count(dossiers)
    for slot in range(slots):
        first = start - timedelta(days=plant.every - 1 - slot * plant.every // slots)
        turn = 0
        while (opens := first + timedelta(days=turn * plant.every)) <= until + timedelta(days=plant.lead):
            key = f"{seed}/{plant.name}/{slot}/{opens.isoformat()}"
            draw = Draw(key, date(start.year - 1, 1, 1))
            made = plant.tell(draw, opens, opens + timedelta(days=plant.open_days), slot + turn)
            if not plant.once and made.life.arrival < opens - timedelta(days=plant.lead):
                raise AssertionError(f"{plant.name}: dossier begins too early, raise its lead")
            if made.life.arrival <= until:
                yield made
            if plant.once:
                break
            turn += 1


def _planted(dossiers: int, seed: int, until: date) -> dict[date, list[tuple[str, Story]]]:
    found: dict[date, list[tuple[str, Story]]] = {}
    for plant in PLANTS.values():
        for made in _instances(plant, dossiers, seed, until):
            found.setdefault(made.life.arrival, []).append((plant.name, made))
    return found


def _quotas(total: int, seed: int, today: date) -> list[tuple[date, int]]:
    """How many ordinary dossiers arrive on each working day up to today."""
    anchor = _generation(today)[1]
    window = anchor - timedelta(days=WINDOW_DAYS)
    tail = workdays().between(date(anchor.year - 1, 1, 6), window - timedelta(days=1))
    main = workdays().between(window, anchor)
    old = int(total * TAIL_SHARE)
    rest = total - old
    days = [*_spread(tail, old), *_spread(main, rest)]
    later = workdays().between(anchor + timedelta(days=1), max(today, anchor))
    rate = rest / len(main)
    days += [(day, int((n + 1) * rate) - int(n * rate)) for n, day in enumerate(later)]
    return [(day, count) for day, count in days if day <= today]


def _spread(days: list[date], total: int) -> list[tuple[date, int]]:
    marks = [total * n // len(days) for n in range(len(days) + 1)]
    return [(day, high - low) for day, (low, high) in zip(days, pairwise(marks), strict=True)]


def _numbered(counters: dict[tuple[str, date], int], agency: str, day: date) -> str:
    number = counters.get((agency, day), 0) + 1
    counters[agency, day] = number
    return f"{agency}-{day:%y%m%d}-{number:04d}"


def _check(dossiers: int, business_date: date) -> None:
    if not FIRST_DATE <= business_date <= LAST_DATE:
        raise ValueError(f"business date must lie between {FIRST_DATE} and {LAST_DATE}")
    if dossiers < 1000:
        raise ValueError("a world needs at least 1,000 dossiers to hold every plant")


def _fill(ledger: _Ledger, stories: dict[date, list[tuple[str, Story]]], quotas: list[tuple[date, int]]) -> None:
    counters: dict[tuple[str, date], int] = {}
    ordinary_days = dict(quotas)
    for day in sorted({*stories, *ordinary_days}):
        draw = Draw(f"{ledger.seed}/ordinary/{day.isoformat()}")
        for _ in range(ordinary_days.get(day, 0)):
            life = ordinary(draw, day)
            code = _numbered(counters, life.agency, day)
            ledger.add(code, "", None, face(life, code, ledger.today))
        for name, made in stories.pop(day, []):
            code = _numbered(counters, made.life.agency, day)
            ledger.add(code, name, made, face(made.life, code, ledger.today))


def build_world(dossiers: int, seed: int, business_date: date) -> World:
    """Both systems as they stand at the end of a business date; the same arguments give the same world."""
    _check(dossiers, business_date)
    anchor = _generation(business_date)[1]
    stories = _planted(dossiers, seed, max(anchor, business_date))
    planted = sum(len(found) for day, found in stories.items() if day <= anchor)
    ledger = _Ledger(seed, business_date)
    present = {day: found for day, found in stories.items() if day <= business_date}
    del stories
    _fill(ledger, present, _quotas(max(dossiers - planted, dossiers // 20), seed, business_date))
    return _sealed(ledger, dossiers)


def _sealed(ledger: _Ledger, dossiers: int) -> World:
    ledger.portal.sort(key=lambda row: str(row["source_id"]))
    rejections = {side: dict(sorted(found.items())) for side, found in ledger.rejections.items()}
    order = sorted(ledger.truth, key=lambda item: (item.dossier_code, item.kind, item.subtype))
    return World(
        dossiers,
        ledger.seed,
        ledger.today,
        ledger.shop,
        ledger.portal,
        tuple(order),
        frozenset(ledger.secret),
        rejections,
        frozenset(ledger.unknown),
        ledger.fresh_shop,
        ledger.fresh_portal,
        ledger.count,
    )
