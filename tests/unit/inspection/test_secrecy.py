"""What is secret never enters the register, and what becomes secret leaves its papers and its page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from doisoat.config import Province
from doisoat.errors import ConfigError
from doisoat.inspection.basis import read_basis
from doisoat.inspection.publishing import publish_overview
from doisoat.inspection.secrecy import Secrecy, secrecy_of
from doisoat.inspection.writing import gather
from doisoat.model import RunKey
from doisoat.store.inspections import NightNoted
from doisoat.store.layout import RunFiles
from doisoat.store.warehouse import Warehouse
from tests.unit.assess.nights import parquet
from tests.unit.inspection.registers import opening
from tests.unit.publish import factory
from tests.unit.warehouse.nights import found_night, key, row

NOTHING = Secrecy(frozenset(), frozenset())


def secrecy(**sections: Any) -> Secrecy:
    return secrecy_of(factory.province(**sections), factory.reference())


@pytest.mark.parametrize("spelled", ["H44.05", "h44.05 ", "000.00.05.H44"])
def test_a_secret_agency_is_known_in_every_spelling_with_all_below_it(spelled: str) -> None:
    hidden = secrecy(secret_agencies=[spelled])
    assert [hidden.hides_agency(code) for code in ("H44.05", "H44.05.02", "H44.055", "H44", None)] == [
        *(True, True, False, False, False),
    ]


def test_a_secret_procedure_hides_its_discrepancies() -> None:
    hidden = secrecy(secret_procedures=["1.001612"])
    assert hidden.hides("H44.05", "1.001612") and not hidden.hides("H44.05", "1.001613")
    assert not hidden.hides(None, None)


def night_files(home: Path) -> RunFiles:
    """What a night leaves of an agency and two below it, one discrepancy each."""
    files = RunFiles(home, RunKey("H44", factory.DAY))
    codes = ("H44.05", "H44.05.02", "H44.05.66")
    counts = {"dossiers_shop": 10, "dossiers_portal": 9}
    parquet(
        files.work("assess") / "agencies.parquet", factory.AGENCY, [{"agency_code": one, **counts} for one in codes]
    )
    found = [factory.discrepancy(f"{one}-1", "stuck", agency_code=one) for one in codes]
    found.append(factory.discrepancy("H44.05-2", "stuck", procedure_code="9.000001"))
    given = [{name: one[name] for name in factory.DISCREPANCY if name in one} for one in found]
    parquet(files.work("assess") / "discrepancies.parquet", factory.DISCREPANCY, given)
    files.staged.parent.mkdir(parents=True, exist_ok=True)
    sides = {side: {"staged": 30, "source": "exports", "extracted_at": None} for side in ("shop", "portal")}
    files.staged.write_text(json.dumps({"sides": sides}), encoding="utf-8")
    return files


NOTED = NightNoted(factory.DAY, "complete", factory.KEY.day_end, {"rules": "1"}, {"shop": "ab" * 32})


def test_figures_are_of_the_agency_and_those_below_but_the_secret_ones(tmp_path: Path) -> None:
    files = night_files(tmp_path)
    whole = read_basis(files, NOTED, "H44.05", NOTHING)
    assert (whole.figures["dossiers_shop"], sum(one[-1] for one in whole.figures["found"])) == (30, 4)
    hidden = Secrecy(frozenset({"H44.05.66"}), frozenset({"9.000001"}))
    told = read_basis(files, NOTED, "H44.05", hidden).figures
    assert (told["agencies"], told["dossiers_shop"], told["dossiers_portal"]) == (2, 20, 18)
    assert [(one[0], one[-1]) for one in told["found"]] == [("H44.05", 1), ("H44.05.02", 1)]
    assert read_basis(files, NOTED, "H44.99", NOTHING).figures["dossiers_shop"] == 0


def test_a_night_whose_files_are_gone_says_what_to_do(tmp_path: Path) -> None:
    files = night_files(tmp_path)
    (files.work("assess") / "agencies.parquet").unlink()
    with pytest.raises(ConfigError, match="are not there; --night names another one"):
        read_basis(files, NOTED, "H44.05", NOTHING)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """A night, and a check of H44.05 that rests on it."""
    with Warehouse(f"sqlite:///{tmp_path / 'warehouse.sqlite'}", clock=lambda: key(4).day_end) as opened:
        opened.migrate()
        opened.record_night(found_night(3), [row("a"), row("b", procedure_code="1.001612")], [])
        opened.register.open_check("H44", opening())
        yield opened


def published(home: Path, warehouse: Warehouse, province: Province) -> str:
    files = RunFiles(home, RunKey("H44", factory.DAY))
    return publish_overview(files, province, factory.reference(), warehouse.register).read_text(encoding="utf-8")


def test_the_page_does_not_tell_of_an_agency_that_became_secret(tmp_path: Path, warehouse: Warehouse) -> None:
    assert "2026-001 · Sở Xây dựng" in published(tmp_path, warehouse, factory.province())
    page = published(tmp_path, warehouse, factory.province(secret_agencies=["H44.05"]))
    assert "2026-001" not in page and "Sở Xây dựng" not in page


def test_the_report_does_not_tell_of_what_became_secret_below(warehouse: Warehouse) -> None:
    check = warehouse.register.check("H44", "2026-001")
    told = gather(warehouse.register, "H44", check, Secrecy(frozenset({"H44.05.02"}), frozenset()))
    assert told.check.opening.basis is not None
    assert {one[0] for one in told.check.opening.basis.figures["found"]} == {"H44.05"}
    assert replace(told.check, opening=check.opening) == check
