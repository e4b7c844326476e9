"""Golden cases of every row kind: `tests/sql/reconciliation/<kind>/<case>.yaml`.

A case names what matters; everything else is `snapshots.DEFAULTS`, the same on both sides. `both` holds for the rows
of both sides, `shop` and `portal` are the rows ([{}] if not given), `rules` are parameters, `partial` a side that was
read in part, `absent` the wire names a side lacks. `expect` lists everything of this kind, `besides` the other kinds
that follow. Cases that share what is not about rows run as one night, each with codes of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from doisoat.model import ROW_KINDS, Side
from doisoat.reconcile import SideCoverage
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.parameters import RuleParameters
from doisoat.store.engine import sql_folder
from tests.sql.reconciliation.snapshots import DEFAULTS, found, judged, night

CASES = Path(__file__).with_name("reconciliation")
CODES = ("code", "national_code", "alternative_code", "unit_code")


@dataclass(frozen=True)
class GoldenCase:
    kind: str
    name: str
    expect: list[dict[str, Any]]
    both: dict[str, Any] = field(default_factory=dict)
    shop: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    portal: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    rejected_shop: list[str] = field(default_factory=list)
    rejected_portal: list[str] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)
    rules: dict[str, Any] = field(default_factory=dict)
    partial: str | None = None
    absent: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    def code(self, code: str) -> str:
        """The code under which the case runs beside others."""
        return f"{self.kind}/{self.name}/{code}"

    def rows(self, side: Side) -> Iterator[dict[str, Any]]:
        for row in self.shop if side is Side.SHOP else self.portal:
            given = {"code": DEFAULTS["code"], **self.both, **row}
            yield given | {name: self.code(given[name]) for name in CODES if given.get(name)}

    def expected(self) -> list[dict[str, Any]]:
        """Whole rows; what an expectation leaves out is empty, agency and procedure are the defaults'."""
        usual = {"subtype": "", "value_shop": None, "value_portal": None}
        usual |= {"agency_code": DEFAULTS["agency"], "procedure_code": DEFAULTS["procedure"], "kind": self.kind}
        rows = [{**usual, **row, "dossier_code": self.code(row.get("code", DEFAULTS["code"]))} for row in self.expect]
        return [{name: value for name, value in row.items() if name != "code"} for row in rows]


def read_case(file: Path) -> GoldenCase:
    return GoldenCase(file.parent.name, file.stem, **yaml.safe_load(file.read_text(encoding="utf-8")))


GOLDEN = [read_case(file) for file in sorted(CASES.glob("*/*.yaml"))]


@cache
def answers() -> dict[str, list[dict[str, Any]]]:
    """What was found, by case."""
    nights: dict[str, list[GoldenCase]] = defaultdict(list)
    for case in GOLDEN:
        nights[f"{case.rules} {case.partial} {case.absent}"].append(case)
    found_by_case: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cases in nights.values():
        for row in judge_together(cases):
            kind, name, code = row["dossier_code"].split("/")
            values = {n: v.rpartition("/")[2] if str(v).startswith(f"{kind}/{name}/") else v for n, v in row.items()}
            found_by_case[f"{kind}/{name}"].append({**values, "dossier_code": f"{kind}/{name}/{code}"})
    return found_by_case


def judge_together(cases: list[GoldenCase]) -> list[dict[str, Any]]:
    first = cases[0]
    coverage = {
        side.value: SideCoverage(
            is_complete=first.partial != side.value, absent_columns=frozenset(first.absent.get(side.value, []))
        )
        for side in Side
    }
    with judged(
        [row for case in cases for row in case.rows(Side.SHOP)],
        [row for case in cases for row in case.rows(Side.PORTAL)],
        case=night(rules=RuleParameters(**first.rules), **coverage),
        rejected_shop=[case.code(code) for case in cases for code in case.rejected_shop],
        rejected_portal=[case.code(code) for case in cases for code in case.rejected_portal],
    ) as connection:
        return found(connection)


@pytest.mark.parametrize("case", GOLDEN, ids=str)
def test_golden_case(case: GoldenCase) -> None:
    rows = answers()[str(case)]
    assert [row for row in rows if row["kind"] == case.kind] == case.expected()
    assert sorted({row["kind"] for row in rows} - {case.kind}) == case.besides


def test_kinds_have_a_query_and_cases_of_both_signs() -> None:
    kinds = {kind.value for kind in ROW_KINDS}
    assert {file.stem for file in (sql_folder() / "reconciliation").glob("*.sql")} == kinds
    assert {case.kind for case in GOLDEN} == kinds
    assert {case.kind for case in GOLDEN if case.expect} == kinds
    assert {case.kind for case in GOLDEN if not case.expect} == kinds


def test_cases_show_every_subtype() -> None:
    shown = {(case.kind, row.get("subtype", "")) for case in GOLDEN for row in case.expect}
    known = {(kind.value, subtype) for kind in ROW_KINDS for subtype in KIND_INFO[kind].subtypes}
    assert shown == known
