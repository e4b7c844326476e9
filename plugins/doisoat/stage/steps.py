"""The side table `steps`: a dossier's history, which fills what its row does not say itself (rules §2).

It derives the last step, and the list of supplements (status 5 = asked; the next step that leaves 5 = completed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from doisoat.model import DossierStatus
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.values import read_status
from doisoat.stage.records import Records
from doisoat.store.engine import run_query

_ENDED = {DossierStatus.WITHDRAWN, DossierStatus.STOPPED, DossierStatus.DONE, DossierStatus.RETURNED}


@dataclass(frozen=True)
class StepFindings:
    """What the steps of a side were like; counts of dossiers."""

    strangers: int = 0  # with steps and no row
    warnings: Mapping[str, int] = field(default_factory=dict)  # rule -> dossiers it holds for


def fill_from_steps(
    records: Records, parts: Sequence[Path], status_map: Mapping[str, int], rules: RuleParameters
) -> StepFindings:
    """Fill rows of `landed` from the parts of a landing's steps.

    A step whose status no map knows tells its time and nothing about supplements; nor does one after the end.
    """
    connection = records.connection
    run_query(
        connection,
        "staging/steps",
        {"parts": [str(path) for path in parts], "hyphens": rules.dashes_as_hyphen},
    )
    of_rows = [word for (word,) in run_query(connection, "staging/row_status_words").fetchall()]
    ended = [word for word in of_rows if read_status(word, status_map) in _ENDED]
    run_query(connection, "staging/row_ends", {"ended_words": ended})
    words = [word for (word,) in run_query(connection, "staging/step_words").fetchall()]
    meanings = {"words": words, "numbers": [read_status(word, status_map) for word in words]}
    run_query(connection, "staging/histories", meanings)
    records.fill_from_histories()
    ((strangers,),) = run_query(connection, "staging/steps_without_row").fetchall()
    warnings = dict(run_query(connection, "staging/step_warnings", meanings).fetchall())
    run_query(connection, "staging/forget_steps")
    return StepFindings(int(strangers), warnings)
