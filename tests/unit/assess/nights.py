"""A night as the stages before `assess` leave it, written from a few literals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from doisoat.config import Province
from doisoat.model import VIETNAM, RunKey, Side
from doisoat.rules.parameters import OFFICE_HOURS
from doisoat.rules.reference import Agency, AgencyTable, ProcedureTable
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.layout import RunFiles
from doisoat.store.reference import Reference

INSTANT = pa.timestamp("us", tz="Asia/Ho_Chi_Minh")
Record = dict[str, Any]

TEXT, NUMBER, FLAG = pa.string(), pa.int64(), pa.bool_()
DISCREPANCY = {
    "dossier_code": TEXT,
    "kind": TEXT,
    "subtype": TEXT,
    "agency_code": TEXT,
    "procedure_code": TEXT,
    "field": TEXT,
    "value_shop": TEXT,
    "value_portal": TEXT,
    "cause": TEXT,
    "side": TEXT,
    "severity": TEXT,
    "technical": FLAG,
    "since": INSTANT,
    "period": TEXT,
}
AGENCY_COUNT = {
    "agency_code": TEXT,
    **dict.fromkeys(
        [
            "dossiers_shop",
            "dossiers_portal",
            "finished_shop",
            "late_law",
            "late_portal",
            "late_province",
            "false_overdue",
        ],
        NUMBER,
    ),
}
DOSSIER = {
    "dossier_code": TEXT,
    "status": pa.int8(),
    "has_result": FLAG,
    **dict.fromkeys(("procedure_issue", "procedure_raw", "procedure_code", "agency_code", "agency_final"), TEXT),
    **dict.fromkeys(("agency_known", "agency_ended"), FLAG),
    **dict.fromkeys(
        ("step_at", "received_at", "submitted_at", "finished_at", "returned_at", "supplement_completed_at"),
        INSTANT,
    ),
    "extension_count": pa.int32(),
    "national_code": TEXT,
    "alternative_code": TEXT,
    "unit_code": TEXT,
    "received_at": INSTANT,
    "submitted_at": INSTANT,
}
UNKNOWN = {"dossier_code": TEXT, "reason": TEXT}
REJECTION = {
    "side": TEXT,
    "source_file": TEXT,
    "source_row": NUMBER,
    "rule": TEXT,
    "reason": TEXT,
    "dossier_code": TEXT,
}


def at(text: str) -> datetime:
    """A local instant from "dd/mm HH:MM" of 2026."""
    return datetime.strptime(f"{text} 2026", "%d/%m %H:%M %Y").replace(tzinfo=VIETNAM)


def found(dossier_code: str, kind: str, subtype: str = "", **other: Any) -> Record:
    """One line of reconcile/discrepancies.parquet."""
    return {
        "dossier_code": dossier_code,
        "kind": kind,
        "subtype": subtype,
        "agency_code": "H44.05",
        "procedure_code": "1.001612",
        "field": "TrangThaiHoSo",
        "value_shop": "9",
        "value_portal": "4",
        "cause": "undetermined",
        "side": "shop",
        "severity": "medium",
        "technical": False,
        "since": at("25/08 08:00"),
        "period": "",
        **other,
    }


def dossier(dossier_code: str, status: int = 4, **other: Any) -> Record:
    return {"dossier_code": dossier_code, "status": status, "has_result": False, **other}


def rejection(side: Side, dossier_code: str | None) -> Record:
    return {
        "side": side.value,
        "source_file": "a.csv",
        "source_row": 1,
        "rule": "status_invalid",
        "reason": "Trạng thái không đọc được",
        "dossier_code": dossier_code,
    }


@dataclass
class Night:
    """What a test wants to be different from a quiet, complete night."""

    day: int = 3
    discrepancies: Sequence[Record] = ()
    rechecked: Sequence[Record] | None = None  # None: there was no recheck
    agency_counts: Sequence[Record] = ()
    shop: Sequence[Record] = ()
    portal: Sequence[Record] = ()
    rejections: Sequence[Record] = ()
    not_compared: Sequence[Record] = ()
    unknown: Sequence[Record] = ()
    recheck: Mapping[str, int] = field(default_factory=dict)
    partial: bool = False
    look_ups: Mapping[str, int] | None = None  # of a portal that is asked about single dossiers
    on: date | None = None  # instead of a day of September 2026
    rules: str = "1"

    def write(self, home: Path) -> RunFiles:
        files = RunFiles(home, RunKey("H44", self.on or date(2026, 9, self.day)))
        parquet(files.work("reconcile") / "discrepancies.parquet", DISCREPANCY, self.discrepancies)
        parquet(files.work("reconcile") / "agency_counts.parquet", AGENCY_COUNT, self.agency_counts)
        parquet(files.work("reconcile") / "unknown.parquet", UNKNOWN, self.unknown)
        summary = {"counts": {}, "not_compared": list(self.not_compared)}
        _json(files.work("reconcile") / "summary.json", summary)
        if self.rechecked is not None:
            columns = {**DISCREPANCY, "recheck": TEXT}
            parquet(files.work("recheck") / "discrepancies.parquet", columns, self.rechecked)
            _json(files.work("recheck") / "summary.json", {**summary, "recheck": dict(self.recheck)})
        parquet(files.partition(Side.SHOP), DOSSIER, self.shop)
        parquet(files.partition(Side.PORTAL), DOSSIER, self.portal)
        for side in Side:
            parquet(files.rejections(side), REJECTION, [row for row in self.rejections if row["side"] == side])
        _json(files.staged, self._staged(files.key))
        return files

    def _staged(self, key: RunKey) -> dict[str, Any]:
        side = {"complete": True, "partial": False}
        return {
            "as_of": key.day_end.isoformat(),
            "sides": {"shop": side, "portal": {**side, "partial": self.partial, "look_ups": self.look_ups}},
            "rule_versions": {"rules": self.rules},
        }


def parquet(path: Path, columns: Mapping[str, pa.DataType], rows: Sequence[Record]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"no such columns: {unknown}"
    table = pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()})
    pq.write_table(table, path, compression="zstd")


def _json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def province(**other: Any) -> Province:
    files = {"kind": "files", "path": "exports"}
    return Province(**{"province": "H44", "name": "Phú Thọ", "shop": files, "portal": files, **other})


def reference() -> Reference:
    """Two agencies; working days as in the worked examples of the rules (31/8-2/9 off, 22/8 worked)."""
    off = frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)})
    agencies = [Agency("H44.05", name="Sở Xây dựng", parent="H44"), Agency("H44.37", name="Phường Việt Trì")]
    return Reference(
        agencies=AgencyTable(agencies),
        procedures=ProcedureTable([]),
        calendar=WorkingCalendar(off, frozenset({date(2026, 8, 22)}), OFFICE_HOURS),
        contacts=(),
        versions={},
    )


def rows_of(path: Path, *columns: str) -> list[Any]:
    """Values of some columns, row by row in file order; bare values for one column."""
    table = pq.read_table(path, columns=list(columns))
    lists = [table.column(name).to_pylist() for name in columns]
    return lists[0] if len(columns) == 1 else list(zip(*lists, strict=True))
