"""What the warehouse says of every discrepancy beside what the model says, and people who say words in the morning."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from doisoat.model import RunKey
from doisoat.rules.lifecycle import STANDING, Turn
from doisoat.store.decisions import Wanted, Word
from doisoat.store.warehouse import Warehouse
from tests.faults.sixty_nights import FIRST, World
from tests.unit.warehouse.life_model import STANDS, Model

_WORDS = {"open": "acknowledged", "reopened": "acknowledged", "acknowledged": "taken_back", "accepted": "taken_back"}


@dataclass
class ToldStates:
    """A world, its model, and the warehouse of the program beside them; days are numbers of nights."""

    world: World
    warehouse: Warehouse
    model: Model = field(default_factory=Model)
    tally: Counter[str] = field(default_factory=Counter)

    def check(self) -> None:
        """Every state is the model's; nothing is closed that stands."""
        told = {
            f"{one.dossier_code} {one.kind}": {
                "state": one.state,
                "first": number_of(one.first_seen_on),
                "opened": number_of(one.opened_on),
                "back": one.reopened,
                "until": one.accepted_until and number_of(one.accepted_until),
            }
            for one in self.warehouse.find("H44", Wanted())
        }
        expected = self.model.present()
        wrong = {name for name in told.keys() | expected.keys() if told.get(name) != expected.get(name)}
        closed = {name for name in wrong & told.keys() & expected.keys()
                  if expected[name]["state"] in STANDS and told[name]["state"] not in STANDING}  # fmt: skip
        self.tally["states compared"] += len(told)
        self.tally["wrong states"] += len(wrong)
        self.tally["wrong closures"] += len(closed)
        assert not wrong, {name: (told.get(name), expected.get(name)) for name in sorted(wrong)[:5]}

    def say_something(self) -> None:
        """One word of a person about something that stands, after the last night."""
        random, lives = self.world.random, self.model.present()
        possible = sorted(name for name, life in lives.items() if life["state"] in STANDS)
        if not possible:
            return
        name = random.choice(possible)
        turn = Turn(random.choice((_WORDS[lives[name]["state"]], "accepted")))
        until = self.world.night + random.randrange(1, 12) if turn is Turn.ACCEPTED else None
        last_day = None if until is None else FIRST + timedelta(days=until)
        self.warehouse.say("H44", self.fingerprints()[name], Word(turn, "Lan", "chờ cấp trên", last_day))
        self.model.words.append((self.model.last, name, turn.value, until))
        self.tally["words"] += 1

    def fingerprints(self) -> dict[str, str]:
        """The model's name of a discrepancy -> its fingerprint."""
        return {f"{one.dossier_code} {one.kind}": one.fingerprint for one in self.warehouse.find("H44", Wanted())}

    def by_state(self) -> Counter[str]:
        return Counter(life["state"] for life in self.model.present().values())


def morning_after(world: World) -> datetime:
    """When people say their words after a night; the end of the next day, +07:00."""
    return RunKey("H44", world.day + timedelta(days=1)).day_end


def number_of(day: date) -> int:
    return (day - FIRST).days
