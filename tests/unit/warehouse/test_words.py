"""People's words beside the nights: kept, ended, never lost, and never at the same time as a night."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from doisoat.errors import ConfigError
from doisoat.rules.lifecycle import Finding, State, Turn
from doisoat.store.decisions import Wanted, Word
from doisoat.store.lifecycle import WordsSaid
from doisoat.store.night_update import Change, Found
from doisoat.store.tables_warehouse import discrepancy_history
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.nights import found_night, key, name, open_letters, record, row, september
from tests.unit.warehouse.test_set_lifecycle import name as catalogue_name
from tests.unit.warehouse.test_set_lifecycle import weekly


def say(warehouse: Warehouse, letter: str, turn: Turn, until: int | None = None) -> None:
    word = Word(turn, "Lan", "chờ cấp trên", None if until is None else september(until))
    warehouse.say("H44", name(letter), word)


def states(warehouse: Warehouse) -> dict[str, str]:
    return {one.dossier_code[-1]: one.state for one in warehouse.find("H44", Wanted())}


def test_an_acceptance_ends_by_itself_on_the_first_night_after_its_day(warehouse: Warehouse) -> None:
    record(warehouse, 3, "ab")
    say(warehouse, "a", Turn.ACCEPTED, 7)
    record(warehouse, 7, "ab")
    assert states(warehouse) == {"a": "accepted", "b": "open"}
    assert record(warehouse, 8, "ab") == Change(True, still_open=2, expired=1)
    (one,) = warehouse.find("H44", Wanted((State.REOPENED,)))
    assert (one.accepted_until, one.person, one.reason, one.reopened, one.first_seen_on) == (
        *(None, None, None),
        1,
        september(3),
    )


def test_an_acceptance_does_not_end_on_a_night_that_did_not_look(warehouse: Warehouse) -> None:
    record(warehouse, 3, "a")
    say(warehouse, "a", Turn.ACCEPTED, 7)
    assert record(warehouse, 8, "") == Change(True, carried=1)
    assert states(warehouse) == {"a": "accepted"}
    assert record(warehouse, 9, "", "a").resolved == 1
    assert record(warehouse, 10, "a").reopened == 1
    assert states(warehouse) == {"a": "reopened"}


def test_a_word_survives_the_night_run_again_and_a_rewind_and_comes_back_with_its_night(warehouse: Warehouse) -> None:
    record(warehouse, 3, "a")
    record(warehouse, 4, "ab")
    say(warehouse, "b", Turn.ACKNOWLEDGED)
    record(warehouse, 4, "ab")
    assert states(warehouse) == {"a": "open", "b": "acknowledged"}
    record(warehouse, 3, "a", rewind=True)
    assert states(warehouse) == {"a": "open"}
    record(warehouse, 4, "ab")
    assert states(warehouse) == {"a": "open", "b": "acknowledged"}
    record(warehouse, 4, "a", "b")  # corrected: it never was there
    assert states(warehouse) == {"a": "open"}


def test_what_superseded_it_is_told_and_it_may_still_be_resolved(warehouse: Warehouse) -> None:
    record(warehouse, 3, "a")
    found = [Found(name("a"), Finding.SUPERSEDED, "finished_not_synced")]
    assert warehouse.record_night(found_night(4), [], found) == Change(True, superseded=1)
    known, lines = warehouse.find_one("H44", name("a"))
    assert (known.state, known.superseded_by, lines[-1].by_kind) == ("superseded", *("finished_not_synced",) * 2)
    assert open_letters(warehouse, 5) == {}
    assert record(warehouse, 5, "", "a") == Change(True)
    assert states(warehouse) == {"a": "resolved"}


def test_the_rules_of_every_change_are_noted(warehouse: Warehouse) -> None:
    warehouse.record_night(found_night(3, rules="1"), [row("a")], [])
    warehouse.record_night(found_night(4, rules="2"), [], [Found(name("a"), Finding.RESOLVED)])
    _, lines = warehouse.find_one("H44", name("a"))
    first, last = lines
    assert first.rule_version and last.rule_version and first.rule_version != last.rule_version
    assert (first.rule_versions, last.rule_versions) == ({"rules": "1"}, {"rules": "2"})


def test_a_catalogue_discrepancy_can_be_accepted_too(warehouse: Warehouse) -> None:
    weekly(warehouse, 6, ["1", "2"])
    record(warehouse, 10, "a")
    word = Word(Turn.ACCEPTED, "Lan", "chờ danh mục mới", september(13))
    assert warehouse.say("H44", catalogue_name("1"), word).state == "accepted"
    assert weekly(warehouse, 6, ["1", "2"]).moved, "the word is no later run"
    assert weekly(warehouse, 13, ["1", "2"]) == Change(True, still_open=2)
    assert weekly(warehouse, 20, ["1", "2"]) == Change(True, still_open=2, expired=1)
    told = {
        one.procedure_code: (one.state, one.reopened)
        for one in warehouse.find("H44", Wanted(kind="catalogue_mismatch"))
    }
    assert told == {"1": ("reopened", 1), "2": ("open", 0)}


def test_a_night_that_took_an_older_state_is_told_so(warehouse: Warehouse) -> None:
    record(warehouse, 3, "a")
    _, words = warehouse.pending_before("H44", september(4))
    say(warehouse, "a", Turn.ACKNOWLEDGED)
    with pytest.raises(WordsSaid, match="run 'doisoat assess' again"):
        warehouse.record_night(found_night(4), [row("a")], [], words=words)
    assert warehouse.last_night("H44") == september(3)
    _, words = warehouse.pending_before("H44", september(4))
    assert warehouse.record_night(found_night(4), [row("a")], [], words=words).still_open == 1


def test_many_people_and_a_night_at_once(warehouse: Warehouse, warehouse_url: str) -> None:
    """Every word is either said or refused with a reason; the present is what the history tells."""
    letters = "abcdefgh"
    record(warehouse, 3, letters)
    together = Barrier(5)

    def person(turn: Turn) -> list[bool]:
        with Warehouse(warehouse_url) as own:
            together.wait()
            return [_said(own, letter, turn) for letter in letters]

    def night() -> Change:
        with Warehouse(warehouse_url) as own:
            together.wait()
            return record(own, 4, letters[:4], letters[4:])

    with ThreadPoolExecutor(5) as pool:
        turns = (Turn.ACKNOWLEDGED, Turn.ACKNOWLEDGED, Turn.ACCEPTED, Turn.ACCEPTED)
        people, nightly = [pool.submit(person, turn) for turn in turns], pool.submit(night)
        said = [one.result() for one in people]
        assert nightly.result() == Change(True, still_open=4, resolved=4)
    with warehouse._engine.connect() as connection:
        words = select(discrepancy_history.c.fingerprint).where(discrepancy_history.c.sequence > 0)
        assert len(connection.execute(words).all()) == sum(map(sum, said))
    present = states(warehouse)
    assert [present[letter] for letter in letters[4:]] == ["resolved"] * 4
    assert {present[letter] for letter in letters[:4]} <= {"acknowledged", "accepted"}
    assert record(warehouse, 4, letters[:4], letters[4:]).moved
    assert states(warehouse) == present


def _said(warehouse: Warehouse, letter: str, turn: Turn) -> bool:
    until = key(30).business_date.replace(year=2099) if turn is Turn.ACCEPTED else None
    try:
        warehouse.say("H44", name(letter), Word(turn, "Lan", "chờ", until))
    except ConfigError:
        return False
    return True
