"""Borders that lie on the very night: one fresh dossier of each shape for every business date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from doisoat_simulator.draw import Draw, at, due_at
from doisoat_simulator.lives import Life
from doisoat_simulator.plants.base import Scene, Story, behind, from_arrival, plant, story
from doisoat_simulator.plants.conduct import overdue_life, watch_intake, watch_overdue, watch_waiting

Shape = Callable[[Draw, date, int], Story]


def _border(draw: Draw, night: date, turn: int) -> datetime:
    """Exactly eight working hours before the night, or one second more."""
    day = draw.calendar.shift(night, -1)
    return at(day, 17) if turn % 2 else at(day, 16, 59, 59)


def _received_at(draw: Draw, moment: datetime, status: int) -> Life:
    life = draw.bare()
    life.submitted = life.received = moment
    life.steps = [(moment, 2)]
    shift, day = draw.calendar.shift, moment.date()
    if status == 4:
        life.steps = [(moment - timedelta(days=2), 2), (moment, 4)]
        life.submitted = life.received = moment - timedelta(days=2)
    life.steps.append((draw.office(shift(day, 6)), 4))
    return draw.close(life, shift(day, 8))


def _unsent(draw: Draw, night: date, turn: int) -> Story:
    def spoil(scene: Scene) -> None:
        scene.portal.clear()
        if scene.older(scene.s["NgayTiepNhan"]):
            scene.expect("missing_on_portal")

    life = _received_at(draw, _border(draw, night, turn), 2)
    return from_arrival(life, spoil, night + timedelta(days=2))


def _received_on_day_off(draw: Draw, night: date, turn: int) -> Story:
    def spoil(scene: Scene) -> None:
        scene.portal.clear()
        if scene.older(scene.s["NgayTiepNhan"]):
            scene.expect("missing_on_portal")

    day = draw.calendar.shift(night, -1)
    while draw.calendar.is_open(day) and night - day < timedelta(days=5):
        day -= timedelta(days=1)
    life = _received_at(draw, at(day, 9, turn % 60), 2)
    return from_arrival(life, spoil, night + timedelta(days=1))


def _unseen_end(draw: Draw, night: date, turn: int) -> Story:
    life = draw.done(night, idle=3, returned=False)
    life.finished = _border(draw, night, turn)
    life.steps[-1] = (life.finished, 9)
    life.due = due_at(draw.calendar.shift(night, 5))

    def spoil(scene: Scene) -> None:
        behind(scene.p, 4)
        if scene.older(life.finished):
            scene.expect("finished_not_synced")

    return story(life, spoil, life.finished.date(), night + timedelta(days=2))


def _unseen_step(draw: Draw, night: date, turn: int) -> Story:
    moment = at(night, 8) if turn % 3 == 0 and draw.calendar.is_open(night) else _border(draw, night, turn)
    life = _received_at(draw, moment, 4)

    def spoil(scene: Scene) -> None:
        behind(scene.p, 2)
        if scene.older(moment):
            scene.expect("status_lag")

    return story(life, spoil, moment.date(), night + timedelta(days=2))


def _intake(draw: Draw, night: date, turn: int) -> Story:
    moment = _border(draw, night, turn)
    if turn % 3 == 0 and draw.calendar.is_open(night):
        moment = at(night, 7, 30)
    return watch_intake(draw.waiting_intake(moment, draw.office(draw.calendar.shift(night, 1))))


def _waiting(draw: Draw, night: date, turn: int) -> Story:
    day = draw.calendar.back(night - timedelta(days=15 + turn % 2))
    days = len(draw.calendar.between(day, night - timedelta(days=1)))
    life = draw.waiting(night, night + timedelta(days=1), status=5 + turn % 4 // 2, since=days)
    return watch_waiting(draw, life, 5 + turn % 4 // 2)


def _past_due(draw: Draw, night: date, turn: int) -> Story:
    due_day = draw.calendar.back(night - timedelta(days=30 + turn % 2))
    return watch_overdue(overdue_life(draw, due_day, night + timedelta(days=2)))


def _due_today(draw: Draw, night: date, turn: int) -> Story:
    due_day = draw.calendar.roll(night)
    life = overdue_life(draw, due_day, draw.calendar.shift(due_day, 1))
    life.due = at(due_day, 10, 30)
    return from_arrival(life, lambda scene: None, night + timedelta(days=1))


def _result_to_come(draw: Draw, night: date, turn: int) -> Story:
    life = draw.done(night, idle=3, returned=False)
    life.finished = _border(draw, night, turn)
    life.steps[-1] = (life.finished, 9)
    life.due = due_at(draw.calendar.shift(night, 5))

    def spoil(scene: Scene) -> None:
        scene.s["DuongDanTepTinKetQua"] = scene.p["DuongDanTepTinKetQua"] = None
        if scene.older(life.finished):
            scene.expect("result_missing", "not_digitised")

    return story(life, spoil, life.finished.date(), night + timedelta(days=2))


def _clock_ahead(draw: Draw, night: date, turn: int) -> Story:
    life = draw.ongoing(night, night + timedelta(days=3), status=2)
    life.due = due_at(draw.calendar.shift(night, 30))
    limit = at(night + timedelta(days=1), 23, 59, 59) + timedelta(seconds=turn % 2)

    def spoil(scene: Scene) -> None:
        scene.s["NgayTiepNhan"] = scene.p["NgayTiepNhan"] = limit
        if limit > at(scene.today + timedelta(days=1), 23, 59, 59):
            scene.reject("shop", "received_in_future")
            scene.reject("portal", "received_in_future")

    return story(life, spoil, night, night + timedelta(days=1))


SHAPES: tuple[Shape, ...] = (
    _unsent,
    _received_on_day_off,
    _unseen_end,
    _unseen_step,
    _intake,
    _waiting,
    _past_due,
    _due_today,
    _result_to_come,
    _clock_ahead,
)


@plant(11, least=2, open_days=1, lead=75)
def tonight(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A border case of this night; the shapes take turns."""
    return SHAPES[variant % len(SHAPES)](draw, opens, variant // len(SHAPES) + opens.toordinal())
