"""Found against planted, per kind and subtype: precision and recall over seeds, sizes and ways in."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.results import Section, table
from tests.e2e.nights import Found, NightRun, export_world, run_night, truth
from tests.e2e.simulated import IGATE, OPENCPS, TANDAN, simulated

SEEDS = (1, 2, 3)
Kinds = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Tally:
    """One way in at one size: how many were planted, found, and both, per (kind, subtype)."""

    way: str
    dossiers: int
    planted: Kinds = field(default_factory=Counter)
    found: Kinds = field(default_factory=Counter)
    hits: Kinds = field(default_factory=Counter)

    @property
    def label(self) -> str:
        return f"{self.way} {self.dossiers:,}"

    def add(self, found: Found, planted: Found) -> None:
        """Count one night; what is found twice but planted once is one hit."""
        for counter, rows in ((self.planted, planted), (self.found, found), (self.hits, found & planted)):
            counter.update((kind, subtype) for _, kind, subtype in rows.elements())

    def precision(self, one: tuple[str, str] | None = None) -> float:
        return _ratio(self.hits, self.found, one)

    def recall(self, one: tuple[str, str] | None = None) -> float:
        return _ratio(self.hits, self.planted, one)


def _ratio(hits: Kinds, all_of: Kinds, one: tuple[str, str] | None) -> float:
    """Of one kind or of all; nothing of nothing is right."""
    part, whole = (hits.total(), all_of.total()) if one is None else (hits[one], all_of[one])
    return part / whole if whole else 1.0


def bench_truth(*, full: bool) -> Section:
    """Three seeds of 20,000 dossiers through files, iGate, OpenCPS and Tân Dân; with `full` also 200,000."""
    sizes = (20_000, 200_000) if full else (20_000,)
    tallies = [tally for dossiers in sizes for tally in (from_files(dossiers), *through_http(dossiers))]
    title = f"Found and planted (seeds {', '.join(map(str, SEEDS))}, summed)"
    return Section("truth", title, tables=(_overall(tallies), _per_kind(tallies)), raw=_raw(tallies))


def from_files(dossiers: int) -> Tally:
    """Exports on both sides: everything planted shows, dossiers in flight too."""
    tally = Tally("files", dossiers)
    for seed in SEEDS:
        with TemporaryDirectory() as name:
            folder = Path(name)
            night = run_night(export_world(folder, dossiers, seed), folder / "var")
            tally.add(_found(night), truth(folder, in_flight=True))
    return tally


def through_http(dossiers: int) -> list[Tally]:
    """The simulator's servers, the shop as iGate, as OpenCPS and as Tân Dân.

    phu_tho.yaml looks the portal up again, so dossiers in flight there must vanish; the other examples do not.
    """
    ways = [("iGate", IGATE, True), ("OpenCPS", OPENCPS, False), ("Tân Dân", TANDAN, False)]
    tallies = [Tally(way, dossiers) for way, _, _ in ways]
    for seed in SEEDS:
        with simulated(dossiers, seed) as running:
            for tally, (_, config, looked_up) in zip(tallies, ways, strict=True):
                with TemporaryDirectory() as folder:
                    night = run_night(config, Path(folder) / "var", environment=running.environment)
                    tally.add(_found(night), running.planted(portal_now=looked_up))
                sys.stderr.write(f"{tally.label} seed {seed}: {tally.hits.total()}/{tally.planted.total()}\n")
    return tallies


def _found(night: NightRun) -> Found:
    if night.code != 1:
        raise RuntimeError(f"the night ended with exit code {night.code}: {night.stderr[-2000:]}")
    return night.found()


def _overall(tallies: Sequence[Tally]) -> str:
    rows = [
        (tally.label, f"{tally.planted.total():,}", f"{tally.found.total():,}", *_rates(tally, None))
        for tally in tallies
    ]
    return table(("way in, dossiers a side", "planted", "found", "precision", "recall"), rows)


def _per_kind(tallies: Sequence[Tally]) -> str:
    """Per kind and subtype found / planted of each way in, and the worst precision and recall among them."""
    kinds = sorted({one for tally in tallies for one in (*tally.planted, *tally.found)})
    rows = [
        (
            "/".join(filter(None, one)),
            *(f"{tally.found[one]:,} / {tally.planted[one]:,}" for tally in tallies),
            _floored(min(tally.precision(one) for tally in tallies)),
            _floored(min(tally.recall(one) for tally in tallies)),
        )
        for one in kinds
    ]
    heads = ("kind/subtype: found / planted", *(tally.label for tally in tallies), "precision ≥", "recall ≥")
    return table(heads, rows)


def _rates(tally: Tally, one: tuple[str, str] | None) -> tuple[str, str]:
    return _floored(tally.precision(one)), _floored(tally.recall(one))


def _floored(rate: float) -> str:
    """Four digits, cut: 1.0000 is said of nothing less.

    >>> _floored(0.99999), _floored(1.0)
    ('0.9999', '1.0000')
    """
    return f"{int(rate * 10_000) / 10_000:.4f}"


def _raw(tallies: Iterable[Tally]) -> list[dict[str, object]]:
    return [
        {
            "way": tally.way,
            "dossiers": tally.dossiers,
            "kind": kind,
            "subtype": subtype,
            "planted": tally.planted[kind, subtype],
            "found": tally.found[kind, subtype],
            "precision": tally.precision((kind, subtype)),
            "recall": tally.recall((kind, subtype)),
        }
        for tally in tallies
        for kind, subtype in sorted({*tally.planted, *tally.found})
    ]
