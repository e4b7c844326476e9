"""The side table `steps`: a dossier's history, which fills what its row does not say itself (rules §2).

It derives the last step, and the list of supplements (status 5 = asked; the next step that leaves 5 = completed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from doisoat.rules.parameters import RuleParameters
from doisoat.rules.values import read_status
from doisoat.stage.records import Records
from doisoat.store.engine import run_query


def fill_from_steps(
    records: Records, parts: Sequence[Path], status_map: Mapping[str, int], rules: RuleParameters
) -> int:
    """Fill rows of `landed` from the parts of a landing's steps; how many dossiers have steps and no row.

    A step whose status no map knows tells its time and nothing about supplements.
    """
    connection = records.connection
    run_query(
        connection,
        "staging/steps",
        {"parts": [str(path) for path in parts], "hyphens": rules.dashes_as_hyphen},
    )
    words = [word for (word,) in run_query(connection, "staging/step_words").fetchall()]
    numbers = [read_status(word, status_map) for word in words]
    run_query(connection, "staging/histories", {"words": words, "numbers": numbers})
    records.fill_from_histories()
    ((strangers,),) = run_query(connection, "staging/steps_without_row").fetchall()
    run_query(connection, "staging/forget_steps")
    return int(strangers)
