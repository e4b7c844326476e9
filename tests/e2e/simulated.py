"""Both outside systems as one process of the simulator, the world they serve, and province files that read them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import requests
import yaml

from doisoat_airflow.__main__ import simulator_environment
from doisoat_simulator.run import simulator_process
from doisoat_simulator.world import Truth, World, build_world
from tests.e2e.nights import DAY, DOISOAT, FEW_PERIODS, Found

PROVINCES = Path(__file__).resolve().parents[2] / "dags" / "provinces"
IGATE = PROVINCES / "phu_tho.yaml"
OPENCPS = PROVINCES / "examples" / "phu_tho_opencps.yaml"
TANDAN = PROVINCES / "examples" / "phu_tho_tandan.yaml"
LOOK_UP_ONLY = PROVINCES / "examples" / "phu_tho_look_up.yaml"
DOSSIERS, SEED = 1_200, 7
# Tests wait for nobody: a call fails fast, and no rate holds it back.
QUICK: dict[str, Any] = {"attempts": 3, "max_wait_s": 0.05, "calls_per_second": 2_000}
SMALL_PAGES: dict[str, Any] = {"page_size": 150, "concurrency": 2}
SHOP_LOOK_UP: dict[str, Any] = {
    "kind": "igate",
    "base_url": "http://127.0.0.1:1",
    "base_url_env": "DOISOAT_SHOP_URL",
    "username_env": "DOISOAT_SHOP_USER",
    "password_env": "DOISOAT_SHOP_PASSWORD",
    **QUICK,
}

Asked = dict[str, Any]


@dataclass(frozen=True)
class Simulated:
    """The running simulator and what it plays."""

    address: str
    world: World

    @property
    def environment(self) -> dict[str, str]:
        """What the province files' `…_env` names mean."""
        known = simulator_environment(self.address, Path("/nonexistent"))
        return known | {
            "DOISOAT_OPENCPS_URL": f"{self.address}/opencps",
            "DOISOAT_TANDAN_URL": f"{self.address}/tandan",
            "PATH": os.environ["PATH"],
        }

    def misbehave(self, *rules: Mapping[str, Any]) -> None:
        """Exchange the rules of misbehaviour; none = behave."""
        answer = requests.post(f"{self.address}/__misbehave", data=orjson.dumps(list(rules)), timeout=10)
        assert answer.status_code == 200, answer.text

    def asked(self) -> list[Asked]:
        """The requests since `forget`, in the order of arrival."""
        lines = requests.get(f"{self.address}/__requests", timeout=10).content.splitlines()
        return [orjson.loads(line) for line in lines]

    def forget(self) -> None:
        requests.delete(f"{self.address}/__requests", timeout=10)

    def planted(self, *, portal_now: bool = False, shop_now: bool = False) -> Found:
        """What a comparison must find; `…_now`: after that side was looked up, so what was in flight there is gone."""
        fresh = {"portal": self.world.fresh_portal_rows, "shop": self.world.fresh_shop_rows}
        gone = {code for side, asked in (("portal", portal_now), ("shop", shop_now)) if asked for code in fresh[side]}
        return as_found(one for one in self.world.truth if not (one.in_flight and one.dossier_code in gone))


def as_found(truths: Iterator[Truth]) -> Found:
    return Counter((one.dossier_code, one.kind, one.subtype) for one in truths)


@contextmanager
def simulated(
    dossiers: int = DOSSIERS, seed: int = SEED, day: date = DAY, *, pure_wire: bool = False
) -> Iterator[Simulated]:
    """Serve a world over HTTP: the shop as iGate, as OpenCPS and as Tân Dân, the portal's export and its look-up."""
    with simulator_process(
        dossiers=dossiers, seed=seed, business_date=day, variant="all", pure_wire=pure_wire
    ) as address:
        yield Simulated(address, build_world(dossiers, seed, day))


def province_file(target: Path, base: Path, **changes: Any) -> Path:
    """`base` with other settings, e.g. `shop={"page_size": 100}, rules={…}`; sections are merged."""
    content = merged(yaml.safe_load(base.read_text(encoding="utf-8")), changes)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return target


def merged(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` under `changes`, sections one in the other."""
    both = dict(base)
    for key, value in changes.items():
        inner = both.get(key)
        both[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else value
    return both


def tandan_look_up(**changes: Any) -> dict[str, Any]:
    """A look-up at the shop as Tân Dân."""
    return SHOP_LOOK_UP | {"kind": "tandan", "base_url_env": "DOISOAT_TANDAN_URL"} | changes


def igate_province(target: Path, **changes: Any) -> Path:
    """phu_tho.yaml in small pages, of few periods, without long waits, and with a look-up at the shop as well."""
    quick = {
        **yaml.safe_load(FEW_PERIODS),
        "shop": {**SMALL_PAGES, **QUICK, "look_up": SHOP_LOOK_UP},
        "portal": {"attempts": 3, "look_up": QUICK},
    }
    return province_file(target, IGATE, **merged(quick, changes))


__all__ = ["DOISOAT", "Asked", "Simulated", "igate_province", "province_file", "simulated", "tandan_look_up"]
