"""Small nights whose statutory forms tests make: a department (H21.05), a part of it (H21.05.02), a commune (H21.06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from doisoat.config import Province
from doisoat.config.forms import Forms
from doisoat.forms.checking import check_period
from doisoat.forms.computing import compute_period
from doisoat.forms.publishing import publish_period
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reference import AgencyTable, Procedure, ProcedureTable
from doisoat.rules.reporting_periods import Length, ReportingPeriod
from doisoat.store.layout import PeriodFiles, RunFiles
from doisoat.store.reference import Reference
from tests.sql.reconciliation.nights import PROVINCE, staged_night
from tests.sql.reconciliation.snapshots import REFERENCE

LEVELS = {"H21": "tinh", "H21.05": "so", "H21.05.02": "don_vi", "H21.06": "xa", "H08.05": "so", "H15.05": "so"}
FIELDS = {"1.001612": "Hộ tịch", "2.000815": "Đất đai", "2.000477": "Hộ tịch", "1.000111": ""}
FORM_REFERENCE = replace(
    REFERENCE,
    agencies=AgencyTable([replace(one, level=LEVELS[one.code]) for one in REFERENCE.agencies]),
    procedures=ProcedureTable(
        [replace(one, field=FIELDS.get(one.national_code, "Chứng thực")) for one in REFERENCE.procedures]
    ),
)
AUGUST = ReportingPeriod(2026, Length.MONTH, 8, PeriodDefinition.STATUTORY)  # 15/7 to 14/8
JULY = AUGUST.before()
_NO_PAIRS = pa.schema([(name, pa.string()) for name in ("dossier_code", "shop_key", "portal_key")])
Rows = list[dict[str, Any]]

DONE: Mapping[str, Any] = {  # received, ended in time and within August
    "status": 9,
    "received_at": "2026-07-20 09:00",
    "due_at": "2026-07-27 17:00",
    "finished_at": "2026-07-24 16:00",
}


def night_of(home: Path, shop: Rows, portal: Rows | None = None, **more: Any) -> RunFiles:
    """A night of these rows (the portal has the same unless told) in which no dossier has two codes."""
    files = staged_night(home, shop, shop if portal is None else portal, **more)
    files.work("reconcile").mkdir(parents=True)
    pq.write_table(_NO_PAIRS.empty_table(), files.work("reconcile") / "pairs.parquet")
    return files


def with_fields(names: Iterable[str]) -> Reference:
    """Procedures 1.100000, 1.100001, … each of a field of its own."""
    procedures = [
        Procedure(f"1.{100_000 + at}", field=name, limit=5, limit_unit="Ngày làm việc", online_level="toan_trinh")
        for at, name in enumerate(names)
    ]
    return replace(FORM_REFERENCE, procedures=ProcedureTable(procedures))


def figures_of(
    files: RunFiles, period: ReportingPeriod, *, reference: Reference = FORM_REFERENCE, **settings: Any
) -> dict[str, Any]:
    """The figures of a period; `settings` of the section `forms`."""
    return compute_period(files, _province(settings), reference, period, spill=files.home / "spill", memory_limit="1GB")


def _province(settings: dict[str, Any]) -> Province:
    return PROVINCE.model_copy(update={"forms": Forms(**settings)})


def made(files: RunFiles, period: ReportingPeriod = AUGUST, **more: Any) -> PeriodFiles:
    """The forms of a period, from the counts to the published folder."""
    figures_of(files, period, **more)
    places = PeriodFiles(files, period)
    check_period(places)
    publish_period(places, lambda done, total: None)
    return places
