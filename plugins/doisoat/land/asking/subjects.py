"""What a portal of look-ups is asked about: the dossiers of the shop's landing, and what of them has to be remembered.

One subject a dossier code. Its `digest` changes when anything that landed of the shop's records changes, and with
nothing else: an answer of an earlier night is knowledge only as long as the question stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from doisoat.land import fields
from doisoat.model import DossierStatus
from doisoat.rules.values import code_problem, read_code, read_status
from doisoat.store.landing import read_manifest, read_part

_POSITION = frozenset({"_file", "_row", "_id", "_updated"})
_OVER = frozenset(
    {
        DossierStatus.NOT_RECEIVED,
        DossierStatus.WITHDRAWN,
        DossierStatus.STOPPED,
        DossierStatus.DONE,
        DossierStatus.RETURNED,
    }
)
_WITH_RESULT = frozenset({DossierStatus.DONE, DossierStatus.RETURNED})


@dataclass(frozen=True)
class Standing:
    """How far one side says a dossier is; `status` None where the records contradict each other or cannot be read."""

    status: int | None
    has_result: bool

    @property
    def is_over(self) -> bool:
        """Nothing is expected to happen any more."""
        return self.status in _OVER

    @property
    def is_expected_on_portal(self) -> bool:
        """Not before the shop has taken it in: until then its absence is no discrepancy."""
        return self.status not in (DossierStatus.REGISTERED, DossierStatus.NOT_RECEIVED)

    def agrees_with(self, portal: Standing) -> bool:
        """Neither side waits for the other: the status is one, and the result arrived where there is one.

        What does not agree may be on its way, and is no knowledge about tomorrow.
        """
        lacks_result = self.status in _WITH_RESULT and self.has_result and not portal.has_result
        return self.status is not None and self.status == portal.status and not lacks_result


@dataclass(frozen=True)
class Subject:
    """One dossier of the shop: its normalised code, every code the portal may have it under, its records' digest."""

    code: str
    codes: tuple[str, ...]  # its own first
    digest: str
    standing: Standing


def read_subjects(folder: Path, status_map: Mapping[str, int]) -> list[Subject]:
    """The subjects of a finished landing of the shop, by code; records without a readable code are nobody's."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for record in landed_records(folder):
        code = asked_code(record.get(fields.CODE))
        if code is not None:
            grouped.setdefault(code, []).append(record)
    return [_subject(code, records, status_map) for code, records in sorted(grouped.items())]


def landed_records(folder: Path) -> Iterator[dict[str, Any]]:
    """All records of a finished landing, in their order."""
    for part in read_manifest(folder)["parts"]:
        yield from read_part(folder / part["file"])


def asked_code(value: Any) -> str | None:
    """The normalised code one can ask for, None where there is none."""
    code = read_code(value)
    return None if code is None or code_problem(code) is not None else code


def standing_of(records: list[dict[str, Any]], status_map: Mapping[str, int]) -> Standing:
    """What some records of one dossier say together."""
    statuses = {read_status(record.get(fields.STATUS), status_map) for record in records}
    status = statuses.pop() if len(statuses) == 1 else None
    return Standing(status, any(record.get("has_result") for record in records))


def _subject(code: str, records: list[dict[str, Any]], status_map: Mapping[str, int]) -> Subject:
    named = (asked_code(record.get(name)) for record in records for name in fields.ALTERNATIVE_CODES)
    codes = tuple(dict.fromkeys([code, *sorted({other for other in named if other is not None})]))
    return Subject(code, codes, _digest(records), standing_of(records, status_map))


def _digest(records: list[dict[str, Any]]) -> str:
    """Of the content of all records, whatever page they stood on."""
    contents = sorted(
        orjson.dumps(
            {name: value for name, value in record.items() if name not in _POSITION}, option=orjson.OPT_SORT_KEYS
        )
        for record in records
    )
    return sha256(b"\n".join(contents)).hexdigest()[:32]
