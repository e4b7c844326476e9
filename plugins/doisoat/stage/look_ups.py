"""Stage what look-ups said: a small snapshot beside the night's, for `recheck` to judge by."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from doisoat.config import Province
from doisoat.model import Side
from doisoat.stage import stage_side
from doisoat.stage.records import scratch_folder
from doisoat.stage.side import schema_of
from doisoat.store.engine import engine, run_query
from doisoat.store.landing import read_manifest
from doisoat.store.layout import RunFiles, replaced_folder, write_json
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference


def stage_look_ups(
    files: RunFiles,
    side: Side,
    province: Province,
    reference: Reference,
    status_map: Mapping[str, int],
    *,
    digest_key: bytes,
    secret_digests: Collection[str],
) -> Path:
    """Folder with dossiers.parquet, rejections.parquet, answers.json and columns.json of one side's recheck landing."""
    landing = files.landing_recheck(side)
    target = files.work("recheck") / side.value
    scratch = target.parent / f".{side.value}.scratch"
    with replaced_folder(target) as folder, scratch_folder(scratch), engine() as connection:
        register_reference(connection, reference)
        stage_side(
            connection,
            landing,
            side,
            files.key,
            province,
            digest_key=digest_key,
            secret_digests=secret_digests,
            status_map=status_map,
            scratch=scratch,
        )
        with schema_of(connection, side):
            run_query(connection, "staging/write_dossiers", {"path": str(folder / "dossiers.parquet")})
            run_query(connection, "staging/write_rejections", {"path": str(folder / "rejections.parquet")})
        shutil.copyfile(landing / "answers.json", folder / "answers.json")
        write_json(folder / "columns.json", {"absent_columns": read_manifest(landing)["absent_columns"]})
    return target
