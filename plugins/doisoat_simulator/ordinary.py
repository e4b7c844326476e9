"""The bulk of the world: dossiers about which both sides agree on every day of their lives."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from doisoat_simulator.draw import WORKING_DAYS, Draw, at, due_at
from doisoat_simulator.lives import Life

LATE_SCALE = 0.6
"""Share of the published late share that is kept: the published month counts more than closed dossiers."""


def ordinary(draw: Draw, day: date) -> Life:
    """One dossier that arrives on a working day and gives no cause for complaint between the sides."""
    chance = draw.rng.random()
    if chance < 0.01:
        return draw.refused_on(day)
    life = draw.bare(any_kind=chance > 0.05)
    if chance < 0.06 and life.procedure.unit == WORKING_DAYS and life.procedure.term >= 2:
        return _with_supplement(draw, _intake(draw, life, day))
    _intake(draw, life, day)
    return _without(draw, life, draw.province.late_share[life.agency])


def _intake(draw: Draw, life: Life, day: date) -> Life:
    if life.procedure.unit != "Giờ" and draw.rng.random() < 0.08:
        life.channel = 2
        life.submitted = at(day, 17) + timedelta(seconds=draw.rng.randrange(60, 18000))
        life.received = draw.office(draw.calendar.shift(day, 1), last=10 * 3600)
        life.steps = [(life.submitted, 1), (life.received, 2)]
        return life
    last = 14 * 3600 if life.procedure.unit == "Giờ" else 58000
    return draw.take_in(life, draw.office(day, last=last))


def _received(life: Life) -> datetime:
    assert life.received is not None
    return life.received


def _with_supplement(draw: Draw, life: Life) -> Life:
    shift, rng = draw.calendar.shift, draw.rng
    asked_day = shift(_received(life).date(), rng.randint(1, 2))
    back_day = shift(asked_day, rng.randint(1, 5))
    life.asked, life.completed = draw.office(asked_day), draw.office(back_day)
    life.steps += [(life.asked, 5), (life.completed, 4)]
    term = life.procedure.term
    life.finished = draw.office(shift(back_day, rng.randint(1, min(term, 6))))
    life.due = due_at(shift(back_day, term))
    life.steps.append((life.finished, 9))
    return _hand_over(draw, life)


def _without(draw: Draw, life: Life, late_share: float) -> Life:
    if life.procedure.unit == "Giờ":
        return _within_hours(draw, life)
    received = _received(life)
    due_day = draw.calendar.term_end(received.date(), life.procedure.term, life.procedure.unit)
    life.due = datetime.combine(due_day, draw.rng.choice((time(17), time(17), time(16, 30), time())))
    life.steps.append((draw.after(received), 4))
    _pay(draw, life, due_day)
    begun = life.steps[-1][0]
    if draw.rng.random() < late_share * LATE_SCALE:
        life.finished = draw.office(draw.calendar.shift(due_day, draw.rng.randint(1, 11)))
    else:
        life.finished = _in_time(draw, begun, due_day)
    return _end(draw, life)


def _pay(draw: Draw, life: Life, due_day: date) -> None:
    room = len(draw.calendar.between(_received(life).date(), due_day)) > 6
    if room and life.fee and draw.rng.random() < 0.2:
        first = draw.calendar.shift(life.steps[-1][0].date(), 1)
        life.steps.append((draw.office(first), 6))
        life.steps.append((draw.office(draw.calendar.shift(first, draw.rng.randint(1, 2))), 4))


def _in_time(draw: Draw, begun: datetime, due_day: date) -> datetime:
    days = draw.calendar.between(begun.date() + timedelta(days=1), due_day)
    if days and draw.rng.random() < 0.9:
        return draw.office(days[min(draw.rng.randrange(len(days)), 15)])
    first = begun.hour * 3600 + begun.minute * 60 + begun.second + 60
    return max(begun + timedelta(seconds=60), draw.office(begun.date(), first, max(first + 60, 16 * 3600)))


def _within_hours(draw: Draw, life: Life) -> Life:
    received = _received(life)
    life.due = received + timedelta(hours=3)
    life.steps.append((received + timedelta(seconds=60), 4))
    life.finished = received + timedelta(seconds=draw.rng.randrange(300, 1200))
    return _end(draw, life)


def _end(draw: Draw, life: Life) -> Life:
    assert life.finished is not None
    chance = draw.rng.random()
    if chance < 0.02:
        life.steps.append((life.finished, 8 if chance < 0.01 else 7))
        return life
    life.steps.append((life.finished, 9))
    return _hand_over(draw, life)


def _hand_over(draw: Draw, life: Life) -> Life:
    assert life.finished is not None
    chance = draw.rng.random()
    if chance < 0.85:
        days = draw.rng.choice((0, 0, 0, 1, 1, 2, 4))
        later = life.finished + timedelta(seconds=draw.rng.randrange(120, 1800))
        day = draw.calendar.shift(life.finished.date(), days)
        life.returned = draw.office(day) if days else later
        life.steps.append((life.returned, 10))
    return life
