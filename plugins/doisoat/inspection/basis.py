"""What an inspection rests on: the night's readings with their digests, and what it counted for the agency.

Taken from the run's files when the inspection is opened and kept in the register, so that the evidence outlives them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from doisoat.errors import ConfigError
from doisoat.model import Side
from doisoat.store.engine import engine, run_query
from doisoat.store.inspections import Basis, NightNoted, Snapshot
from doisoat.store.layout import RunFiles, read_json

if TYPE_CHECKING:
    from doisoat.inspection.secrecy import Secrecy

_TOLD_OF_PARTITIONS = "partitions.json"


def read_basis(files: RunFiles, night: NightNoted, agency_code: str, secrecy: Secrecy) -> Basis:
    """The basis for an inspection of an agency.

    ConfigError where the night's files are not there, or its landing is not the one it was compared from any more.
    """
    for path in (files.staged, files.work("assess") / "agencies.parquet"):
        if not path.is_file():
            raise ConfigError(f"the files of night {files.key} are not there; --night names another one", file=path)
    sides = read_json(files.staged)["sides"]
    snapshots = tuple(_snapshot(files, side, sides[side.value], night) for side in Side)
    figures = _figures(files, agency_code, secrecy)
    return Basis(files.key.business_date, night.as_of, night.verdict, night.rule_versions, figures, snapshots)


def _snapshot(files: RunFiles, side: Side, staged: dict[str, Any], night: NightNoted) -> Snapshot:
    noted, manifest = night.manifests.get(side.value, ""), files.landing(side) / "manifest.json"
    if manifest.is_file() and _digest(manifest.read_bytes()) != noted:
        raise ConfigError(
            f"the landing is not the one night {files.key} was compared from; run 'doisoat assess' for it again",
            file=manifest,
        )
    extracted_at, told = staged.get("extracted_at"), files.snapshot(side) / _TOLD_OF_PARTITIONS
    return Snapshot(
        side=side.value,
        source=str(staged.get("source") or ""),
        extracted_at=datetime.fromisoformat(extracted_at) if extracted_at else None,
        records=int(staged["staged"]),
        manifest_sha256=noted,
        partitions_sha256=_digest(told.read_bytes()) if told.is_file() else "",
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _figures(files: RunFiles, agency_code: str, secrecy: Secrecy) -> dict[str, Any]:
    """Sums over the agency and those below it, and `found`: [agency, kind, cause, technical, discrepancies] of each."""
    wanted = {
        "agency_code": agency_code,
        "secret_agencies": sorted(secrecy.agencies),
        "secret_procedures": sorted(secrecy.procedures),
    }
    with engine(threads=1) as connection:
        for name in ("agencies", "discrepancies"):
            connection.read_parquet(str(files.work("assess") / f"{name}.parquet")).create_view(name)
        counted = run_query(connection, "inspection/agency_figures", wanted)
        names = [column[0] for column in counted.description or ()]
        sums = dict(zip(names, counted.fetchall()[0], strict=True))
        found = run_query(connection, "inspection/agency_discrepancies", wanted).fetchall()
    return {**{name: number or 0 for name, number in sums.items()}, "found": [list(row) for row in found]}
