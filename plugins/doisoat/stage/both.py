"""Both sides of one night in one connection: loaded, freed of what is secret on either, staged and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.model import Side
from doisoat.stage.merge import Foundation, describe_state, forget_older, is_delta, lay_foundation
from doisoat.stage.partitions import write_partitions
from doisoat.stage.records import Records
from doisoat.stage.secrecy import forget_secret_rows, forget_secret_steps
from doisoat.stage.side import Below, Reading, read_side, schema_of
from doisoat.store.engine import run_query
from doisoat.store.landing import UNKNOWN, check_step_parts, read_manifest, remove_rows
from doisoat.store.layout import RunFiles, replaced_folder, write_json

Manifest = Mapping[str, Any]


@dataclass
class BothSides:
    """The two landings of a night on their way to snapshots."""

    connection: duckdb.DuckDBPyConnection
    files: RunFiles
    province: Province
    readings: Mapping[Side, Reading]
    versions: Mapping[str, str]  # of the rules
    digest_key: bytes
    scratch: Path  # a folder of the night's own, which may be filled
    foundations: dict[Side, Foundation] = field(default_factory=dict)  # of the sides that landed changes only

    def load(self, manifests: Mapping[Side, Manifest]) -> None:
        """Load both landings, and what they stand on."""
        for side, manifest in manifests.items():
            with schema_of(self.connection, side):
                if is_delta(manifest):
                    self.foundations[side] = lay_foundation(
                        self._records(side), self.files, side, self.province, self.versions, self.digest_key
                    )
                else:
                    self._records(side).load(self.files.landing(side), manifest)

    def _records(self, side: Side) -> Records:
        return Records(self.connection, self.scratch / side.value)

    def forget_secret_rows(self, manifests: Mapping[Side, Manifest]) -> frozenset[str]:
        """Take secret dossiers out of both sides, until neither names another one; all their digests."""
        digests = frozenset(digest for manifest in manifests.values() for digest in manifest["secret_digests"])
        while True:
            more = digests
            for side in Side:
                more |= self._forget_tonight(side, more) | self._forget_older(side, more)
            if more == digests:
                break
            digests = more
        for side in Side:
            forget_secret_steps(self.files.landing(side), digests, self.digest_key)
        return digests

    def _forget_tonight(self, side: Side, digests: frozenset[str]) -> frozenset[str]:
        with schema_of(self.connection, side):
            return forget_rows(self.connection, self.files.landing(side), digests, self.province, self.digest_key)

    def _forget_older(self, side: Side, digests: frozenset[str]) -> frozenset[str]:
        """The landings below stay as they were; only tonight's learns the digests."""
        if side not in self.foundations:
            return frozenset()
        found = forget_older(self.connection, self.foundations[side], digests, self.province, self.digest_key)
        if found:
            remove_rows(self.files.landing(side), (), digests=found)
        return found

    def write(self, side: Side, digests: frozenset[str]) -> dict[str, Any]:
        """Stage one side and write its snapshot; its entry of `staged.json`."""
        landing, records = self.files.landing(side), self._records(side)
        manifest, foundation = read_manifest(landing), self.foundations.get(side)
        with schema_of(self.connection, side):
            below = Below()
            if foundation is not None:
                below = foundation.below(self.connection)
                records.add_older()
            steps = check_step_parts(landing, manifest)
            entry = read_side(records, self.readings[side], manifest, below, steps=steps)
            with replaced_folder(self.files.snapshot(side)) as folder:
                snapshot = foundation.snapshot if foundation else None
                write_partitions(records, folder / "dossiers", snapshot)
                run_query(self.connection, "staging/write_rejections", {"path": str(folder / "rejections.parquet")})
                if (landing / UNKNOWN).is_file():  # what a landing of look-ups leaves unknown
                    paths = {"unknown": str(landing / UNKNOWN), "path": str(folder / "unanswered.parquet")}
                    run_query(self.connection, "staging/unanswered", paths)
                if manifest.get("incremental"):
                    run_query(self.connection, "staging/write_carried", {"path": str(folder / "carried.parquet")})
                    write_json(folder / "state.json", describe_state(manifest, self.versions, self.province, digests))
        return entry


def forget_rows(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    digests: frozenset[str],
    province: Province,
    digest_key: bytes,
) -> frozenset[str]:
    """Take secret rows out of `landed` and of the landing in `folder`; the digests of their codes."""
    return forget_secret_rows(
        connection,
        folder,
        digests=digests,
        digest_key=digest_key,
        secret_procedures=province.secret_procedures,
        secret_agencies=province.secret_agencies,
    )
