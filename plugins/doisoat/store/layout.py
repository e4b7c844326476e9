"""Where the files of a run lie below `--home`, and how they are replaced: whole, or not at all.

Paths only; what is inside each file stands in `docs/data-contracts.md`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from doisoat.model import RunKey, Side
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reporting_periods import ReportingPeriod

UNDATED = "none"  # the partition of rows with neither reception nor submission


@dataclass(frozen=True)
class RunFiles:
    """The folders of one run key below `home`."""

    home: Path
    key: RunKey

    def _of(self, kind: str) -> Path:
        return self.home / kind / self.key.province_code / self.key.business_date.isoformat()

    def landing(self, side: Side) -> Path:
        return self._of("landing") / side.value

    def landing_recheck(self, side: Side) -> Path:
        return self._of("landing") / "recheck" / side.value

    def landing_catalogue(self, side: Side) -> Path:
        """The file of what a side's catalogue lists."""
        return self._of("landing") / "catalogue" / f"{side.value}.json"

    @property
    def landing_aggregates(self) -> Path:
        """Figures the portal has published, where the province file names a source of them."""
        return self._of("landing") / "aggregates"

    def snapshot(self, side: Side) -> Path:
        """Folder of the partitions of dossiers, rejections.parquet, carried.parquet and state.json."""
        return self._of("snapshots") / side.value

    def dossiers(self, side: Side) -> Path:
        """The staged rows: a glob over one file per month of reception, which DuckDB reads as one relation."""
        return self.partition(side, "*")

    def partition(self, side: Side, month: str = UNDATED) -> Path:
        """The rows received (else submitted) in one month, like `2026-08`; `UNDATED` always exists."""
        return self.snapshot(side) / "dossiers" / f"{month}.parquet"

    def previous_dates(self, side: Side) -> list[RunKey]:
        """Earlier business dates of this province with a snapshot of that side, newest first."""
        root = self.home / "snapshots" / self.key.province_code
        found = root.glob(f"*/{side.value}/dossiers/{UNDATED}.parquet")
        days = (date.fromisoformat(path.parents[2].name) for path in found)
        earlier = sorted((day for day in days if day < self.key.business_date), reverse=True)
        return [RunKey(self.key.province_code, day) for day in earlier]

    def rejections(self, side: Side) -> Path:
        return self.snapshot(side) / "rejections.parquet"

    @property
    def unanswered(self) -> Path:
        """Dossiers a portal of look-ups was not asked about, or gave no answer; absent for any other portal."""
        return self.snapshot(Side.PORTAL) / "unanswered.parquet"

    @property
    def staged(self) -> Path:
        """Counts and coverage of both sides, written by `stage`."""
        return self._of("snapshots") / "staged.json"

    def work(self, stage: str) -> Path:
        """Folder of one of the stages validate, reconcile, recheck, assess, alert, or of a wing (catalogue, period)."""
        return self._of("runs") / stage

    @property
    def letters(self) -> Path:
        """Draft letters; beside the report, which every run replaces."""
        return self._of("letters")

    @property
    def inspections(self) -> Path:
        """Reports and overview of the province's inspections; of no single date."""
        return self.home / "inspections" / self.key.province_code

    @property
    def report(self) -> Path:
        return self._of("reports")


@dataclass(frozen=True)
class PeriodFiles:
    """The folders of the forms of one period: what a night's counts left, and what is published for people."""

    files: RunFiles
    period: ReportingPeriod

    @property
    def name(self) -> str:
        """`2026-08`, and `2026-08-calendar` where the period is cut by the calendar."""
        is_statutory = self.period.definition is PeriodDefinition.STATUTORY
        return str(self.period) if is_statutory else f"{self.period}-{self.period.definition.value}"

    @property
    def work(self) -> Path:
        return self.files.work("period") / self.name

    @property
    def published(self) -> Path:
        return self.files.home / "periods" / self.files.key.province_code / self.name

    def published_alone(self, agency_code: str) -> Path:
        """Where the form of one agency goes that was asked for by itself."""
        return self.published.with_name(f"{self.name}-{agency_code}")

    @property
    def before(self) -> PeriodFiles:
        return PeriodFiles(self.files, self.period.before())


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A fresh folder that takes the place of `target` only if the block ends without an error.

    A kill in between leaves the old folder, or (between two renames) none: never a half-written one.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.parent / f".{target.name}.new"
    old = target.parent / f".{target.name}.old"
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir()
    yield fresh
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def link_file(source: Path, target: Path) -> None:
    """The file under another name as well; copied where the disk has no links."""
    try:
        os.link(source, target)
    except OSError:  # another device, or a file system without links
        shutil.copyfile(source, target)


def write_json(path: Path, value: Any) -> None:
    """Write JSON whole or not at all: sorted keys, UTF-8, final newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(
        json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n", encoding="utf-8"
    )
    fresh.replace(path)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
