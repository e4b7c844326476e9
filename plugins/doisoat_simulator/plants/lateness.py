"""Dossiers both sides show alike, about whose punctuality law, portal and province cannot agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from doisoat_simulator.draw import Draw, at, due_at
from doisoat_simulator.lives import Life, Row
from doisoat_simulator.plants.base import Scene, Story, plant, story

KIND = "lateness_disagreement"
COUNT, ASKED, COMPLETED = "SoLanBoSung", "NgayYeuCauBoSung", "NgayHoanThanhBoSung"


def supplement(row: Row, count: int, asked: datetime | None, completed: datetime | None) -> None:
    """Write a supplement into a row."""
    row[COUNT], row[ASKED], row[COMPLETED] = count, asked, completed


def set_due(scene: Scene, due: datetime | None) -> None:
    """The same appointment on both sides."""
    scene.s["NgayHenTra"] = scene.p["NgayHenTra"] = due


def _punctual(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    return draw.done(opens, least_days=6) if variant % 2 else draw.ongoing(opens, closes, least_days=7)


@plant(36, open_days=30)
def second_supplement(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Asked twice: late on the portal at once, punctual for law and province."""
    life = _punctual(draw, opens, closes, variant)
    assert life.received is not None
    asked = draw.office(draw.calendar.shift(life.received.date(), 2))
    completed = asked + timedelta(hours=1)
    portal_only = variant % 3 == 2

    def spoil(scene: Scene) -> None:
        supplement(scene.p, 2 + variant % 4 // 3, asked, completed)
        scene.expect(KIND, "second_supplement")
        if not portal_only:
            supplement(scene.s, 2, asked, completed)
            scene.expect("second_supplement")
        elif variant % 2:
            scene.s[COUNT] = 1

    return story(life, spoil, opens, closes)


@plant(36, open_days=30)
def second_extension(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Appointed anew twice: void for the law, followed by the others."""

    def spoil(scene: Scene) -> None:
        scene.s["SoLanGiaHan"] = 2 + variant % 2
        scene.p["SoLanGiaHan"] = scene.s["SoLanGiaHan"] if variant % 3 else 0
        scene.expect(KIND, "second_extension")
        scene.expect("second_extension")

    return story(_punctual(draw, opens, closes, variant), spoil, opens, closes)


@plant(34, open_days=6)
def open_supplement(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Asked for papers after the due date: the province does not count while it waits."""
    life = draw.waiting(opens, closes)
    assert life.asked is not None
    old = due_at(draw.calendar.shift(life.asked.date(), -1))
    if variant % 3 == 2:
        old = life.asked.replace(hour=7, minute=0, second=0) - timedelta(days=1)
        old = datetime.combine(draw.calendar.back(old.date()), old.time())

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] == 5:
            set_due(scene, old)
            scene.expect(KIND, "open_supplement")

    return story(life, spoil, life.asked.date(), closes)


@plant(22)
def supplement_reset(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished inside the new term after a supplement, after the old appointment."""
    shift = draw.calendar.shift
    life = draw.bare(least=3)
    term = life.procedure.term
    end_day = shift(opens, -4)
    back_day = shift(end_day, -term)
    asked_day = shift(back_day, -(3 + variant % 3))
    received_day = shift(asked_day, -2)
    draw.take_in(life, draw.office(received_day))
    life.asked, life.completed = draw.office(asked_day), draw.office(back_day)
    life.finished = draw.office(end_day)
    life.steps += [(life.asked, 5), (life.completed, 4), (life.finished, 9)]
    life.due = due_at(end_day)
    old = due_at(shift(asked_day, 1))

    def spoil(scene: Scene) -> None:
        set_due(scene, old)
        scene.expect(KIND, "supplement_reset")

    return story(life, spoil, end_day, closes)


@plant(14)
def supplement_reset_missed(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished before a generous appointment, but after the new term of the law."""
    life = draw.done(opens)
    assert life.finished is not None and life.received is not None
    term, shift = life.procedure.term, draw.calendar.shift
    received_day = shift(life.finished.date(), -(term + 7))
    _receive(draw, life, received_day)
    asked = draw.office(shift(received_day, 2))
    completed = draw.office(shift(received_day, 4 + variant % 2))

    def spoil(scene: Scene) -> None:
        supplement(scene.s, 1, asked, completed)
        supplement(scene.p, 1, asked, completed)
        scene.expect(KIND, "supplement_reset")

    return story(life, spoil, life.finished.date(), closes)


def _receive(draw: Draw, life: Life, day: date) -> None:
    ends = [step for step in life.steps if step[1] > 4]
    life.steps = []
    draw.take_in(life, draw.office(day))
    life.steps += [(draw.office(draw.calendar.shift(day, 1)), 4), *ends]


@plant(34, open_days=30)
def no_due_date(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """No appointment: two clocks compute one, the province never counts it late."""
    life = draw.ongoing(opens, closes) if variant % 3 == 0 else draw.done(opens)
    base = opens if variant % 3 == 0 else life.finished.date() if life.finished else opens
    _receive_early(draw, life, draw.calendar.shift(base, -(life.procedure.term + 3 + variant % 3)))

    def spoil(scene: Scene) -> None:
        set_due(scene, None)
        scene.expect(KIND, "no_due_date")

    return story(life, spoil, opens, closes)


def _receive_early(draw: Draw, life: Life, day: date) -> None:
    later = [step for step in life.steps if step[1] > 2]
    life.steps = []
    draw.take_in(life, draw.office(day))
    life.steps += later


@plant(34)
def due_on_day_off(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Due on a day off, finished on the next working day: punctual by law alone."""
    off = draw.calendar.shift(opens, -(3 + variant % 9))
    while draw.calendar.is_open(off):
        off -= timedelta(days=1)
    finish_day = draw.calendar.roll(off)
    life = _finished_on(draw, draw.office(finish_day))
    old = at(off, (17, 0, 11)[variant % 3])

    def spoil(scene: Scene) -> None:
        set_due(scene, old)
        scene.expect(KIND, "due_on_day_off")

    return story(life, spoil, finish_day, closes)


def _finished_on(draw: Draw, finished: datetime) -> Life:
    shift, day = draw.calendar.shift, finished.date()
    life = draw.take_in(draw.bare(), draw.office(shift(day, -draw.rng.randint(4, 8))))
    life.steps += [(draw.office(shift(day, -3)), 4), (finished, 9)]
    life.finished, life.due = finished, due_at(shift(day, 3))
    return life


@plant(36)
def same_day_time(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished on the due date after the due time, by one second at the border."""
    day = draw.calendar.shift(opens, -(3 + variant % 4))
    finished, old = (
        (at(day, 17, 0, 1), at(day, 17)),
        (at(day, 16, 5), at(day, 10)),
        (at(day, 15, 0, 1), at(day, 15)),
        (at(day, 9, 30), at(day, 7, 30)),
    )[variant % 4]
    life = _finished_on(draw, finished)

    def spoil(scene: Scene) -> None:
        set_due(scene, old)
        scene.expect(KIND, "same_day_time")

    return story(life, spoil, day, closes)


@plant(34)
def portal_only_supplement(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Late everywhere, had the portal not taken off a supplement the shop knows nothing of."""
    life = draw.done(opens, late=True, least_days=7)
    assert life.finished is not None and life.due is not None and life.received is not None
    asked = life.received + timedelta(hours=1)
    completed = asked + (life.finished - life.due) + timedelta(hours=26)

    def spoil(scene: Scene) -> None:
        supplement(scene.p, 1, asked, completed)
        scene.expect(KIND, "other")

    return story(life, spoil, life.finished.date(), closes)
