"""One seeded world through seven ways in: what the snapshot says of the shop is the same, to the last canonical column.

Left out are the columns that tell how a source spells or where it was read: raw spellings, file and row, record id.
Not paid is 0, 3 or nothing, which the rules do not tell apart and OpenCPS' tables cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from doisoat.land import fields
from doisoat.model import RunKey, Side
from doisoat.store.layout import RunFiles, read_json
from doisoat_simulator.databases import write_database
from doisoat_simulator.exports import write_exports
from doisoat_simulator.officers import COLUMNS, STATUS_WORDS
from doisoat_simulator.world import World, build_world
from tests.e2e.nights import DAY, run_night
from tests.e2e.simulated import DOSSIERS, IGATE, PROVINCES, SEED, Simulated, province_file
from tests.mariadb import MariaDb
from tests.unit.warehouse.postgres import Server

WAYS = ("igate", "opencps", "tandan", "mariadb", "postgresql", "csv", "xlsx")
SPELLED = {"code_raw", "status_raw", "source_file", "source_row", "record_id", "updated_at"}
QUERY = "SELECT h.*, h.id AS _id, h.cap_nhat AS _updated FROM ho_so h\n"
KEY = RunKey("H44", DAY)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(DOSSIERS, SEED, DAY)


@pytest.fixture(scope="module")
def read(
    served: Simulated,
    world: World,
    mariadb: MariaDb,
    postgres: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Path]:
    """Lands and stages the shop one way, once; the home it lies in."""
    served.misbehave()
    homes: dict[str, Path] = {}

    def home(way: str) -> Path:
        if way not in homes:
            folder = tmp_path_factory.mktemp(way)
            shop, environment = _shop(way, folder, world, mariadb, postgres)
            homes[way] = _staged(folder, shop, served.environment | environment)
        return homes[way]

    return home


def _shop(
    way: str, folder: Path, world: World, mariadb: MariaDb, postgres: Server
) -> tuple[dict[str, Any], dict[str, str]]:
    """The section `shop` of a way in, and what its environment names."""
    if way in {"igate", "opencps", "tandan"}:
        file = IGATE if way == "igate" else PROVINCES / "examples" / f"phu_tho_{way}.yaml"
        return yaml.safe_load(file.read_text(encoding="utf-8"))["shop"], {}
    if way in {"csv", "xlsx"}:
        write_exports(world, folder / "exports", formats="csv" if way == "csv" else "officers")
        section = {"kind": "files", "path": str(folder / "exports" / "shop")}
        return section | ({"columns": COLUMNS, "status_map": STATUS_WORDS} if way == "xlsx" else {}), {}
    base = {"kind": "sql", "url_env": "DOISOAT_SHOP_DATABASE"}
    if way == "mariadb":
        url = mariadb.url(mariadb.new_database())
        write_database(world, url, "opencps")
        payments = {"KeyPay DVCQG": 1, "KeyPay": 2}
        shop = base | {"schema": "opencps", "extension_table": "morong", "online_payments": payments}
        return shop, {"DOISOAT_SHOP_DATABASE": url}
    url = postgres.new_database()
    write_database(world, url, "flat")
    (folder / "shop.sql").write_text(QUERY, encoding="utf-8")
    return base | {"query": str(folder / "shop.sql")}, {"DOISOAT_SHOP_DATABASE": url}


def _staged(folder: Path, shop: dict[str, Any], environment: dict[str, str]) -> Path:
    config, home = folder / "phu_tho.yaml", folder / "var"
    province_file(config, IGATE)
    content = yaml.safe_load(config.read_text(encoding="utf-8")) | {"shop": shop}
    config.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    for command in ("land_shop", "land_portal", "stage"):
        done = run_night(config, home, environment=environment, command=command, options=["--late"])
        assert done.code == 0, done.stderr
    return home


def _canonical(home: Path) -> list[tuple[Any, ...]]:
    """The snapshot of the shop without spellings and positions, in the order of its values."""
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(RunFiles(home, KEY).dossiers(Side.SHOP)))
        columns = ", ".join(_column(name) for name in found.columns if name not in SPELLED)
        return connection.execute(f"SELECT {columns} FROM found ORDER BY ALL").fetchall()


def _column(name: str) -> str:
    paid = "CASE WHEN online_payment IN (1, 2) THEN online_payment END"
    return f"CAST({paid if name == 'online_payment' else name} AS VARCHAR)"


def _digest(rows: list[tuple[Any, ...]]) -> str:
    return sha256(repr(rows).encode()).hexdigest()


def _rejected(home: Path) -> set[tuple[str, str]]:
    """(rule, code) of what could not be read; a broken line has neither code nor place in a database."""
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(RunFiles(home, KEY).rejections(Side.SHOP))).fetchall()
        return {(rule, code) for _, _, _, rule, _, code in rows if rule != "row_shape"}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_gives_the_same_canonical_columns(way: str, read: Callable[[str], Path]) -> None:
    found, expected = _canonical(read(way)), _canonical(read("igate"))
    assert len(found) > DOSSIERS // 2
    assert sorted(set(found) ^ set(expected), key=repr)[:5] == []
    assert _digest(found) == _digest(expected)
    assert _rejected(read(way)) == _rejected(read("igate"))


# Columns the world has nothing in: other names of what stands elsewhere, and flags for indicators alone.
NOWHERE = {
    *("nationCode", "DanhSachHoSoBoSung", "MaKetQua"),
    *("DuocSoHoa", "HoSoCoThanhPhanSoHoa", "DuocLayTuKhoDMQG", "TaiKhoanDuocXacThucVoiVNeID"),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_in_lost_a_column(way: str, read: Callable[[str], Path]) -> None:
    manifest = read_json(RunFiles(read(way), KEY).landing(Side.SHOP) / "manifest.json")
    absent = set(manifest["absent_columns"]) - NOWHERE
    assert len(absent) <= 1 and absent <= set(fields.RESULTS)  # either of them tells that there is a result
