"""Notes of a reading outlive the process; what a kill tore is as if it had not been written."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

import pytest

from doisoat.land.shops.notes import Notes, PageNote, digest_id
from doisoat.model import VIETNAM

FIRST = PageNote({digest_id("a"): 202608, digest_id("b"): 0}, "2026-09-03T08:00:00.000+07:00", False)
SECOND = PageNote({}, None, True)
BEGAN = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)


def write(file: Path) -> None:
    notes = Notes(file)
    notes.begin(resumed=False)
    notes.observe(BEGAN)
    notes.observe(BEGAN.replace(hour=5))
    notes.add("page-000000", FIRST)
    notes.add("page-000001", SECOND)


def read(file: Path) -> Notes:
    notes = Notes(file)
    notes.begin(resumed=True)
    return notes


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    file = tmp_path / "tmp" / "shop.notes"
    write(file)
    notes = read(file)
    assert [notes.page("page-000000"), notes.page("page-000001"), notes.page("page-000002")] == [FIRST, SECOND, None]
    assert notes.first_answer == BEGAN


def test_they_are_private_and_hold_no_id(tmp_path: Path) -> None:
    file = tmp_path / "shop.notes"
    notes = Notes(file)
    notes.begin(resumed=False)
    notes.add("page-000000", PageNote({digest_id("id:036099123456"): 0}, None, False))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"036099123456" not in file.read_bytes()


def test_a_new_reading_starts_with_nothing(tmp_path: Path) -> None:
    file = tmp_path / "shop.notes"
    write(file)
    notes = Notes(file)
    notes.begin(resumed=False)
    assert (notes.page("page-000000"), notes.first_answer, file.exists()) == (None, None, False)


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_torn_line_is_forgotten_and_the_next_one_is_not(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "shop.notes"
    write(file)
    file.write_bytes(file.read_bytes()[:-cut])
    torn = read(file)
    assert (torn.page("page-000000"), torn.page("page-000001"), torn.first_answer) == (FIRST, None, BEGAN)
    torn.add("page-000002", SECOND)
    assert read(file).page("page-000002") == SECOND


def test_without_a_file_they_live_as_long_as_the_process() -> None:
    notes = Notes()
    notes.begin(resumed=True)
    notes.add("page-000000", FIRST)
    assert notes.page("page-000000") == FIRST
