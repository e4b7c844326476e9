"""A published night, ready to be looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from doisoat.publish import publish_night
from tests.unit.publish import factory


@dataclass(frozen=True)
class Published:
    """What a night was published as."""

    folder: Path
    paths: dict[str, Path]

    @property
    def html(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")

    @property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return value


@pytest.fixture
def publish(tmp_path: Path) -> Callable[..., Published]:
    """Write a night's files and publish them; keywords go into the province file."""

    def run(night: factory.NightFiles, home: str = "home", **province: Any) -> Published:
        files = night.write(tmp_path / home)
        paths = publish_night(files, factory.province(**province), factory.reference())
        return Published(files.report, paths)

    return run
