"""What the environment decides about the engine of a comparison."""

from __future__ import annotations

from pathlib import Path

import pytest

from doisoat.config import Settings
from doisoat.errors import ConfigError


@pytest.mark.parametrize(
    ("engine", "url", "expected"),
    [
        (None, None, ("duckdb", "local[*]")),
        ("spark", None, ("spark", "local[*]")),
        ("spark", "sc://spark:15002", ("spark", "sc://spark:15002")),
        ("", "", ("duckdb", "local[*]")),
    ],
)
def test_the_engine_and_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: str | None, url: str | None, expected: tuple[str, str]
) -> None:
    for name, value in (("DOISOAT_ENGINE", engine), ("DOISOAT_SPARK_URL", url)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    settings = Settings.from_environment(tmp_path)
    assert (settings.engine, settings.spark_url) == expected


def test_an_engine_nobody_knows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOISOAT_ENGINE", "flink")
    with pytest.raises(ConfigError, match="DOISOAT_ENGINE.*duckdb or spark, not 'flink'"):
        Settings.from_environment(tmp_path)
