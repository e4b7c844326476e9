"""Sixty nights with crashes, replays, an outage, a shrunken side, partial nights, new rules and people: no wrong state.

Prints its figures (`pytest -s`). To look at more than the states after each night (mails, escalation): `OBSERVERS`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from doisoat.assess import assess_night
from doisoat.rules.lifecycle import STANDING, Turn
from doisoat.store.decisions import Wanted, Word
from doisoat.store.layout import RunFiles
from doisoat.store.warehouse import Warehouse
from tests.faults.sixty_nights import FIRST, OUTAGES, SHRUNKEN, World
from tests.unit.assess.nights import province, reference
from tests.unit.warehouse.life_model import STANDS, Model

pytestmark = pytest.mark.slow
NIGHTS = int(os.environ.get("DOISOAT_SIMULATED_NIGHTS", "60"))
Observer = Callable[["Simulation"], None]  # called after every night that was assessed
OBSERVERS: list[Observer] = []


class Crash(Exception):
    """The process dies."""


@dataclass
class Simulation:
    """The world, its model, and the program beside them."""

    home: Path
    warehouse: Warehouse
    random: Random
    world: World
    model: Model = field(default_factory=Model)
    tally: Counter[str] = field(default_factory=Counter)
    written: dict[int, RunFiles] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)

    def night(self) -> None:
        """A day, its night (unless it cannot run), and what people say in the morning."""
        self.world.live()
        number = self.world.night
        if number in OUTAGES or number in SHRUNKEN:  # land stops the one, the shrink guard the other, before assess
            self.tally["nights without a run"] += 1
            return
        truth = self.world.truth()
        files = self.world.write().write(self.home)
        if self.random.random() < 0.5:
            self._crash(files)
        self.summary = self._assess(files)
        self.model.nights[number] = truth
        self.written[number] = files
        self.tally["nights"] += 1
        self.check()
        if self.random.random() < 0.2:
            self._replay()
        if self.random.random() < 0.2:
            self._assess(files)  # a task retried although it had ended
            self.tally["retries of a whole stage"] += 1
            self.check()
        for _ in range(self.random.randrange(4)):
            self._word()
        self.check()
        for observer in OBSERVERS:
            observer(self)

    def _assess(self, files: RunFiles) -> dict[str, Any]:
        rules = {"scope_from": self.world.scope_from}
        return assess_night(files, province(rules=rules), reference(), self.warehouse)

    def _crash(self, files: RunFiles) -> None:
        """Somewhere: before a statement of the warehouse, or never (it had fewer)."""
        with _dying(self.warehouse, self.random.randrange(1, 60)) as died:
            self._assess(files)
        self.tally["crashes"] += len(died)

    def _replay(self) -> None:
        """An earlier night once more: the same bytes, and nothing moves."""
        number = self.random.choice([one for one in self.written if one < self.world.night] or [self.world.night])
        folder = self.written[number].work("assess")
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        scope, self.world.night = self.world.night, number
        self._assess(self.written[number])
        self.world.night = scope
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before, f"night {number} replayed"
        self.tally["replays"] += 1
        self.check()

    def _word(self) -> None:
        lives = self.model.present()
        possible = sorted(name for name, life in lives.items() if life["state"] in STANDS)
        if not possible:
            return
        name = self.random.choice(possible)
        state = lives[name]["state"]
        words = {
            "open": "acknowledged",
            "reopened": "acknowledged",
            "acknowledged": "taken_back",
            "accepted": "taken_back",
        }
        turn = Turn(self.random.choice((words[state], "accepted")))
        until = self.world.night + self.random.randrange(1, 12) if turn is Turn.ACCEPTED else None
        last_day = None if until is None else FIRST + timedelta(days=until)
        self.warehouse.say("H44", self._fingerprints()[name], Word(turn, "Lan", "chờ cấp trên", last_day))
        self.model.words.append((self.model.last, name, turn.value, until))
        self.tally["words"] += 1

    def _fingerprints(self) -> dict[str, str]:
        return {f"{one.dossier_code} {one.kind}": one.fingerprint for one in self.warehouse.find("H44", Wanted())}

    def check(self) -> None:
        """Every state is the model's; nothing is closed that stands."""
        told = {
            f"{one.dossier_code} {one.kind}": {
                "state": one.state,
                "first": _number(one.first_seen_on),
                "opened": _number(one.opened_on),
                "back": one.reopened,
                "until": one.accepted_until and _number(one.accepted_until),
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


def _number(day: date) -> int:
    return (day - FIRST).days


@contextmanager
def _dying(warehouse: Warehouse, statement: int) -> Iterator[list[int]]:
    """The process dies before the n-th statement; the list says that it did."""
    left, died = [statement], []

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            died.append(statement)
            raise Crash

    event.listen(warehouse._engine, "before_cursor_execute", count)
    try:
        yield died
    except Crash:
        pass
    finally:
        event.remove(warehouse._engine, "before_cursor_execute", count)


def test_sixty_nights(tmp_path: Path) -> None:
    random = Random(20260803)
    clock = {"now": World(random).day}
    with Warehouse(f"sqlite:///{tmp_path / 'w.sqlite'}", clock=lambda: _morning(clock["now"])) as warehouse:
        warehouse.migrate()
        simulation = Simulation(tmp_path, warehouse, random, World(random))
        for _ in range(NIGHTS):
            clock["now"] = simulation.world.day + timedelta(days=1)
            simulation.night()
        _say(simulation)
        if NIGHTS >= 60:
            assert simulation.tally["crashes"] >= 10
            states = Counter(life["state"] for life in simulation.model.present().values())
            assert states.keys() >= {"open", "reopened", "resolved", "superseded", "gone", "out_of_scope"}
            _the_new_rules_are_noted(simulation)


def _morning(day: date) -> Any:
    from doisoat.model import RunKey

    return RunKey("H44", day).day_end


def _the_new_rules_are_noted(simulation: Simulation) -> None:
    """What the tolerance resolved says by which rules it was opened, and by which it was resolved."""
    kinds = Wanted(kind="due_at_mismatch")
    changed = 0
    for one in simulation.warehouse.find("H44", kinds):
        _, lines = simulation.warehouse.find_one("H44", one.fingerprint)
        nights = [line for line in lines if line.rule_version]
        changed += any(
            early.rule_version != late.rule_version and late.change == "resolved" for early, late in pairwise(nights)
        )
    assert changed > 0


def _say(simulation: Simulation) -> None:
    states = Counter(life["state"] for life in simulation.model.present().values())
    told = {**simulation.tally, "states at the end": dict(sorted(states.items()))}
    print("\nsixty nights:", json.dumps(told, ensure_ascii=False))  # noqa: T201 -- the figures of docs/figures.md
