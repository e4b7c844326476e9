"""Landings that stand on one another: a full reading and the changes read on the nights after it.

A landing of mode `delta` holds only what changed since its base; together with the landings below it, it is what the
side says. A landing is known to the one above it by a digest of what was read, which later rewriting (secret rows that
leave) does not change. Who decides what is read is `land`; who puts the chain together is `stage`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from doisoat.errors import IncompleteLanding
from doisoat.model import RunKey, Side
from doisoat.store.landing import MANIFEST, check_parts, read_manifest
from doisoat.store.layout import RunFiles, read_json

RECORDS = "records.parquet"  # which records the reading saw (`store.known_records`)
_READ = ("side", "source", "extracted_at", "watermark", "pages", "incremental")


@dataclass(frozen=True)
class Landing:
    """A finished landing and its manifest."""

    business_date: date
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def incremental(self) -> Mapping[str, Any]:
        """What the manifest says of reading by changes; empty for a source that is no listing."""
        return self.manifest.get("incremental") or {}

    @property
    def digest(self) -> str:
        """What was read, by which the landing above knows this one."""
        return landing_digest(self.manifest)


@dataclass(frozen=True)
class Base:
    """What an incremental reading goes on from."""

    chain: tuple[Landing, ...]  # oldest (the full reading) first

    @property
    def newest(self) -> Landing:
        return self.chain[-1]

    @property
    def record_files(self) -> list[Path]:
        return [landing.folder / RECORDS for landing in self.chain]

    @property
    def extracted_at(self) -> datetime:
        return datetime.fromisoformat(self.newest.manifest["extracted_at"])

    def since(self, lag: timedelta) -> datetime:
        """Changes from here on are read: the base's watermark, never later than its beginning, less the lag."""
        watermark = datetime.fromisoformat(self.newest.manifest["watermark"]["updated_to"])
        return min(watermark, self.extracted_at) - lag


def landing_digest(manifest: Mapping[str, Any]) -> str:
    """A digest of what was read when; 16 hexadecimal digits."""
    read = {name: manifest.get(name) for name in _READ}
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:16]


def chain_of(files: RunFiles, side: Side) -> tuple[Landing, ...]:
    """The landing of a night after all those it stands on; IncompleteLanding when one is not there or another."""
    folder = files.landing(side)
    newest = Landing(files.key.business_date, folder, read_manifest(folder))
    base = newest.incremental.get("base")
    if base is None:
        return (newest,)
    below = chain_of(RunFiles(files.home, RunKey(files.key.province_code, date.fromisoformat(base))), side)
    if below[-1].digest != newest.incremental["base_digest"]:
        raise IncompleteLanding(
            f"{folder}: it only holds changes since {base}, and that landing was read again since; "
            f"remove {folder} and run land_{side.value} again"
        )
    return (*below, newest)


def find_base(files: RunFiles, side: Side, *, listing: str, full_sweep_days: int) -> tuple[Base | None, str]:
    """What the night can go on from, or why it has to read everything (Vietnamese, for the report).

    `listing`: which source, read how; a base read otherwise is none. Only the newest earlier landing is tried.
    """
    earlier = _newest_before(files, side)
    if earlier is None:
        return None, "chưa có lần đọc nào trước đó"
    try:
        chain = chain_of(earlier, side)
        for landing in chain:
            check_parts(landing.folder, landing.manifest)
    except (IncompleteLanding, ValueError, KeyError, OSError):
        return None, f"dữ liệu đã đọc ngày {earlier.key.business_date:%d/%m/%Y} không còn dùng được"
    return _judge(chain, files.key.business_date, listing, full_sweep_days)


def _judge(chain: tuple[Landing, ...], today: date, listing: str, days: int) -> tuple[Base | None, str]:
    newest, said = chain[-1], chain[-1].manifest
    day = f"{newest.business_date:%d/%m/%Y}"
    if not said["complete"]:
        return None, f"lần đọc ngày {day} chưa đọc hết"
    if newest.incremental.get("listing") != listing:
        return None, f"nguồn hoặc cách đọc đã đổi so với ngày {day}"
    if not (newest.incremental["is_followable"] and said["watermark"]):
        return None, "nguồn có hồ sơ không mang mã bản ghi hoặc thời điểm thay đổi"
    if not all((landing.folder / RECORDS).is_file() for landing in chain):
        return None, f"dữ liệu đã đọc ngày {day} không còn dùng được"
    if today - chain[0].business_date >= timedelta(days):
        return None, f"đã {(today - chain[0].business_date).days} ngày kể từ lần đọc toàn bộ gần nhất"
    return Base(chain), ""


def _newest_before(files: RunFiles, side: Side) -> RunFiles | None:
    root = files.home / "landing" / files.key.province_code
    days = (_day(path.parent.parent.name) for path in root.glob(f"*/{side.value}/{MANIFEST}"))
    earlier = [day for day in days if day is not None and day < files.key.business_date]
    return RunFiles(files.home, RunKey(files.key.province_code, max(earlier))) if earlier else None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def read_state(folder: Path) -> dict[str, Any]:
    """`state.json` of a side's snapshot: what it was made from and by; empty where there is none to be read."""
    try:
        state = read_json(folder / "state.json")
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
