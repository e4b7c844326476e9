"""Any order of nights, replays, rewinds, crashes and people's words leads to what a plain model says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, event, select

from doisoat.errors import ConfigError
from doisoat.rules.lifecycle import Finding, Turn, replay
from doisoat.store import history
from doisoat.store.decisions import Wanted, Word
from doisoat.store.night_update import Change, Found
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history, metadata, runs
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.life_model import STANDS, Model, Seen
from tests.unit.warehouse.nights import found_night, key, name, row, september
from tests.unit.warehouse.postgres import Server

LETTERS = "abcde"
LETTER_SETS = st.frozensets(st.sampled_from(LETTERS))
FINDINGS = st.dictionaries(st.sampled_from(LETTERS), st.sampled_from([one.value for one in Finding]))


class Crash(Exception):
    """The process dies before the transaction ends."""


class Lives(RuleBasedStateMachine):
    """A warehouse beside its model; days are of September 2026."""

    url: str

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.warehouse = Warehouse(self.url, clock=lambda: key(1).day_end)
        self.warehouse.migrate()
        with self.warehouse._engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(delete(table))

    def teardown(self) -> None:
        if hasattr(self, "warehouse"):
            self.warehouse.close()

    def record(self, day: int, night: Seen, *, rewind: bool = False) -> Change:
        found = [
            Found(name(letter), Finding(finding), "stuck" if finding == "superseded" else None)
            for letter, finding in night.findings.items()
            if letter not in night.seen
        ]
        seen = [row(letter) for letter in sorted(night.seen)]
        return self.warehouse.record_night(found_night(day), seen, found, rewind=rewind)

    @precondition(lambda self: self.model.last < 27)
    @rule(seen=LETTER_SETS, findings=FINDINGS, later=st.integers(1, 3))
    def next_night(self, seen: frozenset[str], findings: dict[str, str], later: int) -> None:
        day, night = self.model.last + later, Seen(seen, findings)
        before = self.model.state(day)
        change = self.record(day, night)
        self.model.nights[day] = night
        assert change.moved
        assert change.opened + change.still_open == len(seen)
        standing = {letter for letter, life in before.items() if life["state"] in STANDS}
        assert change.still_open == len(standing & seen)

    @precondition(lambda self: self.model.nights)
    @rule(seen=LETTER_SETS, findings=FINDINGS)
    def last_night_again_with_other_results(self, seen: frozenset[str], findings: dict[str, str]) -> None:
        self.model.nights[self.model.last] = Seen(seen, findings)
        self.record(self.model.last, self.model.nights[self.model.last])

    @precondition(lambda self: self.model.nights)
    @rule()
    def last_night_again(self) -> None:
        assert self.record(self.model.last, self.model.nights[self.model.last]).moved

    @precondition(lambda self: len(self.model.nights) > 1)
    @rule(data=st.data(), seen=LETTER_SETS)
    def an_earlier_night_again_changes_nothing(self, data: st.DataObject, seen: frozenset[str]) -> None:
        day = data.draw(st.integers(1, self.model.last - 1))
        assert self.record(day, Seen(seen, {})) == Change(moved=False)

    @precondition(lambda self: self.model.nights)
    @rule(data=st.data(), seen=LETTER_SETS, findings=FINDINGS)
    def rewind(self, data: st.DataObject, seen: frozenset[str], findings: dict[str, str]) -> None:
        day = data.draw(st.integers(1, self.model.last))
        self.model.nights = {other: night for other, night in self.model.nights.items() if other < day}
        self.model.nights[day] = Seen(seen, findings)
        assert self.record(day, self.model.nights[day], rewind=True).moved

    @rule(seen=LETTER_SETS, findings=FINDINGS, statement=st.integers(1, 40))
    def crash_before_the_end(self, seen: frozenset[str], findings: dict[str, str], statement: int) -> None:
        with _crashing(self.warehouse, statement) as crashed:
            self.record(min(self.model.last + 1, 28), Seen(seen, findings))
        if not crashed:  # it had fewer statements
            self.model.nights[min(self.model.last + 1, 28)] = Seen(seen, findings)

    @precondition(lambda self: self.model.nights)
    @rule(
        letter=st.sampled_from(LETTERS),
        turn=st.sampled_from(["acknowledged", "accepted", "taken_back"]),
        until=st.integers(1, 30),
    )
    def somebody_says(self, letter: str, turn: str, until: int) -> None:
        life = self.model.present().get(letter)
        possible = (
            life is not None
            and {
                "acknowledged": life["state"] in ("open", "reopened"),
                "accepted": life["state"] in STANDS,
                "taken_back": life["state"] in ("acknowledged", "accepted"),
            }[turn]
        )
        said = Word(Turn(turn), "Lan", "chờ cấp trên", september(until) if turn == "accepted" else None)
        if not possible:
            with pytest.raises(ConfigError):
                self.warehouse.say("H44", name(letter), said)
            return
        self.warehouse.say("H44", name(letter), said)
        earlier = [after for after, of, *_ in self.model.words if of == letter]
        day = max([self.model.last, *earlier])
        self.model.words.append((day, letter, turn, until if turn == "accepted" else None))

    @invariant()
    def the_present_is_what_the_model_says(self) -> None:
        if not hasattr(self, "warehouse"):
            return
        told = {
            one.dossier_code[-1]: {
                "state": one.state,
                "first": one.first_seen_on.day,
                "opened": one.opened_on.day,
                "back": one.reopened,
                "until": one.accepted_until and one.accepted_until.day,
            }
            for one in self.warehouse.find("H44", Wanted())
        }
        assert told == self.model.present()

    @invariant()
    def the_present_follows_from_the_history(self) -> None:
        if not hasattr(self, "warehouse"):
            return
        with self.warehouse._engine.connect() as connection:
            before = history.night_before_each(history.nights(connection, "H44"))
            lines = dict(history.entries(connection, discrepancy_history.c.province == "H44"))
            columns = (discrepancies.c.fingerprint, *(discrepancies.c[name] for name in _STANDING))
            present = {row[0]: tuple(row[1:]) for row in connection.execute(select(*columns))}
            nightly = connection.execute(
                select(discrepancy_history.c.changed_on).where(discrepancy_history.c.sequence == 0).distinct()
            ).scalars()
            moved = connection.execute(select(runs.c.business_date).where(runs.c.moved_lifecycle)).scalars()
            assert set(nightly) <= set(moved)
        replayed = {name: replay(told, before) for name, told in lines.items()}
        assert present == {
            name: tuple(getattr(one, column) for column in _STANDING) for name, one in replayed.items() if one
        }

    @precondition(lambda self: self.model.nights)
    @rule(day=st.integers(1, 28))
    def what_stood_before_a_day_can_be_told(self, day: int) -> None:
        told = {
            one.dossier_code[-1]: (one.state, one.first_seen_on.day, one.reopened)
            for one in self.warehouse.open_before("H44", september(day))
        }
        state = self.model.state(day).items()
        assert told == {
            letter: (life["state"], life["first"], life["back"]) for letter, life in state if life["state"] in STANDS
        }


_STANDING = (
    *("state", "first_seen_on", "last_seen_on", "opened_on", "reopened"),
    *("accepted_until", "person", "reason", "superseded_by"),
)


@contextmanager
def _crashing(warehouse: Warehouse, statement: int) -> Iterator[list[int]]:
    """The process dies before its n-th statement; the list says that it did."""
    counted, crashed = [0], []

    def count(*_: Any) -> None:
        counted[0] += 1
        if counted[0] == statement:
            crashed.append(statement)
            raise Crash

    event.listen(warehouse._engine, "before_cursor_execute", count)
    try:
        yield crashed
    except Crash:
        pass
    finally:
        event.remove(warehouse._engine, "before_cursor_execute", count)


def _run(url: str, examples: int, steps: int) -> None:
    machine = type("LivesAt", (Lives,), {"url": url})
    health = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=health,
            database=None,
            phases=[Phase.generate],
            derandomize=True,
        ),
    )


def test_lives_embedded() -> None:
    with TemporaryDirectory() as folder:
        _run(f"sqlite:///{Path(folder) / 'w.sqlite'}", 12, 20)


@pytest.mark.slow
def test_many_lives_embedded() -> None:
    with TemporaryDirectory() as folder:
        _run(f"sqlite:///{Path(folder) / 'w.sqlite'}", 60, 25)


def test_lives_on_postgresql(postgres: Server) -> None:
    _run(postgres.new_database(), 5, 15)
