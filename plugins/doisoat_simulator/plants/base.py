"""What a plant is: a recurring slot, a life drawn for it, and a spoiler that works for a while.

A slot always holds exactly one open instance: when one is put right, the next one begins. So the number of
open discrepancies does not depend on the business date, and every night some vanish and some appear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from doisoat_simulator.draw import Draw
from doisoat_simulator.lives import Life, Row
from doisoat_simulator.workdays import Workdays, workdays

FOREVER = date(9999, 12, 31)
FINISHED = (7, 8, 9, 10)


@dataclass(slots=True)
class Scene:
    """One planted dossier on one day: its rows on both sides, and what must be found about it."""

    code: str
    today: date
    shop: list[Row]
    portal: list[Row]
    expected: list[tuple[str, str]] = field(default_factory=list)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    unknown: bool = False
    in_flight: bool = False
    fresh_shop: Row | None = None
    fresh_portal: Row | None = None

    @property
    def s(self) -> Row:
        """The shop's row."""
        return self.shop[0]

    @property
    def p(self) -> Row:
        """The portal's row."""
        return self.portal[0]

    def side(self, name: str) -> Row:
        """The row of a side."""
        return self.s if name == "shop" else self.p

    def expect(self, kind: str, subtype: str = "") -> None:
        """Write the truth down."""
        self.expected.append((kind, subtype))

    def older(self, moment: datetime | None) -> bool:
        """Has the allowance of eight working hours run out by the end of this day?"""
        return moment is None or self.today >= workdays().older_from(moment)

    def reject(self, side: str, rule: str, *, hides: bool = True) -> None:
        """A row of a side cannot be read; nothing can then be said about the dossier."""
        self.rejected.append((side, rule))
        self.unknown = self.unknown or hides


Spoiler = Callable[[Scene], None]


@dataclass(slots=True)
class Story:
    """A life and the time in which something is wrong with it."""

    life: Life
    spoil: Spoiler
    starts: date
    fixed_on: date
    secret: bool = False


Tell = Callable[[Draw, date, date, int], Story]


@dataclass(frozen=True, slots=True)
class Plant:
    """A family of plants: how many slots at 20,000 dossiers, how long open, how early its dossiers begin.

    ``once``: one dossier a slot for good, from fixed dates, however long ago they are.
    """

    name: str
    tell: Tell
    slots: int
    least: int
    open_days: int
    every: int
    lead: int
    once: bool

    def count(self, dossiers: int) -> int:
        """Slots for a world of this size."""
        return max(self.least, -(-self.slots * dossiers // 20_000))


PLANTS: dict[str, Plant] = {}


def plant(
    slots: int, *, least: int = 3, open_days: int = 60, every: int = 0, lead: int = 150, once: bool = False
) -> Callable[[Tell], Tell]:
    """Register a function ``(draw, opens, closes, variant) -> Story`` under its own name."""

    def register(tell: Tell) -> Tell:
        name = tell.__name__
        PLANTS[name] = Plant(name, tell, slots, least, open_days, every or open_days, lead, once)
        return tell

    return register


def story(life: Life, spoil: Spoiler, opens: date, closes: date) -> Story:
    """Something that is wrong from one day until another."""
    return Story(life, spoil, max(opens, life.arrival), closes)


def from_arrival(life: Life, spoil: Spoiler, closes: date) -> Story:
    """Something that was wrong from the first day."""
    return Story(life, spoil, life.arrival, closes)


def behind(row: Row, status: int) -> None:
    """A side that has not heard of the last steps."""
    row["TrangThaiHoSo"] = status
    for name in ("NgayKetThucXuLy", "NgayTra", "DuongDanTepTinKetQua"):
        row[name] = None
    row["ThoiDiemXuLy"] = row["NgayTiepNhan"] or row["NgayNopHoSo"]
    if status == 1:
        row["NgayTiepNhan"] = row["NgayHenTra"] = None
        row["NgayNopHoSo"] = row["ThoiDiemXuLy"] = row["NgayNopHoSo"] or row["ThoiDiemXuLy"]


def ended(row: Row, status: int, moment: datetime) -> None:
    """A side that shows an end the other one does not."""
    row["TrangThaiHoSo"] = status
    row["NgayKetThucXuLy"] = row["ThoiDiemXuLy"] = moment
    row["NgayTra"] = moment if status == 10 else None
    row["DuongDanTepTinKetQua"] = "https://dvc.example/ket-qua.pdf" if status in (9, 10) else None


def other(side: str) -> str:
    """The opposite side."""
    return "portal" if side == "shop" else "shop"


def calendar() -> Workdays:
    """The calendar, for plants."""
    return workdays()
