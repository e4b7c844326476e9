"""How surely the cause of a discrepancy is found: planted causes against judged ones."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from doisoat.rules.causes import Cause
from doisoat.store.warehouse import Warehouse
from tests.bench.results import Section, at_least, table
from tests.planted_causes import BROKEN, PER_CAUSE, Confusion, confusion, precision, recall


def bench_causes() -> Section:
    """The confusion table, precision and recall per cause, and how many were charged to officers wrongly."""
    with TemporaryDirectory() as name, Warehouse(f"sqlite:///{name}/w.sqlite") as warehouse:
        warehouse.migrate()
        judged_as = confusion(Path(name), warehouse)
    right = sum(count for (was, judged), count in judged_as.items() if was is judged)
    to_officers = sum(n for (was, judged), n in judged_as.items() if judged is Cause.OFFICER and was is not judged)
    figures = (
        at_least("judged right", 100 * right / judged_as.total(), "%", 95),
        at_least("of what was charged to officers, theirs", 100 * precision(judged_as, Cause.OFFICER), "%", 100),
    )
    title = (
        f"Causes: {PER_CAUSE} planted of each, {BROKEN} more through one broken mapping; {to_officers} charged wrongly"
    )
    return Section("causes", title, figures, (_confusion(judged_as), _per_cause(judged_as)))


def _confusion(judged_as: Confusion) -> str:
    rows = [(was.value, *(judged_as[was, judged] or "" for judged in Cause)) for was in Cause]
    return table(("planted ╲ judged", *(cause.value for cause in Cause)), rows)


def _per_cause(judged_as: Confusion) -> str:
    rows = [(one.value, f"{precision(judged_as, one):.3f}", f"{recall(judged_as, one):.3f}") for one in Cause]
    return table(("cause", "precision", "recall"), rows)
