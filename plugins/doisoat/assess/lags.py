"""How long the discrepancies of an agency lasted: those put right, and those that are still open (censored)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from doisoat.assess.inputs import Night
from doisoat.rules.lifecycle import Finding
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles
from doisoat.store.spells import Spell

if TYPE_CHECKING:
    from doisoat.store.night_update import Found
    from doisoat.store.warehouse import Warehouse

_WINDOW = timedelta(days=180)  # what was put right longer ago says little about today


def earlier_spells(files: RunFiles, warehouse: Warehouse, *, stored: bool) -> list[Spell]:
    """What ended before this business date; `stored`: as this night took it when it ran first."""
    path, day = files.work("assess") / "spells.parquet", files.key.business_date
    if not stored or not path.is_file():
        return warehouse.closed_spells(files.key.province_code, since=day - _WINDOW, before=day)
    with engine() as connection:
        rows = connection.read_parquet(str(path)).project("agency_code, started_on, ended_on").fetchall()
    return [Spell(*row) for row in rows]


def leave_lags(night: Night, earlier: Sequence[Spell], findings: Sequence[Found]) -> None:
    """Leaves the relations earlier_spells and lags."""
    columns = {name: [getattr(one, name) for one in earlier] for name in Spell.__slots__}
    run_query(night.connection, "assessment/earlier_spells", columns)
    resolved = [one.fingerprint for one in findings if one.finding is Finding.RESOLVED]
    parameters = {"business_date": night.files.key.business_date, "resolved": resolved}
    run_query(night.connection, "assessment/lags", parameters)
