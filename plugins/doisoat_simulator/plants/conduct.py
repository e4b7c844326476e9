"""How an agency treats a dossier: left lying, received late, asked or put off more than once."""

from __future__ import annotations

from datetime import date, timedelta

from doisoat_simulator.draw import Draw, due_at
from doisoat_simulator.lives import Life
from doisoat_simulator.plants.base import Scene, Story, from_arrival, plant, story


def watch_waiting(draw: Draw, life: Life, status: int) -> Story:
    """Emit as soon as a dossier has waited more than fifteen days, rolled over days off."""
    begun = life.begun(status)
    last = draw.calendar.roll(begun.date() + timedelta(days=15))

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] == status and scene.today > last:
            scene.expect("stuck", "supplement" if status == 5 else "payment")

    return from_arrival(life, spoil, life.steps[-1][0].date())


@plant(40, open_days=25)
def stuck_supplement(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Waiting for papers for weeks, alike on both sides."""
    return watch_waiting(draw, draw.waiting(opens, closes, since=14), 5)


@plant(36, open_days=25)
def stuck_payment(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Waiting for a payment for weeks, alike on both sides."""
    return watch_waiting(draw, draw.waiting(opens, closes, status=6, since=14), 6)


def overdue_life(draw: Draw, due_day: date, until: date) -> Life:
    """In work long past its due date, finished at last."""
    shift = draw.calendar.shift
    life = draw.take_in(draw.bare(), draw.office(shift(due_day, -draw.rng.randint(4, 8))))
    life.steps.append((draw.office(shift(life.received.date() if life.received else due_day, 1)), 4))
    life.finished, life.due = draw.office(draw.calendar.roll(until)), due_at(due_day)
    life.steps.append((life.finished, 9))
    return life


def watch_overdue(life: Life) -> Story:
    """Emit as soon as a dossier in work is more than thirty days past due."""
    assert life.finished is not None and life.due is not None
    last = life.due.date() + timedelta(days=30)

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] == 4 and scene.today > last:
            scene.expect("stuck", "processing")

    return from_arrival(life, spoil, life.finished.date())


@plant(50)
def stuck_processing(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """In work more than thirty days past due, late on both sides."""
    due_day = draw.calendar.back(opens - timedelta(days=31 + variant % 20))
    return watch_overdue(overdue_life(draw, due_day, closes))


def watch_intake(life: Life) -> Story:
    """Emit as soon as a filed dossier has waited more than eight working hours."""
    assert life.submitted is not None and life.received is not None

    def spoil(scene: Scene) -> None:
        if scene.older(life.submitted):
            scene.expect("late_intake")

    return from_arrival(life, spoil, life.received.date())


@plant(60, open_days=12)
def late_intake(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Filed online and not looked at."""
    submitted = draw.office(draw.calendar.shift(opens, -draw.rng.randint(2, 4)))
    return watch_intake(draw.waiting_intake(submitted, draw.office(draw.calendar.roll(closes))))


@plant(50, open_days=30)
def asked_twice(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Asked for papers twice in the shop; the portal saw one request at most, so the clocks agree."""
    life = draw.done(opens, least_days=6) if variant % 2 else draw.ongoing(opens, closes, least_days=7)
    assert life.received is not None
    asked = draw.office(draw.calendar.shift(life.received.date(), 2))

    def spoil(scene: Scene) -> None:
        scene.s["SoLanBoSung"] = 2 + variant % 3
        if variant % 4 > 1:
            scene.s["NgayYeuCauBoSung"] = asked
            scene.s["NgayHoanThanhBoSung"] = asked + timedelta(hours=2)
        if variant % 4 == 3:
            scene.p["SoLanBoSung"] = 1
            scene.p["NgayYeuCauBoSung"] = asked
            scene.p["NgayHoanThanhBoSung"] = asked + timedelta(hours=2)
        scene.expect("second_supplement")

    return story(life, spoil, opens, closes)


@plant(50, open_days=30)
def extended_twice(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Put off twice and late anyway, or never accepted: no quarrel about lateness."""
    life = draw.refused(opens) if variant % 4 == 3 else draw.done(opens, late=True)

    def spoil(scene: Scene) -> None:
        scene.s["SoLanGiaHan"] = 2 + variant % 2
        if variant % 3 == 0:
            scene.p["SoLanGiaHan"] = 2
        scene.expect("second_extension")

    return story(life, spoil, opens, closes)
