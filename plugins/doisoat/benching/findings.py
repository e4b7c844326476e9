"""What each of the measured processes found, as counts to be held against each other and against what was planted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from doisoat.benching.measured import Measured
from doisoat.benching.snapshots import DIFFERENCES
from doisoat.benching.world import World
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import read_json

_STANDINGS = ("matched", "shop_only", "portal_only")


@dataclass(frozen=True)
class Findings:
    """Counts; None or empty where a peer cannot express one."""

    only_left: int | None = None  # codes the portal does not have
    only_right: int | None = None
    differing_rows: int | None = None
    differing_cells: int | None = None
    kinds: Mapping[str, int] = field(default_factory=dict)  # "kind" or "kind/subtype" -> discrepancies
    standings: Mapping[str, int] = field(default_factory=dict)  # matched, shop_only, portal_only -> dossiers

    def differences(self, expected: Findings, name: str) -> Iterator[str]:
        """A Vietnamese sentence for each count that is not as planted."""
        for one in fields(self):
            ours, theirs = getattr(self, one.name), getattr(expected, one.name)
            if isinstance(ours, Mapping):
                for key in sorted({*ours, *theirs}) if ours else ():
                    if ours.get(key, 0) != theirs.get(key, 0):
                        yield f"{name}: {key} đếm được {ours.get(key, 0)}, đã gài {theirs.get(key, 0)}"
            elif ours is not None and ours != theirs:
                yield f"{name}: {one.name} đếm được {ours}, đã gài {theirs}"


def planted(truth: Mapping[str, Any]) -> Findings:
    """What everyone must find."""
    rows = {name: truth[name] for name in ("only_left", "only_right", "differing_rows", "differing_cells")}
    standings = {name: truth["standings"].get(name, 0) for name in _STANDINGS}
    return Findings(**rows, kinds=truth["kinds"], standings=standings)


def findings(name: str, world: World, out: Path, run: Measured) -> Findings | None:
    """The counts of one run; None of a peer that counts nothing (the floor)."""
    if name in ("ours", "spark"):
        return _ours(world)
    if (written := out / DIFFERENCES).is_file():
        return _listed(written)
    counts = told_by(run).get("counts")
    return Findings(**counts) if counts else None


def told_by(run: Measured) -> dict[str, Any]:
    """The object a peer prints at its end: `counts`, and `parts` (seconds of its steps); empty where it prints none."""
    lines = run.stdout.strip().splitlines()
    return dict(json.loads(lines[-1])) if lines else {}


def _ours(world: World) -> Findings:
    folder = world.files.work("reconcile")
    summary = read_json(folder / "summary.json")
    with engine() as connection:
        path = {"path": str(folder / "discrepancies.parquet")}
        kinds = dict(run_query(connection, "bench/peers/our_kinds", path).fetchall())
    return Findings(kinds=kinds, standings={name: summary[name] for name in _STANDINGS})


def _listed(path: Path) -> Findings:
    """The counts of a written list of differences."""
    with engine(path.parent / "tmp") as connection:
        counts = run_query(connection, "bench/peers/counts", {"path": str(path)}).fetchone()
    return Findings(*(counts or ()))
