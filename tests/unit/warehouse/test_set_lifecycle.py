"""Discrepancies of the catalogue run and of the nights live side by side, and neither resolves the other's."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from doisoat.model import DiscrepancyKind
from doisoat.store.fingerprints import fingerprint
from doisoat.store.night_update import Change
from doisoat.store.tables_warehouse import discrepancies
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.nights import key, record, row, september

KIND = DiscrepancyKind.CATALOGUE_MISMATCH


def name(code: str) -> str:
    return fingerprint("H44", KIND, "", "fee", procedure_code=code, subtype="attribute")


def weekly(warehouse: Warehouse, day: int, seen: Iterable[str], resolved: Iterable[str] = ()) -> Change:
    rows = [
        row("A", fingerprint=name(code), kind=KIND.value, subtype="attribute", dossier_code="", procedure_code=code)
        | {"field": "fee"}
        for code in seen
    ]
    return warehouse.record_set(key(day), KIND, rows, [name(code) for code in resolved])


def states(warehouse: Warehouse) -> dict[str, tuple[str, int, int | None]]:
    """Procedure or last letter of the dossier -> (state, first, last day seen; None = on every night since)."""
    with warehouse._engine.connect() as connection:
        rows = connection.execute(select(discrepancies)).all()
    return {
        r.procedure_code or r.dossier_code[-1]: (r.state, r.first_seen_on.day, r.last_seen_on and r.last_seen_on.day)
        for r in rows
    }


def test_from_week_to_week(warehouse: Warehouse) -> None:
    assert weekly(warehouse, 6, ["1", "2", "3"]) == Change(True, opened=3)
    assert [item.procedure_code for item in warehouse.open_set_before(key(13), KIND)] == sorted(
        ["1", "2", "3"], key=name
    )
    assert weekly(warehouse, 13, ["1", "4"], ["2"]) == Change(True, opened=1, still_open=1, resolved=1, carried=1)
    assert states(warehouse) == {
        "1": ("open", 6, 13),
        "2": ("resolved", 6, 6),
        "3": ("open", 6, 6),
        "4": ("open", 13, 13),
    }
    assert {item.procedure_code for item in warehouse.open_set_before(key(20), KIND)} == {"1", "3", "4"}
    assert weekly(warehouse, 20, ["2"]).opened == 1  # it is back
    assert states(warehouse)["2"] == ("reopened", 20, 20)


def test_the_same_run_again_gives_the_same_state(warehouse: Warehouse) -> None:
    weekly(warehouse, 6, ["1", "2"])
    weekly(warehouse, 13, ["1", "3"], ["2"])
    before = states(warehouse)
    assert weekly(warehouse, 13, ["1", "3"], ["2"]) == Change(True, opened=1, still_open=1, resolved=1)
    assert states(warehouse) == before
    weekly(warehouse, 13, ["1"])  # corrected: the third was a mistake, the second is still open
    assert states(warehouse) == {"1": ("open", 6, 13), "2": ("open", 6, 6)}


def test_an_older_run_changes_nothing(warehouse: Warehouse) -> None:
    weekly(warehouse, 13, ["1"])
    before = states(warehouse)
    assert weekly(warehouse, 6, ["2"], ["1"]) == Change(moved=False)
    assert states(warehouse) == before


def test_a_night_neither_sees_nor_resolves_the_catalogue(warehouse: Warehouse) -> None:
    record(warehouse, 5, ["a", "b"])
    weekly(warehouse, 5, ["1"])
    assert {item.kind for item in warehouse.open_before("H44", september(6))} == {"stuck"}
    assert record(warehouse, 6, ["a"], ["b"]) == Change(True, still_open=1, resolved=1)
    assert states(warehouse) == {"a": ("open", 5, None), "b": ("resolved", 5, 5), "1": ("open", 5, 5)}


def test_the_catalogue_neither_sees_nor_resolves_the_nights(warehouse: Warehouse) -> None:
    record(warehouse, 5, ["a"])
    assert weekly(warehouse, 6, ["1"], ["a"]) == Change(True, opened=1)
    assert states(warehouse)["a"] == ("open", 5, None)


def test_rewinding_a_night_leaves_the_catalogue_alone(warehouse: Warehouse) -> None:
    record(warehouse, 5, ["a"])
    weekly(warehouse, 5, ["1"])
    weekly(warehouse, 6, ["1", "2"])
    record(warehouse, 6, ["a", "c"])
    record(warehouse, 5, ["a"], rewind=True)
    assert states(warehouse) == {"a": ("open", 5, None), "1": ("open", 5, 6), "2": ("open", 6, 6)}
