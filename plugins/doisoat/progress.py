"""Progress for people at a terminal, on standard error; silent where nobody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from doisoat.pipeline import Progress as Report


def console() -> Console:
    """Standard output, for results."""
    return Console(highlight=False)


@contextmanager
def shown_progress() -> Iterator[Report]:
    """A line per piece of work with a bar where the total is known; a plain line each when not a terminal."""
    stderr = Console(stderr=True, highlight=False)
    if not stderr.is_terminal:
        yield lambda what, done, total: stderr.print(f"· {what}") if done == 0 else None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr, transient=True) as bars:
        known = {}

        def report(what: str, done: int, total: int | None) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=total)
            bars.update(known[what], completed=done, total=total)

        yield report
