"""Every planted difference of the catalogues is found, and nothing else: as files, and over HTTP through every reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from doisoat.pipeline import CATALOGUE_STAGES, Night, open_night, run_stage
from doisoat.store.layout import read_json
from doisoat_simulator.catalogues import Catalogues, build_catalogues, write_catalogues
from doisoat_simulator.run import background_server
from doisoat_simulator.servers import create_app
from doisoat_simulator.servers.catalogue_records import portal_agencies
from doisoat_simulator.servers.tokens import USER, password
from tests.contract.tiny_world import ten_dossiers

DATE = "2026-09-03"
ACCESS = {"username_env": "SIMULATED_USER", "password_env": "SIMULATED_PASSWORD", "calls_per_second": 5_000}
Key = tuple[str, str, str, str]


def planted(made: Catalogues, *sorts: str) -> set[Key]:
    return {
        (item.subtype, item.field, item.procedure_code, item.agency_code) for item in made.truth if item.sort in sorts
    }


def run_catalogue(folder: Path, section: Mapping[str, Any]) -> Night:
    file = folder / "phu_tho.yaml"
    nowhere = {"kind": "files", "path": "nowhere"}
    province = {"province": "H44", "name": "Phú Thọ", "province_roots": ["H44", "H62", "H28"]}
    file.write_text(
        yaml.safe_dump({**province, "shop": nowhere, "portal": nowhere, "catalogue": section}), encoding="utf-8"
    )
    night = open_night("phu_tho", DATE, config=file, home=folder / "home")
    for name in CATALOGUE_STAGES:
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
