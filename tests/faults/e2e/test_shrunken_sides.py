"""A side that shrinks is suspect (rule 5): exit 3 before anything is opened, closed or mailed, until a person confirms."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.e2e import forked
from tests.e2e.fixtures import Ran
from tests.e2e.nights import NightRun, run_night
from tests.e2e.run_files import mails
from tests.e2e.simulated import DOSSIERS, SEED, Simulated, simulated

NEXT = date(2026, 9, 4)


@pytest.fixture(scope="module")
def next_day() -> Iterator[Simulated]:
    """The same world one day on."""
    with simulated(DOSSIERS, SEED, NEXT) as running:
        yield running


@pytest.fixture
def home(http_night: Ran, tmp_path: Path) -> Path:
    """After an accepted night."""
    shutil.copytree(http_night.night.home, tmp_path / "var")
    return tmp_path / "var"


def confirm(config: Path, home: Path, side: str, **given: str) -> subprocess.CompletedProcess[str]:
    words = {"reason": "Đã kiểm tra: chuyển hệ thống", "by": "Nguyễn Thử"} | given
    options = [part for name, value in words.items() for part in (f"--{name}", value)]
    command = ["confirm", "phu_tho", NEXT.isoformat(), "--side", side, *options]
    return forked.call([*command, "--config", str(config), "--home", str(home)], dict(os.environ))


def open_discrepancies(home: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "warehouse.sqlite") as connection:
        return connection.execute("SELECT * FROM discrepancies ORDER BY 1, 2").fetchall()


def stopped(night: NightRun, expectation: str) -> None:
    assert (night.code, night.outcome) == (3, {}), night.stderr
    sentence = night.stderr.strip().splitlines()[-1]
    assert sentence.startswith("ValidationFailed: ")
    assert expectation in sentence
    assert "Traceback" not in night.stderr


def test_an_empty_answer_after_an_accepted_night_is_exit_3(home: Path, http_night: Ran, next_day: Simulated) -> None:
    """200, well-formed, total 0: complete as far as one can see, and suspect."""
    before = open_discrepancies(home)
    next_day.misbehave(
        {"path": "spec=slice", "kind": "empty_page"}, {"path": "spec=page", "kind": "wrong_total", "by": -10_000_000}
    )
    night = run_night(http_night.config, home, NEXT, next_day.environment)
    next_day.misbehave()
    stopped(night, "shop.")
    assert open_discrepancies(home) == before
    assert not (home / "reports" / "H44" / NEXT.isoformat()).exists()
    assert not any(NEXT.isoformat() in name for name in mails(home))


def test_a_shrunken_side_waits_for_a_person_and_then_goes_on(home: Path, http_night: Ran, next_day: Simulated) -> None:
    before = open_discrepancies(home)
    next_day.misbehave(
        {"path": "page=[5-9]&.*spec=slice", "kind": "empty_page"},
        {"path": "page=1[0-9]&.*spec=slice", "kind": "empty_page"},
        {"path": "spec=page", "kind": "wrong_total", "by": 750 - len(next_day.world.shop_rows) - shapeless(next_day)},
    )
    night = run_night(http_night.config, home, NEXT, next_day.environment)
    next_day.misbehave()
    stopped(night, "shop.side_not_shrunken")
    assert "doisoat confirm" in night.stderr
    assert open_discrepancies(home) == before
    assert not any(NEXT.isoformat() in name for name in mails(home))

    assert confirm(http_night.config, home, "portal").returncode == 0
    still = run_night(http_night.config, home, NEXT, next_day.environment)
    stopped(still, "shop.side_not_shrunken")  # the landing is replayed, and another side was confirmed

    word = confirm(http_night.config, home, "shop")
    assert (word.returncode, word.stdout) == (0, "")
    after = run_night(http_night.config, home, NEXT, next_day.environment)
    assert after.code in {1, 5}, after.stderr
    told = json.loads((home / "runs" / "H44" / NEXT.isoformat() / "alert" / "mails.json").read_text(encoding="utf-8"))
    assert "ngày nghỉ" in {one["reason"] for one in told["skipped"]}, "they would arrive on a Saturday"
    assert after.outcome["mails"] == sum(NEXT.isoformat() in name for name in mails(home)) == 0


def shapeless(simulated_day: Simulated) -> int:
    return simulated_day.world.expected_rejections["shop"].get("row_shape", 0)


@pytest.mark.parametrize(
    ("side", "given"), [("both", {}), ("shop", {"reason": "  "}), ("shop", {"by": ""})], ids=["side", "reason", "by"]
)
def test_a_confirmation_without_its_words_is_exit_2(
    http_night: Ran, tmp_path: Path, side: str, given: dict[str, str]
) -> None:
    word = confirm(http_night.config, tmp_path, side, **given)
    assert (word.returncode, word.stdout) == (2, "")
    assert "Traceback" not in word.stderr


def test_an_empty_side_on_the_very_first_night_is_exit_3(http_night: Ran, next_day: Simulated, tmp_path: Path) -> None:
    """`rows > 0` needs no night before."""
    next_day.misbehave({"path": "manifest.json", "kind": "empty_page"})
    night = run_night(http_night.config, tmp_path, NEXT, next_day.environment)
    next_day.misbehave()
    assert night.code in {3, 4}, night.stderr
    assert night.outcome == {}
