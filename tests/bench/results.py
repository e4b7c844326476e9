"""What a bench says, as data, as Markdown, and recorded between marks in docs/figures.md."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psutil

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


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; every column after the first is right-aligned."""
    lines = [heads, ["---", *(["---:"] * (len(heads) - 1))], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def machine() -> str:
    """This machine in one line, with the load others put on it over the last five minutes."""
    memory, load = psutil.virtual_memory().total / 1024**3, psutil.getloadavg()[1]
    place = f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    return f"{place}, load average {load:.1f}"


def record(file: Path, section: Section) -> None:
    """Put a section between its marks, `<!-- name -->` and `<!-- /name -->`; new ones go to the end."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    block = f"<!-- {section.name} -->\n{section.markdown()}<!-- /{section.name} -->"
    marked = re.compile(rf"<!-- {section.name} -->.*?<!-- /{section.name} -->", re.DOTALL)
    text = marked.sub(lambda _: block, text) if marked.search(text) else f"{text.rstrip()}\n\n{block}\n"
    file.write_text(text, encoding="utf-8")
