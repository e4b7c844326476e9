"""A pool per outside system: which task runs in which, and that the pools are made once and kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doisoat.config import load_province
from doisoat.errors import ConfigError
from doisoat.pipeline import CATALOGUE_STAGES, STAGES
from doisoat_airflow.factory import nightly_dags
from doisoat_airflow.pools import DEFAULT_POOL, pool_of, wanted_pools

ROOT = Path(__file__).resolve().parents[2]
PROVINCE = """\
province: {code}
name: Tỉnh {code}
shop: {{kind: igate, base_url: "{shop}"}}
portal:
  kind: files
  url: https://xuat.dvcqg.example/ngay
  look_up: {{kind: adapter, base_url: "http://Truc.Adapter.example:8080/XrdAdapter"}}
catalogue: {{portal: {{kind: reporting, base_url: "https://dvcqg.example"}}}}
"""


@pytest.fixture
def provinces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two provinces with shops of their own behind one portal; pools of three slots."""
    monkeypatch.setenv("DOISOAT_POOL_SLOTS", "3")
    for name, code in (("gia_lai", "H21"), ("phu_tho", "H44")):
        text = PROVINCE.format(code=code, shop=f"https://{name}.igate.example")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def pools(dag: Any) -> dict[str, str]:
    return {task.task_id: task.pool for task in dag.tasks if task.pool != DEFAULT_POOL}


def test_a_task_that_reads_a_system_runs_in_its_pool(provinces: Path) -> None:
    dags = nightly_dags(provinces)
    shared = {"land_portal": "doisoat-xuat.dvcqg.example", "recheck": "doisoat-truc.adapter.example-8080"}
    assert pools(dags["nightly_gia_lai"]) == {"land_shop": "doisoat-gia_lai.igate.example", **shared}
    assert pools(dags["nightly_phu_tho"]) == {"land_shop": "doisoat-phu_tho.igate.example", **shared}


def test_every_pool_a_task_names_is_made(provinces: Path) -> None:
    named = {
        pool_of(load_province(file), stage)
        for file in provinces.glob("*.yaml")
        for stage in (*STAGES, *CATALOGUE_STAGES)
    }
    assert wanted_pools(provinces).keys() == named - {DEFAULT_POOL}
    assert wanted_pools(provinces)["doisoat-xuat.dvcqg.example"] == "doisoat: gia_lai, phu_tho"
    assert "doisoat-dvcqg.example" in named


def test_a_folder_and_an_unset_address_need_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOISOAT_POOL_SLOTS", "3")
    text = "province: H44\nname: X\nshop: {kind: sql, url_env: NO_SUCH_URL, schema: opencps}\nportal: {kind: files, path: p}\n"
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert wanted_pools(tmp_path) == {}
    assert pools(nightly_dags(tmp_path)["nightly_x"]) == {}


def test_an_account_in_an_address_is_in_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOISOAT_POOL_SLOTS", "3")
    monkeypatch.setenv("SHOP_URL", "mysql+pymysql://doc:mat-khau@db.example:3306/opencps")
    text = "province: H44\nname: X\nshop: {kind: sql, url_env: SHOP_URL, schema: opencps}\nportal: {kind: files, path: p}\n"
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert wanted_pools(tmp_path) == {"doisoat-db.example-3306": "doisoat: x"}


def test_without_the_setting_no_task_waits_for_a_pool(provinces: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOISOAT_POOL_SLOTS")
    assert [pools(dag) for dag in nightly_dags(provinces).values()] == [{}, {}]
    assert wanted_pools(provinces) == {}


def test_a_number_of_slots_that_is_none_is_told_in_the_dag(provinces: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOISOAT_POOL_SLOTS", "viel")
    assert {tuple(dag.task_ids) for dag in nightly_dags(provinces).values()} == {("configuration",)}
    with pytest.raises(ConfigError, match="DOISOAT_POOL_SLOTS"):
        wanted_pools(provinces)


@pytest.mark.slow
def test_the_pools_are_made_once_and_what_people_set_stays(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'airflow.db'}"
    environment = os.environ | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
        "DOISOAT_POOL_SLOTS": "3",
        "DOISOAT_SHOP_URL": "https://shop.example",
        "PYTHONPATH": str(ROOT / "plugins"),
    }

    def call(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words], env=environment, capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    call("airflow", "db", "migrate")
    assert "doisoat-shop.example" in call("doisoat_airflow", "pools")
    call("airflow", "pools", "set", "doisoat-shop.example", "1", "một lúc một việc")
    assert "Không thiếu pool nào" in call("doisoat_airflow", "pools")
    slots = {pool["pool"]: pool["slots"] for pool in json.loads(call("airflow", "pools", "list", "--output", "json"))}
    assert slots["doisoat-shop.example"] == "1"
    assert slots.keys() - {"doisoat-shop.example"} > {DEFAULT_POOL}
