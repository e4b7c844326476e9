"""Lands the portal's published figures: piece by piece, each piece once, stopping at the first refusal.

What was read of a piece (one endpoint or file of a month) is kept beside the landing until it is finished, so that a
killed reading goes on and asks nothing twice. Trouble never ends the night: what could not be read is named in the
manifest and not compared. Nothing personal is in these figures, and only allow-listed names land.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import orjson

from doisoat.errors import DoisoatError
from doisoat.land.landing import Progress
from doisoat.model import local_iso
from doisoat.store.figures import Figure, write_figures
from doisoat.store.landing import read_manifest, read_part, write_part
from doisoat.store.layout import read_json, replaced_folder, write_json

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Piece:
    """One thing to ask for; `name` is fit for a file name, `read` asks (DoisoatError where that fails)."""

    name: str
    period: str
    label: str  # what people know it by
    read: Callable[[], list[Figure]]


class FigureSource(Protocol):
    """Where published figures come from."""

    @property
    def kind(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def captured_at(self) -> datetime:
        """When it was read, by the source's own clock where it tells one."""
        ...

    @property
    def stops_at_trouble(self) -> bool:
        """Whether the first failure is a refusal of the whole reading."""
        ...

    def explain(self, error: DoisoatError) -> str:
        """Why something was not read, in Vietnamese for the report."""
        ...

    def pieces(self) -> list[Piece]:
        """In the order they are asked for; DoisoatError when there is nothing to ask."""
        ...


def land_aggregates(source: FigureSource, folder: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Read every piece into `folder`; the manifest (`docs/data-contracts.md`)."""
    kept = folder.with_name(f".{folder.name}.pieces")
    kept.mkdir(parents=True, exist_ok=True)
    asked, reasons = _read_pieces(source, kept, progress or (lambda done, total: None))
    with replaced_folder(folder) as fresh:
        manifest = {
            "kind": source.kind,
            "source": source.address,
            "captured_at": local_iso(source.captured_at),
            "complete": not reasons,
            "incomplete_reasons": reasons,
            "pieces": asked,
        }
        write_figures(fresh, _with_codes(list(_kept_figures(kept, asked))), manifest)
    shutil.rmtree(kept)
    return read_manifest(folder)


def _read_pieces(source: FigureSource, kept: Path, progress: Progress) -> tuple[list[dict[str, Any]], list[str]]:
    """What became of every piece, and why some were not read (Vietnamese)."""
    asked: list[dict[str, Any]] = []
    reasons: list[str] = []
    try:
        pieces = source.pieces()
    except DoisoatError as error:
        return asked, [source.explain(error)]
    for done, piece in enumerate(pieces, start=1):
        note = {"piece": piece.name, "period": piece.period, "state": "not_asked"}
        if not (reasons and source.stops_at_trouble):
            note |= _read_piece(piece, kept, source, reasons)
        asked.append(note)
        progress(done, len(pieces))
    if skipped := sum(note["state"] == "not_asked" for note in asked):
        reasons.append(f"Dừng ngay khi nguồn từ chối hoặc không trả lời: {skipped} phần chưa hỏi")
    return asked, reasons


def _read_piece(piece: Piece, kept: Path, source: FigureSource, reasons: list[str]) -> dict[str, Any]:
    note = kept / f"{piece.name}.json"
    if note.is_file():  # read before this process was killed
        found: dict[str, Any] = read_json(note)
        return found
    try:
        figures = piece.read()
    except DoisoatError as error:
        _LOG.warning("%s", error)
        reasons.append(f"{piece.label}: {source.explain(error)}")
        return {"state": "failed"}
    records = [asdict(figure) for figure in figures]
    part = write_part(kept / f"{piece.name}.jsonl.zst", records)
    digest = sha256(orjson.dumps(records, option=orjson.OPT_SORT_KEYS)).hexdigest()
    found = {"state": "read", "figures": part["rows"], "sha256": digest}
    write_json(note, found)
    return found


def _kept_figures(kept: Path, asked: Iterable[dict[str, Any]]) -> Iterator[Figure]:
    for note in asked:
        if note["state"] == "read":
            yield from (Figure(**record) for record in read_part(kept / f"{note['piece']}.jsonl.zst"))


def _with_codes(figures: list[Figure]) -> list[Figure]:
    """Figures of a piece that names agencies by id alone get the code another piece gives that id; in a fixed order."""
    codes = {figure.agency_id: figure.agency_code for figure in figures if figure.agency_id and figure.agency_code}
    named = (one if one.agency_code else replace(one, agency_code=codes.get(one.agency_id or "")) for one in figures)
    return sorted(named, key=lambda one: (one.period, one.agency_code or "", one.agency_id or "", one.figure))
