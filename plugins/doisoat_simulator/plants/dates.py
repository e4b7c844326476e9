"""Dates that differ between the sides, with the borders of tolerance and of the typical shifts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from doisoat_simulator.draw import Draw, at
from doisoat_simulator.lives import Life
from doisoat_simulator.plants.base import Scene, Spoiler, Story, other, plant, story

SEVEN, TWELVE = 7 * 3600, 12 * 3600
RECEIVED, DUE, FINISHED, RETURNED = "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra"
_NAMES = {RECEIVED: "received_at_mismatch", DUE: "due_at_mismatch", FINISHED: "finished_at_mismatch"}
_SIDES = ("portal", "shop")


def _moved(name: str, seconds: int, side: str, subtype: str) -> Spoiler:
    def spoil(scene: Scene) -> None:
        row = scene.side(side)
        row[name] = row[name] + timedelta(seconds=seconds)
        scene.expect(_NAMES[name], subtype)

    return spoil


def _blank(name: str, side: str) -> Spoiler:
    def spoil(scene: Scene) -> None:
        scene.side(side)[name] = None
        scene.expect(_NAMES[name], "absent")

    return spoil


def _received_life(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    return draw.done(opens, late=variant % 4 == 1) if variant % 2 else draw.ongoing(opens, closes)


_PLAIN = (61, -61, 300, -86400, 25261, -25139, 43261, -43139, 86400, 3600)


@plant(40, open_days=30)
def received_differs(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Reception at another time, one second beyond each border among them."""
    life = _received_life(draw, opens, closes, variant)
    spoil = _moved(RECEIVED, _PLAIN[variant % len(_PLAIN)], _SIDES[variant // 3 % 2], "")
    return story(life, spoil, opens, closes)


@plant(34, open_days=30)
def received_timezone(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Reception shifted by the seven hours between local time and UTC."""
    life = _received_life(draw, opens, closes, variant)
    if variant % 8 == 7:
        life = draw.ongoing(opens, closes)
        assert life.received is not None
        _receive_at(life, 17)
        return story(life, _moved(RECEIVED, SEVEN, "portal", "timezone_7h"), opens, closes)
    seconds = (SEVEN, -SEVEN, SEVEN + 60, SEVEN - 60, -SEVEN + 60, -SEVEN - 60)[variant % 6]
    return story(life, _moved(RECEIVED, seconds, _SIDES[variant // 2 % 2], "timezone_7h"), opens, closes)


def _receive_at(life: Life, hour: int) -> None:
    assert life.received is not None
    moment = at(life.received.date(), hour)
    life.submitted = moment if life.submitted else None
    life.received = moment
    life.steps = [(moment, 2), *[step for step in life.steps if step[1] > 2]]


@plant(34, open_days=30)
def received_clock(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Reception written with a twelve-hour clock and no half of the day."""
    seconds = (-TWELVE, TWELVE, TWELVE + 60, -TWELVE - 60, TWELVE - 60)[variant % 5]
    life = _received_life(draw, opens, closes, variant)
    return story(life, _moved(RECEIVED, seconds, _SIDES[variant // 3 % 2], "clock_12h"), opens, closes)


@plant(34, open_days=30)
def received_absent(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """One side does not say when it was received."""
    life = _received_life(draw, opens, closes, variant)
    return story(life, _blank(RECEIVED, _SIDES[variant // 2 % 2]), opens, closes)


_DUE_DAYS = (1, -1, 7, -2, 3, 30, 14)


@plant(450, least=12, open_days=100)
def due_differs(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Another appointment on the portal, some days off."""
    life = draw.done(opens, late=variant % 4 == 1)
    hours = 8 if variant % 9 == 8 else 24 * _DUE_DAYS[variant % len(_DUE_DAYS)]
    return story(life, _moved(DUE, hours * 3600, _SIDES[variant % 3 // 2], ""), opens, closes)


@plant(60, open_days=25)
def due_differs_open(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The same about dossiers still in work: the new appointment was not synced."""
    life = draw.ongoing(opens, closes)
    return story(life, _moved(DUE, 86400 * (3 + variant % 5), "portal", ""), opens, closes)


@plant(34)
def due_timezone(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Five in the afternoon that became midnight of the next day."""
    seconds = SEVEN + (0, 0, 30, 60)[variant % 4]
    life = draw.done(opens, late=variant % 4 == 1)
    return story(life, _moved(DUE, seconds, _SIDES[variant // 2 % 2], "timezone_7h"), opens, closes)


@plant(34)
def due_clock(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Five in the afternoon that became five in the morning."""
    seconds = TWELVE + (0, 60, -60)[variant % 3]
    life = draw.done(opens, late=variant % 4 == 1)
    return story(life, _moved(DUE, seconds, _SIDES[variant // 2 % 2], "clock_12h"), opens, closes)


@plant(34, open_days=30)
def due_absent(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """One side has no appointment."""
    life = _received_life(draw, opens, closes, variant)
    return story(life, _blank(DUE, _SIDES[variant // 2 % 2]), opens, closes)


def _finished_story(draw: Draw, opens: date, closes: date, variant: int, seconds: int, subtype: str) -> Story:
    life = draw.done(opens, late=variant % 4 == 1, idle=4, least_days=4)
    spoil = _moved(FINISHED, seconds, _SIDES[variant // 2 % 2], subtype)
    assert life.finished is not None
    return story(life, spoil, opens, closes)


@plant(30)
def finished_differs(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished at another time, one second beyond each border among them."""
    return _finished_story(draw, opens, closes, variant, _PLAIN[variant % len(_PLAIN)], "")


@plant(34)
def finished_timezone(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished seven hours off."""
    seconds = (-SEVEN, SEVEN, SEVEN + 60, SEVEN - 60, -SEVEN - 60)[variant % 5]
    return _finished_story(draw, opens, closes, variant, seconds, "timezone_7h")


@plant(34)
def finished_clock(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished twelve hours off."""
    seconds = (TWELVE, -TWELVE, TWELVE - 60, -TWELVE + 60)[variant % 4]
    return _finished_story(draw, opens, closes, variant, seconds, "clock_12h")


@plant(34)
def finished_absent(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """One side has neither an end nor a return."""
    life = draw.done(opens, status=(9, 7, 8)[variant % 3], returned=False, idle=4)
    return story(life, _blank(FINISHED, _SIDES[variant // 2 % 2]), opens, closes)


@plant(12)
def return_stands_in(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """One side has only the return, a working day or more after the end."""
    life = draw.done(opens, returned=True, idle=4)
    return story(life, _only_return(_SIDES[variant % 2]), opens, closes)


def _only_return(side: str) -> Callable[[Scene], None]:
    def spoil(scene: Scene) -> None:
        scene.side(side)[FINISHED] = None
        if scene.side(other(side))[FINISHED] != scene.side(side)[RETURNED]:
            scene.expect("finished_at_mismatch")

    return spoil
