"""A difference over several nights and what people say about it, by the commands alone."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.e2e.nights import DOISOAT, run_night
from tests.e2e.run_files import mails
from tests.e2e.test_command_line import ROWS, exports

pytestmark = pytest.mark.slow
OTHER_DUE = [ROWS[0].replace("2026-09-10", "2026-09-11"), ROWS[1]]


def desk(folder: Path, command: str, *words: str) -> Any:
    place = ["--config", str(folder / "phu_tho.yaml"), "--home", str(folder / "var")]
    call = [DOISOAT, "discrepancies", command, "phu_tho", *words, *place, "--json"]
    done = subprocess.run(call, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


def night(folder: Path, day: int, portal: list[str]) -> tuple[int, str, int]:
    """A night's exit code, the state it reports, and its mails."""
    ran = run_night(exports(folder, portal), folder / "var", date(2026, 9, day))
    table = pq.read_table(ran.outcome["artefacts"]["discrepancies.parquet"], columns=["state"])
    (state,) = table.column("state").to_pylist() or [""]
    return ran.code, state, ran.outcome["mails"]


def test_from_first_sight_to_closure_and_back(tmp_path: Path) -> None:
    assert night(tmp_path, 3, OTHER_DUE)[:2] == (1, "open")
    (known,) = desk(tmp_path, "list")["discrepancies"]
    assert (known["kind"], known["state"], known["age_working_days"]) == ("due_at_mismatch", "open", 0)
    short, words = known["id"][:8], ("--by", "Lan", "--reason", "chờ cấp trên")
    desk(tmp_path, "acknowledge", short, *words)
    assert night(tmp_path, 4, OTHER_DUE)[:2] == (1, "acknowledged")
    desk(tmp_path, "accept", short, *words, "--until", "2099-12-31")
    sent = len(mails(tmp_path / "var"))
    assert night(tmp_path, 5, OTHER_DUE) == (0, "accepted", 0), "nothing new, nothing open, nobody reminded"
    assert len(mails(tmp_path / "var")) == sent
    desk(tmp_path, "reopen", short, *words)
    assert night(tmp_path, 7, OTHER_DUE)[:2] == (1, "reopened")
    assert night(tmp_path, 8, ROWS) == (0, "", 0)
    assert night(tmp_path, 9, OTHER_DUE)[:2] == (1, "reopened")
    history = [(line["changed_on"], line["change"]) for line in desk(tmp_path, "show", short)["history"]]
    assert history == [
        ("2026-09-03", "opened"),
        ("2026-09-03", "acknowledged"),
        ("2026-09-04", "accepted"),
        ("2026-09-05", "taken_back"),
        ("2026-09-08", "resolved"),
        ("2026-09-09", "reopened"),
    ]
