"""Whatever happens to a shop's records from night to night: read by changes, it says what it says read whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.model import Side
from tests.unit.incremental.changing_shop import ChangingShop, contents, day, files_of, night, snapshot, stage

Event = tuple[str, int]
CHANGES: dict[str, dict[str, str | None]] = {
    "finish": {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20260901093000"},
    "reopen": {"TrangThaiHoSo": "4", "NgayKetThucXuLy": None},
    "reject": {"TrangThaiHoSo": "?"},
    "spoil a date": {"NgayTiepNhan": "hôm qua"},
    "receive tomorrow": {"NgayTiepNhan": "20260904083000"},
    "receive in another month": {"NgayTiepNhan": "20260715083000"},
    "take the date away": {"NgayTiepNhan": None},
    "make secret": {"DoMat": "Mật"},  # for good: what was secret stays so until all is read again
}
EVENTS = st.tuples(st.sampled_from([*CHANGES, "create", "delete"]), st.integers(0, 30))


def happen(shop: ChangingShop, event: Event) -> None:
    what, number = event
    names = sorted(shop.records)
    name = names[number % len(names)]
    if what == "create":
        shop.put(100 + shop.now.day * 1_000 + shop.now.second * 10 + len(names), NgayTiepNhan="20260901083000")
    elif what == "delete":
        if len(names) > 4:
            shop.remove(name)
    else:
        shop.put(name, **CHANGES[what])


def live_through(history: list[list[Event]], home: Path) -> None:
    shop = ChangingShop(page_size=2)
    for number in range(9):
        shop.put(number, NgayTiepNhan=f"20260{6 + number % 3}15083000")
    night(home / "changes", day(0), shop)
    for number, events in enumerate(history, 1):
        shop.now += (day(1) - day(0)) / 2
        for event in events:
            happen(shop, event)
        by_changes = night(home / "changes", day(number), shop)
        whole = night(home / "whole", day(number), shop, full=True)
        assert snapshot(home / "changes", day(number)) == snapshot(home / "whole", day(number))
        assert by_changes["rejected"] == whole["rejected"]
        assert by_changes["warnings"] == whole["warnings"]
        assert by_changes["complete"]
        assert by_changes["landed"] == by_changes["reading"]["read"] + by_changes["reading"]["carried_over"]
    either_way_the_same_bytes(home / "changes", len(history))


def either_way_the_same_bytes(home: Path, last: int) -> None:
    """Merged into the base's snapshot, or staged from all the landings."""
    before = contents(home, day(last))
    shutil.rmtree(files_of(home, day(last - 1)).snapshot(Side.SHOP))
    stage(home, day(last))
    assert contents(home, day(last)) == before


def proof(examples: int, most_nights: int) -> Callable[[], None]:
    histories = st.lists(st.lists(EVENTS, min_size=1, max_size=6), min_size=2, max_size=most_nights)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories)
    def prove(history: list[list[Event]]) -> None:
        with TemporaryDirectory() as home:
            live_through(history, Path(home))

    return prove


def test_a_few_histories() -> None:
    proof(1, 2)()


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_many_histories() -> None:
    proof(80, 4)()
