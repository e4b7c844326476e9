"""`doisoat bench` as a user calls it: counts that agree with what was planted, refusals in a sentence, nothing left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psutil
import pytest

from doisoat.benching.peers import PEERS, PEERS_PYTHON
from doisoat.benching.world import WorldSize, write_world
from doisoat.model import Side
from tests.e2e import forked
from tests.e2e.nights import DAY, DOISOAT, export_world, run_night

OWN_PEERS = "ours,join,floor"


@pytest.fixture
def scratch() -> Iterator[Path]:
    """An empty folder that another account may enter: PostgreSQL does not run as root."""
    with TemporaryDirectory(prefix="doisoat-bench-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def bench(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One call of `doisoat bench reconcile`, all it writes below `folder`."""
    return forked.call(["bench", "reconcile", *words], os.environ | {"TMPDIR": str(folder)})


def told(folder: Path, *words: str) -> dict[str, Any]:
    """The one line of `--json`; everything agreed, nothing stayed."""
    done = bench(folder, *words, "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert list(folder.iterdir()) == []
    result: dict[str, Any] = json.loads(line)
    return result


@pytest.mark.parametrize("differing", [0, 3, 50])
def test_everyone_counts_what_was_planted(tmp_path: Path, differing: int) -> None:
    words = ("--rows", "20000", "--runs", "1", "--differing", str(differing), "--seed", str(5 + differing))
    result = told(tmp_path, *words, "--peers", OWN_PEERS)
    assert result["counts_agree"] is True, result["disagreements"]
    assert (result["rows"], result["differing"]) == (20_000, differing)
    assert result["peers"].keys() == {"ours", "join", "floor"}


def test_postgresql_counts_the_same(scratch: Path) -> None:
    result = told(scratch, "--rows", "2000", "--runs", "1", "--peers", "ours,join,postgresql")
    assert result["counts_agree"] is True, result["disagreements"]
    assert result["speedup_over_postgresql"] > 0
    assert result["peers"]["postgresql"]["parts"].keys() == {"nạp hai bên", "so sánh"}


def test_the_json_line_holds_the_ratios_and_null_where_nobody_ran(tmp_path: Path) -> None:
    result = told(tmp_path, "--rows", "2000", "--runs", "3", "--peers", OWN_PEERS)
    assert result["speedup_over_datacompy_polars"] is None
    assert result["speedup_over_datacompy_pandas"] is None
    took = {name: sorted(peer["walls"])[1] for name, peer in result["peers"].items()}
    assert result["ratio_to_bare_join"] == pytest.approx(took["ours"] / took["join"], rel=0.01)
    assert result["peak_gib"] == pytest.approx(result["peers"]["ours"]["peak_mib"] / 1024, abs=0.001)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for PostgreSQL")
def test_a_folder_closed_to_postgresqls_account_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    words = (
        "--rows",
        "2000",
        "--runs",
        "1",
        "--peers",
        "floor,postgresql",
        "--work",
        str(tmp_path / "closed"),
        "--json",
    )
    done = bench(tmp_path, *words)
    assert str(tmp_path / "closed") in json.loads(done.stdout)["peers"]["postgresql"]["not_run"]


@pytest.mark.slow
@pytest.mark.skipif(not PEERS_PYTHON.exists(), reason="make bench-peers makes the peers' environment")
def test_all_peers_count_the_same(scratch: Path) -> None:
    result = told(scratch, "--rows", "20000", "--runs", "1", "--differing", "20")
    assert result["counts_agree"] is True, result["disagreements"]
    expected = [name for name in PEERS if name != "spark" or find_spec("pyspark")]
    assert [name for name, peer in result["peers"].items() if "wall" in peer] == expected


def test_a_peer_without_its_environment_is_named_with_the_remedy(tmp_path: Path) -> None:
    words = ("--rows", "2000", "--runs", "1", "--peers", "join,datacompy-polars", "--peers-python", "/nirgends/python")
    assert "make bench-peers" in told(tmp_path, *words)["peers"]["datacompy-polars"]["not_run"]
    shown = bench(tmp_path, *words)
    assert shown.returncode == 0
    assert "datacompy với Polars: không chạy" in " ".join(shown.stdout.split())


def test_a_peer_that_fails_is_told_with_its_last_words_and_the_others_go_on(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'kein [polars]' >&2\nexit 7\n", encoding="utf-8")
    broken.chmod(0o755)
    words = ("--rows", "2000", "--runs", "1", "--peers", "datacompy-polars,join", "--peers-python", str(broken))
    done, shown = bench(tmp_path, *words, "--json"), bench(tmp_path, *words)
    result = json.loads(done.stdout)
    assert (done.returncode, shown.returncode) == (1, 1)
    assert result["peers"]["datacompy-polars"]["failed"].startswith("mã thoát 7 sau ")
    assert result["peers"]["join"]["wall"] > 0
    assert result["counts_agree"] is True
    assert "hỏng, mã thoát 7" in shown.stdout
    assert "kein [polars]" in shown.stdout
    assert list(tmp_path.iterdir()) == [broken]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rows", "1000000000000"), "GiB of free disk"),
        (("--peers", "ours,excel"), "not excel"),
        (("--peers", ","), "at least one of"),
        (("--memory-limit", "viel"), "a size like 1GB"),
        (("--differing", "100"), "--differing"),
        (("--rows", "0"), "--rows"),
        (("--record", "/nirgends/figures.md"), "its folder does not exist"),
        (("--work", "/dev/null/bench"), "no folder could be made there"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = bench(tmp_path, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_runs_full_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A file that may not grow any further stands in for the disk."""
    command = ["prlimit", "--fsize=100000", DOISOAT, "bench", "reconcile", "--rows", "20000", "--peers", "floor"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "the world was not written" in done.stderr
    assert "--work" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["*/world/snapshots", "*/out/postgresql/data/postmaster.pid"])
def test_interrupted_it_leaves_nothing_behind(scratch: Path, moment: str, with_signal: signal.Signals) -> None:
    command = [DOISOAT, "bench", "reconcile", "--rows", "30000", "--peers", "postgresql"]
    environment = os.environ | {"TMPDIR": str(scratch)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            await_moment(process, lambda: any(scratch.glob(moment)))
            process.send_signal(with_signal)
            _, complaint = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Đã ngắt." in complaint
    assert list(scratch.iterdir()) == []
    running = [one.info["cmdline"] or [] for one in psutil.process_iter(["cmdline"])]
    assert [words for words in running if str(scratch) in " ".join(words)] == []


def await_moment(process: subprocess.Popen[str], moment: Callable[[], bool]) -> None:
    """Until `moment()` is true; AssertionError if the process ends before, or it never comes."""
    until = time.monotonic() + 120
    while not moment():
        assert time.monotonic() < until, "the moment never came"
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"it ended before, with code {process.wait(0.002)}")


def test_a_kept_world_is_measured_again_without_being_made_and_stays_as_it_was(tmp_path: Path) -> None:
    kept, scratch = tmp_path / "kept", tmp_path / "scratch"
    scratch.mkdir()
    words = ("--rows", "2000", "--differing", "50", "--runs", "1", "--peers", "ours", "--work", str(kept), "--keep")
    assert bench(scratch, *words).returncode == 0
    (world,) = kept.glob("*/world")
    made = (world / "world.json").stat().st_mtime_ns
    again = told(scratch, "--world", str(world), "--runs", "1", "--peers", "ours,join")
    assert (again["rows"], again["differing"], again["counts_agree"]) == (2_000, 50, True)
    assert (world / "world.json").stat().st_mtime_ns == made
    assert {path.name for path in world.iterdir() if path.suffix != ".lock"} == {"do.yaml", "snapshots", "world.json"}


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", '{"size": {"rows": "viel"}}', '{"size": {"rows": 0}}'])
def test_what_is_no_world_is_refused(tmp_path: Path, content: str | None) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if content is not None:
        (home / "world.json").write_text(content, encoding="utf-8")
    done = bench(tmp_path, "--world", str(home))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no world here" in done.stderr
    assert str(home) in done.stderr


def test_without_an_argument_it_lists_what_can_be_measured() -> None:
    done = subprocess.run([DOISOAT, "bench"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "doisoat bench reconcile" in done.stdout


def test_a_made_snapshot_has_the_columns_types_and_order_that_stage_writes(tmp_path: Path) -> None:
    config = export_world(tmp_path, 1_000, seed=1)
    for stage in ("land_shop", "land_portal", "stage"):
        assert run_night(config, tmp_path / "var", command=stage).code == 0
    world = write_world(tmp_path / "made", WorldSize(400))
    for side in Side:
        staged = tmp_path / f"var/snapshots/H44/{DAY}/{side.value}"
        made = world.files.snapshot(side)
        for files in ("dossiers/*.parquet", "dossiers/none.parquet", "rejections.parquet"):
            assert columns(made / files) == columns(staged / files)


def columns(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)})
        return [row[:2] for row in described.fetchall()]
