"""Stage 2, stage: landed records become dossiers with a meaning, or rejections with a reason.

Local status words become 1..10, local times instants, codes one spelling; the raw word stays beside ours. The
work is SQL (`sql/staging`); `rules.values` decides what a value means. What two sides say about one dossier is
not compared here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.model import RunKey, Side, local_iso
from doisoat.stage.both import BothSides, forget_rows
from doisoat.stage.macros import load_macros
from doisoat.stage.records import Records, scratch_folder
from doisoat.stage.side import Reading, read_side, schema_of
from doisoat.stage.wording import REJECTIONS, WARNINGS
from doisoat.store.engine import engine
from doisoat.store.landing import check_step_parts, read_manifest, require_usable
from doisoat.store.layout import RunFiles, write_json
from doisoat.store.reference import Reference
from doisoat.store.rule_versions import rule_versions
from doisoat.store.tables import register_reference

__all__ = ["REJECTIONS", "WARNINGS", "stage_night", "stage_side"]


def stage_night(
    files: RunFiles,
    province: Province,
    reference: Reference,
    *,
    digest_key: bytes,
    spill: Path,
    memory_limit: str,
) -> dict[str, Any]:
    """Write both snapshots and `staged.json`; what stands in it.

    IncompleteLanding when a side has no landing that may be used, or a part of it is damaged.
    """
    folders = {side: files.landing(side) for side in Side}
    manifests = {side: read_manifest(folder) for side, folder in folders.items()}
    for manifest in manifests.values():
        require_usable(manifest, allow_partial=province.rules.allow_partial)
    versions = rule_versions(province, reference, files.key.business_date)
    sections = {Side.SHOP: province.shop, Side.PORTAL: province.portal}
    maps = {side: reference.status_map(section, files.key.business_date) for side, section in sections.items()}
    readings = {side: Reading(side, files.key.business_date, province.rules, maps[side]) for side in Side}
    with scratch_folder(spill / "stage") as scratch, engine(spill, memory_limit=memory_limit) as connection:
        load_macros(connection, dashes_as_hyphen=province.rules.dashes_as_hyphen)
        register_reference(connection, reference)
        night = BothSides(connection, files, province, readings, versions, digest_key, scratch)
        night.load(manifests)
        digests = night.forget_secret_rows(manifests)
        sides = {side.value: night.write(side, digests) for side in Side}
        manifests = {side: read_manifest(folder) for side, folder in folders.items()}
    staged = _moment(files.key, manifests, province) | {"sides": sides, "rule_versions": versions}
    write_json(files.staged, staged)
    return staged


def stage_side(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    side: Side,
    key: RunKey,
    province: Province,
    *,
    digest_key: bytes,
    status_map: Mapping[str, int],
    scratch: Path,
    secret_digests: Collection[str] = (),
) -> dict[str, Any]:
    """Stage one landing (a recheck's) into `<side>.dossiers` and `<side>.rejections` of `connection`.

    The reference tables must be registered there. `status_map`: the words of what was asked, which need not be the
    side's. `scratch`: a folder for what these relations read. `secret_digests`: of the night's manifests, whose
    dossiers stay out here as well. The side's entry, as in `staged.json`.
    """
    load_macros(connection, dashes_as_hyphen=province.rules.dashes_as_hyphen)
    records = Records(connection, scratch)
    with schema_of(connection, side):
        records.load(folder, read_manifest(folder))
        digests = {*secret_digests, *read_manifest(folder)["secret_digests"]}
        forget_rows(connection, folder, frozenset(digests), province, digest_key)
        reading = Reading(side, key.business_date, province.rules, status_map)
        manifest = read_manifest(folder)
        return read_side(records, reading, manifest, steps=check_step_parts(folder, manifest))


def _moment(key: RunKey, manifests: Mapping[Side, dict[str, Any]], province: Province) -> dict[str, Any]:
    """`as_of` = the earliest of both extractions and the end of the business date (rules §1)."""
    shop, portal = (datetime.fromisoformat(manifests[side]["extracted_at"]) for side in Side)
    skew = timedelta(minutes=province.rules.max_extraction_skew_minutes)
    return {
        "as_of": local_iso(min(shop, portal, key.day_end)),
        "skewed": abs(shop - portal) > skew,
        "late": any(manifest["late"] for manifest in manifests.values()),
    }
