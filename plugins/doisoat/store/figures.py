"""A landing of published figures: one part of compressed JSON lines, and the manifest that says what it is worth.

`land` writes it, `reconcile` reads it. A line: `period` (YYYY-MM), `agency_code` (normalised; null = only known by
`agency_id`), `agency_id`, `figure` (allow-listed name), `value` (decimal text; null = published as null), `flag`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from doisoat.errors import IncompleteLanding
from doisoat.store.landing import MANIFEST, check_parts, read_manifest, read_part, write_part
from doisoat.store.layout import write_json

PART = "part-00000.jsonl.zst"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure as it lands."""

    period: str
    agency_code: str | None
    agency_id: str | None
    figure: str
    value: str | None
    flag: str = ""


def write_figures(folder: Path, figures: Iterable[Figure], manifest: dict[str, Any]) -> dict[str, Any]:
    """Write part and manifest into a fresh folder; the manifest with its part."""
    part = write_part(folder / PART, (asdict(figure) for figure in figures))
    whole = {**manifest, "landed": part["rows"], "parts": [part]}
    write_json(folder / MANIFEST, whole)
    return whole


def read_figures(folder: Path) -> tuple[dict[str, Any], list[Figure]]:
    """Manifest and figures of a finished landing; IncompleteLanding when there is none or it is damaged."""
    manifest = read_manifest(folder)
    paths = check_parts(folder, manifest)
    try:
        return manifest, [Figure(**record) for path in paths for record in read_part(path)]
    except TypeError:
        raise IncompleteLanding(f"{folder}: not the figures this version reads; remove it to have them read") from None
