"""Nights that several tests look at and none changes, one of each a test process (`tests.conftest`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.nights import FEW_PERIODS, NightRun, export_world, run_night
from tests.e2e.simulated import DOSSIERS, SEED, Simulated, igate_province, simulated


@dataclass(frozen=True)
class Ran:
    """A finished night, the province file it was run with, and where its temporary files would have stayed."""

    night: NightRun
    config: Path
    folder: Path
    environment: dict[str, str]

    @property
    def scratch(self) -> Path:
        return self.folder / "scratch"


def run_in(folder: Path, config: Path, environment: dict[str, str]) -> Ran:
    """A whole night below `folder` by the installed command, its temporary files in `folder`/scratch."""
    (folder / "scratch").mkdir(exist_ok=True)
    environment = environment | {"TMPDIR": str(folder / "scratch")}
    night = run_night(config, folder / "var", environment=environment, installed=True)
    return Ran(night, config, folder, environment)


@pytest.fixture(scope="session")
def served() -> Iterator[Simulated]:
    """The simulator of this test process."""
    with simulated() as running:
        yield running


@pytest.fixture
def behaving(served: Simulated) -> Iterator[Simulated]:
    """The simulator, well-behaved at the beginning and at the end of a test, its request log empty."""
    served.misbehave()
    served.forget()
    yield served
    served.misbehave()


@pytest.fixture(scope="session")
def http_night(served: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """iGate, the portal's export, and look-ups on both sides, undisturbed."""
    served.misbehave()
    folder = tmp_path_factory.mktemp("http")
    return run_in(folder, igate_province(folder / "phu_tho.yaml"), served.environment)


@pytest.fixture(scope="session")
def files_night(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Both sides as folders of CSV exports, undisturbed, of every period; the truth lies in `folder`/exports."""
    folder = tmp_path_factory.mktemp("files")
    config = export_world(folder, DOSSIERS, SEED)
    config.write_text(config.read_text(encoding="utf-8").removesuffix(FEW_PERIODS), encoding="utf-8")
    return run_in(folder, config, {})


def world_facts(folder: Path) -> dict[str, Any]:
    """truth.json of an exported world."""
    facts: dict[str, Any] = json.loads((folder / "exports" / "truth.json").read_text(encoding="utf-8"))
    return facts
