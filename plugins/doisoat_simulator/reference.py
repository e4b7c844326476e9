"""What the province consists of: units with their real volumes, procedures with their terms.

The product's reference tables are read here as plain data, the way a province would hand them over.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from pathlib import Path

DATA = Path(__file__).parent / "data"
TABLES = Path(__file__).parent.parent / "doisoat" / "reference"
PROVINCE = "H44"


@dataclass(frozen=True, slots=True)
class Agency:
    """One unit of the province with its share of the work and of late work."""

    code: str
    level: str
    weight: int
    late_share: float


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure: its term, what it returns and what it costs."""

    code: str
    local_codes: tuple[str, ...]
    term: int
    unit: str
    returns: bool
    ended: date | None
    level: str
    weight: int
    fee: int


@dataclass(frozen=True, eq=False)
class Province:
    """All reference data of the world, immutable."""

    agencies: tuple[Agency, ...]
    agency_steps: tuple[int, ...]
    late_share: dict[str, float]
    procedures: tuple[Procedure, ...]
    retired: tuple[Procedure, ...]
    legacy: tuple[tuple[str, str], ...]
    children: tuple[tuple[str, str], ...]

    @cache  # noqa: B019 - one province for the whole process
    def in_use(self, level: str) -> tuple[tuple[Procedure, ...], tuple[int, ...]]:
        """Procedures a level of agency handles, with cumulative weights."""
        found = tuple(item for item in self.procedures if item.level == level)
        return found, tuple(accumulate(item.weight for item in found))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _agencies() -> tuple[Agency, ...]:
    units = []
    for row in _rows(DATA / "national_scores_phu_tho_2026-08.csv"):
        if row["department_code"] == PROVINCE:
            continue
        level = "so" if row["department_type"] == "PROVINCIAL_DEPARTMENT" else "xa"
        late = (100 - float(row["progress_ratio"] or 0)) / 100
        units.append(Agency(row["department_code"], level, int(row["progress_total_received"]), late))
    return tuple(units)


def _procedures() -> tuple[Procedure, ...]:
    used = {row["ma"]: row for row in _rows(DATA / "procedure_use.csv")}
    none = {"cap": "", "trong_so": "0", "phi": "0"}
    found = []
    for row in _rows(TABLES / "procedures.csv"):
        use = used.get(row["ma_quoc_gia"], none)
        ended = date.fromisoformat(row["hieu_luc_den"]) if row["hieu_luc_den"] else None
        local = tuple(code for code in row["ma_dia_phuong"].split(";") if code)
        found.append(
            Procedure(
                row["ma_quoc_gia"],
                local,
                int(row["thoi_han"]),
                row["don_vi_tinh"],
                row["co_ket_qua"] != "0",
                ended,
                use["cap"],
                int(use["trong_so"]),
                int(use["phi"]),
            )
        )
    return tuple(found)


def _province_rows() -> list[dict[str, str]]:
    return _rows(TABLES / "agencies.csv")


@cache
def province() -> Province:
    """Phú Thọ after the merger of 1 July 2025."""
    agencies, procedures, rows = _agencies(), _procedures(), _province_rows()
    heirs = [(row["ma"], row["ke_thua_boi"]) for row in rows if row["ke_thua_boi"] and "." in row["ma"]]
    third = [(row["ma"], row["cha"]) for row in rows if row["cha"].count(".") == 1]
    return Province(
        agencies,
        tuple(accumulate(unit.weight for unit in agencies)),
        {unit.code: unit.late_share for unit in agencies},
        tuple(item for item in procedures if item.ended is None and item.weight),
        tuple(item for item in procedures if item.ended is not None),
        tuple(heirs),
        tuple(third),
    )
