"""What stands from earlier nights, under a landing that holds changes only.

Either the base's snapshot: its rows stay as they are, but for those read again, gone, or become secret; and what the
base could not settle for good (`carried.parquet`) is staged again. Or, where that snapshot was made by other rules or
is not there, all landings of the chain, staged again from the start. Both ways come to the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.model import RunKey, Side
from doisoat.stage.records import Records
from doisoat.stage.secrecy import find_secret_rows, pads
from doisoat.stage.side import Below, forget_repeats, schema_of
from doisoat.store.chain import Landing, chain_of, landing_digest, read_state
from doisoat.store.engine import run_query
from doisoat.store.layout import RunFiles


@dataclass(frozen=True)
class Foundation:
    """What tonight's landing of one side stands on. Relations of the side's schema: `older` (landed records that are
    staged again), `base_rows` (the base's snapshot), `dropped` (rows of it that do not stand any more)."""

    side: Side
    snapshot: Path | None  # folder of the base's partitions; None = staged again from the chain
    applied: frozenset[str]  # secret digests that were searched for in all of it

    def below(self, connection: duckdb.DuckDBPyConnection) -> Below:
        """Counts of what stands, once all that is secret has left."""
        kept, warnings = 0, {}
        for what, name, rows in run_query(connection, "staging/kept_counts").fetchall():
            if what == "kept":
                kept = rows
            else:
                warnings[name] = rows
        return Below(connection.table("older").shape[0], kept, warnings)


def is_delta(manifest: Mapping[str, Any]) -> bool:
    """Whether a landing holds changes only."""
    return (manifest.get("incremental") or {}).get("mode") == "delta"


def describe_state(
    manifest: Mapping[str, Any], versions: Mapping[str, str], province: Province, digests: Iterable[str]
) -> dict[str, Any]:
    """`state.json` of a snapshot: which landing it was made from, and by what."""
    made_by = {
        "rule_versions": dict(versions),
        "absent_columns": manifest["absent_columns"],
        "secrecy": [sorted(province.secret_procedures), sorted(province.secret_agencies)],
    }
    digest = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode()).hexdigest()[:16]
    return {
        "landing": landing_digest(manifest),
        "made_by": digest,
        "extracted_at": manifest["extracted_at"],
        "secret_digests": sorted(digests),
    }


def lay_foundation(
    records: Records,
    files: RunFiles,
    side: Side,
    province: Province,
    versions: Mapping[str, str],
    digest_key: bytes,
) -> Foundation:
    """Load tonight's `landed` and what it stands on; IncompleteLanding where a landing below is not what it was."""
    connection, chain = records.connection, chain_of(files, side)
    tonight, base = chain[-1], RunFiles(files.home, RunKey(files.key.province_code, chain[-2].business_date))
    state, wanted = read_state(base.snapshot(side)), describe_state(tonight.manifest, versions, province, ())
    is_usable = (
        state.get("landing") == chain[-2].digest
        and state.get("made_by") == wanted["made_by"]
        and datetime.fromisoformat(state["extracted_at"]) <= datetime.fromisoformat(tonight.manifest["extracted_at"])
        and _open_base(connection, base, side)
    )
    if not is_usable:
        run_query(connection, "staging/no_base")
        _load_chain(records, chain[:-1], digest_key)
    records.load(tonight.folder, tonight.manifest)
    _supersede(connection, tonight, digest_key)
    run_query(connection, "staging/dropped", _leaving(tonight, digest_key))
    if not is_usable:
        return Foundation(side, None, frozenset())
    return Foundation(side, base.partition(side).parent, frozenset(state["secret_digests"]))


def _open_base(connection: duckdb.DuckDBPyConnection, base: RunFiles, side: Side) -> bool:
    """Open the base's snapshot and what it carried; False where a file of it cannot be read."""
    try:
        connection.read_parquet(str(base.dossiers(side))).create_view("base_rows", replace=True)
        run_query(connection, "staging/older_carried", {"path": str(base.snapshot(side) / "carried.parquet")})
    except duckdb.Error:
        return False
    return True


def _load_chain(records: Records, chain: tuple[Landing, ...], digest_key: bytes) -> None:
    """`older`: each record of the landings below as the newest of them read it."""
    connection = records.connection
    for number, landing in enumerate(chain):
        records.load(landing.folder, landing.manifest)
        forget_repeats(connection)
        if number:
            _supersede(connection, landing, digest_key)
        run_query(connection, "staging/older_append" if number else "staging/older_first")


def _supersede(connection: duckdb.DuckDBPyConnection, landing: Landing, digest_key: bytes) -> None:
    """Take out of `older` what `landing` (in `landed`) read again, found gone, or knows as secret."""
    leaving = _leaving(landing, digest_key)
    if leaving["months"]:  # before the ids go: a record of the month that was found is superseded, not gone
        run_query(connection, "staging/older_gone", leaving)
    if leaving["ids"]:
        run_query(connection, "staging/older_secret", leaving)
    run_query(connection, "staging/older_superseded")


def _leaving(landing: Landing, digest_key: bytes) -> dict[str, Any]:
    said = landing.incremental
    return pads(digest_key) | {"months": said["reread"], "ids": said["secret_ids"]}


def forget_older(
    connection: duckdb.DuckDBPyConnection,
    foundation: Foundation,
    digests: frozenset[str],
    province: Province,
    digest_key: bytes,
) -> frozenset[str]:
    """Take secret rows out of what stands from earlier nights; the digests of their codes.

    Of a snapshot only digests that are new tonight are looked for: the others have left it already.
    """
    is_snapshot = foundation.snapshot is not None
    with _older_schema(connection, foundation.side):
        found = find_secret_rows(
            connection,
            digests=digests - foundation.applied,
            digest_key=digest_key,
            secret_procedures=() if is_snapshot else province.secret_procedures,
            secret_agencies=() if is_snapshot else province.secret_agencies,
        )
    if found:
        positions = {"files": [file for file, _, _ in found], "rows": [row for _, row, _ in found]}
        with schema_of(connection, foundation.side):
            run_query(connection, "staging/older_forget", positions)
            run_query(connection, "staging/dropped_more", positions)
    return frozenset(digest for _, _, row_digests in found for digest in row_digests or ())


@contextmanager
def _older_schema(connection: duckdb.DuckDBPyConnection, side: Side) -> Iterator[None]:
    """Inside, `landed` is what stands from earlier nights."""
    name = {Side.SHOP: "shop", Side.PORTAL: "portal"}[side]
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}_older")
    connection.execute(f"SET search_path = '{name}_older,{name},main'")
    try:
        run_query(connection, "staging/older_codes")
        yield
    finally:
        connection.execute("SET search_path = 'main'")
