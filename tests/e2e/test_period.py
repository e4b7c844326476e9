"""`doisoat period` over a whole planted night: every agency's form, the sums of the province, and what a user is told."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from doisoat.cli import app
from doisoat.errors import ConfigError
from doisoat.pipeline.periods import NoNight
from doisoat_simulator.published import Month, count_side
from doisoat_simulator.world import build_world
from tests.e2e.fixtures import Ran
from tests.e2e.nights import DAY
from tests.e2e.simulated import DOSSIERS, SEED

ALONE = ("--agency", "H44.106", "--json")  # quicker: all is counted, one form is written
NAMES = ("received", "carried", "resolved", "late", "open", "open_over")


@pytest.fixture(scope="module")
def home(files_night: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the night's files, for forms to be written beside."""
    folder = tmp_path_factory.mktemp("period") / "var"
    shutil.copytree(files_night.night.home, folder)
    return folder


def call(ran: Ran, home: Path, *words: str) -> Any:
    given = ["period", "phu_tho", *words, "--config", str(ran.config), "--home", str(home)]
    return CliRunner().invoke(app, given, env={"COLUMNS": "160"})


def object_of(done: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def august(files_night: Ran, home: Path) -> dict[str, Any]:
    done = call(files_night, home, "2026-08", "--json")
    assert done.exit_code == 0, done.output
    return object_of(done)


def test_the_object_says_what_was_written(august: dict[str, Any]) -> None:
    assert (august["province"], august["period"], august["definition"]) == ("H44", "2026-08", "statutory")
    assert (august["business_date"], august["is_provisional"], august["clock"]) == (DAY.isoformat(), False, "luat")
    assert august["deadlines"] == ["2026-08-20", "2026-08-23"] and august["carried"]["basis"] == "not_published"
    assert set(august["figures"]) == {"shop", "portal"} and set(august["figures"]["shop"]) == set(NAMES)
    written = august["artefacts"]
    assert {"07b.pdf", "07b.xlsx", "comparison.xlsx", "members.parquet", "period.json"} <= set(written)
    assert len([name for name in written if name.startswith("07a/")]) == 2 * (august["forms"] - 1) > 300
    assert all(Path(path).is_absolute() and Path(path).stat().st_size for path in written.values())


def test_every_agency_handled_what_the_simulator_counts(august: dict[str, Any]) -> None:
    """Column (3), received or taken over: counted in plain Python from the world's own rows, dossier by dossier."""
    told = json.loads(Path(august["artefacts"]["period.json"]).read_text(encoding="utf-8"))
    world, month = build_world(DOSSIERS, SEED, DAY), Month(date(2026, 7, 15), date(2026, 8, 14))
    for side in ("shop", "portal"):
        counts = count_side(world, side, month)
        rows = [row for row in told["figures"] if row["side"] == side and row["is_sum"]]
        found = {row["unit_code"]: row["received"] for row in rows if row["scope"] == "unit" and row["unit_code"]}
        assert found == {code: counts[code, "received"] for code in found} and len(found) > 100
        assert august["figures"][side]["received"] == counts["H44", "received"]


def test_agencies_add_up_to_the_province(august: dict[str, Any]) -> None:
    told = json.loads(Path(august["artefacts"]["period.json"]).read_text(encoding="utf-8"))
    for side in ("shop", "portal"):
        rows = [row for row in told["figures"] if row["side"] == side]
        units = [row for row in rows if row["scope"] == "unit" and row["is_sum"]]
        (whole,) = (row for row in rows if row["scope"] == "province")
        assert {name: sum(row[name] for row in units) for name in NAMES} == {name: whole[name] for name in NAMES}
        assert whole["received"] == whole["resolved"] + whole["open"] > 0
        assert len({row["unit_code"] for row in units}) > 100


def test_in_words(files_night: Ran, home: Path, august: dict[str, Any]) -> None:
    done = call(files_night, home, "2026-08", "--agency", "H44.106")
    assert done.exit_code == 0 and "H44, Tháng 8/2026 (15/07/2026–14/08/2026), theo đêm 03/09/2026" in done.stdout
    assert "cơ quan gửi tỉnh trước hết ngày 20/08/2026" in done.stdout and "H44.106.pdf" in done.stdout


def test_the_period_after_takes_over_what_this_one_left(files_night: Ran, home: Path, august: dict[str, Any]) -> None:
    """The same night, so every dossier is where it was; September is not over."""
    september = object_of(call(files_night, home, "2026-09", "--date", DAY.isoformat(), *ALONE))
    assert september["is_provisional"] and september["carried"] == {"basis": "published", "differences": []}
    for side in ("shop", "portal"):
        assert september["figures"][side]["carried"] == august["figures"][side]["open"]


def test_by_the_calendar_into_a_folder_of_its_own(files_night: Ran, home: Path) -> None:
    done = object_of(call(files_night, home, "2026-08", "--calendar", "--json"))
    assert (done["definition"], done["first_day"], done["deadlines"]) == ("calendar", "2026-08-01", [])
    assert Path(done["artefacts"]["07b.pdf"]).parent.name == "2026-08-calendar"


def test_the_form_of_one_agency_leaves_the_others_alone(files_night: Ran, home: Path, august: dict[str, Any]) -> None:
    done = object_of(call(files_night, home, "2026-08", *ALONE))
    assert set(done["artefacts"]) == {"07a/H44.106.pdf", "07a/H44.106.xlsx"}
    assert Path(august["artefacts"]["07b.pdf"]).is_file()
    alike = Path(august["artefacts"]["07a/H44.106.pdf"]).read_bytes()
    assert Path(done["artefacts"]["07a/H44.106.pdf"]).read_bytes() == alike


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (("2026-13",), ConfigError, "PERIOD is like 2026-08"),
        (
            ("2026-09",),
            NoNight,
            "2026-09 ends on 2026-09-14 and no night on or after that day was compared; the last one",
        ),
        (("2026-09", "--date", "2026-09-02"), NoNight, "H44/2026-09-02 was not compared"),
        (("2026-10", "--date", DAY.isoformat()), ConfigError, "2026-10 begins after 2026-09-03"),
        (("2026-08", "--date", "3/9/2026"), ConfigError, "--date is a day like"),
        (("2026-08", "--agency", "H99"), ConfigError, "H99 reports nothing in 2026-08"),
    ],
)
def test_what_there_is_not(files_night: Ran, home: Path, words: tuple[str, ...], error: type, says: str) -> None:
    done = call(files_night, home, *words)
    assert isinstance(done.exception, error) and says in str(done.exception)


def test_without_any_night_it_says_so(files_night: Ran, tmp_path: Path) -> None:
    done = call(files_night, tmp_path, "2026-08")
    assert isinstance(done.exception, NoNight) and "there is none" in str(done.exception)


def test_a_night_that_was_read_in_part_is_not_taken_by_itself(files_night: Ran, home: Path, tmp_path: Path) -> None:
    partial = tmp_path / "var"
    shutil.copytree(home, partial)
    (staged,) = partial.glob("snapshots/*/*/staged.json")
    told = json.loads(staged.read_text(encoding="utf-8"))
    told["sides"]["portal"] |= {"partial": True, "partial_reasons": ["thiếu trang 7"]}
    staged.write_text(json.dumps(told), encoding="utf-8")
    refused = call(files_night, partial, "2026-08")
    assert isinstance(refused.exception, NoNight) and "thiếu trang 7" in str(refused.exception)
    done = object_of(call(files_night, partial, "2026-08", "--date", DAY.isoformat(), *ALONE))
    assert (done["exit_code"], done["partial_reasons"]) == (5, ["Cổng DVCQG: thiếu trang 7"])
