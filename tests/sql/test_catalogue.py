"""Golden cases of every subtype of `catalogue_mismatch`: `tests/sql/catalogue/<subtype>/<case>.yaml`.

`shop` and `portal` list entries that name only what differs from `lists.DEFAULTS`; `expect` lists everything of the
subtype, `besides` the other subtypes that follow.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from doisoat.model import DiscrepancyKind
from doisoat.rules.catalogue import SORTS
from doisoat.rules.kinds import KIND_INFO
from tests.sql.catalogue.lists import DEFAULTS, found, listing

FILES = sorted(Path(__file__).with_name("catalogue").glob("*/*.yaml"))
SUBTYPES = set(KIND_INFO[DiscrepancyKind.CATALOGUE_MISMATCH].subtypes)


def read(file: Path) -> dict[str, Any]:
    case: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return case


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_golden_case(file: Path, tmp_path: Path) -> None:
    case, subtype = read(file), file.parent.name
    shop = listing(case["shop"], whole=frozenset(case.get("shop_whole", SORTS)))
    whole, nationwide = frozenset(case.get("portal_whole", SORTS)), case.get("nationwide", False)
    portal = listing(case["portal"], whole=whole, nationwide=nationwide)
    dossiers = [(code, str(day)) for code, day in case.get("dossiers", [])]
    rows = [asdict(row) for row in found(shop, portal, tmp_path, dossiers)]
    told = [row for row in rows if row["subtype"] == subtype]
    assert len(told) == len(case["expect"])
    shown = [{name: row[name] for name in expected} for row, expected in zip(told, case["expect"], strict=True)]
    assert shown == case["expect"]
    assert sorted({row["subtype"] for row in rows} - {subtype}) == case.get("besides", [])


def test_every_subtype_has_cases_of_both_signs() -> None:
    cases = [(file.parent.name, bool(read(file)["expect"])) for file in FILES]
    assert {(subtype, sign) for subtype, sign in cases} == {(name, sign) for name in SUBTYPES for sign in (True, False)}


def test_a_row_says_what_it_is_about(tmp_path: Path) -> None:
    (row,) = found(listing([{}]), listing([]), tmp_path)
    assert (row.sort, row.procedure_code, row.agency_code) == ("procedure", "1.001612", None)
    assert (row.name, row.sector) == (DEFAULTS["name"], DEFAULTS["sector"])
