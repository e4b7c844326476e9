"""A staged night on disk, for tests of the stages `reconcile` and `recheck`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from doisoat.config import Province
from doisoat.model import RunKey, Side, local_iso
from doisoat.store.layout import UNDATED, RunFiles, write_json
from doisoat.store.partitions import describe_partitions
from tests.sql.reconciliation.snapshots import AS_OF, BUSINESS_DATE, dossier_table, rejection_table

PROVINCE = Province(
    province="H21",
    name="Tỉnh thử",
    province_roots=("H21", "H08"),
    shop={"kind": "files", "path": "shop"},
    portal={"kind": "files", "path": "portal"},
)
Rows = Iterable[Mapping[str, Any]]


def staged_night(
    home: Path,
    shop: Rows = (),
    portal: Rows = (),
    *,
    rejected_portal: Iterable[str | None] = (),
    nights_later: int = 0,
    **portal_side: Any,
) -> RunFiles:
    """The snapshots and staged.json of the business date below `home`; `portal_side` changes what is said of it.

    A dossier stands in one of nine months, by its code.
    """
    later = timedelta(days=nights_later)
    files = RunFiles(home, RunKey("H21", BUSINESS_DATE + later))
    for side, rows, rejected in ((Side.SHOP, shop, ()), (Side.PORTAL, portal, rejected_portal)):
        files.partition(side).parent.mkdir(parents=True)
        for month, some in _by_month(rows).items():
            pq.write_table(dossier_table(some), files.partition(side, month))
        pq.write_table(rejection_table(rejected, side), files.rejections(side))
        describe_partitions(files.partition(side).parent)
    side_read: dict[str, Any] = {"partial": False, "partial_reasons": [], "absent_columns": []}
    write_json(
        files.staged,
        {"as_of": local_iso(AS_OF + later), "sides": {"shop": side_read, "portal": side_read | portal_side}},
    )
    return files


def _by_month(rows: Rows) -> dict[str, list[Mapping[str, Any]]]:
    months: dict[str, list[Mapping[str, Any]]] = {UNDATED: []}
    for row in rows:
        months.setdefault(f"2026-0{1 + sum((row.get('code') or '').encode()) % 9}", []).append(row)
    return months


def staged_answers(folder: Path, answers: Mapping[str, str], rows: Rows = ()) -> Path:
    """What staging the look-ups of one side leaves."""
    folder.mkdir(parents=True)
    pq.write_table(dossier_table(rows), folder / "dossiers.parquet")
    write_json(folder / "answers.json", dict(answers))
    return folder
