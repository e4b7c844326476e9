"""Near misses: dossiers that look wrong, about which nothing must be said."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from doisoat_simulator.draw import Draw, at, due_at
from doisoat_simulator.lives import Life, Row
from doisoat_simulator.plants.base import FOREVER, Scene, Spoiler, Story, from_arrival, plant, story
from doisoat_simulator.plants.lateness import set_due, supplement

_SIDES = ("shop", "portal")


def _life(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    return draw.done(opens, late=variant % 5 == 1) if variant % 2 else draw.ongoing(opens, closes)


def _withdrawn_early(draw: Draw, opens: date) -> Life:
    life = draw.refused(opens)
    assert life.finished is not None
    life.steps[-1] = (life.finished, 7)
    return life


@plant(30)
def lawfully_alone(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """On one side only, and rightly so: never accepted, withdrawn before, or another province's."""
    shape = variant % 4
    life = draw.refused(opens) if shape == 0 else draw.done(opens) if shape == 3 else _withdrawn_early(draw, opens)

    def spoil(scene: Scene) -> None:
        if shape < 2:
            scene.portal.clear()
            return
        scene.shop.clear()
        if shape == 3:
            scene.p["MaCoQuan"] = "H21.05"
            scene.p["MaHoSo"] = "H21.05" + scene.code.removeprefix(life.agency).replace("-", f"-{life.agency[4:]}-", 1)

    return from_arrival(life, spoil, closes)


@plant(6, least=2, once=True)
def before_scope(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Alone, but older than what both sides are read for."""
    life = draw.done(draw.scope_from)
    if variant % 3 == 2:
        life = draw.done(draw.calendar.shift(draw.scope_from, 12), returned=False)
        moment = at(draw.scope_from + timedelta(days=1), 10, 30)
        life.submitted = life.received = moment
        life.steps = [(moment, 2), *[step for step in life.steps if step[1] > 2 and step[0] > moment]]

    def spoil(scene: Scene) -> None:
        (scene.portal if variant % 2 else scene.shop).clear()

    return from_arrival(life, spoil, FOREVER)


@plant(8, least=2, once=True)
def valid_then(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A merged unit or an abolished procedure, in a dossier received while it was still in force."""
    if variant % 2:
        life = draw.done(date(2025, 6, 28))
        life.agency = draw.rng.choice(draw.province.legacy)[0]
        return from_arrival(life, lambda scene: None, FOREVER)
    life = draw.done(date(2025, 12, 20))
    life.procedure = next(item for item in draw.province.retired if item.ended == date(2025, 12, 31))
    return from_arrival(life, lambda scene: None, FOREVER)


def _nudge(name: str, seconds: int, side: str) -> Spoiler:
    def spoil(scene: Scene) -> None:
        scene.side(side)[name] = scene.side(side)[name] + timedelta(seconds=seconds)

    return spoil


def _cut(name: str, moment: time, side: str) -> Spoiler:
    def spoil(scene: Scene) -> None:
        row = scene.side(side)
        row[name] = datetime.combine(row[name].date(), moment)

    return spoil


def _only_return(scene: Scene) -> None:
    finished = scene.s["NgayKetThucXuLy"]
    scene.p["NgayKetThucXuLy"], scene.p["NgayTra"] = None, finished + timedelta(seconds=60)


@plant(60, open_days=40)
def within_tolerance(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Dates that differ by no more than they may."""
    side = _SIDES[variant // 10 % 2]
    shapes: tuple[Spoiler, ...] = (
        _nudge("NgayTiepNhan", 60, side),
        _nudge("NgayTiepNhan", -60, side),
        _cut("NgayTiepNhan", time(), side),
        _cut("NgayHenTra", time(10), side),
        _cut("NgayHenTra", time(), side),
        _cut("NgayHenTra", time(23, 59, 59), side),
        _nudge("NgayKetThucXuLy", 60, side),
        _nudge("NgayKetThucXuLy", -59, side),
        _cut("NgayKetThucXuLy", time(), side),
        _only_return,
    )
    life = draw.done(opens, returned=True, late=variant % 4 == 1)
    return story(life, shapes[variant % 10], opens, closes)


_PAID: tuple[tuple[Any, Any, Any, Any], ...] = (
    (1, 2, 5000, 5000),
    (0, 3, 5000, 7000),
    (None, 3, 5000, None),
    (0, None, None, 9000),
    (1, 1, 5000, None),
    (2, 1, None, 5000),
)


@plant(50, open_days=40)
def alike_enough(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Channels, payments, codes and units that differ in writing only, or where one says nothing."""
    shape = variant % 5
    paid = _PAID[variant // 5 % len(_PAID)]

    def spoil(scene: Scene) -> None:
        if shape == 0:
            scene.s["KenhThucHien"], scene.p["KenhThucHien"] = ((None, 1), (1, None), ("Zalo", 2))[variant % 3]
        elif shape == 1:
            names = ("DuocThanhToanTrucTuyen", "TongLePhi")
            scene.s.update(zip(names, paid[::2], strict=True))
            scene.p.update(zip(names, paid[1::2], strict=True))
        elif shape == 2:
            scene.s["MaHoSoQG"] = scene.p["MaHoSoKhac"] = scene.code
        elif shape == 3:
            scene.s["MaHoSoDonVi"] = f"{scene.code}-NB"
        else:
            scene.side(_SIDES[variant // 5 % 2])["MaCoQuan"] = None

    return story(_life(draw, opens, closes, variant // 2), spoil, opens, closes)


@plant(20)
def nothing_to_return(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Done without an electronic result, because the procedure returns none."""
    life = draw.done(opens)
    life.procedure = draw.rng.choice([item for item in draw.province.procedures if not item.returns])
    return from_arrival(life, lambda scene: None, closes)


@plant(40)
def punctual_at_the_border(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished on the due date itself, and still in time by every clock."""
    life = draw.done(opens, returned=False)
    assert life.finished is not None
    day = life.finished.date()
    finished, due = (
        (at(day, 17, 10), at(day, 0)),
        (at(day, 23, 59, 59), at(day, 23, 59, 59)),
        (at(day, 15), at(day, 15)),
        (at(day, 14, 59, 59), at(day, 15)),
    )[variant % 4]
    life.finished = finished
    life.steps[-1] = (finished, 9)
    life.due = due
    return from_arrival(life, lambda scene: None, closes)


@plant(16, open_days=30)
def late_after_day_off(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Due on a day off, and finished later than the next working day."""
    off = draw.calendar.shift(opens, -4)
    while draw.calendar.is_open(off):
        off -= timedelta(days=1)
    life, finished = draw.done(off, returned=False), draw.office(draw.calendar.shift(off, 2))
    life.finished, life.due = finished, due_at(draw.calendar.shift(off, 4))
    life.steps[-1] = (finished, 9)
    return story(life, lambda scene: set_due(scene, at(off, 17)), finished.date(), closes)


@plant(16, open_days=30)
def late_after_new_term(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Late even by the new term that began with a supplement."""
    shift = draw.calendar.shift
    life = draw.done(opens, late=True)
    assert life.finished is not None
    finish_day = life.finished.date()
    received_day = shift(finish_day, -(life.procedure.term + 8))
    later = [step for step in life.steps if step[1] > 2]
    life.steps = []
    draw.take_in(life, draw.office(received_day))
    life.steps += later
    asked = draw.office(shift(received_day, 1))

    def spoil(scene: Scene) -> None:
        supplement(scene.s, 1, asked, asked + timedelta(hours=1))
        supplement(scene.p, 1, asked, asked + timedelta(hours=1))

    return story(life, spoil, finish_day, closes)


@plant(20, least=1, open_days=6)
def asked_before_due(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Waiting past the due date, but asked in time."""
    life = draw.waiting(opens, closes)
    assert life.asked is not None
    due = due_at(life.asked.date()) if variant % 2 else life.asked

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] == 5:
            set_due(scene, due)

    return story(life, spoil, life.asked.date(), closes)


@plant(40, open_days=40)
def only_warned(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Odd values that both sides share: worth a warning, no discrepancy."""
    life = draw.done(opens, returned=False, least_days=5)
    shape = variant % 6
    assert life.received is not None and life.finished is not None
    received, finished = life.received, life.finished

    def change(row: Row) -> None:
        if shape == 0:
            row["NgayKetThucXuLy"] = at(received.date(), 7, 31)
        elif shape == 1:
            row["NgayTra"] = ("1900-01-01T00:00:00", "0001-01-01T00:00:00+07:00", "01/01/1900")[variant % 3]
        elif shape == 2:
            row["NgayHenTra"] = received - timedelta(days=1)
        elif shape == 3:
            supplement(row, 1, finished - timedelta(hours=2), finished - timedelta(hours=3))
        elif shape == 4:
            supplement(row, 1, received - timedelta(days=2), received - timedelta(days=1))
        else:
            row["NgayTiepNhan"] = None

    def spoil(scene: Scene) -> None:
        change(scene.s)
        change(scene.p)

    return story(life, spoil, opens, closes)
