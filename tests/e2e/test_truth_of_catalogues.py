"""Every planted difference of the catalogues is found, and nothing else: as files, and over HTTP through every reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from doisoat.pipeline import CATALOGUE_STAGES, Night, open_night, run_stage
from doisoat.store.layout import read_json
from doisoat_simulator.catalogues import Catalogues, build_catalogues, write_catalogues
from doisoat_simulator.exports import write_exports
from doisoat_simulator.reference import province
from doisoat_simulator.run import background_server
from doisoat_simulator.servers import create_app
from doisoat_simulator.servers.catalogue_records import portal_agencies
from doisoat_simulator.servers.tokens import USER, password
from doisoat_simulator.world import World, build_world
from tests.contract.tiny_world import ten_dossiers

DATE = "2026-09-03"
ACCESS = {"username_env": "SIMULATED_USER", "password_env": "SIMULATED_PASSWORD", "calls_per_second": 5_000}
NOWHERE = {side: {"kind": "files", "path": "nowhere"} for side in ("shop", "portal")}
WORLD = 2_000
Key = tuple[str, str, str, str]


def planted(made: Catalogues, *sorts: str) -> set[Key]:
    return {
        (item.subtype, item.field, item.procedure_code, item.agency_code) for item in made.truth if item.sort in sorts
    }


def run_catalogue(
    folder: Path,
    section: Mapping[str, Any],
    sides: Mapping[str, Any] = NOWHERE,
    before: tuple[str, ...] = (),
) -> Night:
    """The stages `before` of the night that reads the sides, then the catalogue's."""
    file = folder / "phu_tho.yaml"
    province = {"province": "H44", "name": "Phú Thọ", "province_roots": ["H44", "H62", "H28"]}
    file.write_text(yaml.safe_dump({**province, **sides, "catalogue": section}), encoding="utf-8")
    night = open_night("phu_tho", DATE, config=file, home=folder / "home")
    for name in (*before, *CATALOGUE_STAGES):
        run_stage(night, name)
    return night


def found(night: Night) -> set[Key]:
    rows = read_json(night.files.work("catalogue") / "discrepancies.json")
    keys = [(row["subtype"], row["field"], row["procedure_code"] or "", row["agency_code"] or "") for row in rows]
    assert len(keys) == len(set(keys)), "a difference was told twice"
    return set(keys)


@pytest.mark.parametrize("seed", [1, 2])
def test_files(tmp_path: Path, seed: int) -> None:
    made = build_catalogues(20_000, seed)
    write_catalogues(made, portal_agencies(made), tmp_path / "lists")
    lists = {side: {"kind": "files", "path": f"lists/{side}"} for side in ("shop", "portal")}
    night = run_catalogue(tmp_path, lists)
    assert found(night) == planted(made, "procedure", "agency", "sector")
    assert read_json(night.files.work("catalogue") / "summary.json")["verdict"] == "complete"


def test_at_full_size_every_subtype_is_planted_often() -> None:
    truth = build_catalogues(20_000, 1).truth
    counts = {item.subtype: sum(other.subtype == item.subtype for other in truth) for item in truth}
    assert len(counts) == 5 and min(counts.values()) >= 30


def test_dossiers_received_after_the_end_of_their_procedure(tmp_path: Path) -> None:
    """What a night has staged tells the catalogue which ended procedures are still used, and by how many dossiers."""
    world, made = build_world(WORLD, 7, date.fromisoformat(DATE)), build_catalogues(WORLD, 7)
    write_exports(world, tmp_path / "exports", formats="csv")
    write_catalogues(made, portal_agencies(made), tmp_path / "lists")
    lists = {side: {"kind": "files", "path": f"lists/{side}"} for side in ("shop", "portal")}
    exports = {side: {"kind": "files", "path": f"exports/{side}"} for side in ("shop", "portal")}
    night = run_catalogue(tmp_path, lists, exports, before=("land_shop", "land_portal", "stage"))
    rows = read_json(night.files.work("catalogue") / "discrepancies.json")
    told = {row["procedure_code"]: row["dossiers"] for row in rows if row["subtype"] == "expired_in_use"}
    listed = {item.procedure_code for item in made.truth if item.subtype == "expired_in_use"}
    late = received_late(world)
    assert told == dict.fromkeys(listed, 0) | late
    in_time = {row["MaTTHC"] for row in world.shop_rows} & ENDED - late.keys()
    assert late and in_time  # and who was received while it was in force is no use


ENDED = frozenset(item.code for item in province().retired)


def received_late(world: World) -> Counter[str]:
    """Ended procedure -> the shop's dossiers that were planted as received under it after its end."""
    planted = {one.dossier_code for one in world.truth if (one.kind, one.subtype) == ("procedure_unmapped", "retired")}
    rows = (row for row in world.shop_rows if row["MaHoSo"] in planted and row["MaTTHC"] in ENDED)
    return Counter(row["MaTTHC"] for row in rows)


@pytest.mark.parametrize("shop", ["igate", "opencps"])
def test_over_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: str) -> None:
    monkeypatch.setenv("SIMULATED_USER", USER)
    monkeypatch.setenv("SIMULATED_PASSWORD", password())
    made = build_catalogues(20_000, 3)
    with background_server(create_app(ten_dossiers(), catalogues=made)) as address:
        adapter = f"{address}/adapter/XrdAdapter/RestService/forward"
        section = {
            "shop": {"kind": shop, "base_url": f"{address}/{shop}", "page_size": 100, **ACCESS},
            "portal": {"kind": "adapter", "base_url": adapter, "madonvi": "000.00.00.H44", **ACCESS},
        }
        night = run_catalogue(tmp_path, section)
    assert found(night) == planted(made, "procedure", "agency")
    assert read_json(night.files.work("catalogue") / "summary.json")["reasons"] == []
    before = {path.name: path.read_bytes() for path in night.files.report.iterdir()}
    again = run_catalogue(tmp_path, section)  # the servers are gone: replayed from the landing
    assert {path.name: path.read_bytes() for path in again.files.report.iterdir()} == before
