"""One Airflow pool per outside system, so that many provinces at once do not hit one harder than agreed.

A system is a host and port: two provinces behind one adapter share a pool. Off unless DOISOAT_POOL_SLOTS says how many
tasks may read one system at once; `python -m doisoat_airflow pools` then makes the pools that are not there yet (a task
whose pool is missing would wait for ever). What someone has changed in Airflow's own page stays.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from doisoat.config import Province, load_province, pool_slots, province_files, provinces_folder
from doisoat.errors import ConfigError, WarehouseBusy
from doisoat.model import Side
from doisoat.pipeline.sources import look_up_sections

DEFAULT_POOL = "default_pool"  # Airflow's own, which is always there
_AIRFLOW = (sys.executable, "-m", "airflow", "pools")


def pool_of(province: Province, stage: str) -> str:
    """The pool a task of this stage runs in; Airflow's own where it reads nothing outside, or pools are off.

    A task has one pool alone: where it asks both sides, it counts for the portal, which more provinces share.
    """
    if pool_slots() is None:
        return DEFAULT_POOL
    read = _sections_read(province, stage)
    return next((f"doisoat-{system}" for section in read if (system := _system(section))), DEFAULT_POOL)


def _sections_read(province: Province, stage: str) -> Iterable[object]:
    """What a stage reads, the portal first."""
    if stage == "land_shop":
        return [province.shop]
    if stage == "land_portal":
        return [province.portal, province.aggregates]
    if stage == "recheck":
        look_ups = look_up_sections(province)
        return [look_ups[side] for side in (Side.PORTAL, Side.SHOP) if side in look_ups]
    if stage == "land_catalogues" and province.catalogue:
        return [province.catalogue.portal, province.catalogue.shop]
    return []


def _system(section: object) -> str | None:
    """`host` or `host-port` of where a section reads; None of a folder on this machine."""
    try:
        address = urlsplit(getattr(section, "address", ""))
        host, port = address.hostname, address.port
    except (ConfigError, ValueError):
        return None  # the task itself will say what is wrong
    return "-".join(filter(None, [host, str(port) if port else ""])) or None


def wanted_pools(folder: Path | None = None) -> dict[str, str]:
    """Name -> description of every pool that tasks of these province files name."""
    users: dict[str, set[str]] = {}
    for label, file in province_files(folder or provinces_folder()):
        try:
            province = load_province(file)
        except ConfigError:
            continue  # its DAG tells why
        for stage in ("land_shop", "land_portal", "recheck", "land_catalogues"):
            users.setdefault(pool_of(province, stage), set()).add(label)
    users.pop(DEFAULT_POOL, None)
    return {name: f"doisoat: {', '.join(sorted(labels))}" for name, labels in sorted(users.items())}


def make_missing_pools() -> list[str]:
    """Make the pools Airflow does not have; their names. WarehouseBusy where its database does not answer."""
    with TemporaryDirectory() as folder:
        there, missing = Path(folder) / "there.json", Path(folder) / "missing.json"
        _airflow("export", there)  # into a file: on its standard output Airflow's own log may stand as well
        known = json.loads(there.read_text(encoding="utf-8"))
        pools = {
            name: {"slots": pool_slots(), "description": text, "include_deferred": False}
            for name, text in wanted_pools().items()
            if name not in known
        }
        if pools:
            missing.write_text(json.dumps(pools, ensure_ascii=False), encoding="utf-8")
            _airflow("import", missing)
    return list(pools)


def _airflow(word: str, file: Path) -> None:
    done = subprocess.run([*_AIRFLOW, word, str(file)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = " ".join(done.stderr.strip().splitlines()[-1:])
        raise WarehouseBusy(f"airflow pools {word}: {last}; is Airflow's database there and migrated?")
