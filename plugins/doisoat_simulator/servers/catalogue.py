"""Agencies and procedures as the portal publishes them, from the package's tables; no dossier."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"

ROOT_ID = "019d2be3-6a88-732b-8b17-b68020c8553a"  # UBND tỉnh Phú Thọ, as published


@dataclass(frozen=True)
class AgencyEntry:
    """`kind`: PROVINCE, PROVINCIAL_DEPARTMENT or COMMUNE_PEOPLE_COMMITTEE."""

    code: str
    name: str
    kind: str

    @property
    def level(self) -> str:
        """`CAPDONVI` [ours after rest.jsp]: 0 province, 1 department, 2 commune."""
        return {"PROVINCE": "0", "PROVINCIAL_DEPARTMENT": "1"}.get(self.kind, "2")


@dataclass(frozen=True)
class ProcedureEntry:
    """A procedure of the national catalogue; state UPDATED, ACTIVE or INACTIVE."""

    code: str
    name: str
    state: str
    owner_id: str


def read_table(name: str) -> Iterator[dict[str, str]]:
    """Rows of a shipped CSV file by column name."""
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


@cache
def agencies() -> tuple[AgencyEntry, ...]:
    """The province and its 163 units, in the published order."""
    return tuple(
        AgencyEntry(row["department_code"], row["department_name"], row["department_type"])
        for row in read_table("agencies_phu_tho_2026.csv")
    )


@cache
def procedures() -> tuple[ProcedureEntry, ...]:
    """Every procedure the world uses and the published sample, by code; unpublished names are made up."""
    found = {
        row["code"]: ProcedureEntry(row["code"], row["name"], row["state"], row["owner_department_id"])
        for row in read_table("procedures_sample.csv")
    }
    for row in read_table("procedure_use.csv"):
        code = row["ma"]
        found.setdefault(code, ProcedureEntry(code, f"Thủ tục hành chính {code}", "UPDATED", ROOT_ID))
    return tuple(found[code] for code in sorted(found))


@cache
def names() -> dict[str, str]:
    """Name of each agency and procedure by code."""
    known = {entry.code: entry.name for entry in agencies()}
    return known | {entry.code: entry.name for entry in procedures()}
