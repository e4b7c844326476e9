"""A portal read by look-ups within a small budget, night after night: coverage grows, and nothing false is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from doisoat.store.layout import read_json
from tests.e2e.nights import DAY, Found, NightRun, difference, run_night
from tests.e2e.run_files import sightings
from tests.e2e.simulated import LOOK_UP_ONLY, QUICK, province_file, simulated

pytestmark = pytest.mark.slow

NIGHTS, BUDGET, DOSSIERS = 3, 450, 1_000


@dataclass(frozen=True)
class Evening:
    """One night, what was planted for it, and which dossiers were looked up, by digest."""

    night: NightRun
    planted: Found
    hidden: frozenset[str]  # dossiers the portal has under a code only it knows
    canaries: tuple[str, ...]
    secret: frozenset[str]  # on the shop's own word
    asked: Counter[str]
    look_ups: Mapping[str, Any]


@pytest.fixture(scope="module")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> list[Evening]:
    folder = tmp_path_factory.mktemp("nights")
    config = province_file(
        folder / "phu_tho.yaml", LOOK_UP_ONLY, shop=QUICK, portal={**QUICK, "look_up_budget": BUDGET}
    )
    return [evening(folder / "var", config, DAY + timedelta(days=number)) for number in range(NIGHTS)]


def evening(home: Path, config: Path, day: date) -> Evening:
    with simulated(DOSSIERS, day=day) as served:
        night = run_night(config, home, day, environment=served.environment)
        assert night.code == 1, night.stderr
        asked = Counter(one["subject"] for one in served.asked() if one["service"] == "TraCuuHoSo")
        manifest = read_json(home / "landing" / "H44" / day.isoformat() / "portal" / "manifest.json")
        world = served.world
        ambiguous = {code.removesuffix("-2") for code in world.expected_unknown}
        hidden = frozenset(ambiguous | {code for code, kind, _ in served.planted() if kind == "code_substituted"})
        planted = served.planted(portal_now=True)
        marked = (str(row["MaHoSo"]) for row in world.shop_rows if row["DoMat"])
        secret = world.secret_codes & frozenset(marked)
        return Evening(night, planted, hidden, world.canaries, secret, asked, manifest["look_ups"])


def test_no_night_reports_a_discrepancy_that_is_none(evenings: list[Evening]) -> None:
    for one in evenings:
        found = Counter({row: n for row, n in one.night.found().items() if row[0] not in one.hidden})
        assert difference(found - one.planted, Counter()) == ""


def test_every_night_keeps_to_the_budget_and_is_complete(evenings: list[Evening]) -> None:
    for one in evenings:
        assert one.asked.total() == one.look_ups["calls"] <= BUDGET
        assert one.night.outcome["run"]["verdict"] == "complete"


def test_coverage_grows_and_the_report_states_it(evenings: list[Evening]) -> None:
    known = [one.look_ups["asked"] + sum(one.look_ups["carried"].values()) for one in evenings]
    assert known == sorted(set(known))
    unsaid = [one.look_ups["never_asked"] for one in evenings]
    assert unsaid == sorted(set(unsaid), reverse=True)
    for one in evenings:
        report = read_json(Path(one.night.outcome["artefacts"]["report.json"]))
        assert report["coverage"]["look_ups"]["calls"] == one.look_ups["calls"]
        named = [row for row in one.night.outcome["not_compared"] if "chưa hỏi DVCQG" in row["reason"]]
        assert bool(named) == (one.look_ups["never_asked"] + one.look_ups["outdated"] > 0)


def test_every_open_discrepancy_is_looked_at_every_night(evenings: list[Evening]) -> None:
    for before, after in pairwise(evenings):
        subjects = {sha256(code.encode()).hexdigest()[:16] for code, _, _ in before.night.found()}
        still_there = subjects & set(after.asked)
        gone = subjects - still_there
        assert len(gone) <= len(subjects) // 50  # only what has left the shop's listing meanwhile


def test_what_was_put_right_closes(evenings: list[Evening]) -> None:
    first, last = evenings[0].night.found(), evenings[-1].night.found()
    assert {row[0] for row in first - evenings[-1].planted} - evenings[0].hidden, "the world repairs something"
    still = Counter({row: n for row, n in (last & first).items() if row[0] not in evenings[-1].hidden})
    assert difference(still - evenings[-1].planted, Counter()) == ""


def test_what_the_shop_calls_secret_stands_nowhere(evenings: list[Evening]) -> None:
    """What only the portal calls secret can be known from the night on in which it is asked."""
    last = evenings[-1]
    assert sightings(last.night.home, last.canaries, last.secret) == []


def test_a_night_replayed_after_later_ones_gives_the_same_bytes(evenings: list[Evening]) -> None:
    """By then neither the shop nor the portal is there any more."""
    home, day = evenings[1].night.home, DAY + timedelta(days=1)
    folder = home / "reports" / "H44" / day.isoformat()
    names = ("report.json", "report.html", "report.xlsx", "discrepancies.csv", "discrepancies.parquet")
    before = {name: (folder / name).read_bytes() for name in names}
    again = run_night(home.parent / "phu_tho.yaml", home, day)
    assert again.code == 1, again.stderr
    assert {name: (folder / name).read_bytes() for name in names} == before
