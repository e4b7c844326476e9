"""Drawing lives: a seeded source of chance and the ordinary shapes a dossier's life can take.

Every shape is coherent by construction: whatever day it is looked at, both sides agree, nothing waits too
long, and all ways of counting lateness come to one verdict (ends never fall on the due date after the due
time; a completed supplement ends inside its new term; a due date is a working day).
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from random import Random

from doisoat_simulator.lives import Life
from doisoat_simulator.people import people
from doisoat_simulator.reference import Agency, Procedure, Province, province
from doisoat_simulator.workdays import Workdays, workdays

DUE_TIME = time(17, 0)
WORKING_DAYS = "Ngày làm việc"
_MORNING, _NOON, _AFTERNOON = 7 * 3600 + 35 * 60, 11 * 3600 + 25 * 60, 13 * 3600 + 5 * 60
_EVENING = 16 * 3600 + 20 * 60


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A local instant."""
    return datetime(day.year, day.month, day.day, hour, minute, second)


def due_at(day: date) -> datetime:
    """The usual appointment of a day."""
    return datetime.combine(day, DUE_TIME)


class Draw:
    """Chance, calendar and province, and the lives drawn from them."""

    def __init__(self, key: str, scope_from: date = date(2025, 1, 1)) -> None:
        self.rng = Random(key)
        self.scope_from = scope_from
        self.calendar: Workdays = workdays()
        self.province: Province = province()

    def agency(self) -> Agency:
        """A unit, in proportion to its real volume."""
        steps = self.province.agency_steps
        return self.province.agencies[bisect_right(steps, self.rng.randrange(steps[-1]))]

    def procedure(self, level: str, *, any_kind: bool = False, least: int = 0) -> Procedure:
        """A procedure of the level; by default one that returns a document and counts in working days."""
        found, steps = self.province.in_use(level)
        while True:
            item = found[bisect_right(steps, self.rng.randrange(steps[-1]))]
            if any_kind or (item.returns and item.unit == WORKING_DAYS and item.term >= least):
                return item

    def office(self, day: date, first: int = _MORNING, last: int = _EVENING) -> datetime:
        """A moment in office hours of a day (seconds of the day from ``first`` to ``last``)."""
        second = self.rng.randrange(first, last)
        if _NOON <= second < _AFTERNOON:
            second = _NOON - 1 - (second - _NOON) % 3600
        return datetime.combine(day, time()) + timedelta(seconds=second)

    def after(self, moment: datetime) -> datetime:
        """Some office moment later: the same day if there is room, else the next morning."""
        second = moment.hour * 3600 + moment.minute * 60 + moment.second
        if second < 15 * 3600:
            later = moment + timedelta(seconds=self.rng.randrange(300, 3600))
            if later.hour == 12 or (later.hour == 11 and later.minute > 25):
                later += timedelta(hours=1, minutes=40)
            return later
        return self.office(self.calendar.shift(moment.date(), 1), _MORNING, 10 * 3600)

    def bare(self, *, any_kind: bool = False, least: int = 0) -> Life:
        """A life with its unit, procedure, applicant and payment, nothing happened yet."""
        unit = self.agency()
        item = self.procedure(unit.level, any_kind=any_kind, least=least)
        life = Life(unit.code, item, self.rng.randrange(len(people())))
        if self.rng.random() < 0.03:
            life.secrecy = self.rng.choice(("Thường", "0", "Không", "false"))
        if item.fee:
            life.fee = item.fee
            life.paid = self.rng.choice((1, 1, 1, 2, 0, 3, None))
        return life

    def take_in(self, life: Life, received: datetime) -> Life:
        """Reception: at the counter, or online a little earlier the same day."""
        life.received = received
        if self.rng.random() < 0.7:
            life.channel = 2
            life.submitted = received - timedelta(seconds=self.rng.randrange(60, 1500))
            life.steps.append((life.submitted, 1))
        else:
            life.channel = 3 if self.rng.random() < 0.1 else 1
            life.submitted = None if self.rng.random() < 0.3 else received
        life.steps.append((received, 2))
        return life

    def done(
        self,
        by: date,
        *,
        status: int = 9,
        late: bool = False,
        least_days: int = 3,
        idle: int = 2,
        returned: bool | None = None,
    ) -> Life:
        """Finished so long before ``by`` that every allowance has run out by then."""
        shift, rng = self.calendar.shift, self.rng
        last = shift(by, -rng.randint(idle, idle + 3))
        give_back = status == 9 and (rng.random() < 0.5 if returned is None else returned)
        finish_day = shift(last, -rng.randint(1, 2)) if give_back else last
        received_day = shift(finish_day, -rng.randint(least_days, least_days + 4))
        life = self.take_in(self.bare(), self.office(received_day))
        life.steps.append((self.office(shift(received_day, 1)), 4))
        life.finished = self.office(finish_day)
        life.steps.append((life.finished, status))
        if give_back:
            life.returned = self.office(last)
            life.steps.append((life.returned, 10))
        due_day = shift(finish_day, -1) if late else shift(finish_day, rng.randint(1, 5))
        life.due = due_at(due_day)
        return life

    def ongoing(self, by: date, until: date, *, status: int = 4, least_days: int = 3) -> Life:
        """Received before ``by``, in one status until ``until``, then finished in time."""
        shift, rng = self.calendar.shift, self.rng
        received_day = shift(by, -rng.randint(least_days, least_days + 5))
        life = self.take_in(self.bare(), self.office(received_day))
        begin = shift(received_day, 1) if status == 4 else shift(until, 1)
        life.steps.append((self.office(begin), 4))
        return self.close(life, shift(until, rng.randint(2, 8)))

    def close(self, life: Life, day: date) -> Life:
        """Finish in time on a day."""
        life.finished = self.office(day)
        life.steps.append((life.finished, 9))
        life.due = due_at(self.calendar.shift(day, self.rng.randint(2, 8)))
        return life

    def waiting(self, by: date, until: date, *, status: int = 5, since: int = 1) -> Life:
        """Waiting for a supplement (5) or a payment (6) from before ``by`` until ``until``."""
        shift = self.calendar.shift
        stop_day = shift(by, -since)
        life = self.take_in(self.bare(least=10), self.office(shift(stop_day, -self.rng.randint(2, 4))))
        life.steps.append((self.office(shift(stop_day, -1)), 4))
        stop = self.office(stop_day)
        go_on = self.office(self.calendar.roll(until))
        life.steps += [(stop, status), (go_on, 4)]
        if status == 5:
            life.asked, life.completed = stop, go_on
        return self.close(life, shift(go_on.date(), self.rng.randint(1, 4)))

    def supplemented(self, by: date, *, until: date | None = None) -> Life:
        """With one completed supplement; finished before ``by``, or open until ``until``."""
        shift = self.calendar.shift
        end_day = shift(until, 1) if until else shift(by, -3)
        back_day = shift(by, -3 if until else -5)
        asked_day = shift(back_day, -2)
        life = self.take_in(self.bare(least=10), self.office(shift(asked_day, -2)))
        life.asked, life.completed = self.office(asked_day), self.office(back_day)
        life.steps += [(self.office(shift(asked_day, -1)), 4), (life.asked, 5), (life.completed, 4)]
        return self.close(life, end_day)

    def refused(self, by: date) -> Life:
        """Filed online some days before ``by`` and not accepted."""
        return self.refused_on(self.calendar.shift(by, -self.rng.randint(2, 6)))

    def refused_on(self, day: date) -> Life:
        """Filed online and not accepted the same day."""
        life = self.bare()
        life.channel, life.submitted = 2, self.office(day, last=14 * 3600)
        life.finished = life.submitted + timedelta(seconds=self.rng.randrange(900, 3600))
        life.steps = [(life.submitted, 1), (life.finished, 3)]
        return life

    def waiting_intake(self, submitted: datetime, received: datetime) -> Life:
        """Filed online and left lying until it is received."""
        life = self.bare()
        life.channel, life.submitted, life.received = 2, submitted, received
        life.steps = [(submitted, 1), (received, 2)]
        first = self.calendar.shift(received.date(), 1)
        life.steps.append((self.office(first), 4))
        return self.close(life, self.calendar.shift(first, 2))
