"""How the rows of one source are asked for: what a schema or a query becomes before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select


@dataclass(frozen=True)
class Plan:
    """One SELECT of dossiers and what its columns are.

    `names`: what each column of `rows` is: a wire name, `_id` or `_updated`. A name may stand twice; then the
    first value that is not null counts. `columns` are all names offered, those that are not asked for included.
    """

    rows: Select[Any]  # in an order that does not depend on timing
    count: Select[Any]
    code: ColumnElement[Any]  # the dossier code, for look-ups
    names: tuple[str, ...]
    columns: frozenset[str]


Planner = Callable[[Connection], Plan]
