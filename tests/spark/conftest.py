"""One Spark on this machine for all tests of this folder; they are skipped, with the reason, where it is not installed.

`make test-spark` installs it and runs them; a minute or so of every run is Spark's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spark.engines import Opener

# Small nights: what a just-in-time compiler gains on large ones, it costs here.
DEFAULTS = """\
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session, local."""
    pytest.importorskip("pyspark", reason="Apache Spark is not installed here: make setup-spark")
    from doisoat.store.spark_session import spark_session

    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(DEFAULTS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        with spark_session("local[2]", folder / "local") as session:
            yield session


@pytest.fixture(scope="session")
def on_spark(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Opener:
    """Opens the engine of one comparison on that session."""
    from doisoat.store.spark import spark_connection

    folder = tmp_path_factory.mktemp("tables")
    return lambda: spark_connection(spark, folder / "tables")
