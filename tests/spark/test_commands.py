"""`doisoat reconcile` on Spark as a user calls it: the same files, on this machine, a cluster, by Spark Connect; ended early."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from doisoat.benching.snapshots import DAY
from doisoat.benching.world import World, WorldSize, write_world
from doisoat.errors import ExitCode
from tests.e2e.nights import DOISOAT
from tests.spark.conftest import DEFAULTS

pytest.importorskip("pyspark", reason="Apache Spark is not installed here: make setup-spark")
_PATIENCE_S = 300.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_world(tmp_path_factory.mktemp("worlds") / "thế giới", WorldSize(4_000, month_rows=1_500))


@pytest.fixture(scope="module")
def by_duckdb(world: World) -> dict[str, Any]:
    assert reconcile(world, {}).returncode == ExitCode.CLEAN
    return written(world)


def command(world: World) -> list[str]:
    words = ["reconcile", "do", DAY.isoformat(), "--config", str(world.config), "--home", str(world.home), "--json"]
    return [DOISOAT, *words]


def environment(world: World, changes: Mapping[str, str]) -> dict[str, str]:
    (world.home / "spark-defaults.conf").write_text(DEFAULTS, encoding="utf-8")
    return {**os.environ, "SPARK_CONF_DIR": str(world.home), **changes}


def reconcile(world: World, changes: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(world), env=environment(world, changes), capture_output=True, text=True, check=False, timeout=600
    )


def written(world: World) -> dict[str, Any]:
    """What the stage has left: tables by file name, other files as bytes."""
    files = sorted(world.files.work("reconcile").iterdir())
    return {
        file.name: pq.read_table(file).to_pylist() if file.suffix == ".parquet" else file.read_bytes() for file in files
    }


def on(url: str) -> dict[str, str]:
    return {"DOISOAT_ENGINE": "spark", "DOISOAT_SPARK_URL": url}


def test_the_files_are_the_same(world: World, by_duckdb: dict[str, Any]) -> None:
    done = reconcile(world, on("local[2]"))
    assert done.returncode == ExitCode.CLEAN, done.stderr
    assert done.stdout.count("\n") == 1
    assert written(world) == by_duckdb
    assert list((world.home / "tmp").rglob("*.parquet")) == []


def test_a_cluster_that_does_not_answer_is_named(world: World, by_duckdb: dict[str, Any]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"spark://127.0.0.1:{closed.getsockname()[1]}"
        done = reconcile(world, on(url))
    assert done.returncode == ExitCode.UNREACHABLE
    assert f"EngineUnavailable: {url}" in done.stderr
    assert written(world) == by_duckdb


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, -signal.SIGTERM)])
def test_ended_early_it_leaves_nothing_half_written(
    world: World, by_duckdb: dict[str, Any], sent: signal.Signals, code: int
) -> None:
    run = subprocess.Popen(
        command(world), env=environment(world, on("local[2]")), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    tables = world.home / "tmp" / world.files.key.province_code / "spark" / "tables"
    waited(lambda: any(tables.glob("duplicates-*")), run)
    (java,) = [child for child in psutil.Process(run.pid).children(recursive=True) if child.name() == "java"]
    run.send_signal(sent)
    assert run.wait(timeout=_PATIENCE_S) == code
    java.wait(timeout=_PATIENCE_S)
    assert written(world) == by_duckdb


def waited(happened: Any, run: subprocess.Popen[bytes]) -> None:
    """Until it has, while the process lives."""
    end = time.monotonic() + _PATIENCE_S
    while not happened():
        assert time.monotonic() < end, "it never happened"
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"it ended before, with {run.wait(timeout=0.02)}")


# --- clusters: real ones, of one machine --------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def java(folder: Path, *words: str, port: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Spark's own, until the block ends; with `port`, once it listens there."""
    folder.mkdir(parents=True, exist_ok=True)
    code = (
        "import os, sys, pyspark; from pathlib import Path; from doisoat.store.spark_session import find_java;"
        "find_java(Path(sys.argv[1])); home = Path(pyspark.__file__).parent; os.environ['SPARK_HOME'] = str(home);"
        "os.execv(home / 'bin' / sys.argv[2], sys.argv[2:])"
    )
    settings = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    with (folder / "log").open("wb") as log:
        run = subprocess.Popen(
            [sys.executable, "-c", code, str(folder), *words], cwd=folder, env=settings, stdout=log, stderr=log
        )
    try:
        if port is not None:
            waited(lambda: listens(port), run)
        yield run
    finally:
        run.terminate()
        run.wait(timeout=_PATIENCE_S)


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_a_spark_connect_server(world: World, by_duckdb: dict[str, Any], tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
    }
    words = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    words = ["spark-submit", "--class", server, "--master", "local[2]", *words, "spark-internal"]
    with java(tmp_path / "server", *words, port=port):
        done = reconcile(world, on(f"sc://127.0.0.1:{port}"))
    assert done.returncode == ExitCode.CLEAN, done.stderr
    assert written(world) == by_duckdb


def test_a_cluster_of_a_master_and_a_worker(world: World, by_duckdb: dict[str, Any], tmp_path: Path) -> None:
    port, pages = free_port(), [free_port(), free_port()]
    here = ["--host", "127.0.0.1"]
    master = ["org.apache.spark.deploy.master.Master", *here, "--port", str(port), "--webui-port", str(pages[0])]
    url = f"spark://127.0.0.1:{port}"
    worker = ["org.apache.spark.deploy.worker.Worker", *here, "--webui-port", str(pages[1]), "--cores", "2"]
    worker += ["--memory", "1g", "--work-dir", str(tmp_path / "work"), url]
    with (
        java(tmp_path / "master", "spark-class", *master, port=port),
        java(tmp_path / "worker", "spark-class", *worker, port=pages[1]),
    ):
        done = reconcile(world, {**on(url), "SPARK_LOCAL_IP": "127.0.0.1"})
    assert done.returncode == ExitCode.CLEAN, done.stderr
    assert written(world) == by_duckdb
