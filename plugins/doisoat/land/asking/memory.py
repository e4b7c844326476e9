"""What earlier nights learned from a portal of look-ups: read from the last landing, written into tonight's.

`asked.jsonl.zst`, one line a dossier: `code`, `asked_on` (business date of its last whole answer), `digest` (of the
shop's records then), `answer` (found or absent). The records themselves stand in that landing's parts. Nothing else is
kept anywhere: a night replayed from its files says the same again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from doisoat.errors import IncompleteLanding
from doisoat.land import fields
from doisoat.land.asking.subjects import Standing, asked_code, landed_records, standing_of
from doisoat.store.landing import is_whole, read_manifest, read_part, write_part

ASKED = "asked.jsonl.zst"
_PIECE = 20_000  # carried records in one part


@dataclass(frozen=True)
class Remembered:
    """The last whole answer about one dossier."""

    asked_on: date
    digest: str
    answer: str  # found | absent


@dataclass(frozen=True)
class Memory:
    """The answers of the last landing, and how far the portal said each dossier was. Empty on the first night."""

    answers: Mapping[str, Remembered] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)  # by the code the record has on the portal
    columns: frozenset[str] = frozenset()  # that the portal's records offered
    secret_digests: frozenset[str] = frozenset()  # keyed, of what the portal called secret
    folder: Path | None = None

    def records(self, codes: Collection[str]) -> Iterator[list[dict[str, Any]]]:
        """The landed records under these codes, without their old position, in bounded pieces."""
        piece: list[dict[str, Any]] = []
        for record in landed_records(self.folder) if self.folder is not None else ():
            if asked_code(record.get(fields.CODE)) in codes:
                piece.append({name: value for name, value in record.items() if name not in ("_file", "_row")})
            if len(piece) == _PIECE:
                yield piece
                piece = []
        if piece:
            yield piece


def read_memory(folder: Path | None, status_map: Mapping[str, int]) -> Memory:
    """The memory in an earlier landing; an empty one where there is none. IncompleteLanding if it is damaged."""
    if folder is None or not (folder / ASKED).is_file():
        return Memory()
    manifest = read_manifest(folder)
    if not is_whole(folder, manifest["memory"]):
        raise IncompleteLanding(
            f"{folder / ASKED}: damaged since it was written; remove this file to have every dossier asked again"
        )
    answers = {line["code"]: _remembered(line) for line in read_part(folder / ASKED)}
    grouped: dict[str, list[dict[str, Any]]] = {}
    for record in landed_records(folder):
        code = asked_code(record.get(fields.CODE))
        if code is not None:
            grouped.setdefault(code, []).append({name: record.get(name) for name in (fields.STATUS, "has_result")})
    standings = {code: standing_of(records, status_map) for code, records in grouped.items()}
    secret = frozenset(manifest["secret_digests"])
    return Memory(answers, standings, frozenset(manifest["columns"]), secret, folder)


def _remembered(line: Mapping[str, Any]) -> Remembered:
    return Remembered(date.fromisoformat(line["asked_on"]), str(line["digest"]), str(line["answer"]))


def write_memory(folder: Path, answers: Mapping[str, Remembered]) -> dict[str, Any]:
    """Put the memory for the next night into a landing; its entry for the manifest."""
    return write_part(folder / ASKED, _lines(answers.items()))


def _lines(answers: Iterable[tuple[str, Remembered]]) -> Iterator[dict[str, Any]]:
    for code, one in sorted(answers):
        yield {"code": code, "asked_on": one.asked_on.isoformat(), "digest": one.digest, "answer": one.answer}


def last_folder(folder: Path, today: date) -> Path | None:
    """The landing of the same side and province with the latest business date before today that has a memory.

    `folder` is tonight's: `landing/<p>/<d>/portal`.
    """
    root, side = folder.parent.parent, folder.name
    days = sorted((path.parent.parent.name for path in root.glob(f"*/{side}/{ASKED}")), reverse=True)
    found = next((day for day in days if day < today.isoformat()), None)
    return None if found is None else root / found / side
