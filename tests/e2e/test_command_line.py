"""The contract of the command line (`design.md` §7): one JSON object, exit codes, help, stages alone, Ctrl-C."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from datetime import date
from pathlib import Path

import pytest

from doisoat.pipeline import STAGES
from tests.e2e import forked
from tests.e2e.fixtures import Ran
from tests.e2e.nights import DAY, DOISOAT, FILES_PROVINCE, night_command, run_night
from tests.e2e.run_files import artefacts, differing, mails
from tests.faults.e2e.processes import strike

# `design.md` §7 names these of the object …
CONTRACT = {"run", "counts", "discrepancies", "not_compared", "recheck", "artefacts", "mails", "seconds"}
# … and these are ours beside it.
BESIDE = {"new_discrepancies", "open_discrepancies", "exit_code"}
ARTEFACTS = ["discrepancies.csv", "discrepancies.parquet", "report.html", "report.json", "report.xlsx"]
COMMANDS = (
    *("run", *STAGES, "check-source", "new-province", "confirm", "migrate", "simulate"),
    *("bench", "calendar", "clocks", "discrepancies", "indicators", "inspection", "letters", "period"),
)


def installed(*words: str) -> subprocess.CompletedProcess[str]:
    """The installed command itself; elsewhere `forked` does the same in a quarter of the time."""
    return subprocess.run([DOISOAT, *words], capture_output=True, text=True, check=False, timeout=120)


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return forked.call(words, dict(os.environ))


# --- the object of --json --------------------------------------------------------------------------------


def test_the_object_has_exactly_these_keys(files_night: Ran) -> None:
    outcome = files_night.night.outcome
    assert set(outcome) == CONTRACT | BESIDE
    assert {"province", "business_date", "rule_versions", "verdict"} <= set(outcome["run"])
    assert set(outcome["counts"]) == {"shop", "portal"}
    for side in outcome["counts"].values():
        assert set(side) == {"landed", "staged", "repeated", "rejected"}
    for entry in outcome["not_compared"]:
        assert set(entry) == {"kind", "side", "reason", "dossiers"}
    assert set(outcome["recheck"]) == {"asked", "confirmed", "vanished", "unknown", "unchecked", "failed_look_ups"}
    assert sorted(outcome["artefacts"]) == ARTEFACTS
    assert list(outcome["seconds"]) and set(outcome["seconds"]) == set(STAGES)


def test_what_the_object_says_is_so(files_night: Ran) -> None:
    night = files_night.night
    outcome = night.outcome
    assert outcome["exit_code"] == night.code == 1
    assert (outcome["run"]["province"], outcome["run"]["business_date"]) == ("H44", DAY.isoformat())
    assert all(Path(path).is_absolute() and Path(path).is_file() for path in outcome["artefacts"].values())
    assert outcome["mails"] == len(mails(night.home))
    assert sum(outcome["discrepancies"].values()) == night.found().total() == outcome["open_discrepancies"]
    assert len(set(night.found())) == outcome["new_discrepancies"]
    assert all(isinstance(seconds, int | float) and seconds >= 0 for seconds in outcome["seconds"].values())


def test_progress_goes_to_standard_error_only(files_night: Ran, tmp_path: Path) -> None:
    home = tmp_path / "var"
    shutil.copytree(files_night.night.home, home)
    done = installed(*night_command(files_night.config, home, command="publish")[1:])
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (0, 1)
    assert isinstance(json.loads(lines[0]), dict)


def test_without_json_the_night_is_told_in_words(files_night: Ran, tmp_path: Path) -> None:
    home = tmp_path / "var"
    shutil.copytree(files_night.night.home, home)
    done = call(*(word for word in night_command(files_night.config, home)[1:] if word != "--json"))
    assert done.returncode == 1, done.stderr
    assert "H44 2026-09-03" in done.stdout
    assert "ĐẦY ĐỦ" in done.stdout
    assert str(home / "reports" / "H44" / "2026-09-03" / "report.html") in done.stdout.replace("\n", "")
    assert f"Thư đã gửi: {files_night.night.outcome['mails']}" in done.stdout


# --- exit codes (3, 4 and 5 over HTTP: tests/faults/e2e) ------------------------------------------------------

HEADER = "MaHoSo,TrangThaiHoSo,MaTTHC,MaCoQuan,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy"
ROWS = [
    "H44.05-260820-0001,4,1.001612,H44.05,2026-09-03T08:00:00+07:00,2026-09-10T17:00:00+07:00,",
    "H44.05-260820-0002,4,1.001612,H44.05,2026-09-03T09:00:00+07:00,2026-09-10T17:00:00+07:00,",
]


def exports(folder: Path, portal: list[str] | None = None, **more: str) -> Path:
    """Two small exports that agree, unless the portal's rows are given, and a province file."""
    for side, rows in (("shop", ROWS), ("portal", ROWS if portal is None else portal)):
        (folder / "exports" / side).mkdir(parents=True, exist_ok=True)
        (folder / "exports" / side / "ho-so.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    config = folder / "phu_tho.yaml"
    config.write_text(FILES_PROVINCE + "".join(f"{key}: {value}\n" for key, value in more.items()), encoding="utf-8")
    return config


def test_a_world_without_a_difference_is_exit_0_and_no_mail(tmp_path: Path) -> None:
    night = run_night(exports(tmp_path), tmp_path / "var")
    assert (night.code, night.outcome["exit_code"]) == (0, 0), night.stderr
    assert (sum(night.outcome["discrepancies"].values()), night.outcome["mails"]) == (0, 0)
    assert mails(tmp_path / "var") == {}
    assert night.outcome["run"]["verdict"] == "complete"


def test_one_difference_is_exit_1_until_it_is_known_and_within_the_threshold(tmp_path: Path) -> None:
    portal = [ROWS[0].replace("2026-09-10", "2026-09-11"), ROWS[1]]
    figures = []
    for day, rules in ((3, {}), (4, {}), (5, {"rules": "{alert_threshold: 1}"})):
        night = run_night(exports(tmp_path, portal, **rules), tmp_path / "var", date(2026, 9, day))
        figures.append((night.code, night.outcome["new_discrepancies"], night.outcome["open_discrepancies"]))
    assert figures == [(1, 1, 1), (1, 0, 1), (0, 0, 1)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run"], "Missing"),
        (["run", "phu_tho"], "Missing"),
        (["rum", "phu_tho", "2026-09-03"], "rum"),
        (["run", "phu_tho", "03/09/2026"], "03/09/2026"),
        (["run", "phu_tho", "2026-02-30"], "2026-02-30"),
        (["run", "không_có", "2026-09-03"], "không_có"),
        (["run", "phu_tho", "2026-09-03", "--nhanh"], "--nhanh"),
        (["run", "phu_tho", "2026-09-03", "--config", "/không/có.yaml"], "/không/có.yaml"),
        (["confirm", "phu_tho", "2026-09-03", "--side", "shop"], "Missing"),
        (["simulate", "--dossiers", "0"], "dossiers"),
        (["simulate", "--dossiers", "999", "--export", "/dev/null/x"], "1,000"),
        (["simulate", "--business-date", "hôm qua", "--export", "/dev/null/x"], "hôm qua"),
    ],
)
def test_wrong_use_is_exit_2_with_a_sentence(tmp_path: Path, words: list[str], told: str) -> None:
    home = ["--home", str(tmp_path)] if words[0] == "run" and len(words) > 1 else []
    done = call(*words, *home)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_province_file_names_file_line_and_key(tmp_path: Path) -> None:
    config = tmp_path / "phu_tho.yaml"
    config.write_text(FILES_PROVINCE + "luat_choi: 1\n", encoding="utf-8")
    done = installed("run", "phu_tho", "2026-09-03", "--config", str(config), "--home", str(tmp_path / "var"))
    assert (done.returncode, done.stdout) == (2, "")
    line = FILES_PROVINCE.count("\n") + 1
    assert f"{config}:{line} [luat_choi]" in done.stderr


def test_a_required_column_that_is_absent_is_exit_2_and_named(tmp_path: Path) -> None:
    config = exports(tmp_path)
    file = tmp_path / "exports" / "shop" / "ho-so.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("MaTTHC", "ThuTuc"), encoding="utf-8")
    night = run_night(config, tmp_path / "var")
    assert (night.code, night.outcome) == (2, {})
    assert "MaTTHC" in night.stderr
    assert "ho-so.csv" in night.stderr


def test_an_export_in_another_encoding_is_partial(tmp_path: Path) -> None:
    """One readable file, one in UTF-16: the side is incomplete, nothing is missing against it."""
    config = exports(tmp_path, ROWS[:1])
    other = "\n".join([HEADER, ROWS[1], ""])
    (tmp_path / "exports" / "portal" / "ho-so-2.csv").write_bytes(other.encode("utf-16"))
    night = run_night(config, tmp_path / "var")
    assert (night.code, night.outcome["run"]["verdict"]) == (5, "partial"), night.stderr
    assert night.found().total() == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    done = call(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"doisoat {command}" in done.stdout
    if command in STAGES or command == "run":
        for word in ("PROVINCE", "DATE", "--config", "--home", "--json"):
            assert word in done.stdout


def test_help_lists_every_command_and_exit_code() -> None:
    done = installed("--help")
    assert done.returncode == 0
    for word in (*COMMANDS, "130"):
        assert word in done.stdout


# --- stages alone -------------------------------------------------------------------------------------------


def test_each_stage_alone_in_order_gives_what_run_gives(files_night: Ran, tmp_path: Path) -> None:
    home = tmp_path / "var"
    counts = {}
    for name in STAGES:
        stage = run_night(files_night.config, home, command=name)
        assert stage.code == 0, stage.stderr
        counts[name] = stage.outcome
    assert differing(artefacts(home), artefacts(files_night.night.home)) == []
    outcome = files_night.night.outcome
    assert [counts[name]["landed"] for name in ("land_shop", "land_portal")] == [
        outcome["counts"][side]["landed"] + hidden(counts, side) for side in ("shop", "portal")
    ]
    assert counts["recheck"]["recheck"] == outcome["recheck"]
    assert counts["alert"]["sent"] == counts["alert"]["sent_now"] == outcome["mails"]


def hidden(counts: dict[str, dict[str, object]], side: str) -> int:
    """Rows that landed before `stage` learnt from the other side that their dossier is secret."""
    landed, staged = counts[f"land_{side}"]["landed"], counts["stage"]["sides"]
    assert isinstance(landed, int) and isinstance(staged, dict)
    left = staged[side]["landed"]
    assert 0 <= landed - left < 10
    return int(landed - left)


NEEDS = {
    "stage": "land_",
    "validate": "stage",
    "reconcile": "stage",
    "recheck": "reconcile",
    "assess": "recheck",
    "publish": "assess",
    "alert": "assess",
}


@pytest.mark.parametrize("command", NEEDS)
def test_a_stage_out_of_order_says_what_comes_first(tmp_path: Path, command: str) -> None:
    night = run_night(exports(tmp_path), tmp_path / "var", command=command)
    assert (night.code, night.outcome) == (2, {})
    assert f"run {NEEDS[command]}" in night.stderr
    assert "Traceback" not in night.stderr


# --- Ctrl-C -------------------------------------------------------------------------------------------------


def test_ctrl_c_is_130_and_leaves_nothing_half_written(files_night: Ran, tmp_path: Path) -> None:
    """Struck in `validate`, the stage that lasts longest: the signal must not come after the end of the night."""
    home = tmp_path / "var"
    day = DAY.isoformat()
    begun = home / "runs" / "H44" / day / ".validate.new"
    struck = strike(files_night.config, home, {}, begun.exists, with_signal=signal.SIGINT)
    assert (struck.code, struck.stdout) == (130, "")
    assert "Traceback" not in struck.stderr
    assert struck.stderr.strip().splitlines()[-1] == "Đã ngắt."
    assert not (home / "reports" / "H44" / day).exists()
    assert mails(home) == {}
    again = run_night(files_night.config, home)
    assert again.code == files_night.night.code, again.stderr
    assert differing(artefacts(home), artefacts(files_night.night.home)) == []
