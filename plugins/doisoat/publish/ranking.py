"""The report's part that ranks agencies fairly: who is surely better or worse than the others of its level.

Reads `ranking.parquet`; what is fair stands in `rules.ranking`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from doisoat.publish.inputs import Inputs, rows
from doisoat.rules.attribution import Counts
from doisoat.rules.ranking import RANKED_FROM, Interval, Lag, Standing, common_rate, interval, lag, standing

PICTURED = 10  # agencies of each end in the picture
LEVELS = {"so": "Sở, ban, ngành", "xa": "Xã, phường, đặc khu", "huyen": "Cấp huyện cũ"}
_OTHERS = "Cơ quan khác"


@dataclass(frozen=True)
class RankedAgency:
    """One agency in one period; `place` counts from the best of its level, None = not ranked."""

    agency_code: str
    agency_name: str
    place: int | None
    standing: Standing
    fair: Counts
    shop: Counts
    portal: Counts
    set_apart: int  # dossiers taken out: technical faults, not compared, on their way
    rate: float  # of the fair counts, 0 to 1
    interval: Interval
    change: float | None  # of the fair rate since the period before
    lag: Lag | None  # until its discrepancies are put right; of the last half year, whatever the period

    @property
    def portal_rate(self) -> float | None:
        """What the portal shows."""
        return self.portal.part / self.portal.whole if self.portal.whole else None


@dataclass(frozen=True)
class LevelRanking:
    """The agencies of one level, best first, those that are not ranked last."""

    label: str
    common: float | None
    agencies: tuple[RankedAgency, ...]

    @property
    def counts(self) -> dict[Standing, int]:
        found = Counter(one.standing for one in self.agencies)
        return {one: found[one] for one in Standing}

    @property
    def worse(self) -> tuple[RankedAgency, ...]:
        """The surely worse, worst first."""
        return tuple(one for one in reversed(self.agencies) if one.standing is Standing.WORSE)

    @property
    def better(self) -> tuple[RankedAgency, ...]:
        return tuple(one for one in self.agencies if one.standing is Standing.BETTER)

    @property
    def pictured(self) -> tuple[RankedAgency, ...]:
        """What the picture shows: the worst, then the best."""
        return (*self.worse[:PICTURED], *self.better[:PICTURED])


@dataclass(frozen=True)
class RankingPeriod:
    """One period."""

    period: str
    label: str
    is_running: bool
    levels: tuple[LevelRanking, ...]


@dataclass(frozen=True)
class Ranking:
    """All periods of a night that have something to rank, those that are over first."""

    ranked_from: int
    periods: tuple[RankingPeriod, ...]


def read_ranking(inputs: Inputs, agency_name: Callable[[str], str]) -> Ranking | None:
    """The ranking of a night; None where nothing was counted for it."""
    if inputs.indicators is None or not inputs.has_ranking:
        return None
    found = {period: list(lines) for period, lines in groupby(rows(inputs, "ranking"), key=lambda row: row["period"])}
    facts = [one for one in inputs.indicators["periods"] if one["period"] in found]
    if not facts:
        return None
    lags = _lags(rows(inputs, "lags"), {line["agency_code"] for lines in found.values() for line in lines})
    periods = tuple(
        RankingPeriod(
            one["period"],
            one["label"],
            one["is_running"],
            _levels(found[one["period"]], _before(one, facts, found), lags, agency_name),
        )
        for one in facts
    )
    return Ranking(RANKED_FROM, periods)


def _before(
    one: Mapping[str, Any], facts: Sequence[Mapping[str, Any]], found: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Counts]:
    """Agency -> its fair counts in the period of the same length that ended before."""
    earlier = [
        other["period"]
        for other in facts
        if other["length"] == one["length"] and other["last_day"] < one["first_day"] and not other["is_running"]
    ]
    return {row["agency_code"]: _counts(row, "fair") for row in found[max(earlier)]} if earlier else {}


def _lags(lines: Iterable[Mapping[str, Any]], units: Collection[str]) -> dict[str, Lag]:
    """Unit -> how long its discrepancies last; those of what stands below it are its own."""
    closed: dict[str, list[int]] = defaultdict(list)
    still_open: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        unit = line["agency_code"]
        while unit not in units and "." in unit:
            unit = unit.rpartition(".")[0]
        (still_open if line["is_open"] else closed)[unit] += [line["days"]] * line["discrepancies"]
    found = {unit: lag(closed[unit], still_open[unit]) for unit in (closed.keys() | still_open.keys()) & set(units)}
    return {unit: one for unit, one in found.items() if one is not None}


def _levels(
    lines: Sequence[Mapping[str, Any]],
    before: Mapping[str, Counts],
    lags: Mapping[str, Lag],
    agency_name: Callable[[str], str],
) -> tuple[LevelRanking, ...]:
    labels = {row["agency_code"]: LEVELS.get(row["level"], _OTHERS) for row in lines}
    return tuple(
        _level(label, [row for row in lines if labels[row["agency_code"]] == label], before, lags, agency_name)
        for label in (*LEVELS.values(), _OTHERS)
        if label in labels.values()
    )


def _level(
    label: str,
    lines: Sequence[Mapping[str, Any]],
    before: Mapping[str, Counts],
    lags: Mapping[str, Lag],
    agency_name: Callable[[str], str],
) -> LevelRanking:
    common = common_rate(_counts(row, "fair") for row in lines)
    standings = {row["agency_code"]: standing(_counts(row, "fair"), common) for row in lines}
    ordered = sorted(lines, key=lambda row: _best_first(row, standings[row["agency_code"]]))
    ranked = [_counts(row, "fair") for row in ordered if standings[row["agency_code"]] is not Standing.FEW]
    agencies = []
    for row in ordered:
        fair, code = _counts(row, "fair"), row["agency_code"]
        agencies.append(
            RankedAgency(
                agency_code=code,
                agency_name=agency_name(code),
                place=None if standings[code] is Standing.FEW else 1 + sum(_rate(one) > _rate(fair) for one in ranked),
                standing=standings[code],
                fair=fair,
                shop=_counts(row, "shop"),
                portal=_counts(row, "portal"),
                set_apart=row["set_apart"],
                rate=_rate(fair),
                interval=interval(fair),
                change=_change(fair, before.get(code)),
                lag=lags.get(code),
            )
        )
    return LevelRanking(label, common, tuple(agencies))


def _best_first(row: Mapping[str, Any], found: Standing) -> tuple[Any, ...]:
    fair = _counts(row, "fair")
    return found is Standing.FEW, -_rate(fair), -fair.whole, row["agency_code"]


def _rate(counts: Counts) -> float:
    return counts.part / counts.whole if counts.whole else 0.0


def _change(now: Counts, before: Counts | None) -> float | None:
    if before is None or min(now.whole, before.whole) < RANKED_FROM:
        return None
    return _rate(now) - _rate(before)


def _counts(row: Mapping[str, Any], name: str) -> Counts:
    return Counts(row[f"on_time_{name}"], row[f"handled_{name}"])
