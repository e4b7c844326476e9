"""The report's part about causes: how many discrepancies have which, how surely, and the one fault behind many.

What proves what is `rules.causes`; here it is only counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from doisoat.publish.inputs import Inputs, rows
from doisoat.rules.causes import Cause


@dataclass(frozen=True)
class CauseCount:
    """How many discrepancies have a cause; `sure` of them by evidence that leaves no doubt."""

    cause: str
    label: str
    meaning: str
    discrepancies: int
    first_seen: int
    technical: int
    sure: int
    dossiers: int


@dataclass(frozen=True)
class Pattern:
    """Many new discrepancies that share one procedure or agency; `is_fault`: one technical fault behind them."""

    sentence: str
    is_fault: bool
    discrepancies: int


def read_causes(inputs: Inputs, business_date: date) -> Iterator[CauseCount]:
    """Most frequent cause first."""
    for row in rows(inputs, "by_cause", {"business_date": business_date}):
        cause = Cause(row["cause"])
        yield CauseCount(**row, label=cause.label, meaning=cause.meaning)


def read_patterns(inputs: Inputs) -> Iterator[Pattern]:
    """The night's patterns, strongest first; none of a night assessed before they were sought."""
    for one in inputs.assessment.get("patterns", ()):
        yield Pattern(one["sentence"], one["cause"] is not None, one["new"])
