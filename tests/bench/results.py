"""What a bench says, as data, as Markdown, and recorded between marks in docs/figures.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from doisoat.benching.recording import machine, replace_block, table

__all__ = ["GIB", "Figure", "Section", "at_least", "at_most", "machine", "record", "table"]

GIB = 1024.0


@dataclass(frozen=True)
class Figure:
    """One measured quantity; `goal` in words, `met` None where nothing was promised."""

    what: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None


def at_most(what: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that was promised to stay below a limit."""
    return Figure(what, value, unit, f"< {limit:g} {unit}", value < limit)


def at_least(what: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that was promised to reach a limit."""
    return Figure(what, value, unit, f"≥ {limit:g} {unit}", value >= limit)


@dataclass(frozen=True)
class Section:
    """One bench: its name on the command line, how to repeat it, its figures, and tables that are no figures."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[str, ...] = ()
    raw: Any = None

    def markdown(self) -> str:
        command = f"`python -m tests.bench --only {self.name}`"
        parts = [f"### {self.title}\n\n{command}, {date.today().isoformat()}, {machine()}."]
        if self.figures:
            rows = [(f.what, f"{f.value:.2f} {f.unit}", f.goal, _word(f.met)) for f in self.figures]
            parts.append(table(("figure", "measured", "goal", "met"), rows))
        return "\n\n".join([*parts, *self.tables]) + "\n"

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "figures": [asdict(figure) for figure in self.figures], "raw": self.raw}


def _word(met: bool | None) -> str:
    return {True: "yes", False: "**no**", None: ""}[met]


def record(file: Path, section: Section) -> None:
    """Put a section between its marks; new ones go to the end."""
    replace_block(file, section.name, section.markdown())
