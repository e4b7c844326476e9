"""What sixty whole nights with crashes, trouble and a bad mail server come to: `tests.faults.whole_nights`, counted."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.results import Figure, Section, table
from tests.faults.whole_nights import Told, simulate

NIGHTS = 60
_NONE_OF = ("wrong states", "wrong closures", "mails taken twice by the server unasked")


def bench_sixty(nights: int = NIGHTS) -> Section:
    """Ends with an AssertionError at the first thing that is not as it must be."""
    with TemporaryDirectory() as folder:
        told = simulate(Path(folder), nights)
    figures = tuple(Figure(name, told.tally[name], "", "0", told.tally[name] == 0) for name in _NONE_OF)
    title = f"{nights} whole nights, processes killed at any stage, a mail server that misbehaves"
    return Section("sixty", title, figures, (_happened(told),))


def _happened(told: Told) -> str:
    counted = [(name, count) for name, count in sorted(told.tally.items()) if name not in _NONE_OF]
    counted += [(f"the mail server: {name}", count) for name, count in sorted(told.server.items())]
    counted += [(f"at the end {name}", count) for name, count in sorted(told.states.items())]
    return table(("what", "how often"), counted)
