"""First and last seen, night after night: replays, rewinds, nights that could not compare."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from doisoat.store.night_update import Change
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history, metadata, runs
from doisoat.store.warehouse import Warehouse
from doisoat.store.warehouse_engine import read_url
from tests.unit.warehouse.conftest import NOW
from tests.unit.warehouse.nights import key, name, open_letters, record, row, september


def _state(url: str) -> list[tuple[Any, ...]]:
    """(letter, first, last, state) of all discrepancies, and (day, letter, change) of all changes."""
    engine = create_engine(read_url(url))
    table, history = discrepancies.c, discrepancy_history.c
    now = select(table.province, table.dossier_code, table.first_seen_on, table.last_seen_on, table.state)
    changes = select(history.province, history.changed_on, table.dossier_code, history.change).join_from(
        discrepancy_history, discrepancies, history.fingerprint == table.fingerprint
    )
    with engine.connect() as connection:
        found = sorted(map(tuple, connection.execute(now))) + sorted(map(tuple, connection.execute(changes)))
    engine.dispose()
    return found


def test_first_seen_stays_while_it_is_open(warehouse: Warehouse) -> None:
    assert record(warehouse, 3, "ab") == Change(moved=True, opened=2)
    assert record(warehouse, 4, "bc") == Change(moved=True, opened=1, still_open=1, carried=1)
    assert record(warehouse, 5, "abc") == Change(moved=True, still_open=3)
    assert open_letters(warehouse, 6) == {"a": 3, "b": 3, "c": 4}


def test_only_what_was_compared_resolves_and_coming_back_is_a_new_beginning(warehouse: Warehouse) -> None:
    record(warehouse, 3, "ab")
    assert record(warehouse, 4, "", "a") == Change(moved=True, resolved=1, carried=1)
    assert open_letters(warehouse, 5) == {"b": 3}
    assert record(warehouse, 5, "a") == Change(moved=True, opened=1, carried=1, reopened=1)
    assert open_letters(warehouse, 6) == {"a": 5, "b": 3}


def test_what_was_open_before_a_day_can_always_be_told_again(warehouse: Warehouse) -> None:
    record(warehouse, 3, "ab")
    record(warehouse, 4, "b", "a")
    record(warehouse, 7, "ac")
    told = {day: open_letters(warehouse, day) for day in (3, 4, 5, 7, 8)}
    assert told == {
        3: {},
        4: {"a": 3, "b": 3},
        5: {"b": 3},
        7: {"b": 3},
        8: {"a": 7, "b": 3, "c": 7},
    }
    assert warehouse.known_fingerprints("H44", september(4)) == {name("a"), name("b")}


def test_the_same_night_again_changes_nothing(warehouse: Warehouse, warehouse_url: str) -> None:
    record(warehouse, 3, "abc")
    first = record(warehouse, 4, "cd", "a")
    before = _state(warehouse_url)
    assert record(warehouse, 4, "cd", "a") == first
    assert _state(warehouse_url) == before


def test_the_same_night_with_other_results_replaces_them(warehouse: Warehouse, warehouse_url: str) -> None:
    record(warehouse, 3, "abc")
    record(warehouse, 4, "c", "ab")
    record(warehouse, 4, "ad", "c")
    assert open_letters(warehouse, 5) == {"a": 3, "b": 3, "d": 4}


def test_a_replay_below_a_later_night_touches_no_lifecycle(warehouse: Warehouse, warehouse_url: str) -> None:
    record(warehouse, 3, "ab")
    record(warehouse, 8, "b", "a")
    before = _state(warehouse_url)
    assert record(warehouse, 3, "xyz", "b") == Change(moved=False)
    assert record(warehouse, 5, "xyz", "b") == Change(moved=False), "a night in between, seen for the first time"
    assert _state(warehouse_url) == before
    assert warehouse.has_later_night(key(5)) and not warehouse.has_later_night(key(8))


def test_rewind_takes_later_nights_back_first(warehouse: Warehouse, warehouse_url: str) -> None:
    record(warehouse, 3, "ab")
    record(warehouse, 4, "b", "a")
    record(warehouse, 5, "ac", "b")
    assert record(warehouse, 4, "ab", rewind=True) == Change(moved=True, still_open=2)
    assert open_letters(warehouse, 9) == {"a": 3, "b": 3}
    assert not warehouse.has_later_night(key(4))


def test_provinces_do_not_see_each_other(warehouse: Warehouse) -> None:
    record(warehouse, 3, "ab")
    record(warehouse, 9, "a", province="H21")
    assert record(warehouse, 4, "b", "a") == Change(moved=True, still_open=1, resolved=1)
    assert (open_letters(warehouse, 5), open_letters(warehouse, 10, "H21")) == ({"b": 3}, {"a": 9})


def test_a_run_is_noted_with_its_instants(warehouse: Warehouse, warehouse_url: str) -> None:
    record(warehouse, 3, "a")
    engine = create_engine(read_url(warehouse_url))
    with engine.connect() as connection:
        (noted,) = connection.execute(select(runs)).all()
    engine.dispose()
    assert tuple(noted) == (
        "H44",
        september(3),
        "complete",
        key(3).day_end,
        {"rules": "1"},
        {"open": 1},
        {"shop": "ab" * 32},
        True,
        NOW,
    )


def test_hostile_texts_are_values_and_nothing_else(warehouse: Warehouse, warehouse_url: str) -> None:
    from doisoat.model import Verdict
    from doisoat.store.lifecycle import NightRecord

    hostile = "x'); DROP TABLE runs; --"
    seen = [row("a", value_shop=hostile, value_portal="\N{ZERO WIDTH SPACE}'\"\\%s :name ?")]
    warehouse.record_night(NightRecord(key(3), Verdict.COMPLETE, key(3).day_end, {}, {}, {}), seen, [])
    engine = create_engine(read_url(warehouse_url))
    with engine.connect() as connection:
        found = connection.execute(select(discrepancies.c.value_shop, discrepancies.c.value_portal)).one()
    engine.dispose()
    assert tuple(found) == (hostile, "\N{ZERO WIDTH SPACE}'\"\\%s :name ?")


NIGHT = st.tuples(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights=st.lists(NIGHT, min_size=2, max_size=6), back=st.integers(0, 5))
def test_rewinding_is_as_if_the_later_nights_had_never_been(
    warehouse: Warehouse, warehouse_url: str, nights: list[tuple[set[str], set[str]]], back: int
) -> None:
    """Property: nights 1..n, then night k again with rewind = nights 1..k."""
    again = min(back, len(nights) - 1)
    _empty(warehouse_url)
    for day, (seen, resolved) in enumerate(nights[: again + 1], start=1):
        record(warehouse, day, sorted(seen), sorted(resolved))
    expected = _state(warehouse_url)
    for day, (seen, resolved) in enumerate(nights[again + 1 :], start=again + 2):
        record(warehouse, day, sorted(seen), sorted(resolved))
    record(warehouse, again + 1, sorted(nights[again][0]), sorted(nights[again][1]), rewind=True)
    assert _state(warehouse_url) == expected


def _empty(url: str) -> None:
    engine = create_engine(read_url(url))
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    engine.dispose()
