"""Nights of the whole program: real processes killed at any stage, a mail server that misbehaves, truth known.

One outage, one shrunken side, partial nights, new rules, people's words, mails sent again by hand. After every night:
every state is right, every mail that had to be planned was and no other, it says what is true, the server took none
twice, and every mail of which nobody knows is listed to the engineers. AssertionError where something is not so.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from doisoat.model import DiscrepancyKind, RunKey
from doisoat.rules.kinds import KIND_INFO
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.ledger import ENGINEERS, Mail, MailState
from doisoat.store.warehouse import Warehouse
from tests.e2e import forked
from tests.faults.mail_model import Expected, MailModel, day_of
from tests.faults.mail_server import BadServer, running
from tests.faults.sixty_nights import OUTAGES, PARTIAL, SHRUNKEN, World
from tests.faults.told_states import ToldStates, morning_after
from tests.faults.world_files import REFUSED, TIMEOUT_S, write_night, write_tables
from tests.unit.alert.nights import text_of

STAGES = ("land_shop", "land_portal", "stage", "validate", "reconcile", "recheck", "assess", "publish", "alert")
LABELS = {KIND_INFO[kind].label: kind.value for kind in DiscrepancyKind}
UNREACHABLE, STOPPED, PARTIALLY = 4, 3, 5  # exit codes
CRASHES, RETRIES, REPLAYS, BY_HAND = 0.6, 0.15, 0.15, 0.3  # chances a night


@dataclass
class WholeNights:
    """The program's home, the server, and what is known beside them."""

    home: Path
    server: BadServer
    port: int
    states: ToldStates
    mails: MailModel = field(default_factory=MailModel)
    configs: dict[int, Path] = field(default_factory=dict)
    sent_again: Counter[str] = field(default_factory=Counter)  # Message-ID -> times it was sent although it had gone
    to_be_listed: set[str] = field(default_factory=set)  # Message-IDs the engineers have to hear of

    @property
    def world(self) -> World:
        return self.states.world

    @property
    def random(self) -> Random:
        return self.world.random

    def night(self) -> None:
        """A day and its night, however often it takes; what is read of it; people in the morning."""
        self.world.live()
        number, tally = self.world.night, self.states.tally
        folder = self.home / f"night-{number:02}"
        write_tables(folder)
        self.configs[number] = write_night(folder, self.world, self.port)
        self.server.attempt = 1
        if self.random.random() < CRASHES:
            self._crash()
        if number in OUTAGES or number in SHRUNKEN:
            assert self._run(number).returncode == (UNREACHABLE if number in OUTAGES else STOPPED)
            tally["nights without a run"] += 1
            self.states.check()
            return
        self._run_to_the_end(number)
        self._read(number)
        self._again(number)
        self._people()

    def _run_to_the_end(self, number: int) -> None:
        """As Airflow does: what may be tried again is, and goes on where it was."""
        done = self._run(number)
        while done.returncode == UNREACHABLE and self.server.attempt < 6:
            self.server.attempt += 1
            self.states.tally["runs again because mails were deferred"] += 1
            done = self._run(number)
        assert done.returncode in ((PARTIALLY,) if number in PARTIAL else (0, 1)), done.stderr

    def _run(self, number: int) -> Any:
        return forked.call(self._words("run", number), dict(os.environ))

    def _words(self, command: str, number: int, *more: str) -> list[str]:
        options = ["--config", str(self.configs[number]), "--home", str(self.home)]
        return [*command.split(), "phu_tho", day_of(number).isoformat(), *more, *options]

    def _crash(self) -> None:
        """SIGKILL, at some moment of some stage; every third one while mails go out."""
        stage = self.random.choice((*STAGES, *["alert"] * 4))
        out, said = self.home / "killed.out", self.home / "killed.err"
        process = forked.begin(self._words("run", self.world.night), dict(os.environ), (out, said))
        try:
            while process.exitcode is None and not (said.exists() and f"· {stage}" in said.read_text("utf-8")):
                process.join(0.005)
            process.join(self.random.random() * 0.6)
            if process.exitcode is None:
                self.states.tally["killed"] += 1
                self.states.tally[f"killed in {stage} or after"] += 1
        finally:
            process.kill()
            process.join()

    # --- what a night came to ---------------------------------------------------------------------

    def _read(self, number: int) -> None:
        """Every state, every mail."""
        model, truth = self.states.model, self.world.truth()
        before = model.present()
        model.nights[number] = truth
        after = model.present()
        self.mails.see(number, before, after, partial=self.world.is_partial)
        self.states.tally["nights"] += 1
        self.states.check()
        summary = read_json(self._files(number).work("assess") / "summary.json")
        assert summary["patterns"] == [], "a fault of many was not planted"
        expected = self.mails.expected(number, truth.seen, after)
        self._compare(number, expected)
        self._unclear(number)

    def _compare(self, number: int, expected: dict[str, Expected]) -> None:
        """The ledger has the mails that are due and no other; what was taken says what is true."""
        ledger = self._ledger(number)
        planned = ledger.keys() - {ENGINEERS}
        assert planned == expected.keys(), {
            "missing": sorted(expected.keys() - planned),
            "too many": sorted(planned - expected.keys()),
        }
        names = {fingerprint: name for name, fingerprint in self.states.fingerprints().items()}
        climbed = self._climbed(number)
        self.mails.climbed[number] = {(receiver, names[one]) for receiver, one in climbed}
        for receiver, mail in expected.items():
            if ":" in receiver and not receiver.startswith(":"):
                told = {name for to, name in self.mails.climbed[number] if to == receiver}
                assert told == mail.items.keys(), receiver
                self.states.tally["escalations"] += 1
            for message in self.server.taken.get(ledger[receiver].message_id, ()):
                _says(message, mail, receiver)
                self.states.tally["mails read"] += 1
        self.states.tally["mails planned"] += len(expected)
        for receiver, entry in ledger.items():
            self._settled(receiver, entry)

    def _settled(self, receiver: str, entry: Mail) -> None:
        """The ledger says of a mail what the server knows of it."""
        taken = self.server.times_taken(entry.message_id)
        assert taken <= 1, f"{entry.message_id} was taken {taken} times"
        match entry.state:
            case MailState.SENT:
                assert taken >= 1, f"{receiver}: {entry}"
            case MailState.REFUSED:
                assert (taken, set(entry.recipients) - set(REFUSED)) == (0, set()), f"{receiver}: {entry}"
            case MailState.UNKNOWN:
                self.to_be_listed.add(entry.message_id)
            case _:
                pytest.fail(f"{receiver}: {entry}")

    def _unclear(self, number: int) -> None:
        """Each is listed beside the night, and to the engineers by the next mail they get."""
        told = read_json(self._files(number).work("alert") / "mails.json")
        unknown = {mail.message_id for mail in self._ledger(number).values() if mail.state is MailState.UNKNOWN}
        assert {one["message_id"] for one in told["unknown"]} == unknown
        entry = self._ledger(number).get(ENGINEERS)
        if entry is None or entry.state is not MailState.SENT:
            return
        (text,) = (text_of(one) for one in self.server.taken[entry.message_id])
        missed = {name for name in self.to_be_listed if name not in text}
        assert not missed, missed
        self.states.tally["unclear mails listed to the engineers"] += len(self.to_be_listed)
        self.to_be_listed.clear()

    # --- what happens beside it -------------------------------------------------------------------

    def _again(self, number: int) -> None:
        """The night, or an earlier one, once more: nothing moves and nothing goes out."""
        for chance, what in ((RETRIES, number), (REPLAYS, self.random.choice(sorted(self.mails.ledger)))):
            if self.random.random() < chance:
                taken = {name: len(messages) for name, messages in self.server.taken.items()}
                assert self._run(what).returncode in (0, 1, PARTIALLY)
                assert {name: len(messages) for name, messages in self.server.taken.items()} == taken
                self.states.tally["nights run again"] += 1
                self.states.check()

    def _people(self) -> None:
        """Words about discrepancies, and an unclear mail sent once more."""
        before = len(self.states.model.words)
        for _ in range(self.random.randrange(4)):
            self.states.say_something()
        for after, name, word, _until in self.states.model.words[before:]:
            if word == "taken_back":
                self.mails.take_back(name, after)
        self.states.check()
        unclear = [
            (night, name, self._ledger(night)[name].message_id)
            for night, states in self.mails.ledger.items()
            for name, state in states.items()
            if state == "unknown"
        ]
        if unclear and self.random.random() < BY_HAND:
            self._send_again(*self.random.choice(unclear))

    def _send_again(self, night: int, receiver: str, message_id: str) -> None:
        self.server.attempt = 9
        taken = self.server.times_taken(message_id)
        done = forked.call(self._words("mail resend", night, message_id, "--yes"), dict(os.environ))
        assert done.returncode == 0, done.stderr
        assert self.server.times_taken(message_id) == taken + 1
        self.sent_again[message_id] += taken
        self.to_be_listed.discard(message_id)
        self.states.tally["unclear mails sent again by hand"] += 1
        self._ledger(night)

    # --- the program's own books ------------------------------------------------------------------

    def _ledger(self, number: int) -> dict[str, Mail]:
        ledger = self.states.warehouse.mails(self._files(number).key)
        self.mails.ledger[number] = {receiver: mail.state.value for receiver, mail in ledger.items()}
        return ledger

    def _climbed(self, number: int) -> set[tuple[str, str]]:
        with self.states.warehouse._engine.connect() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT receiver, fingerprint FROM escalations WHERE business_date = '{day_of(number)}'"
            )
            return {(row[0], row[1]) for row in rows}

    def _files(self, number: int) -> RunFiles:
        return RunFiles(self.home, RunKey("H44", day_of(number)))


def _says(message: Any, mail: Expected, receiver: str) -> None:
    """The workbook lists exactly what there is, each as it stands since the last mail; the text what is over."""
    if receiver.startswith(":"):
        return
    books = [part.get_payload(decode=True) for part in message.iter_attachments()]
    told: dict[str, str] = {}
    for book in books:
        rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name("Việc cần làm").to_python()
        head = next(number for number, row in enumerate(rows) if "Mã hồ sơ" in row)
        code, kind, since = (rows[head].index(name) for name in ("Mã hồ sơ", "Loại chênh lệch", "So với thư trước"))
        for row in rows[head + 1 :]:
            told[f"{row[code]} {LABELS[str(row[kind])]}"] = str(row[since] or "")
    if ":" in receiver:
        assert told.keys() == mail.items.keys(), receiver
    else:
        assert told == mail.items, receiver
        text = text_of(message)
        if mail.resolved:
            assert sorted(mail.resolved)[0] in text, receiver


@dataclass(frozen=True)
class Told:
    """What many nights came to."""

    tally: Counter[str]
    server: Counter[str]
    states: Counter[str]


def simulate(home: Path, nights: int) -> Told:
    """So many nights below `home`."""
    world = World(Random(20260803))
    server = BadServer(Random(7), REFUSED, TIMEOUT_S)
    url = f"sqlite:///{home / 'warehouse.sqlite'}"
    with running(server) as port, Warehouse(url, clock=lambda: morning_after(world)) as warehouse:
        warehouse.migrate()
        simulation = WholeNights(home, server, port, ToldStates(world, warehouse))
        for _ in range(nights):
            simulation.night()
        twice = {name for name, taken in server.taken.items() if len(taken) > 1 + simulation.sent_again[name]}
        tally = simulation.states.tally
        tally["mails taken twice by the server unasked"] = len(twice)
        tally["mails the server took"] = sum(map(len, server.taken.values()))
        return Told(tally, server.said, simulation.states.by_state())
