"""Sixty nights of `assess` that dies before any statement of the warehouse, is replayed and retried: no wrong state.

Prints its figures (`pytest -s`). The whole program over such nights, with mails: `whole_nights`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from doisoat.assess import assess_night
from doisoat.store.decisions import Wanted
from doisoat.store.layout import RunFiles
from doisoat.store.warehouse import Warehouse
from tests.faults.sixty_nights import OUTAGES, SHRUNKEN, World
from tests.faults.told_states import ToldStates, morning_after
from tests.unit.assess.nights import province, reference

pytestmark = pytest.mark.slow
NIGHTS = int(os.environ.get("DOISOAT_SIMULATED_NIGHTS", "60"))


class Crash(Exception):
    """The process dies."""


@dataclass
class Simulation:
    """Night after night."""

    home: Path
    states: ToldStates
    written: dict[int, RunFiles] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.states.world

    @property
    def random(self) -> Random:
        return self.world.random

    def night(self) -> None:
        """A day, its night (unless it cannot run), and what people say in the morning."""
        self.world.live()
        number, tally = self.world.night, self.states.tally
        if number in OUTAGES or number in SHRUNKEN:  # land stops the one, the shrink guard the other, before assess
            tally["nights without a run"] += 1
            return
        files = self.world.write().write(self.home)
        if self.random.random() < 0.5:
            self._crash(files)
        self._assess(files)
        self.states.model.nights[number] = self.world.truth()
        self.written[number] = files
        tally["nights"] += 1
        self.states.check()
        if self.random.random() < 0.2:
            self._replay()
        if self.random.random() < 0.2:
            self._assess(files)  # a task retried although it had ended
            tally["retries of a whole stage"] += 1
            self.states.check()
        for _ in range(self.random.randrange(4)):
            self.states.say_something()
        self.states.check()

    def _assess(self, files: RunFiles) -> dict[str, Any]:
        rules = {"scope_from": self.world.scope_from}
        return assess_night(files, province(rules=rules), reference(), self.states.warehouse)

    def _crash(self, files: RunFiles) -> None:
        """Somewhere: before a statement of the warehouse, or never (it had fewer)."""
        with _dying(self.states.warehouse, self.random.randrange(1, 60)) as died:
            self._assess(files)
        self.states.tally["crashes"] += len(died)

    def _replay(self) -> None:
        """An earlier night once more: the same bytes, and nothing moves."""
        number = self.random.choice([one for one in self.written if one < self.world.night] or [self.world.night])
        folder = self.written[number].work("assess")
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        tonight, self.world.night = self.world.night, number
        self._assess(self.written[number])
        self.world.night = tonight
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before, f"night {number} replayed"
        self.states.tally["replays"] += 1
        self.states.check()


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
    world = World(Random(20260803))
    with Warehouse(f"sqlite:///{tmp_path / 'w.sqlite'}", clock=lambda: morning_after(world)) as warehouse:
        warehouse.migrate()
        states = ToldStates(world, warehouse)
        simulation = Simulation(tmp_path, states)
        for _ in range(NIGHTS):
            simulation.night()
        told = {**states.tally, "states at the end": dict(sorted(states.by_state().items()))}
        print("\nsixty nights of assess:", json.dumps(told, ensure_ascii=False))  # noqa: T201 -- for docs/figures.md
        if NIGHTS >= 60:
            assert states.tally["crashes"] >= 10
            assert states.by_state().keys() >= {"open", "reopened", "resolved", "superseded", "gone", "out_of_scope"}
            _the_new_rules_are_noted(warehouse)


def _the_new_rules_are_noted(warehouse: Warehouse) -> None:
    """What the tolerance resolved says by which rules it was opened, and by which it was resolved."""
    changed = 0
    for one in warehouse.find("H44", Wanted(kind="due_at_mismatch")):
        _, lines = warehouse.find_one("H44", one.fingerprint)
        nights = [line for line in lines if line.rule_version]
        changed += any(
            early.rule_version != late.rule_version and late.change == "resolved" for early, late in pairwise(nights)
        )
    assert changed > 0
