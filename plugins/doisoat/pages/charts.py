"""Bars and ranges as the pieces draw them: a line's name, its parts, the figure at its end.

Counts become shares here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from doisoat.rules.text import number


@dataclass(frozen=True)
class Segment:
    """A coloured part of a bar; start and width in percent of the drawing."""

    name: str  # style class
    label: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One line of a chart: what it is, its parts, the figure at its end."""

    label: str
    segments: tuple[Segment, ...]
    figure: str
    note: str = ""

    @property
    def spoken(self) -> str:
        """The bar in words, for those who do not see it."""
        parts = ", ".join(f"{part.label} {number(part.count)}" for part in self.segments)
        return f"{self.label}: {parts}" if parts else f"{self.label}: 0"


def segments(parts: Sequence[tuple[str, str, int]], full: int) -> tuple[Segment, ...]:
    """Parts (class, label, count) side by side; `full` is the count that fills the drawing."""
    drawn, start = [], 0.0
    for name, label, count in parts:
        width = 100 * count / full if full else 0.0
        if count:
            drawn.append(Segment(name, label, count, round(start, 3), round(width, 3)))
        start += width
    return tuple(drawn)


@dataclass(frozen=True)
class Mark:
    """A place on a range, in percent of the drawing."""

    name: str  # style class
    label: str
    at: float


@dataclass(frozen=True)
class Range:
    """One line of a chart of rates: from where to where it may lie, and the marks on it; percent of the drawing."""

    label: str
    start: float
    width: float
    marks: tuple[Mark, ...]
    figure: str
    note: str = ""

    @property
    def spoken(self) -> str:
        """The line in words, for those who do not see it."""
        return f"{self.label}: {self.figure}; " + ", ".join(mark.label for mark in self.marks)


def spot(rate: float, begin: float) -> float:
    """Where a rate (0 to 1) stands on a drawing that begins at `begin` and ends at 1, in percent.

    >>> spot(0.95, 0.9), spot(0.5, 0.9)
    (50.0, 0.0)
    """
    return round(100 * max(0.0, rate - begin) / (1 - begin), 3) if begin < 1 else 100.0
